import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';

import { useDraft } from '#app/draft';
import type { Failed, Permission } from '#app/fragments';
import { useHere } from '#app/page';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { Choice, FaultSummary, Field } from '#parts/Field';
import { isForOthers } from '#parts/permission';
import { Refusal } from '#parts/Refusal';

import { PostComment } from './documents';
import './Say.css';

type Stance = 'FOR' | 'NEUTRAL' | 'AGAINST';
const stances: readonly Stance[] = ['FOR', 'NEUTRAL', 'AGAINST'];

interface Props {
  subject?: string;
  parent?: string;
  id: string; // of the field
  permission: Permission | undefined;
  onPosted: () => void;
  onCancel?: () => void;
  isReply?: boolean;
  label?: string;
}

// Say is where one writes a comment. Its draft is kept until it was posted: over reloads, sign-in and refusals.
export function Say({ subject, parent, id, permission, onPosted, onCancel, isReply, label }: Props) {
  const { t, i18n } = useTranslation();
  const { viewer } = useSession();
  const [, go] = useLocation();
  const here = useHere();
  const party = viewer?.party ?? null;
  const [text, setText] = useDraft(subject ?? parent ?? '', party?.id ?? null);
  const [stance, setStance] = useState<Stance>('NEUTRAL');
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [said, setSaid] = useState<{ posted: string } | 'failed' | null>(null);
  const [{ fetching }, post] = useMutation(PostComment);
  const key = useRef(crypto.randomUUID()); // of one attempt: a repeat after a lost answer posts once
  const field = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    if (isReply) field.current?.focus();
  }, [isReply]);

  if (permission && !permission.allowed && permission.code !== 'SIGN_IN') {
    if (isForOthers(permission.code)) return null;
    return <Refusal refused={{ code: permission.code ?? 'STATE', values: permission.values }} what={t('say.closed')} />;
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaid(null);
    if (!viewer) return go(`/sign-in?back=${encodeURIComponent(`${here}#${id}`)}`);
    if (!text.trim()) {
      setFaults([{ code: 'REQUIRED', field: ['body'], values: null }]);
      return field.current?.focus();
    }
    const { data } = await post({
      input: { ...(parent ? { parent } : { subject: subject ?? null, stance }), body: text, language: i18n.resolvedLanguage ?? 'en' },
      key: key.current,
    });
    if (!data) return setSaid('failed');
    setFaults(data.postComment.userErrors);
    key.current = crypto.randomUUID();
    if (data.postComment.userErrors.length > 0) return;
    setText('');
    setSaid({ posted: data.postComment.comment?.id ?? '' });
    onPosted();
  };

  return (
    <form className={isReply ? 'say is-reply' : 'say'} onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={faults} fields={{ body: id }} what={t('say.refused')} />
      <Field
        id={id}
        label={label ?? t(isReply ? 'say.reply' : 'say.label')}
        hint={party ? t('say.hint', { name: party.name }) : t('say.hintVisitor')}
      >
        {(control) => (
          <textarea {...control} ref={field} rows={isReply ? 3 : 4} value={text} onChange={({ target }) => setText(target.value)} />
        )}
      </Field>
      {!isReply && (
        <Choice
          legend={t('say.stance')}
          name={`${id}-stance`}
          value={stance}
          onChange={setStance}
          options={stances.map((value) => ({ value, label: t(`stance.${value}`) }))}
        />
      )}
      <p className="line-meta">
        <Button type="submit" isBusy={fetching}>
          {viewer ? t('say.post') : t('bar.signIn')}
        </Button>
        {onCancel && (
          <Button look="link" onClick={onCancel}>
            {t('say.cancel')}
          </Button>
        )}
      </p>
      <div role="status">
        {said === 'failed' && <p className="alarm">{t('say.lost')}</p>}
        {said && said !== 'failed' && (
          <p className="meta">
            {t('say.posted')} <Link href={`/comments/${said.posted}`}>{t('say.see')}</Link>
          </p>
        )}
      </div>
    </form>
  );
}

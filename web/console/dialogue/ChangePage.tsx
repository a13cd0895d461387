import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';

import { useDraft } from '#app/draft';
import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { FaultSummary, Field } from '#parts/Field';
import { Back, Page } from '#parts/Layout';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Sent, useSend } from '#parts/send';
import { Answer, Missing } from '#parts/States';

import { ChangeQuery, UpdateDialogue } from './documents';
import { inputOf, Phases, type Planned } from './Phases';
import '#parts/Form.css';
import './Heard.css';

type Dialogue = NonNullable<ResultOf<typeof ChangeQuery>['dialogue']>;

// Where a convenor changes the question or the phases, with a reason that everybody reads.
export default function ChangePage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: ChangeQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const dialogue = result.data?.dialogue;
  usePage(dialogue ? t('change.title') : undefined);
  return (
    <Answer result={result} again={again}>
      {() => {
        if (!dialogue) return <Missing />;
        const permission = can(dialogue.viewerCan, 'DIALOGUE_UPDATE');
        return (
          <Page
            head={
              <>
                <Back to={`/dialogues/${id}`}>{dialogue.title}</Back>
                <h1 tabIndex={-1}>{t('change.title')}</h1>
              </>
            }
          >
            {permission?.allowed ? (
              <Form dialogue={dialogue} again={again} />
            ) : (
              <Refusal refused={{ code: permission?.code ?? 'STATE', values: permission?.values }} what={t('change.cannot')} />
            )}
          </Page>
        );
      }}
    </Answer>
  );
}

const plannedOf = (dialogue: Dialogue): Planned[] =>
  dialogue.phases
    .filter(({ round }) => round === dialogue.round)
    .map(({ round: _, beganAt, endedAt, ...phase }) => ({ ...phase, hasBegun: beganAt !== null, isOver: endedAt !== null }));

function Form({ dialogue, again }: { dialogue: Dialogue; again: () => void }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const { viewer } = useSession();
  const party = viewer?.party?.id ?? null;
  const [read, setRead] = useState(dialogue); // what the person began with
  const [title, setTitle] = useState(dialogue.title);
  const [kept, setKept] = useDraft(`${dialogue.id}.change`, party);
  const brief = kept || (dialogue.brief ?? '');
  const [phases, setPhases] = useState<readonly Planned[]>(() => plannedOf(dialogue));
  const [reason, setReason] = useState('');
  const sending = useSend();
  const [, update] = useMutation(UpdateDialogue);
  const isStale = read.revision !== dialogue.revision;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending.lack({ title, reason })) return;
    const sent = await sending.send(() =>
      update({ input: { id: dialogue.id, title, brief: brief || null, phases: phases.map(inputOf), reason, expectedRevision: read.revision } }),
    );
    if (!sent) return again();
    setKept('');
    go(`/dialogues/${dialogue.id}`);
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={sending.faults} fields={{ title: 'change-title', reason: 'change-reason', phases: 'phases' }} what={t('change.refused')} />
      {isStale && (
        <section className="noted stack">
          <h2>{t('edit.theirs')}</h2>
          <p>
            <b>{dialogue.title}</b>
          </p>
          <p>{dialogue.brief}</p>
          <p>
            <Button look="quiet" onClick={() => setRead(dialogue)}>
              {t('edit.keepMine')}
            </Button>
          </p>
        </section>
      )}
      <Field id="change-title" label={t('convene.question')}>
        {(control) => <input {...control} maxLength={200} value={title} onChange={({ target }) => setTitle(target.value)} />}
      </Field>
      <Field label={t('convene.brief')} hint={t('convene.briefHint')}>
        {(control) => <textarea {...control} rows={4} value={brief} onChange={({ target }) => setKept(target.value)} />}
      </Field>
      <Phases phases={phases} onChange={setPhases} />
      <Field id="change-reason" label={t('edit.reason')} hint={t('edit.reasonHint')}>
        {(control) => <textarea {...control} rows={2} value={reason} onChange={({ target }) => setReason(target.value)} />}
      </Field>
      <p>
        <Button type="submit" isBusy={sending.isBusy}>
          {t('change.save')}
        </Button>
      </p>
      <Sent isLost={sending.isLost} what="" />
    </form>
  );
}

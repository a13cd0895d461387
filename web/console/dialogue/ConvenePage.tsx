import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';

import { useDraft } from '#app/draft';
import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Attach, type Attached } from '#parts/Attach';
import { Button } from '#parts/Button';
import { Choice, FaultSummary, Field } from '#parts/Field';
import { Page } from '#parts/Layout';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Sent, useSend } from '#parts/send';
import { Answer } from '#parts/States';

import { ConveneDialogue, ConveneQuery } from './documents';
import { inputOf, Phases, planned, type Planned } from './Phases';
import '#parts/Form.css';
import './Heard.css';

type Data = ResultOf<typeof ConveneQuery>;

// Where a dialogue is prepared: its question, its phases, and what it is about. Nobody else sees it until it is opened.
export default function ConvenePage() {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: ConveneQuery });
  usePage(t('convene.title'));
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })}>
      {(data) => {
        const permission = can(data.viewer?.viewerCan, 'DIALOGUE_CONVENE');
        return (
          <Page
            head={
              <>
                <h1 tabIndex={-1}>{t('convene.title')}</h1>
                <p className="lead">{t('convene.lead')}</p>
              </>
            }
          >
            {permission?.allowed ? (
              <Form data={data} />
            ) : (
              <Refusal refused={{ code: permission?.code ?? 'SIGN_IN', values: permission?.values }} what={t('convene.cannot')} />
            )}
          </Page>
        );
      }}
    </Answer>
  );
}

const tomorrow = () => new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 86_400_000).toISOString();

function Form({ data }: { data: Data }) {
  const { t, i18n } = useTranslation();
  const [, go] = useLocation();
  const { viewer } = useSession();
  const party = viewer?.party?.id ?? null;
  const [title, setTitle] = useDraft('convene.new-title', party);
  const [brief, setBrief] = useDraft('convene.new-brief', party);
  const [phases, setPhases] = useState<readonly Planned[]>(() => [planned('CONSULTATION', tomorrow())]);
  const [practice, setPractice] = useState('');
  const [visibility, setVisibility] = useState<'PUBLIC' | 'INVITED'>('PUBLIC');
  const [invited, setInvited] = useState<readonly string[]>([]);
  const [files, setFiles] = useState<readonly Attached[]>([]);
  const sending = useSend();
  const [, convene] = useMutation(ConveneDialogue);
  const key = useRef(crypto.randomUUID());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending.lack({ title })) return;
    const sent = await sending.send(() =>
      convene({
        input: {
          title,
          brief: brief.trim() || null,
          visibility,
          languages: [i18n.resolvedLanguage ?? 'en'],
          timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          phases: phases.map(inputOf),
          practices: practice ? [practice] : [],
          invite: visibility === 'INVITED' ? [...invited] : [],
          files: files.map(({ id }) => id),
        },
        key: key.current,
      }),
    );
    key.current = crypto.randomUUID();
    if (!sent?.dialogue) return;
    for (const clear of [setTitle, setBrief]) clear('');
    go(`/dialogues/${sent.dialogue.id}`);
  };
  const toggle = (id: string) => setInvited(invited.includes(id) ? invited.filter((one) => one !== id) : [...invited, id]);
  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={sending.faults} fields={{ title: 'convene-title', brief: 'convene-brief', phases: 'phases' }} what={t('convene.refused')} />
      <Field id="convene-title" label={t('convene.question')} hint={t('convene.questionHint')}>
        {(control) => <input {...control} maxLength={200} value={title} onChange={({ target }) => setTitle(target.value)} />}
      </Field>
      <Field id="convene-brief" label={t('convene.brief')} hint={t('convene.briefHint')}>
        {(control) => <textarea {...control} rows={4} value={brief} onChange={({ target }) => setBrief(target.value)} />}
      </Field>
      <Field label={t('convene.practice')}>
        {(control) => (
          <select {...control} value={practice} onChange={({ target }) => setPractice(target.value)}>
            <option value="">{t('convene.noPractice')}</option>
            {data.practices?.nodes.map((one) => (
              <option key={one.id} value={one.id}>
                {one.title}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Phases phases={phases} onChange={setPhases} />
      <Choice
        legend={t('convene.visibility')}
        name="visibility"
        value={visibility}
        onChange={setVisibility}
        options={(['PUBLIC', 'INVITED'] as const).map((value) => ({ value, label: t(`convene.visible.${value}`) }))}
      />
      {visibility === 'INVITED' && (
        <fieldset>
          <legend className="form-legend">{t('convene.invite')}</legend>
          {data.stakeholders?.nodes.map((one) => (
            <label key={one.id} className="form-check">
              <input type="checkbox" checked={invited.includes(one.id)} onChange={() => toggle(one.id)} /> {one.name}{' '}
              <span className="meta">{t(`chamber.${one.kind}`)}</span>
            </label>
          ))}
        </fieldset>
      )}
      <Attach files={files} onChange={setFiles} />
      <p>
        <Button type="submit" isBusy={sending.isBusy}>
          {t('convene.save')}
        </Button>
      </p>
      <Sent isLost={sending.isLost} what="" />
    </form>
  );
}

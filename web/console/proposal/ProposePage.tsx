import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';

import { useDraft } from '#app/draft';
import type { Failed } from '#app/fragments';
import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { Choice, FaultSummary, Field } from '#parts/Field';
import { Back, Page } from '#parts/Layout';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Answer, Missing } from '#parts/States';

import { DraftProposal, ProposeQuery } from './documents';
import '#parts/Form.css';

type Dialogue = NonNullable<ResultOf<typeof ProposeQuery>['dialogue']>;

const kinds = ['GUIDELINE', 'POLICY', 'COMMITMENT', 'PRACTICE_CHANGE'] as const;

// Where a party drafts a proposal.
export default function ProposePage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: ProposeQuery, variables: { id } });
  const dialogue = result.data?.dialogue;
  const permission = can(dialogue?.viewerCan, 'PROPOSAL_DRAFT');
  usePage(dialogue ? t('propose.title') : undefined);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {() => {
        if (!dialogue) return <Missing />;
        return (
          <Page
            head={
              <>
                <Back to={`/dialogues/${id}`}>{dialogue.title}</Back>
                <h1 tabIndex={-1}>{t('propose.title')}</h1>
                <p className="lead">{t('propose.lead')}</p>
              </>
            }
          >
            {permission && !permission.allowed && (
              <Refusal refused={{ code: permission.code ?? 'STATE', values: permission.values }} what={t('propose.cannot')} />
            )}
            {permission?.allowed && <Form dialogue={dialogue} />}
          </Page>
        );
      }}
    </Answer>
  );
}

function Form({ dialogue }: { dialogue: Dialogue }) {
  const { t, i18n } = useTranslation();
  const [, go] = useLocation();
  const { viewer } = useSession();
  const party = viewer?.party?.id ?? null;
  const [kind, setKind] = useState<(typeof kinds)[number]>('GUIDELINE');
  const [title, setTitle] = useDraft(`${dialogue.id}.title`, party);
  const [summary, setSummary] = useDraft(`${dialogue.id}.summary`, party);
  const [body, setBody] = useDraft(`${dialogue.id}.body`, party);
  const [practices, setPractices] = useState<ReadonlySet<string>>(new Set(dialogue.practices.map((one) => one.id)));
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [isLost, setIsLost] = useState(false);
  const [{ fetching }, draft] = useMutation(DraftProposal);
  const key = useRef(crypto.randomUUID());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const empty = Object.entries({ title, body }).filter(([, text]) => !text.trim());
    if (empty.length > 0) return setFaults(empty.map(([field]) => ({ code: 'REQUIRED', field: [field], values: null })));
    const { data } = await draft({
      input: {
        dialogue: dialogue.id,
        kind,
        title,
        summary: summary.trim() || null,
        body,
        practices: [...practices],
        language: i18n.resolvedLanguage ?? 'en',
      },
      key: key.current,
    });
    key.current = crypto.randomUUID();
    setIsLost(!data);
    if (!data) return;
    setFaults(data.draftProposal.userErrors);
    if (!data.draftProposal.proposal) return;
    for (const clear of [setTitle, setSummary, setBody]) clear('');
    go(`/proposals/${data.draftProposal.proposal.id}`);
  };
  const faultOf = (field: string) => (faults.some((fault) => fault.field?.[0] === field) ? t('refusal.why.REQUIRED') : undefined);
  const toggle = (id: string) => {
    const next = new Set(practices);
    if (!next.delete(id)) next.add(id);
    setPractices(next);
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary
        faults={faults}
        fields={{ title: 'propose-title', summary: 'propose-summary', body: 'propose-body' }}
        what={t('propose.refused')}
      />
      <div>
        <Choice
          legend={t('propose.kind')}
          name="kind"
          value={kind}
          onChange={setKind}
          options={kinds.map((value) => ({ value, label: t(`proposal.kind.${value}`) }))}
        />
        <p className="meta form-note">{t(`propose.kindHint.${kind}`)}</p>
      </div>
      <Field id="propose-title" label={t('propose.name')} hint={t('propose.nameHint')} fault={title.trim() ? undefined : faultOf('title')}>
        {(control) => <input {...control} maxLength={200} value={title} onChange={({ target }) => setTitle(target.value)} />}
      </Field>
      <Field id="propose-summary" label={t('propose.summary')} hint={t('propose.summaryHint')}>
        {(control) => <textarea {...control} rows={2} value={summary} onChange={({ target }) => setSummary(target.value)} />}
      </Field>
      <Field id="propose-body" label={t('propose.body')} hint={t('propose.bodyHint')} fault={body.trim() ? undefined : faultOf('body')}>
        {(control) => <textarea {...control} rows={8} value={body} onChange={({ target }) => setBody(target.value)} />}
      </Field>
      {dialogue.practices.length > 0 && (
        <fieldset>
          <legend className="form-legend">{t('propose.practices')}</legend>
          {dialogue.practices.map((one) => (
            <label key={one.id} className="form-check">
              <input type="checkbox" checked={practices.has(one.id)} onChange={() => toggle(one.id)} /> {one.title}
            </label>
          ))}
        </fieldset>
      )}
      <p>
        <Button type="submit" isBusy={fetching}>
          {t('propose.save')}
        </Button>
      </p>
      <div role="status">{isLost && <p className="alarm">{t('say.lost')}</p>}</div>
    </form>
  );
}

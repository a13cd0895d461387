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
import { Markdown } from '#parts/Markdown';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Sent, useSend } from '#parts/send';
import { Answer, Missing } from '#parts/States';

import { EditProposal, EditQuery } from './documents';
import '#parts/Form.css';

type Proposal = NonNullable<ResultOf<typeof EditQuery>['proposal']>;

// Where an author changes a proposal. If somebody else did meanwhile, both texts stand there, and nothing is overwritten unread.
export default function EditPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: EditQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const proposal = result.data?.proposal;
  usePage(proposal ? t('edit.title') : undefined);
  return (
    <Answer result={result} again={again}>
      {() => {
        if (!proposal) return <Missing />;
        const permission = can(proposal.viewerCan, 'PROPOSAL_EDIT');
        return (
          <Page
            head={
              <>
                <Back to={`/proposals/${id}`}>{proposal.title}</Back>
                <h1 tabIndex={-1}>{t('edit.title')}</h1>
                <p className="lead">{t('edit.lead')}</p>
              </>
            }
          >
            {permission?.allowed ? (
              <Form proposal={proposal} again={again} />
            ) : (
              <Refusal refused={{ code: permission?.code ?? 'STATE', values: permission?.values }} what={t('edit.cannot')} />
            )}
          </Page>
        );
      }}
    </Answer>
  );
}

function Form({ proposal, again }: { proposal: Proposal; again: () => void }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const { viewer } = useSession();
  const [read, setRead] = useState(proposal.revision); // the revision that the person began with, or has read since
  const [title, setTitle] = useState(proposal.title);
  const [summary, setSummary] = useState(proposal.summary ?? '');
  const [kept, setKept] = useDraft(`${proposal.id}.edit`, viewer?.party?.id ?? null);
  const [began] = useState(proposal.body);
  const body = kept || began;
  const [reason, setReason] = useState('');
  const sending = useSend();
  const [, edit] = useMutation(EditProposal);
  const isStale = read !== proposal.revision;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const needed: Record<string, string> = proposal.state === 'DRAFT' ? { title, body } : { title, body, reason };
    if (sending.lack(needed)) return;
    const input = { id: proposal.id, title, summary: summary || null, body, reason: reason || null, expectedRevision: read };
    if (!(await sending.send(() => edit({ input })))) return again();
    setKept('');
    go(`/proposals/${proposal.id}`);
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary
        faults={sending.faults}
        fields={{ title: 'edit-title', body: 'edit-body', reason: 'edit-reason' }}
        what={t('edit.refused')}
      />
      {isStale && (
        <section className="noted stack">
          <h2>{t('edit.theirs')}</h2>
          <p lang={proposal.language}>
            <b>{proposal.title}</b>
          </p>
          <Markdown text={proposal.body} lang={proposal.language} />
          <p className="line-meta">
            <Button look="quiet" onClick={() => setRead(proposal.revision)}>
              {t('edit.keepMine')}
            </Button>
            <Button
              look="link"
              onClick={() => {
                setRead(proposal.revision);
                setTitle(proposal.title);
                setSummary(proposal.summary ?? '');
                setKept(proposal.body);
              }}
            >
              {t('edit.takeTheirs')}
            </Button>
          </p>
        </section>
      )}
      <Field id="edit-title" label={t('propose.name')}>
        {(control) => <input {...control} maxLength={200} value={title} onChange={({ target }) => setTitle(target.value)} />}
      </Field>
      <Field label={t('propose.summary')}>
        {(control) => <textarea {...control} rows={2} value={summary} onChange={({ target }) => setSummary(target.value)} />}
      </Field>
      <Field id="edit-body" label={t('propose.body')} hint={t('propose.bodyHint')}>
        {(control) => (
          <textarea {...control} rows={10} lang={proposal.language} value={body} onChange={({ target }) => setKept(target.value)} />
        )}
      </Field>
      <Field id="edit-reason" label={t('edit.reason')} hint={t('edit.reasonHint')}>
        {(control) => <textarea {...control} rows={2} value={reason} onChange={({ target }) => setReason(target.value)} />}
      </Field>
      <p>
        <Button type="submit" isBusy={sending.isBusy}>
          {t('edit.save')}
        </Button>
      </p>
      <Sent isLost={sending.isLost} what="" />
    </form>
  );
}

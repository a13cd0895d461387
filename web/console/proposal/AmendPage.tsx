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
import { FaultSummary, Field } from '#parts/Field';
import { Back, Page } from '#parts/Layout';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Answer, Missing } from '#parts/States';

import { AmendQuery, DraftAmendment, ProposeAmendment } from './documents';
import '#parts/Form.css';

type Proposal = NonNullable<ResultOf<typeof AmendQuery>['proposal']>;

// Where a party writes the text that it wants in the place of a proposal's.
export default function AmendPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: AmendQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const proposal = result.data?.proposal;
  const permission = can(proposal?.viewerCan, 'AMENDMENT_DRAFT');
  usePage(proposal ? t('amend.title') : undefined);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {() => {
        if (!proposal) return <Missing />;
        return (
          <Page
            head={
              <>
                <Back to={`/proposals/${id}`}>{proposal.title}</Back>
                <h1 tabIndex={-1}>{t('amend.title')}</h1>
                <p className="lead">{t('amend.lead')}</p>
              </>
            }
          >
            {permission && !permission.allowed && (
              <Refusal refused={{ code: permission.code ?? 'STATE', values: permission.values }} what={t('amend.cannot')} />
            )}
            {permission?.allowed && <Form proposal={proposal} />}
          </Page>
        );
      }}
    </Answer>
  );
}

function Form({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const { viewer } = useSession();
  const [kept, setKept] = useDraft(`${proposal.id}.amend`, viewer?.party?.id ?? null);
  const body = kept || proposal.body;
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [said, setSaid] = useState<'same' | 'lost' | null>(null);
  const [{ fetching: isDrafting }, draft] = useMutation(DraftAmendment);
  const [{ fetching: isProposing }, propose] = useMutation(ProposeAmendment);
  const key = useRef(crypto.randomUUID());

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (body.trim() === proposal.body.trim()) return setSaid('same');
    setSaid(null);
    const { data } = await draft({ input: { proposal: proposal.id, version: proposal.version, body }, key: key.current });
    key.current = crypto.randomUUID();
    if (!data) return setSaid('lost');
    setFaults(data.draftAmendment.userErrors);
    const drafted = data.draftAmendment.amendment;
    if (!drafted) return;
    const answer = await propose({ input: { id: drafted.id } });
    if (!answer.data) return setSaid('lost');
    setFaults(answer.data.proposeAmendment.userErrors);
    if (answer.data.proposeAmendment.userErrors.length > 0) return;
    setKept('');
    go(`/proposals/${proposal.id}#${drafted.id}`);
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary faults={faults} fields={{ body: 'amend-body' }} what={t('amend.refused')} />
      <Field
        id="amend-body"
        label={t('amend.body')}
        hint={t('amend.bodyHint', { number: proposal.version })}
        fault={said === 'same' ? t('amend.same') : undefined}
      >
        {(control) => (
          <textarea {...control} rows={10} lang={proposal.language} value={body} onChange={({ target }) => setKept(target.value)} />
        )}
      </Field>
      <p>
        <Button type="submit" isBusy={isDrafting || isProposing}>
          {t('amend.save')}
        </Button>
      </p>
      <div role="status">{said === 'lost' && <p className="alarm">{t('say.lost')}</p>}</div>
    </form>
  );
}

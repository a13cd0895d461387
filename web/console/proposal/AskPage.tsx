import { useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation, useQuery } from 'urql';
import { useLocation } from 'wouter';

import { usePage } from '#app/page';
import { Button } from '#parts/Button';
import { FaultSummary, Field } from '#parts/Field';
import { Back, Page } from '#parts/Layout';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Sent, useSend } from '#parts/send';
import { Answer, Missing } from '#parts/States';

import { AskQuery, RequestResponse } from './documents';
import '#parts/Form.css';

// Where a facilitator asks a firm or a regulator for an official response.
export default function AskPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [result, ask] = useQuery({ query: AskQuery, variables: { id } });
  const [addressee, setAddressee] = useState('');
  const [due, setDue] = useState('');
  const sending = useSend();
  const [, request] = useMutation(RequestResponse);
  const key = useRef(crypto.randomUUID());
  const proposal = result.data?.proposal;
  usePage(proposal ? t('ask.title') : undefined);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (sending.lack({ addressee, dueAt: due })) return;
    const input = { proposal: id, addressee, dueAt: new Date(`${due}T23:59:00`).toISOString() };
    const sent = await sending.send(() => request({ input, key: key.current }));
    key.current = crypto.randomUUID();
    if (sent) go(`/proposals/${id}`);
  };
  return (
    <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })}>
      {({ stakeholders }) => {
        if (!proposal) return <Missing />;
        const permission = can(proposal.viewerCan, 'OFFICIALRESPONSE_REQUEST');
        return (
          <Page
            head={
              <>
                <Back to={`/proposals/${id}`}>{proposal.title}</Back>
                <h1 tabIndex={-1}>{t('ask.title')}</h1>
                <p className="lead">{t('ask.lead')}</p>
              </>
            }
          >
            {permission?.allowed ? (
              <form className="form" onSubmit={(event) => void submit(event)} noValidate>
                <FaultSummary faults={sending.faults} fields={{ addressee: 'ask-whom', dueAt: 'ask-due' }} what={t('ask.refused')} />
                <Field id="ask-whom" label={t('ask.whom')}>
                  {(control) => (
                    <select {...control} value={addressee} onChange={({ target }) => setAddressee(target.value)}>
                      <option value="">{t('ask.choose')}</option>
                      {stakeholders?.nodes.map((one) => (
                        <option key={one.id} value={one.id}>
                          {one.name}
                        </option>
                      ))}
                    </select>
                  )}
                </Field>
                <Field id="ask-due" label={t('ask.due')}>
                  {(control) => <input {...control} type="date" value={due} onChange={({ target }) => setDue(target.value)} />}
                </Field>
                <p>
                  <Button type="submit" isBusy={sending.isBusy}>
                    {t('ask.send')}
                  </Button>
                </p>
                <Sent isLost={sending.isLost} what="" />
              </form>
            ) : (
              <Refusal refused={{ code: permission?.code ?? 'STATE', values: permission?.values }} what={t('ask.cannot')} />
            )}
          </Page>
        );
      }}
    </Answer>
  );
}

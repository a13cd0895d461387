import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link, useLocation } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useAct } from '#parts/act';
import { Asked } from '#parts/Asked';
import { Button } from '#parts/Button';
import { Clock } from '#parts/Clock';
import { Entry, Page, Section } from '#parts/Layout';
import { Outcome } from '#parts/Outcome';
import { Pages } from '#parts/Pages';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';

import { AcknowledgeFiling, CallsQuery, OpenCall, ReturnFiling } from './documents';

type Data = ResultOf<typeof CallsQuery>;
type Filing = NonNullable<Data['filings']>['nodes'][number];
type Further = Parameters<Parameters<typeof Pages>[0]['children']>[1];

// Calls for assessments, and what was filed, on both sides.
export default function CallsPage() {
  const { t } = useTranslation();
  usePage(t('call.listTitle'));
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('call.listTitle')}</h1>
          <p className="lead">{t('call.listLead')}</p>
        </>
      }
    >
      <Pages>{(after, further) => <List after={after} further={further} />}</Pages>
    </Page>
  );
}

function List({ after, further }: { after: string | null; further: Further }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: CallsQuery, variables: { after }, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <Answer result={result} again={again} bones={<Bones lines={6} />}>
      {(data) => (
        <>
          {!after && can(data.viewer?.viewerCan, 'CALL_OPEN')?.allowed && (
            <div className="text-block">
              <Open templates={data.assessmentTemplates?.nodes ?? []} />
            </div>
          )}
          {data.assessmentCalls?.nodes.length === 0 && <Empty>{t('call.none')}</Empty>}
          <ul className="entries">
            {data.assessmentCalls?.nodes.map((call) => (
              <Entry key={call.id} title={call.reason} to={`/calls/${call.id}`}>
                <Party party={call.caller} />
                <Tag isFilled={call.state === 'OPEN'}>{t(`call.state.${call.state}`)}</Tag>
                {call.state === 'OPEN' && <Clock due={call.dueAt} />}
                <span>{t('call.filedOf', { count: call.addressed, filed: call.filed + call.late })}</span>
              </Entry>
            ))}
          </ul>
          {further(data.assessmentCalls?.pageInfo)}
          {!after && data.filings && data.filings.nodes.length > 0 && (
            <Section title={t('filing.listTitle')} id="filings">
              <ul className="entries">
                {data.filings.nodes.map((filing) => (
                  <FilingOf key={filing.id} filing={filing} again={again} />
                ))}
              </ul>
            </Section>
          )}
        </>
      )}
    </Answer>
  );
}

function Open({ templates }: { templates: NonNullable<Data['assessmentTemplates']>['nodes'] }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const open = useAct(OpenCall);
  const key = useRef(crypto.randomUUID());
  return (
    <Asked
      id="call-open"
      summary={t('can.CALL_OPEN')}
      wanted={[
        {
          name: 'templateKey',
          label: t('assessment.template'),
          kind: 'select',
          options: [...new Map(templates.map((one) => [one.key, { value: one.key, label: one.title.text }])).values()],
        },
        { name: 'reason', label: t('reason.label'), hint: t('reason.public') },
        { name: 'dueAt', label: t('call.due'), kind: 'date' },
        { name: 'sectors', label: t('call.sectors'), hint: t('call.sectorsHint'), kind: 'line' },
      ]}
      submit={t('call.open')}
      refused={t('can.refused')}
      act={open}
      run={async ({ templateKey = '', reason = '', dueAt, sectors }) => {
        const done = await open.run({
          input: {
            templateKey,
            reason,
            dueAt: new Date(dueAt || 0).toISOString(),
            sectors: sectors ? sectors.split(',').map((one) => one.trim()) : null,
          },
          key: key.current,
        });
        key.current = crypto.randomUUID();
        const call = done?.openCall.assessmentCall;
        if (call) go(`/calls/${call.id}`);
        return done;
      }}
    />
  );
}

function FilingOf({ filing, again }: { filing: Filing; again: () => void }) {
  const { t } = useTranslation();
  const acknowledge = useAct(AcknowledgeFiling);
  const send = useAct(ReturnFiling);
  const { id, revision } = filing;
  const done = (data: unknown) => {
    if (data) again();
    return data;
  };
  return (
    <li className="entry" id={id}>
      <h3>
        {filing.assessment ? (
          <Link href={`/assessments/${filing.assessment.id}`}>{filing.assessment.title}</Link>
        ) : (
          t('report.type.ASSESSMENT')
        )}
      </h3>
      <p className="entry-meta">
        <Party party={filing.firm} />
        <span>{t('filing.with')}</span>
        <Party party={filing.regulator} />
        <Tag isFilled={filing.state === 'ACKNOWLEDGED'}>{t(`filing.state.${filing.state}`)}</Tag>
        <When at={filing.answeredAt ?? filing.filedAt} />
      </p>
      {filing.reason && <p>{filing.reason}</p>}
      {can(filing.viewerCan, 'FILING_ACKNOWLEDGE')?.allowed && (
        <p>
          <Button
            isBusy={acknowledge.isBusy}
            onClick={() => void acknowledge.run({ input: { id, expectedRevision: revision } }).then(done)}
          >
            {t('can.FILING_ACKNOWLEDGE')}
          </Button>
        </p>
      )}
      <Outcome act={acknowledge} what={t('can.refused')} />
      {can(filing.viewerCan, 'FILING_RETURN')?.allowed && (
        <Asked
          id={`${id}-return`}
          summary={t('can.FILING_RETURN')}
          wanted={[{ name: 'reason', label: t('reason.label'), hint: t('filing.reasonHint') }]}
          submit={t('can.FILING_RETURN')}
          refused={t('can.refused')}
          act={send}
          run={({ reason = '' }) => send.run({ input: { id, reason, expectedRevision: revision } }).then(done)}
        />
      )}
    </li>
  );
}

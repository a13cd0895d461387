import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useAct } from '#parts/act';
import { Asked } from '#parts/Asked';
import { CanNow } from '#parts/CanNow';
import { Clock } from '#parts/Clock';
import { Back, Facts, Page, Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Answer, Empty, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { AnswerCall, CallQuery, CloseCall, DecideExemption, ExtendCall, FileableQuery, FileForCall, WithdrawCall } from './documents';

type Data = ResultOf<typeof CallQuery>;
type Call = NonNullable<Data['assessmentCall']>;
type Called = NonNullable<Call['firms']>['nodes'][number];

// The page of a call: who asks which firms for an assessment, by when, and what each has done.
export default function CallPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: CallQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const call = result.data?.assessmentCall;
  usePage(call ? t('call.title', { template: call.templateKey }) : undefined);
  return (
    <Answer result={result} again={again}>
      {({ viewer }) => (call ? <Shown call={call} own={viewer?.stakeholder?.id ?? null} again={again} /> : <Missing />)}
    </Answer>
  );
}

function Shown({ call, own, again }: { call: Call; own: string | null; again: () => void }) {
  const { t } = useTranslation();
  const { date, list, region } = useFormat();
  const firms = call.firms?.nodes ?? [];
  const mine = firms.find(({ firm }) => firm.id === own);
  return (
    <Page
      head={
        <>
          <Back to="/calls">{t('call.listTitle')}</Back>
          <Tags>
            <Tag>{t('call.kind')}</Tag>
            <Tag isFilled={call.state === 'OPEN'}>{t(`call.state.${call.state}`)}</Tag>
            {call.state === 'OPEN' ? <Clock due={call.dueAt} /> : call.endedAt && <When at={call.endedAt} />}
          </Tags>
          <h1 tabIndex={-1}>{t('call.title', { template: call.templateKey })}</h1>
          <p className="byline">
            {t('call.by')} <Party party={call.caller} />
          </p>
          <p className="text-block">{call.reason}</p>
          {call.stateReason && <p className="noted">{t('proposal.because', { reason: call.stateReason })}</p>}
          <Facts
            rows={[
              [t('call.due'), date(call.dueAt)],
              call.jurisdictions.length > 0 && [t('party.jurisdictions'), list(call.jurisdictions.map(region))],
              call.sectors.length > 0 && [t('party.sector'), list(call.sectors)],
              call.practiceKinds.length > 0 && [t('bar.practices'), list(call.practiceKinds.map((kind) => t(`practice.kind.${kind}`)))],
              call.dialogue && [t('guideline.dialogue'), <Link href={`/dialogues/${call.dialogue.id}`}>{call.dialogue.title}</Link>],
            ]}
          />
        </>
      }
      aside={
        <CanNow
          steps={[
            { can: can(mine?.viewerCan, 'CALLEDFIRM_ANSWER'), say: t('can.CALLEDFIRM_ANSWER'), to: `#${mine?.id}` },
            { can: can(call.viewerCan, 'CALL_EXTEND'), say: t('can.CALL_EXTEND'), to: '#acts' },
            { can: can(call.viewerCan, 'CALL_CLOSE'), say: t('can.CALL_CLOSE'), to: '#acts' },
            { can: can(call.viewerCan, 'CALL_WITHDRAW'), say: t('can.CALL_WITHDRAW'), to: '#acts' },
          ]}
        />
      }
    >
      <Acts call={call} again={again} />
      <Section title={t('call.firms', { count: call.addressed })}>
        <p className="meta text-block">
          {t('call.counts', { filed: call.filed, late: call.late, exempt: call.notApplicable, silent: call.silent })}
        </p>
        {firms.length === 0 && <Empty>{t('call.nobody')}</Empty>}
        <ul className="entries">
          {firms.map((called) => (
            <CalledFirm key={called.id} called={called} call={call} isMine={called.firm.id === own} again={again} />
          ))}
        </ul>
      </Section>
    </Page>
  );
}

function Acts({ call: { id, revision, viewerCan }, again }: { call: Call; again: () => void }) {
  const { t } = useTranslation();
  const extend = useAct(ExtendCall);
  const ends = { CALL_CLOSE: useAct(CloseCall), CALL_WITHDRAW: useAct(WithdrawCall) } as const;
  const done = (data: unknown) => {
    if (data) again();
    return data;
  };
  const ending = (['CALL_CLOSE', 'CALL_WITHDRAW'] as const).filter((action) => can(viewerCan, action)?.allowed);
  const reason = { name: 'reason', label: t('reason.label'), hint: t('reason.public') };
  if (ending.length === 0 && !can(viewerCan, 'CALL_EXTEND')?.allowed) return null;
  return (
    <div className="stack text-block" id="acts" tabIndex={-1}>
      {can(viewerCan, 'CALL_EXTEND')?.allowed && (
        <Asked
          id={`${id}-extend`}
          summary={t('can.CALL_EXTEND')}
          wanted={[{ name: 'dueAt', label: t('call.due'), kind: 'date' }, reason]}
          submit={t('can.CALL_EXTEND')}
          refused={t('can.refused')}
          act={extend}
          run={({ dueAt, reason: why = '' }) =>
            extend.run({ input: { id, dueAt: new Date(dueAt || 0).toISOString(), reason: why, expectedRevision: revision } }).then(done)
          }
        />
      )}
      {ending.map((action) => (
        <Asked
          key={action}
          id={`${id}-${action}`}
          summary={t(`can.${action}`)}
          wanted={[reason]}
          submit={t(`can.${action}`)}
          refused={t('can.refused')}
          act={ends[action]}
          run={({ reason: why = '' }) => ends[action].run({ input: { id, reason: why, expectedRevision: revision } }).then(done)}
        />
      ))}
    </div>
  );
}

interface CalledProps {
  called: Called;
  call: Call;
  isMine: boolean;
  again: () => void;
}

function CalledFirm({ called, call, isMine, again }: CalledProps) {
  const { t } = useTranslation();
  const claim = useAct(AnswerCall);
  const decide = useAct(DecideExemption);
  const { id, revision, viewerCan, status } = called;
  const done = (data: unknown) => {
    if (data) again();
    return data;
  };
  return (
    <li className="entry" id={id}>
      <p className="entry-meta">
        <Party party={called.firm} />
        <Tag isFilled={status === 'FILED'}>{t(`called.status.${status}`)}</Tag>
        {called.answeredAt ? <When at={called.answeredAt} /> : status === 'PENDING' && <Clock due={called.dueAt} />}
      </p>
      {called.claim && <p>{t('called.claims', { claim: called.claim })}</p>}
      {called.decision && <p className="soft">{t('called.decided', { decision: called.decision })}</p>}
      {isMine && call.state === 'OPEN' && status !== 'FILED' && status !== 'NOT_APPLICABLE' && (
        <FileHere call={call} firm={called.firm.id} done={done} />
      )}
      {can(viewerCan, 'CALLEDFIRM_ANSWER')?.allowed && (
        <Asked
          id={`${id}-claim`}
          summary={t('can.CALLEDFIRM_ANSWER')}
          wanted={[{ name: 'why', label: t('reason.label'), hint: t('reason.public') }]}
          submit={t('called.claim')}
          refused={t('can.refused')}
          act={claim}
          run={({ why = '' }) => claim.run({ input: { id, notApplicable: why, expectedRevision: revision } }).then(done)}
        />
      )}
      {can(viewerCan, 'CALLEDFIRM_DECIDE')?.allowed && (
        <Asked
          id={`${id}-decide`}
          summary={t('can.CALLEDFIRM_DECIDE')}
          wanted={[
            {
              name: 'accepted',
              label: t('called.decision'),
              kind: 'select',
              options: [
                { value: 'yes', label: t('called.accept') },
                { value: 'no', label: t('called.refuse') },
              ],
            },
            { name: 'reason', label: t('reason.label'), hint: t('reason.public') },
          ]}
          submit={t('called.decide')}
          refused={t('can.refused')}
          act={decide}
          run={({ accepted, reason = '' }) =>
            decide.run({ input: { id, accepted: accepted === 'yes', reason, expectedRevision: revision } }).then(done)
          }
        />
      )}
    </li>
  );
}

// A firm files what it has assessed under the template that is called for.
function FileHere({ call, firm, done }: { call: Call; firm: string; done: (data: unknown) => unknown }) {
  const { t } = useTranslation();
  const [result] = useQuery({ query: FileableQuery, variables: { firm, key: [call.templateKey] } });
  const file = useAct(FileForCall);
  const key = useRef(crypto.randomUUID());
  const fileable = result.data?.impactAssessments?.nodes ?? [];
  if (result.data && (fileable.length === 0 || call.caller.kind !== 'REGULATOR')) {
    return <p className="meta">{t('called.nothingToFile')}</p>;
  }
  return (
    <Asked
      id={`${call.id}-file`}
      summary={t('called.file')}
      wanted={[
        {
          name: 'assessment',
          label: t('report.type.ASSESSMENT'),
          kind: 'select',
          options: fileable.map(({ id, title }) => ({ value: id, label: title })),
        },
      ]}
      submit={t('filing.file')}
      refused={t('can.refused')}
      act={file}
      run={async ({ assessment }) => {
        const chosen = fileable.find(({ id }) => id === assessment);
        if (!chosen?.contentHash) return null;
        const answer = await file.run({
          input: { assessment: chosen.id, contentHash: chosen.contentHash, regulator: call.caller.id },
          key: key.current,
        });
        key.current = crypto.randomUUID();
        return done(answer);
      }}
    />
  );
}

// What can be done to an assessment: by one press, or with a word more.
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';

import { Asked } from '#parts/Asked';
import { useAct } from '#parts/act';
import type { Step } from '#parts/CanNow';
import { can } from '#parts/permission';

import type { Assessment } from './AssessmentPage';
import { OpenConsultation, Publish, Recall, Renew, Return, Revoke, Submit, Withdraw } from './documents';

type Action = Assessment['viewerCan'][number]['action'];

export function useSteps({ id, revision, viewerCan, state }: Assessment, again: () => void) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const submit = useAct(Submit);
  const publish = useAct(Publish);
  const renew = useAct(Renew);
  const input = { id, expectedRevision: revision };
  const done = (data: unknown) => void (data && again());
  const step = (action: Action, more: Pick<Step, 'to' | 'act'>) => ({
    can: can(viewerCan, action),
    say: t(`can.${action}` as 'can.COMMENT_POST'),
    ...more,
  });
  const steps: Step[] = [
    step('ASSESSMENT_ANSWER', { to: '#questions' }),
    step('OPINION_GIVE', { to: '#questions' }),
    step('ASSESSMENT_OPEN_CONSULTATION', { to: '#acts' }),
    step('ASSESSMENT_SUBMIT', { act: () => void submit.run({ input }).then(done) }),
    step('ASSESSMENT_SIGN_OFF', { to: '#signatures' }),
    step('ASSESSMENT_PUBLISH', { act: () => void publish.run({ input }).then(done) }),
    step('ASSESSMENT_APPOINT_SIGNER', { to: '#signatures' }),
    step('ASSESSMENT_RECALL', { to: '#acts' }),
    step('ASSESSMENT_RETURN', { to: '#acts' }),
    step('FILING_FILE', { to: '#filings' }),
    step('ASSESSMENT_RENEW', {
      act: () =>
        void renew.run({ input }).then((data) => {
          const next = data?.renewAssessment.impactAssessment;
          if (next) go(`/assessments/${next.id}`);
        }),
    }),
    step('ASSESSMENT_REVOKE', { to: '#acts' }),
    step('ASSESSMENT_WITHDRAW', { to: '#acts' }),
  ];
  // Of acts that belong to another state only the next are of interest: a published assessment is not "closed" to answers.
  const isWritten = ['DRAFT', 'CHANGES_REQUESTED'].includes(state);
  const shown = steps.filter(
    ({ can: one }) =>
      one?.allowed ||
      (one?.code !== 'STATE' && one?.code !== 'CONSULTATION_CLOSED') ||
      (isWritten && one === can(viewerCan, 'ASSESSMENT_OPEN_CONSULTATION')),
  );
  const all = [submit, publish, renew];
  return { steps: shown, act: { faults: all.flatMap(({ faults }) => faults), isLost: all.some(({ isLost }) => isLost) } };
}

export function Acts({ assessment: { id, revision, viewerCan }, again }: { assessment: Assessment; again: () => void }) {
  const { t } = useTranslation();
  const consult = useAct(OpenConsultation);
  const acts = {
    ASSESSMENT_RECALL: useAct(Recall),
    ASSESSMENT_RETURN: useAct(Return),
    ASSESSMENT_REVOKE: useAct(Revoke),
    ASSESSMENT_WITHDRAW: useAct(Withdraw),
  } as const;
  const done = (data: unknown) => {
    if (data) again();
    return data;
  };
  const reasoned = (Object.keys(acts) as (keyof typeof acts)[]).filter((action) => can(viewerCan, action)?.allowed);
  const mayConsult = can(viewerCan, 'ASSESSMENT_OPEN_CONSULTATION')?.allowed;
  if (!mayConsult && reasoned.length === 0) return null;
  return (
    <div className="risk-acts text-block" id="acts" tabIndex={-1}>
      {mayConsult && (
        <Asked
          id={`${id}-consult`}
          summary={t('can.ASSESSMENT_OPEN_CONSULTATION')}
          wanted={[{ name: 'until', label: t('assessment.until'), hint: t('assessment.untilHint'), kind: 'date' }]}
          submit={t('assessment.consult')}
          refused={t('can.refused')}
          act={consult}
          run={({ until }) =>
            consult.run({ input: { id, until: until ? new Date(until).toISOString() : null, expectedRevision: revision } }).then(done)
          }
        />
      )}
      {reasoned.map((action) => (
        <Asked
          key={action}
          id={`${id}-${action}`}
          summary={t(`can.${action}`)}
          wanted={[{ name: 'reason', label: t('reason.label'), hint: t('reason.public') }]}
          submit={t(`can.${action}`)}
          refused={t('can.refused')}
          act={acts[action]}
          run={({ reason = '' }) => acts[action].run({ input: { id, reason, expectedRevision: revision } }).then(done)}
        />
      ))}
    </div>
  );
}

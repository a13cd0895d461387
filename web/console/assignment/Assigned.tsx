import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { useAct } from '#parts/act';
import { Button } from '#parts/Button';
import { Clock } from '#parts/Clock';
import { Outcome } from '#parts/Outcome';
import { can } from '#parts/permission';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';

import { AssignedQuery, MeQuery, SubmitAssignment } from './documents';

type Assignment = NonNullable<ResultOf<typeof AssignedQuery>['assignments']>['nodes'][number];

// Assigned is the work that my party has given to me, first what is due first.
export function Assigned() {
  const { t } = useTranslation();
  const [me] = useQuery({ query: MeQuery });
  const id = me.data?.viewer?.member?.id ?? '';
  const [result, ask] = useQuery({ query: AssignedQuery, variables: { me: id }, pause: !id, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  if (me.data && !id) return <Empty>{t('assigned.none')}</Empty>;
  return (
    <Answer result={result} again={again} bones={<Bones lines={3} />}>
      {({ assignments }) => {
        const all = [...(assignments?.nodes ?? [])].sort((a, b) => a.dueAt.localeCompare(b.dueAt));
        if (all.length === 0) return <Empty>{t('assigned.none')}</Empty>;
        return (
          <ul className="entries">
            {all.map((one) => (
              <OneAssignment key={one.id} assignment={one} again={again} />
            ))}
          </ul>
        );
      }}
    </Answer>
  );
}

function OneAssignment({ assignment, again }: { assignment: Assignment; again: () => void }) {
  const { t } = useTranslation();
  const submit = useAct(SubmitAssignment);
  const { id, part, dueAt, state, reason, revision, subject } = assignment;
  const { to, title } = placeOf(subject);
  return (
    <li className="entry">
      <h3>{to ? <Link href={to}>{title ?? t('me.untitled')}</Link> : (title ?? t('me.untitled'))}</h3>
      <p className="entry-meta">
        <Tag>{t(`assigned.state.${state}`)}</Tag>
        {part && <span>{t('assigned.part', { part })}</span>}
        <Clock due={dueAt} />
      </p>
      {reason && <p>{reason}</p>}
      {can(assignment.viewerCan, 'ASSIGNMENT_SUBMIT')?.allowed && (
        <p>
          <Button
            look="quiet"
            isBusy={submit.isBusy}
            onClick={() => void submit.run({ input: { id, expectedRevision: revision } }).then((done) => done && again())}
          >
            {t('assigned.submit')}
          </Button>
        </p>
      )}
      <Outcome act={submit} what={t('can.refused')} />
    </li>
  );
}

function placeOf(subject: Assignment['subject']): { to: string | null; title: string | null } {
  switch (subject?.__typename) {
    case 'ImpactAssessment':
      return { to: `/assessments/${subject.id}#questions`, title: subject.title };
    case 'Mitigation':
      return {
        to: subject.risk?.assessment ? `/assessments/${subject.risk.assessment.id}#${subject.risk.id}` : null,
        title: subject.planned,
      };
    case 'OfficialResponse':
      return { to: subject.proposal && `/proposals/${subject.proposal.id}#${subject.id}`, title: subject.proposal?.title ?? null };
    default:
      return { to: null, title: null };
  }
}

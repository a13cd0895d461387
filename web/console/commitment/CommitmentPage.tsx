import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { Clock } from '#parts/Clock';
import { Files } from '#parts/Files';
import { Back, Facts, Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Answer, Empty, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { CommitmentQuery } from './documents';
import { Plan, Replan, Report } from './Plan';
import './CommitmentPage.css';

export type Milestone = NonNullable<NonNullable<ResultOf<typeof CommitmentQuery>['commitment']>['milestones']>['nodes'][number];

// The page of a commitment: what a firm has promised, and how far it has got.
export default function CommitmentPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const [result, again] = useQuery({ query: CommitmentQuery, variables: { id } });
  const reread = () => again({ requestPolicy: 'network-only' });
  const commitment = result.data?.commitment;
  usePage(commitment ? (commitment.text?.title ?? t('commitment.untitled')) : undefined);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {() => {
        if (!commitment) return <Missing />;
        const { text, firm, dialogue, proposal } = commitment;
        const milestones = commitment.milestones?.nodes ?? [];
        return (
          <Page
            head={
              <>
                <Back to="/guidelines">{t('outcome.title')}</Back>
                <Tags>
                  <Tag>{t('proposal.kind.COMMITMENT')}</Tag>
                  <Tag isFilled={commitment.status === 'ON_TRACK'}>{t(`commitment.status.${commitment.status}`)}</Tag>
                  {commitment.late && <b className="alarm">{t('commitment.late')}</b>}
                </Tags>
                <h1 tabIndex={-1} lang={text?.language}>
                  {text?.title ?? t('commitment.untitled')}
                </h1>
                {text?.summary && (
                  <p className="lead" lang={text.language}>
                    {text.summary}
                  </p>
                )}
                <p className="byline">
                  {t('commitment.by')} <Party party={firm} />
                </p>
                {commitment.statusReason && <p className="noted">{commitment.statusReason}</p>}
              </>
            }
            isAsideLast
            aside={
              <section className="stack">
                <h2>{t('guideline.about')}</h2>
                <Facts
                  rows={[
                    [t('commitment.since'), date(commitment.createdAt)],
                    [t('guideline.dialogue'), dialogue && <Link href={`/dialogues/${dialogue.id}`}>{dialogue.title}</Link>],
                    [t('guideline.proposal'), proposal && <Link href={`/proposals/${proposal.id}`}>{proposal.title}</Link>],
                  ]}
                />
              </section>
            }
          >
            <Section title={t('commitment.progress')}>
              {milestones.length === 0 && <Empty>{t('commitment.noMilestones')}</Empty>}
              <ol className="milestones">
                {milestones.map((one) => (
                  <MilestoneOf key={one.id} milestone={one} again={reread} />
                ))}
              </ol>
              {can(commitment.viewerCan, 'MILESTONE_PLAN')?.allowed && <Plan commitment={id} again={reread} />}
            </Section>
            <Section title={t('commitment.text')}>
              <div className="text-block">
                {text?.body ? <Markdown text={text.body} lang={text.language} /> : <p className="soft">{t('comment.gone')}</p>}
              </div>
            </Section>
          </Page>
        );
      }}
    </Answer>
  );
}

function MilestoneOf({ milestone, again }: { milestone: Milestone; again: () => void }) {
  const { t } = useTranslation();
  const { title, progress, dueAt, reachedAt, late } = milestone;
  return (
    <li>
      <h3>{title}</h3>
      <p className="line-meta">
        <span>{t('commitment.percent', { progress })}</span>
        {reachedAt ? (
          <span>
            {t('commitment.reached')} <When at={reachedAt} isFar />
          </span>
        ) : (
          <Clock due={dueAt} isOver={late} />
        )}
      </p>
      <svg className="progress" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect className="is-done" width={progress} height="1" />
      </svg>
      <Files files={milestone.files} />
      {can(milestone.viewerCan, 'MILESTONE_REPORT')?.allowed && <Report milestone={milestone} again={again} />}
      {can(milestone.viewerCan, 'MILESTONE_REPLAN')?.allowed && <Replan milestone={milestone} again={again} />}
    </li>
  );
}

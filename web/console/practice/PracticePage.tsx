import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link, useSearchParams } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { Assessments } from '#assessment/Assessments';
import { BeginAssessment } from '#assessment/BeginAssessment';
import { MoreThread, Thread } from '#comment/Thread';
import { DialogueEntry } from '#dialogue/DialogueEntry';
import { CanNow } from '#parts/CanNow';
import { Facts, Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Answer, Empty, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { PracticeQuery, PracticeThreadQuery } from './documents';

type Practice = NonNullable<ResultOf<typeof PracticeQuery>['practice']>;

// The page of a practice: what a firm does, whether it was assessed, and what is said about it.
export default function PracticePage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const order = (['AGREEMENT', 'NEWEST', 'OLDEST'] as const).find((one) => one === search.get('order')) ?? 'AGREEMENT';
  const [result, ask] = useQuery({ query: PracticeQuery, variables: { id, order }, requestPolicy: 'cache-and-network' });
  const again = () => ask({ requestPolicy: 'network-only' });
  const practice = result.data?.practice;
  usePage(practice?.title);
  return (
    <Answer result={result} again={again}>
      {() => {
        if (!practice) return <Missing />;
        return (
          <Page
            head={
              <>
                <Tags>
                  <Tag>{t(`practice.kind.${practice.kind}`)}</Tag>
                  <Tag isFilled={practice.state === 'ACTIVE'}>{t(`practice.state.${practice.state}`)}</Tag>
                  <span>{t('proposal.version', { number: practice.version })}</span>
                </Tags>
                <h1 tabIndex={-1}>{practice.title}</h1>
                <p className="byline">
                  {t('practice.by')} <Party party={practice.firm} />
                </p>
                {practice.description && (
                  <div className="text-block">
                    <Markdown text={practice.description} />
                  </div>
                )}
                <What practice={practice} />
              </>
            }
            aside={
              <>
                <Assessed practice={practice} />
                <CanNow
                  steps={[
                    { can: can(practice.viewerCan, 'COMMENT_POST'), say: t('can.COMMENT_POST'), to: '#say' },
                    { can: can(practice.viewerCan, 'PRACTICE_REVISE'), say: t('can.PRACTICE_REVISE') },
                    { can: can(practice.viewerCan, 'PRACTICE_ACTIVATE'), say: t('can.PRACTICE_ACTIVATE') },
                    { can: can(practice.viewerCan, 'PRACTICE_PAUSE'), say: t('can.PRACTICE_PAUSE') },
                  ]}
                />
              </>
            }
          >
            <Section title={t('practice.dialogues')}>
              {practice.dialogues?.nodes.length === 0 && <Empty>{t('practice.noDialogues')}</Empty>}
              <ul className="entries">
                {practice.dialogues?.nodes.map((one) => (
                  <DialogueEntry key={one.id} dialogue={one} />
                ))}
              </ul>
            </Section>
            <Promises practice={practice} />
            <Section title={t('assessment.listTitle')} tools={<Link href="/assessments">{t('assessment.all')}</Link>}>
              <Assessments filter={{ practice: id }} none={t('assessment.ofPractice')} isOwn />
              {can(practice.viewerCan, 'ASSESSMENT_DRAFT')?.allowed && <BeginAssessment subject={id} title={practice.title} />}
            </Section>
            <Versions practice={practice} />
            <Thread
              subject={id}
              page={practice.thread}
              order={order}
              onOrder={(next) => setSearch({ order: next }, { replace: true })}
              fresh={0}
              refresh={again}
              permission={can(practice.viewerCan, 'COMMENT_POST')}
              further={
                <MoreThread
                  first={practice.thread?.pageInfo}
                  query={PracticeThreadQuery}
                  variables={{ id, order }}
                  read={(data) => data.practice?.thread}
                />
              }
            />
          </Page>
        );
      }}
    </Answer>
  );
}

function What({ practice }: { practice: Practice }) {
  const { t } = useTranslation();
  const { list } = useFormat();
  return (
    <Facts
      rows={[
        [t('practice.data'), list(practice.dataCategories)],
        [t('practice.groups'), list(practice.affectedGroups)],
      ]}
    />
  );
}

function Assessed({ practice: { assessmentStatus } }: { practice: Practice }) {
  const { t } = useTranslation();
  const { current, lastLevel, since } = assessmentStatus;
  return (
    <section className="stack">
      <h2>{t('practice.assessment')}</h2>
      <p>
        {current ? t('practice.assessed', { state: t(`assessment.state.${current.state}`) }) : t('practice.notAssessed')}{' '}
        {lastLevel && t('practice.level', { level: lastLevel })}
      </p>
      {since && (
        <p className="meta">
          <When at={since} isFar />
        </p>
      )}
    </section>
  );
}

function Promises({ practice }: { practice: Practice }) {
  const { t } = useTranslation();
  const commitments = practice.commitments?.nodes ?? [];
  if (commitments.length === 0) return null;
  return (
    <Section title={t('commitment.listTitle')}>
      <ul className="lines text-block">
        {commitments.map(({ id, status, late, text }) => (
          <li key={id}>
            <Link href={`/commitments/${id}`}>{text?.title ?? t('commitment.untitled')}</Link>{' '}
            <Tag isFilled={status === 'ON_TRACK'}>{t(`commitment.status.${status}`)}</Tag>{' '}
            {late && <b className="alarm">{t('commitment.late')}</b>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Versions({ practice }: { practice: Practice }) {
  const { t } = useTranslation();
  const versions = practice.versions?.nodes ?? [];
  if (versions.length < 2) return null;
  return (
    <Section title={t('versions.all')}>
      <ol className="lines text-block">
        {versions.map(({ id, number, reason, createdAt, editor }) => (
          <li key={id}>
            <p className="line-meta">
              <b>{t('proposal.version', { number })}</b> <Party party={editor} /> <When at={createdAt} />
            </p>
            {reason && <p>{reason}</p>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { useLive } from '#app/live';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { useFresh } from '#comment/fresh';
import { CanNow } from '#parts/CanNow';
import { Facts, Page, Section } from '#parts/Layout';
import { Outcome } from '#parts/Outcome';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Answer, Bones, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { When } from '#parts/When';
import { inLanguage, templateOf } from '#template/form';
import { useFormat } from '#text/format';

import { Acts, useSteps } from './Acts';
import { AssessmentQuery, AssessmentUpdated } from './documents';
import { MissingFirst } from './Missing';
import { Questions } from './Questions';
import { Risks } from './Risks';
import { Score } from './Score';
import { Signatures } from './Signatures';

const Changes = lazy(() => import('./Changes'));
const Discussion = lazy(() => import('./Discussion').then((loaded) => ({ default: loaded.Discussion })));
const Filings = lazy(() => import('./Filings').then((loaded) => ({ default: loaded.Filings })));
const Reports = lazy(() => import('#report/Reports').then((loaded) => ({ default: loaded.Reports })));

export type Assessment = NonNullable<ResultOf<typeof AssessmentQuery>['impactAssessment']>;

// The page of an impact assessment: what is missing first, then what was answered, what others think of it, and who has signed it.
export default function AssessmentPage({ id = '' }: { id?: string }) {
  const { i18n } = useTranslation();
  const language = i18n.resolvedLanguage;
  const [result, ask] = useQuery({ query: AssessmentQuery, variables: { id, language }, requestPolicy: 'cache-and-network' });
  const [document, setDocument] = useState<string>(); // of the template; the questions bring it
  const again = () => ask({ requestPolicy: 'network-only' });
  const assessment = result.data?.impactAssessment;
  usePage(assessment?.title);
  const { viewer } = useSession();
  const { fresh, note, clear } = useFresh(viewer?.party?.id);
  useLive(
    AssessmentUpdated,
    { id },
    {
      after: result.data?.head,
      again,
      on({ impactAssessmentUpdated: event }) {
        note(event?.act.type ?? '', event?.comment);
        if (!event?.comment) again();
      },
    },
  );
  const titles = useMemo(() => {
    const template = document ? templateOf(document) : null;
    const all = new Map(template?.sections.flatMap(({ questions }) => questions).map((one) => [one.key, one.title]));
    return (key: string) => (template ? inLanguage(all.get(key), template, language ?? 'en')?.text : undefined);
  }, [document, language]);
  return (
    <Answer result={result} again={again}>
      {() => (assessment ? <Shown {...{ assessment, titles, again, document, setDocument, fresh, clear }} /> : <Missing />)}
    </Answer>
  );
}

interface ShownProps {
  assessment: Assessment;
  titles: (key: string) => string | undefined;
  document: string | undefined;
  setDocument: (document: string) => void;
  again: () => void;
  fresh: number;
  clear: () => void;
}

function Shown({ assessment, titles, document, setDocument, again, fresh, clear }: ShownProps) {
  const { t } = useTranslation();
  const { steps, act } = useSteps(assessment, again);
  const may = (action: Parameters<typeof can>[1]) => can(assessment.viewerCan, action)?.allowed ?? false;
  const { id, contentHash } = assessment;
  return (
    <Page
      head={
        <>
          <Head assessment={assessment} />
          <MissingFirst missing={assessment.missingToPublish} titles={titles} />
        </>
      }
      aside={
        <>
          <CanNow steps={steps}>
            <Outcome act={act} what={t('can.refused')} />
          </CanNow>
          <Score assessment={assessment} titles={titles} />
        </>
      }
    >
      <Acts assessment={assessment} again={again} />
      <Questions
        id={id}
        mayAnswer={may('ASSESSMENT_ANSWER')}
        mayGiveOpinion={may('OPINION_GIVE')}
        score={assessment.score.byQuestion}
        onTemplate={setDocument}
        again={again}
      />
      <Risks id={id} mayAdd={may('RISK_ADD')} again={again} />
      <Signatures assessment={assessment} again={again} />
      <Withheld assessment={assessment} />
      <Versions assessment={assessment} document={document} />
      <Suspense>
        <Filings id={id} contentHash={contentHash} mayFile={may('FILING_FILE')} />
        <Reports assessment={id} />
      </Suspense>
      <Suspense>
        <Discussion id={id} fresh={fresh} onRead={clear} />
      </Suspense>
    </Page>
  );
}

function Head({ assessment }: { assessment: Assessment }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { subject, state, score, template, phase, consultationUntil } = assessment;
  const stale = assessment.staleBecause.filter(({ resolvedAt }) => !resolvedAt);
  return (
    <>
      <Tags>
        <Tag>{t('report.type.ASSESSMENT')}</Tag>
        <Tag isFilled={state === 'PUBLISHED' || state === 'IN_CONSULTATION'}>{t(`assessment.tag.${state}`)}</Tag>
        {score.level && <span>{t('assessment.level', { level: score.level })}</span>}
        {assessment.reference && <span>{assessment.reference}</span>}
        <span>{t('proposal.version', { number: assessment.version })}</span>
      </Tags>
      <h1 tabIndex={-1}>{assessment.title}</h1>
      <p className="byline">
        {t('assessment.by')} <Party party={assessment.firm} />
      </p>
      {stale.map(({ cause, since }) => (
        <p key={cause} className="noted">
          <b>{t('assessment.outdated')}</b> {t(`stale.${cause}`)} <When at={since} />
        </p>
      ))}
      {assessment.stateReason && <p className="noted">{t('proposal.because', { reason: assessment.stateReason })}</p>}
      <Facts
        rows={[
          subject && [
            t('assessment.subject'),
            <>
              <Link href={`/${subject.__typename === 'Practice' ? 'practices' : 'proposals'}/${subject.id}`}>{subject.title}</Link>{' '}
              <span className="meta">{t('proposal.version', { number: assessment.subjectVersion })}</span>
            </>,
          ],
          [
            t('assessment.template'),
            <Link href={`/templates/${template.id}`} lang={template.title.language}>
              {template.title.text}
            </Link>,
          ],
          phase && [t('assessment.phase'), t(`assessment.phases.${phase}`)],
          state === 'IN_CONSULTATION' && [
            t('assessment.consultation'),
            consultationUntil ? date(consultationUntil) : t('assessment.openEnd'),
          ],
          assessment.publishedAt !== null && [t('assessment.published'), date(assessment.publishedAt)],
          assessment.nextReviewDueAt !== null && [t('assessment.review'), date(assessment.nextReviewDueAt)],
          assessment.previous && [
            t('assessment.previous'),
            <Link href={`/assessments/${assessment.previous.id}`}>{assessment.previous.title}</Link>,
          ],
          assessment.next && [t('assessment.next'), <Link href={`/assessments/${assessment.next.id}`}>{assessment.next.title}</Link>],
        ]}
      />
    </>
  );
}

function Withheld({ assessment: { redactions } }: { assessment: Assessment }) {
  const { t } = useTranslation();
  if (redactions.length === 0) return null;
  return (
    <Section title={t('assessment.withheld')}>
      <ul className="lines text-block">
        {redactions.map(({ path, reason }) => (
          <li key={path.join('.')}>
            <code>{path.join(' / ')}</code>: {reason}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Versions({ assessment: { versions, contentHash }, document }: { assessment: Assessment; document: string | undefined }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const all = versions?.nodes ?? [];
  if (all.length === 0) return null;
  return (
    <Section title={t('versions.all')}>
      <ol className="lines text-block">
        {all.map(({ id, number, contentHash: hash, createdAt }) => (
          <li key={id}>
            <p className="line-meta">
              <b>{t('proposal.version', { number })}</b> <When at={createdAt} />
              {hash === contentHash && <Tag>{t('assessment.current')}</Tag>}
            </p>
            <p className="hash">
              <code>{hash}</code>
            </p>
          </li>
        ))}
      </ol>
      {all.length > 1 && (
        <details className="asked text-block" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
          <summary>{t('versions.compare')}</summary>
          <Suspense fallback={<Bones lines={4} />}>{isOpen && <Changes versions={all} document={document} />}</Suspense>
        </details>
      )}
    </Section>
  );
}

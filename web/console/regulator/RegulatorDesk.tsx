import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { AssessmentEntry } from '#assessment/AssessmentEntry';
import { Clock } from '#parts/Clock';
import { Entry, Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';
import { PracticeEntry } from '#practice/PracticeEntry';
import { Reports } from '#report/Reports';

import { JurisdictionsQuery, RegulatorQuery } from './documents';

type Data = ResultOf<typeof RegulatorQuery>;

// RegulatorDesk is what a regulator looks at first: what is late, what is out of date and why, what was filed, and reports that are signed.
export function RegulatorDesk() {
  const { i18n } = useTranslation();
  const [mine] = useQuery({ query: JurisdictionsQuery });
  const jurisdiction = mine.data?.viewer?.stakeholder?.jurisdictions;
  const [result, ask] = useQuery({
    query: RegulatorQuery,
    variables: { jurisdiction: jurisdiction?.length ? jurisdiction : null, language: i18n.resolvedLanguage },
    pause: !mine.data,
    requestPolicy: 'cache-and-network',
  });
  return (
    <>
      <Answer result={result} again={() => ask({ requestPolicy: 'network-only' })} bones={<Bones lines={8} />}>
        {(data) => (
          <>
            <Late data={data} />
            <Filed data={data} />
            <Outdated data={data} />
            <Without data={data} />
            <Open data={data} />
          </>
        )}
      </Answer>
      <PortfolioReports />
    </>
  );
}

function PortfolioReports() {
  const { t } = useTranslation();
  return <Reports title={t('supervision.reports')} />;
}

// Official responses and commitments whose date has passed, and responses that are still due.
function Late({ data }: { data: Data }) {
  const { t } = useTranslation();
  const responses = (data.asked?.nodes ?? [])
    .flatMap((proposal) => (proposal.responses?.nodes ?? []).map((response) => ({ proposal, response })))
    .filter(({ response }) => response.state === 'REQUESTED')
    .sort((a, b) => a.response.dueAt.localeCompare(b.response.dueAt));
  const commitments = data.late?.nodes ?? [];
  return (
    <Section title={t('supervision.late')}>
      {responses.length + commitments.length === 0 && <Empty>{t('supervision.nothingLate')}</Empty>}
      <ul className="entries">
        {responses.map(({ proposal, response }) => (
          <Entry key={response.id} title={proposal.title} lang={proposal.language} to={`/proposals/${proposal.id}#${response.id}`}>
            <span>{t('supervision.response')}</span>
            <Party party={response.addressee} />
            <Clock due={response.dueAt} isOver={response.late} />
          </Entry>
        ))}
        {commitments.map(({ id, text, status, firm }) => (
          <Entry key={id} title={text?.title ?? t('commitment.untitled')} lang={text?.language} to={`/commitments/${id}`}>
            <Party party={firm} />
            <Tag>{t(`commitment.status.${status}`)}</Tag>
            <b className="alarm">{t('commitment.late')}</b>
          </Entry>
        ))}
      </ul>
    </Section>
  );
}

function Filed({ data }: { data: Data }) {
  const { t } = useTranslation();
  const filings = data.filed?.nodes ?? [];
  return (
    <Section title={t('supervision.filed')} tools={<Link href="/calls">{t('call.listTitle')}</Link>}>
      {filings.length === 0 && <Empty>{t('supervision.nothingFiled')}</Empty>}
      <ul className="entries">
        {filings.map(({ id, firm, assessment, filedAt }) => (
          <Entry key={id} title={assessment?.title ?? t('report.type.ASSESSMENT')} to={`/calls#${id}`}>
            <Party party={firm} />
            <When at={filedAt} />
          </Entry>
        ))}
      </ul>
    </Section>
  );
}

function Outdated({ data }: { data: Data }) {
  const { t } = useTranslation();
  const due = data.due?.nodes ?? [];
  return (
    <Section title={t('supervision.outdated')}>
      {due.length === 0 && <Empty>{t('supervision.nothingOutdated')}</Empty>}
      <ul className="entries">
        {due.map((assessment) => (
          <li key={assessment.id} className="entry">
            <h3>
              <Link href={`/assessments/${assessment.id}`}>{assessment.title}</Link>
            </h3>
            <p className="entry-meta">
              <Party party={assessment.firm} />
              {assessment.nextReviewDueAt && <Clock due={assessment.nextReviewDueAt} />}
            </p>
            {assessment.staleBecause
              .filter(({ resolvedAt }) => !resolvedAt)
              .map(({ cause, since }) => (
                <p key={cause}>
                  {t(`stale.${cause}`)}{' '}
                  <span className="meta">
                    <When at={since} />
                  </span>
                </p>
              ))}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Without({ data }: { data: Data }) {
  const { t } = useTranslation();
  const practices = data.without?.nodes ?? [];
  return (
    <Section title={t('supervision.without', { count: data.without?.totalCount ?? 0 })}>
      {practices.length === 0 && <Empty>{t('supervision.allAssessed')}</Empty>}
      <ul className="entries">
        {practices.map((practice) => (
          <PracticeEntry key={practice.id} practice={practice} />
        ))}
      </ul>
    </Section>
  );
}

function Open({ data }: { data: Data }) {
  const { t } = useTranslation();
  const open = data.open?.nodes ?? [];
  if (open.length === 0) return null;
  return (
    <Section title={t('supervision.open')} tools={<Link href="/assessments">{t('assessment.listTitle')}</Link>}>
      <ul className="entries">
        {open.map((assessment) => (
          <AssessmentEntry key={assessment.id} assessment={assessment} />
        ))}
      </ul>
    </Section>
  );
}

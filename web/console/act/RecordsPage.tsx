import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { Button } from '#parts/Button';
import { Facts, Page, Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Answer, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';
import { useActWords } from '#text/acts';
import { useFormat } from '#text/format';

import { RecordsQuery } from './documents';
import './RecordsPage.css';

type Data = ResultOf<typeof RecordsQuery>;
type Act = NonNullable<Data['acts']>['nodes'][number];

// The records: the log of acts with its signed checkpoint, and published reports with their hashes.
export default function RecordsPage() {
  const { t } = useTranslation();
  const say = useActWords();
  const [before, setBefore] = useState<string | null>(null);
  const [result, again] = useQuery({ query: RecordsQuery, variables: { after: before }, requestPolicy: 'cache-and-network' });
  usePage(t('records.title'));
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('records.title')}</h1>
          <p className="lead">{t('records.lead')}</p>
        </>
      }
      isAsideLast
      aside={result.data && <Proof data={result.data} />}
    >
      <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
        {({ acts, reports }) => (
          <>
            <Section title={t('records.reports')}>
              {reports?.nodes.length === 0 && <Empty>{t('records.noReports')}</Empty>}
              <ul className="entries">
                {reports?.nodes.map((report) => (
                  <ReportOf key={report.id} report={report} />
                ))}
              </ul>
            </Section>
            <Section title={t('records.acts')}>
              <ol className="acts" reversed>
                {[...(acts?.nodes ?? [])].reverse().map((act) => (
                  <ActOf key={act.id} act={act} say={say} />
                ))}
              </ol>
              <p className="line-meta more">
                {acts?.pageInfo.hasPreviousPage && (
                  <Button look="quiet" onClick={() => setBefore(acts.pageInfo.startCursor)}>
                    {t('records.earlier')}
                  </Button>
                )}
                {before && (
                  <Button look="link" onClick={() => setBefore(null)}>
                    {t('records.latest')}
                  </Button>
                )}
              </p>
            </Section>
          </>
        )}
      </Answer>
    </Page>
  );
}

const folders = {
  Dialogue: 'dialogues',
  Proposal: 'proposals',
  Practice: 'practices',
  Comment: 'comments',
  Guideline: 'guidelines',
  Commitment: 'commitments',
} as const;

function ActOf({ act, say }: { act: Act; say: (type: string) => string }) {
  const { t } = useTranslation();
  const { subject } = act;
  const named =
    subject && 'id' in subject
      ? {
          id: subject.id,
          folder: folders[subject.__typename],
          title: 'title' in subject ? subject.title : t(`records.subject.${subject.__typename}`),
        }
      : null;
  return (
    <li className="act">
      <span className="act-seq">{act.seq}</span>
      <div>
        <p>
          {say(act.type)}
          {named && (
            <>
              {': '}
              <Link href={`/${named.folder}/${named.id}`}>{named.title}</Link>
            </>
          )}
        </p>
        <p className="line-meta">
          {act.stakeholder && <Party party={act.stakeholder} />}
          <When at={act.at} />
        </p>
        {act.reason && <p className="soft">{act.reason}</p>}
      </div>
    </li>
  );
}

function Proof({ data: { actLog } }: { data: Data }) {
  const { t } = useTranslation();
  if (!actLog) return null;
  const { origin, keys, checkpoint } = actLog;
  return (
    <section className="stack">
      <h2>{t('records.proof')}</h2>
      <p>{t('records.proofText')}</p>
      <Facts
        rows={[
          [t('records.origin'), <code key="origin">{origin}</code>],
          [t('records.size'), checkpoint?.size],
          [t('records.signed'), checkpoint && <When at={checkpoint.at} />],
          [t('records.root'), checkpoint && <code>{checkpoint.root}</code>],
          [t('result.key'), keys.at(-1) && <code>{keys.at(-1)}</code>],
        ]}
      />
      {checkpoint && (
        <details className="hash">
          <summary>{t('records.checkpoint')}</summary>
          <pre className="note">{checkpoint.note}</pre>
        </details>
      )}
    </section>
  );
}

function ReportOf({ report }: { report: NonNullable<Data['reports']>['nodes'][number] }) {
  const { t } = useTranslation();
  const { bytes } = useFormat();
  return (
    <li className="entry">
      <h3>{report.title ?? t(`report.type.${report.type}`)}</h3>
      <p className="entry-meta">
        <Tag>{t(`report.type.${report.type}`)}</Tag>
        <Tag isFilled={report.state === 'READY'}>{t(`report.state.${report.state}`)}</Tag>
        <span>{t('report.asOf', { seq: report.asOf.seq })}</span>
        <When at={report.createdAt} />
      </p>
      {report.files && report.files.length > 0 && (
        <p className="entry-meta">
          {report.files.map((file) => (
            <a key={file.format} href={file.url}>
              {file.format} ({bytes(file.bytes)})
            </a>
          ))}
          <a href={`/reports/${report.id}.sig`}>{t('report.signature')}</a>
        </p>
      )}
      {report.hash && (
        <p className="meta">
          {t('report.hash')} <code>{report.hash}</code>
        </p>
      )}
    </li>
  );
}

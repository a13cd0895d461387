import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import type { ResultOf } from '#app/graphql';
import { useLive } from '#app/live';
import { useAct } from '#parts/act';
import { Asked } from '#parts/Asked';
import { Button } from '#parts/Button';
import { Section } from '#parts/Layout';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { ReportQuery, ReportsQuery, ReportUpdated, RequestReport } from './documents';
import './Reports.css';

type Data = ResultOf<typeof ReportsQuery>;
type Report = NonNullable<Data['reports']>['nodes'][number];

const audiences = ['PUBLIC', 'REGULATOR', 'PARTY'] as const;

// Reports of an assessment, or of a portfolio: ask for one, see it being made, read its files and check them.
export function Reports({ assessment, title }: { assessment?: string; title?: string }) {
  const { t, i18n } = useTranslation();
  const type = assessment ? ('ASSESSMENT' as const) : ('PORTFOLIO' as const);
  const [result, ask] = useQuery({ query: ReportsQuery, variables: { type: [type] }, requestPolicy: 'cache-and-network' });
  const request = useAct(RequestReport);
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <Section title={title ?? t('report.title')} id="reports">
      <Answer result={result} again={again} bones={<Bones lines={2} />}>
        {(data) => {
          const reports = data.reports?.nodes.filter(({ scope }) => !assessment || scope.includes(assessment)) ?? [];
          const mayRequest = data.viewer?.viewerCan.some(({ allowed }) => allowed);
          const isRegulator = data.viewer?.roles.includes('REGULATOR');
          const offered = audiences.filter((one) => one !== 'REGULATOR' || isRegulator);
          return (
            <>
              {reports.length === 0 && <Empty>{t('report.none')}</Empty>}
              <ul className="entries">
                {reports.map((report) => (
                  <OneReport key={report.id} report={report} keys={data.actLog?.keys ?? []} head={data.head} />
                ))}
              </ul>
              {mayRequest && (
                <Asked
                  id={`${assessment ?? 'portfolio'}-report`}
                  summary={t('can.REPORT_REQUEST')}
                  wanted={[
                    {
                      name: 'audience',
                      label: t('report.audienceLabel'),
                      hint: t('report.audienceHint'),
                      kind: 'select',
                      value: isRegulator ? 'REGULATOR' : 'PUBLIC',
                      options: offered.map((value) => ({ value, label: t(`report.audience.${value}`) })),
                    },
                  ]}
                  submit={t('report.ask')}
                  refused={t('can.refused')}
                  act={request}
                  run={async ({ audience }) => {
                    const done = await request.run({
                      input: {
                        type,
                        audience: audiences.find((one) => one === audience) ?? 'PUBLIC',
                        language: i18n.resolvedLanguage ?? 'en',
                        ...(assessment ? { assessment } : { portfolio: {} }),
                      },
                    });
                    if (done) again();
                    return done;
                  }}
                />
              )}
            </>
          );
        }}
      </Answer>
    </Section>
  );
}

const isMaking = ({ state }: Report) => state === 'QUEUED' || state === 'RUNNING';

// The signature of a report that is not for everybody has no address of its own that opens without a token: it is saved from here.
function save({ id, signature }: Report) {
  const url = URL.createObjectURL(new Blob([signature ?? ''], { type: 'text/plain' }));
  Object.assign(document.createElement('a'), { href: url, download: `${id}.sig` }).click();
  URL.revokeObjectURL(url);
}

// OneReport is followed while it is made.
function OneReport({ report: given, keys, head }: { report: Report; keys: readonly string[]; head: string | null }) {
  const { t } = useTranslation();
  const { bytes } = useFormat();
  const [result, ask] = useQuery({ query: ReportQuery, variables: { id: given.id }, pause: !isMaking(given) });
  const report = result.data?.report ?? given;
  const making = isMaking(report);
  const again = () => ask({ requestPolicy: 'network-only' });
  useLive(ReportUpdated, { id: given.id }, { after: making ? head : null, on: again, again });
  useEffect(() => {
    if (!making) return;
    const timer = setInterval(() => ask({ requestPolicy: 'network-only' }), 1_500); // how far it has come is no event
    return () => clearInterval(timer);
  }, [making, ask]);
  const key = keys.at(-1) ?? 'KEY';
  const pdf = report.files?.find(({ format }) => format === 'pdf') ?? report.files?.[0];
  return (
    <li className="entry" id={report.id}>
      <h3>{report.title ?? t(`report.type.${report.type}`)}</h3>
      <p className="entry-meta" role={making ? 'status' : undefined}>
        <Tag isFilled={report.state === 'READY'}>{t(`report.state.${report.state}`)}</Tag>
        <span>{t(`report.audience.${report.audience}`)}</span>
        <span>{t('report.asOf', { seq: report.asOf.seq })}</span>
        <When at={report.asOf.time} />
        {report.progress && <span>{t('report.progress', { done: report.progress.done, total: report.progress.total })}</span>}
      </p>
      {report.state === 'FAILED' && <p className="alarm">{t('report.failed')}</p>}
      {report.files && report.files.length > 0 && (
        <details className="asked">
          <summary>{t('report.files', { count: report.files.length })}</summary>
          <ul className="report-files">
            {report.files.map((file) => (
              <li key={file.format}>
                <span>
                  <a href={file.url}>{file.format}</a> ({bytes(file.bytes)})
                </span>
                <code>{file.sha256}</code>
              </li>
            ))}
            <li>
              <Button look="link" onClick={() => save(report)}>
                {t('report.signature')}
              </Button>
            </li>
          </ul>
          {pdf && (
            <>
              <p className="meta text-block">{t('report.verify')}</p>
              <pre className="note">{`plenary report verify ${report.id}.${pdf.format} --sig ${report.id}.sig --key ${key}`}</pre>
            </>
          )}
        </details>
      )}
    </li>
  );
}

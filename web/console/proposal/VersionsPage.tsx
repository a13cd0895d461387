import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { useLocation } from 'wouter';

import { usePage } from '#app/page';
import { Diff } from '#parts/Diff';
import { Field } from '#parts/Field';
import { Back, Page, Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Answer, Empty, Missing } from '#parts/States';
import { When } from '#parts/When';

import { VersionsQuery } from './documents';
import './VersionsPage.css';

// The versions of a proposal: what changed between two, in words, and why and by whom.
export default function VersionsPage({ id = '', range = '' }: { id?: string; range?: string }) {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [from = 1, to = from] = range.split('..').map(Number).filter(Number.isInteger);
  const [result, again] = useQuery({ query: VersionsQuery, variables: { id, from, to } });
  const proposal = result.data?.proposal;
  usePage(proposal ? t('versions.title', { title: proposal.title }) : undefined);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {() => {
        if (!proposal) return <Missing />;
        const versions = proposal.versions?.nodes ?? [];
        const pick = (a: number, b: number) => go(`/proposals/${id}/versions/${a}..${b}`, { replace: true });
        const picker = (label: string, value: number, onPick: (number: number) => void) => (
          <Field label={label}>
            {(control) => (
              <select {...control} value={value} onChange={({ target }) => onPick(Number(target.value))}>
                {versions.map(({ number }) => (
                  <option key={number} value={number}>
                    {t('proposal.version', { number })}
                  </option>
                ))}
              </select>
            )}
          </Field>
        );
        return (
          <Page
            head={
              <>
                <Back to={`/proposals/${id}`}>{proposal.title}</Back>
                <h1 tabIndex={-1}>{t('versions.heading')}</h1>
                <div className="filters">
                  {picker(t('versions.from'), from, (number) => pick(number, to))}
                  {picker(t('versions.to'), to, (number) => pick(from, number))}
                </div>
              </>
            }
          >
            <Section title={from === to ? t('versions.same') : t('versions.changes', { from, to })}>
              <div className="version-text">
                {proposal.diff ? <Diff hunks={proposal.diff} lang={proposal.language} /> : <Empty>{t('versions.none')}</Empty>}
              </div>
            </Section>
            <Section title={t('versions.all')}>
              <ol className="version-list">
                {versions.map((version) => (
                  <li key={version.id}>
                    <p className="line-meta">
                      <b>{t('proposal.version', { number: version.number })}</b>
                      <Party party={version.editor} />
                      <When at={version.createdAt} />
                    </p>
                    <p>{version.reason ?? t(version.number === 1 ? 'versions.first' : 'versions.noReason')}</p>
                    {version.contentHash && (
                      <details className="hash">
                        <summary>{t('versions.hash')}</summary>
                        <code>{version.contentHash}</code>
                      </details>
                    )}
                  </li>
                ))}
              </ol>
            </Section>
          </Page>
        );
      }}
    </Answer>
  );
}

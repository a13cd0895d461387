import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import { Asked } from '#parts/Asked';
import { useAct } from '#parts/act';
import { Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Answer, Bones } from '#parts/States';
import { Tag } from '#parts/Tag';
import { When } from '#parts/When';

import { File, FilingsQuery } from './documents';

// Filings say with which regulators the assessment was filed; only the firm and the regulator see them.
export function Filings({ id, contentHash, mayFile }: { id: string; contentHash: string | null; mayFile: boolean }) {
  const { t } = useTranslation();
  const [result, ask] = useQuery({ query: FilingsQuery, variables: { id }, requestPolicy: 'cache-and-network' });
  const file = useAct(File);
  const key = useRef(crypto.randomUUID());
  const again = () => ask({ requestPolicy: 'network-only' });
  const filings = result.data?.impactAssessment?.filings?.nodes ?? [];
  if (result.data && filings.length === 0 && !mayFile) return null;
  return (
    <Section title={t('filing.title')} id="filings">
      <Answer result={result} again={again} bones={<Bones lines={2} />}>
        {({ stakeholders }) => (
          <>
            <ul className="lines text-block">
              {filings.map((filing) => (
                <li key={filing.id} className="stack">
                  <p className="line-meta">
                    <Party party={filing.regulator} />
                    <Tag isFilled={filing.state === 'ACKNOWLEDGED'}>{t(`filing.state.${filing.state}`)}</Tag>
                    <span>{t('proposal.version', { number: filing.version })}</span>
                    <When at={filing.answeredAt ?? filing.filedAt} />
                  </p>
                  {filing.reason && <p>{filing.reason}</p>}
                  {filing.receipt && (
                    <details className="hash">
                      <summary>{t('filing.receipt')}</summary>
                      <pre className="note">{filing.receipt}</pre>
                    </details>
                  )}
                </li>
              ))}
            </ul>
            {mayFile && contentHash && (
              <Asked
                id={`${id}-file`}
                summary={t('can.FILING_FILE')}
                wanted={[
                  {
                    name: 'regulator',
                    label: t('filing.regulator'),
                    hint: t('filing.hint'),
                    kind: 'select',
                    options: stakeholders?.nodes.map((one) => ({ value: one.id, label: one.name })) ?? [],
                  },
                ]}
                submit={t('filing.file')}
                refused={t('can.refused')}
                act={file}
                run={async ({ regulator = '' }) => {
                  const done = await file.run({ input: { assessment: id, contentHash, regulator }, key: key.current });
                  key.current = crypto.randomUUID();
                  if (done) again();
                  return done;
                }}
              />
            )}
          </>
        )}
      </Answer>
    </Section>
  );
}

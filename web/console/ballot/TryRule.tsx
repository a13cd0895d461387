import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import { Answer, Bones } from '#parts/States';
import { Tag } from '#parts/Tag';

import { TryQuery } from './documents';
import { Findings } from './Findings';
import { useRuleWords, type Rule } from './rule';

interface Props {
  rule: string;
  document: Rule;
  leaves: readonly { leaf: string; seats: number }[];
}

// TryRule says what a rule would decide on counts that one types in, and what it would compare.
export function TryRule({ rule, document, leaves }: Props) {
  const { t } = useTranslation();
  const { choices } = document.ballot;
  const { group, choice } = useRuleWords();
  const [counts, setCounts] = useState<Record<string, number>>(() =>
    Object.fromEntries(leaves.map(({ leaf, seats }) => [`${leaf} ${choices[0]}`, seats])),
  );
  const lines = leaves.flatMap(({ leaf, seats }) => {
    const cast = choices.map((vote) => ({ leaf, vote, parties: counts[`${leaf} ${vote}`] ?? 0 })).filter(({ parties }) => parties > 0);
    const silent = seats - cast.reduce((sum, { parties }) => sum + parties, 0);
    return silent > 0 ? [...cast, { leaf, parties: silent }] : cast;
  });
  const [result, again] = useQuery({ query: TryQuery, variables: { rule, counts: lines }, pause: lines.length === 0 });
  const set = (name: string, value: string) =>
    setCounts({ ...counts, [name]: Math.max(0, Math.min(9_999, Math.trunc(Number(value) || 0))) });
  return (
    <div className="opening">
      <p className="meta">{t('opening.tryHint')}</p>
      <div className="scrolls" tabIndex={0} role="region" aria-label={t('opening.try')}>
        <table className="counts">
          <thead>
            <tr>
              <th scope="col">{t('ballot.group')}</th>
              {choices.map((one) => (
                <th key={one} scope="col">
                  {choice(one)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {leaves.map(({ leaf }) => (
              <tr key={leaf}>
                <th scope="row">{group(leaf)}</th>
                {choices.map((one) => (
                  <td key={one}>
                    <input
                      type="number"
                      min={0}
                      inputMode="numeric"
                      aria-label={`${group(leaf)}, ${choice(one)}`}
                      value={counts[`${leaf} ${one}`] ?? 0}
                      onChange={({ target }) => set(`${leaf} ${one}`, target.value)}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div role="status">
        <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={1} />}>
          {({ previewResult }) =>
            previewResult && (
              <p>
                {t('opening.would')}{' '}
                <Tag isFilled={previewResult.outcome === 'ADOPTED'}>{t(`ballot.outcome.${previewResult.outcome}`)}</Tag>
              </p>
            )
          }
        </Answer>
      </div>
      {result.data?.previewResult && (
        <details>
          <summary>{t('result.tests')}</summary>
          <Findings result={result.data.previewResult} rule={document} />
        </details>
      )}
    </div>
  );
}

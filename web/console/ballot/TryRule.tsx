import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import { Answer, Bones } from '#parts/States';
import { Tag } from '#parts/Tag';

import { PreviewRollQuery, TryQuery } from './documents';
import { useRuleWords } from './rule';

interface Props {
  rule: string;
  dialogue: string;
  choices: readonly string[];
}

// TryRule says what a rule would decide on counts that one types in.
export function TryRule({ rule, dialogue, choices }: Props) {
  const [roll] = useQuery({ query: PreviewRollQuery, variables: { rule, dialogue } });
  const leaves = roll.data?.previewRoll?.leaves;
  return leaves ? <Counts rule={rule} choices={choices} leaves={leaves} /> : <Bones lines={4} />;
}

type Leaf = { leaf: string; seats: number };

function Counts({ rule, choices, leaves }: { rule: string; choices: readonly string[]; leaves: readonly Leaf[] }) {
  const { t } = useTranslation();
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
    </div>
  );
}

import { useTranslation } from 'react-i18next';

import { Tag } from '#parts/Tag';

import { useRuleWords, type Rule } from './rule';

interface Finding {
  key: string;
  group: string | null;
  left: string;
  base: string;
  bound: string;
  holds: boolean;
  cause: 'EMPTY' | 'NO_BASE' | 'DESTROYED' | null;
}

const kinds = ['quorum', 'tests', 'objections'] as const;

interface Props {
  result: Record<(typeof kinds)[number], readonly Finding[]>;
  rule: Rule;
}

// Findings are what a rule has compared, each with its numbers and whether it held.
export function Findings({ result, rule }: Props) {
  const { t } = useTranslation();
  const { group, choice } = useRuleWords();
  const named = (key: string) => [...rule.tests, ...rule.objections].find(({ id }) => id === key)?.choice;
  return (
    <div className="scrolls" tabIndex={0} role="region" aria-label={t('result.tests')}>
      <table className="checks">
        <thead>
          <tr>
            <th scope="col">{t('result.condition')}</th>
            <th scope="col">{t('ballot.group')}</th>
            <th scope="col">{t('result.numbers')}</th>
            <th scope="col">{t('result.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {kinds.flatMap((kind) =>
            result[kind].map((one, index) => (
              <tr key={`${kind}${index}`}>
                <th scope="row">
                  {named(one.key)
                    ? t('result.ofChoice', { kind: t(`result.kind.${kind}`), choice: choice(named(one.key) ?? '') })
                    : t(`result.kind.${kind}`)}
                </th>
                <td>{one.group === '*' ? t('result.groupsWon') : group(one.group)}</td>
                <td>
                  {one.cause ? t(`result.cause.${one.cause}`) : t('result.compared', { left: one.left, base: one.base, bound: one.bound })}
                </td>
                <td>
                  <Tag isFilled={one.holds}>
                    {t(
                      kind === 'objections'
                        ? one.holds
                          ? 'result.objects'
                          : 'result.noObjection'
                        : one.holds
                          ? 'result.holds'
                          : 'result.fails',
                    )}
                  </Tag>
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}

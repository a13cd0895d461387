import { useTranslation } from 'react-i18next';

import { Facts } from '#parts/Layout';

import type { Assessment } from './AssessmentPage';

// Score is the level with what it comes from, and how far the next one is.
export function Score({ assessment: { score }, titles }: { assessment: Assessment; titles: (key: string) => string | undefined }) {
  const { t } = useTranslation();
  const {
    level,
    current,
    raw,
    rawMax,
    mitigation,
    mitigationMax,
    deducted,
    distanceToNextLevel: next,
    cheapestMitigation: cheapest,
  } = score;
  if (rawMax === 0) return null;
  return (
    <section className="stack">
      <h2>{t('score.title')}</h2>
      <p>
        <b>{level ? t(`score.level.${level}`) : t('score.noLevel')}</b> {t('score.finding', { current, max: rawMax })}
      </p>
      <svg className="points" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width={(100 * current) / rawMax} height="8" />
      </svg>
      <Facts
        rows={[
          [t('score.raw'), t('score.of', { points: raw, max: rawMax })],
          mitigationMax > 0 && [t('score.mitigation'), t('score.of', { points: mitigation, max: mitigationMax })],
          [t('score.deduction'), t(deducted ? 'score.deducted' : 'score.notDeducted')],
          next.up !== null && [t('score.up'), t('score.points', { count: next.up })],
          next.down !== null && [t('score.down'), t('score.points', { count: next.down })],
        ]}
      />
      {cheapest && (
        <details className="asked">
          <summary>{t('score.cheapest', { level: cheapest.level ?? '' })}</summary>
          <ul className="lines">
            {cheapest.steps.map(({ question, gain }) => (
              <li key={question}>
                <a href={`#q-${encodeURIComponent(question)}`}>{titles(question) ?? question}</a>{' '}
                <span className="meta">{t('score.points', { count: gain })}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

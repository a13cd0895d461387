import { useTranslation } from 'react-i18next';

import './Tally.css';

interface Counts {
  agree: number;
  disagree: number;
  pass: number;
}

const kinds = ['agree', 'disagree', 'pass'] as const;

// Tally shows how a statement was answered: a bar, and the numbers beside square, circle and lozenge.
export function Tally({ agree, disagree, pass }: Counts) {
  const { t } = useTranslation();
  const counts = { agree, disagree, pass };
  const total = agree + disagree + pass;
  if (total === 0) return <p className="tally-none meta">{t('tally.none')}</p>;
  let x = 0;
  return (
    <div className="tally">
      <svg className="tally-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        {kinds.map((kind) => {
          const width = (100 * counts[kind]) / total;
          const from = x;
          x += width;
          return (
            width > 0 && <rect key={kind} className={`is-${kind}`} x={from} width={Math.max(0, width - (x < 99.99 ? 0.6 : 0))} height="1" />
          );
        })}
      </svg>
      <ul className="tally-legend">
        {kinds.map((kind) => (
          <li key={kind}>
            <svg className={`legend is-${kind}`} viewBox="0 0 10 10" aria-hidden="true">
              {kind === 'agree' && <rect width="10" height="10" />}
              {kind === 'disagree' && <circle cx="5" cy="5" r="5" />}
              {kind === 'pass' && <path d="m5 0 5 5-5 5-5-5Z" />}
            </svg>
            {t(`tally.${kind}`, { count: counts[kind] })}
          </li>
        ))}
      </ul>
    </div>
  );
}

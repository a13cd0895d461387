import { useTranslation } from 'react-i18next';

import { useFormat } from '#text/format';

import './PhaseBar.css';

type Kind = 'FRAMING' | 'CONSULTATION' | 'PROPOSALS' | 'DELIBERATION' | 'DECISION' | 'FOLLOW_UP';

export interface Phase {
  kind: Kind;
  number: number;
  opensAt: string;
  closesAt: string | null;
  beganAt: string | null;
  endedAt: string | null;
}

type Standing = 'over' | 'now' | 'next';

export function standing({ beganAt, endedAt, opensAt, closesAt }: Phase): Standing {
  if (endedAt || (closesAt && new Date(closesAt).getTime() <= Date.now())) return 'over';
  return beganAt || new Date(opensAt).getTime() <= Date.now() ? 'now' : 'next';
}

// PhaseBar is the course of a dialogue: what is over, what goes on, and what comes.
export function PhaseBar({ phases, isClosed }: { phases: readonly Phase[]; isClosed?: boolean }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const say = (phase: Phase, is: Standing) => {
    if (is === 'next') return t('phase.opens', { date: date(phase.opensAt) });
    if (is === 'over') return phase.closesAt ? t('phase.ended', { date: date(phase.closesAt) }) : t('phase.over');
    return phase.closesAt ? t('phase.until', { date: date(phase.closesAt) }) : t('phase.now');
  };
  return (
    <section className="phase-bar" aria-labelledby="phases">
      <h2 id="phases">{t('phase.title')}</h2>
      <ol className="phases">
        {phases.map((phase) => {
          const is = isClosed ? 'over' : standing(phase);
          return (
            <li key={phase.number} className={`phase is-${is}`} aria-current={is === 'now' ? 'step' : undefined}>
              <span className="phase-dot" aria-hidden="true">
                {is === 'over' && (
                  <svg viewBox="0 0 16 16">
                    <path d="m3.500 8.500 3 3 6-7" />
                  </svg>
                )}
              </span>
              <span>
                <span className="phase-name">{t(`phase.${phase.kind}`)}</span>
                <span className="meta">{say(phase, is)}</span>
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

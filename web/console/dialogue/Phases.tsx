import { useTranslation } from 'react-i18next';

import { Button } from '#parts/Button';
import { Field } from '#parts/Field';
import { useFormat } from '#text/format';

const kinds = ['FRAMING', 'CONSULTATION', 'PROPOSALS', 'DELIBERATION', 'DECISION', 'FOLLOW_UP'] as const;
const rights = ['mayComment', 'mayVote', 'mayPropose', 'mayAmend', 'mayBallot', 'takesLateComments'] as const;

export interface Planned extends Record<(typeof rights)[number], boolean> {
  kind: (typeof kinds)[number];
  opensAt: string;
  closesAt: string | null;
  hasBegun: boolean;
  isOver: boolean;
}

const usual: Record<Planned['kind'], readonly (typeof rights)[number][]> = {
  FRAMING: ['mayComment'],
  CONSULTATION: ['mayComment', 'mayVote', 'takesLateComments'],
  PROPOSALS: ['mayComment', 'mayVote', 'mayPropose'],
  DELIBERATION: ['mayComment', 'mayVote', 'mayAmend'],
  DECISION: ['mayBallot'],
  FOLLOW_UP: [],
};

const rightsOf = (kind: Planned['kind']) =>
  Object.fromEntries(rights.map((right) => [right, usual[kind].includes(right)])) as Record<(typeof rights)[number], boolean>;

// planned is a phase as it is usually planned, after what stands before it.
export function planned(kind: Planned['kind'], opensAt: string): Planned {
  const closesAt = new Date(new Date(opensAt).getTime() + 14 * 86_400_000).toISOString();
  return { kind, opensAt, closesAt, ...rightsOf(kind), hasBegun: false, isOver: false };
}

export const inputOf = ({ hasBegun: _, isOver: __, ...phase }: Planned) => phase;

// A time as a field for it holds one: in the reader's own time zone.
const toField = (at: string | null) => {
  if (!at) return '';
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};
const fromField = (text: string) => (text ? new Date(text).toISOString() : null);

// Phases of a dialogue, in order. What has begun keeps its kind and its beginning.
export function Phases({ phases, onChange }: { phases: readonly Planned[]; onChange: (phases: readonly Planned[]) => void }) {
  const { t } = useTranslation();
  const set = (at: number, change: Partial<Planned>) => onChange(phases.map((one, index) => (index === at ? { ...one, ...change } : one)));
  const last = phases.at(-1);
  const next = kinds[Math.min(kinds.indexOf(last?.kind ?? 'FRAMING') + 1, kinds.length - 1)] ?? 'FOLLOW_UP';
  return (
    <fieldset id="phases">
      <legend className="form-legend">{t('phase.title')}</legend>
      {phases.map((phase, index) => (
        <OnePhase
          key={index}
          number={index + 1}
          phase={phase}
          onChange={(change) => set(index, change)}
          onRemove={phases.length > 1 && !phase.hasBegun ? () => onChange(phases.filter((_, at) => at !== index)) : undefined}
        />
      ))}
      <p className="more">
        <Button look="quiet" onClick={() => onChange([...phases, planned(next, last?.closesAt ?? new Date().toISOString())])}>
          {t('convene.addPhase')}
        </Button>
      </p>
    </fieldset>
  );
}

interface OneProps {
  number: number;
  phase: Planned;
  onChange: (change: Partial<Planned>) => void;
  onRemove: (() => void) | undefined;
}

function OnePhase({ number, phase, onChange, onRemove }: OneProps) {
  const { t } = useTranslation();
  const { date } = useFormat();
  if (phase.isOver) {
    return (
      <p className="sentence meta">
        {t(`phase.${phase.kind}`)}: {t('phase.over')}
      </p>
    );
  }
  return (
    <div className="sentence">
      {phase.hasBegun ? (
        <p>
          <b>{t(`phase.${phase.kind}`)}</b> <span className="meta">{t('convene.began', { date: date(phase.opensAt) })}</span>
        </p>
      ) : (
        <>
          <Field label={t('convene.phaseKind', { number })}>
            {(control) => (
              <select
                {...control}
                value={phase.kind}
                onChange={({ target }) => {
                  const kind = target.value as Planned['kind'];
                  onChange({ kind, ...rightsOf(kind) });
                }}
              >
                {kinds.map((one) => (
                  <option key={one} value={one}>
                    {t(`phase.${one}`)}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label={t('convene.opens')}>
            {(control) => (
              <input
                {...control}
                type="datetime-local"
                value={toField(phase.opensAt)}
                onChange={({ target }) => onChange({ opensAt: fromField(target.value) ?? phase.opensAt })}
              />
            )}
          </Field>
        </>
      )}
      <Field label={t('convene.closes')} hint={t('convene.closesHint')}>
        {(control) => (
          <input
            {...control}
            type="datetime-local"
            value={toField(phase.closesAt)}
            onChange={({ target }) => onChange({ closesAt: fromField(target.value) })}
          />
        )}
      </Field>
      <details>
        <summary>{t('convene.rights')}</summary>
        {rights.map((right) => (
          <label key={right} className="form-check">
            <input type="checkbox" checked={phase[right]} onChange={() => onChange({ [right]: !phase[right] })} /> {t(`convene.${right}`)}
          </label>
        ))}
      </details>
      {onRemove && (
        <p>
          <Button look="link" onClick={onRemove}>
            {t('convene.removePhase')} <span className="only-heard">{number}</span>
          </Button>
        </p>
      )}
    </div>
  );
}

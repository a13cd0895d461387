import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import './Picks.css';

// usePicks holds which of a list are chosen; what has left the list is chosen no more. Who holds the choice elsewhere gives it, and takes it.
export function usePicks(ids: readonly string[], given?: readonly string[], onChange?: (picked: readonly string[]) => void) {
  const [own, setOwn] = useState<readonly string[]>([]);
  const picked = (given ?? own).filter((id) => ids.includes(id));
  const set = onChange ?? setOwn;
  return {
    picked,
    has: (id: string) => picked.includes(id),
    toggle: (id: string) => set(picked.includes(id) ? picked.filter((other) => other !== id) : [...picked, id]),
    all: () => set(picked.length === ids.length ? [] : ids),
  };
}

interface Props {
  picks: ReturnType<typeof usePicks>;
  items: readonly { id: string; name: string; show: ReactNode }[];
}

// Picks is a list to choose from, with everything that is chosen in view.
export function Picks({ picks, items }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <label className="picks-all">
        <input type="checkbox" checked={picks.picked.length === items.length && items.length > 0} onChange={picks.all} />
        {t('picks.all', { count: items.length })}
      </label>
      <ul className="picks">
        {items.map(({ id, name, show }) => (
          <li key={id}>
            <input type="checkbox" aria-label={name} checked={picks.has(id)} onChange={() => picks.toggle(id)} />
            <div>{show}</div>
          </li>
        ))}
      </ul>
    </>
  );
}

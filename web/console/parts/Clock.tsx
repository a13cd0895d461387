import { useTranslation } from 'react-i18next';

import { useFormat } from '#text/format';

import './Clock.css';

// Clock is a date by which something is due, with its distance in words.
export function Clock({ due, isOver }: { due: string; isOver?: boolean }) {
  const { t } = useTranslation();
  const { date, distance } = useFormat();
  const late = isOver ?? new Date(due).getTime() < Date.now();
  return (
    <time className={late ? 'clock is-late' : 'clock'} dateTime={due}>
      {t(late ? 'clock.late' : 'clock.due', { date: date(due), distance: distance(due, true) })}
    </time>
  );
}

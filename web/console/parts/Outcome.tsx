import { useTranslation } from 'react-i18next';

import type { Failed } from '#app/fragments';

import { Refusal } from './Refusal';

// Outcome says that an act was refused, and why, or that it did not reach the server.
export function Outcome({ act: { faults, isLost }, what }: { act: { faults: readonly Failed[]; isLost: boolean }; what: string }) {
  const { t } = useTranslation();
  return (
    <div role="status">
      {faults.map(({ code, values }, index) => (
        <Refusal key={index} refused={{ code, values }} what={what} />
      ))}
      {isLost && <p className="alarm">{t('can.lost')}</p>}
    </div>
  );
}

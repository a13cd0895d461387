// What a form or a button sends, and how that went.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Failed } from '#app/fragments';

import { Refusal } from './Refusal';

type Payload = { userErrors: readonly Failed[] };

// useSend runs a mutation, and says what was refused and whether it reached the server. It gives the payload when all went well.
export function useSend() {
  const [faults, setFaults] = useState<readonly Failed[]>([]);
  const [isLost, setIsLost] = useState(false);
  const [isBusy, setIsBusy] = useState(false);
  const send = async <P extends Payload>(act: () => Promise<{ data?: Record<string, P> | undefined }>): Promise<P | null> => {
    setIsBusy(true);
    const { data } = await act();
    setIsBusy(false);
    const payload = data && Object.values(data).find((one) => typeof one === 'object');
    setIsLost(!payload);
    setFaults(payload?.userErrors ?? []);
    return payload && payload.userErrors.length === 0 ? payload : null;
  };
  // lack says what is still empty, before anything is sent.
  const lack = (fields: Record<string, string>) => {
    const empty = Object.entries(fields).filter(([, text]) => !text.trim());
    setIsLost(false);
    setFaults(empty.map(([field]) => ({ code: 'REQUIRED', field: [field], values: null })));
    return empty.length > 0;
  };
  return { send, lack, faults, isLost, isBusy };
}

// Sent says in a status how it went; what is the sentence that names what was not done.
export function Sent({ faults = [], isLost, what, done }: { faults?: readonly Failed[]; isLost: boolean; what: string; done?: string | false | null }) {
  const { t } = useTranslation();
  const [fault] = faults;
  return (
    <div role="status">
      {isLost && <p className="alarm">{t('can.lost')}</p>}
      {fault && <Refusal refused={fault} what={what} />}
      {!isLost && !fault && done && <p className="meta">{done}</p>}
    </div>
  );
}

import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import { useAct } from '#parts/act';
import { Button } from '#parts/Button';
import { FaultSummary, Field } from '#parts/Field';
import { PickParty } from '#parts/PickParty';

import type { Assessment } from './AssessmentPage';
import { AppointSigner, SignersQuery } from './documents';

const outside = ['PEER_REVIEWER', 'DATA_SCIENTIST', 'CUSTOMER_REPRESENTATIVE'] as const;
const inside = ['DPO', 'ETHICS', 'LEGAL'] as const;
const all = [...outside, ...inside];
type Wanted = (typeof all)[number];

const isOutside = (capacity: Wanted) => outside.some((one) => one === capacity);

interface Props {
  assessment: Assessment;
  onDone: () => void;
}

// Appoint names who is to sign: a party from outside by its name, or for the firm the member who appoints.
export default function Appoint({ assessment: { id, revision, firm }, onDone }: Props) {
  const { t } = useTranslation();
  const [capacity, setCapacity] = useState<Wanted>('PEER_REVIEWER');
  const [party, setParty] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [isEmpty, setIsEmpty] = useState(false);
  const appoint = useAct(AppointSigner);
  const [{ data, stale }] = useQuery({
    query: SignersQuery,
    variables: { text, kind: capacity === 'CUSTOMER_REPRESENTATIVE' ? ['CUSTOMER', 'NGO'] : null },
  });
  const me = data?.viewer?.member?.id ?? null;
  const needsParty = isOutside(capacity);
  const tied = appoint.faults.find(({ code }) => code === 'CONFLICT_OF_INTEREST'); // of the party that is named, not of who names it
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setIsEmpty(needsParty && !party);
    if (needsParty && !party) return;
    const whom = needsParty ? { party } : { member: me };
    if (await appoint.run({ input: { id, capacity, expectedRevision: revision, ...whom } })) onDone();
  };
  return (
    <form className="asked-form" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary
        faults={isEmpty ? [{ code: 'REQUIRED', field: ['party'], values: null }] : appoint.faults.filter((one) => one !== tied)}
        fields={{ party: 'signer-party', member: 'signer-as', capacity: 'signer-as' }}
        what={t('can.refused')}
      />
      <Field id="signer-as" label={t('sign.as')} hint={needsParty ? undefined : t('sign.yourself')}>
        {(control) => (
          <select {...control} value={capacity} onChange={({ target }) => setCapacity(all.find((one) => one === target.value) ?? 'PEER_REVIEWER')}>
            {all.map((value) => (
              <option key={value} value={value}>
                {t(`capacity.${value}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      {needsParty && (
        <PickParty
          id="signer-party"
          label={t('sign.party')}
          hint={t('sign.partyHint')}
          parties={(data?.stakeholders?.nodes ?? []).filter((one) => one.id !== firm.id)}
          isWhole={!stale && data !== undefined}
          value={party}
          onChange={setParty}
          onText={setText}
        />
      )}
      <p>
        <Button type="submit" isBusy={appoint.isBusy}>
          {t('sign.appoint')}
        </Button>
      </p>
      <div role="status">
        {tied && (
          <p className="refusal">
            <b>{t('can.refused')}</b> {t('sign.tied')}
          </p>
        )}
        {appoint.isLost && <p className="alarm">{t('can.lost')}</p>}
      </div>
    </form>
  );
}

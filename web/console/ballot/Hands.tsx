import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';

import { useAll } from '#app/all';
import { useSession } from '#app/session';
import { useAct } from '#parts/act';
import { Asked } from '#parts/Asked';
import { Button } from '#parts/Button';
import { FaultSummary } from '#parts/Field';
import { Outcome } from '#parts/Outcome';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { PickParty } from '#parts/PickParty';
import { Bones, Failure } from '#parts/States';
import { useFormat } from '#text/format';

import type { Ballot, Seat } from './BallotPage';
import { AppointProxy, Recuse, RevokeProxy, RollQuery } from './documents';
import { ruleOf } from './rule';

// What a party can do in the place of voting itself: put its paper into another's hands, where the rule allows it, or take no part.
export function NotVoting({ ballot, seat }: { ballot: Ballot; seat: Seat }) {
  const { t } = useTranslation();
  const { maxProxies = 0 } = ruleOf(ballot.rule.document).ballot;
  const [told, setTold] = useState<string | null>(null); // what came of the last act
  const may = (action: Parameters<typeof can>[1]) => can(ballot.viewerCan, action)?.allowed;
  const hasProxies = maxProxies > 0 && !seat.recused;
  const mayRecuse = may('BALLOT_RECUSE') && seat.revision === 0 && !seat.recused;
  if (!hasProxies && !mayRecuse && !told) return null;
  return (
    <section className="stack text-block">
      <h3>{t('hands.title')}</h3>
      {hasProxies && seat.holder && <Held ballot={ballot} seat={seat} mayRevoke={may('BALLOT_REVOKE_PROXY')} onTold={setTold} />}
      {hasProxies && !seat.holder && may('BALLOT_APPOINT_PROXY') && <Give ballot={ballot} seat={seat} limit={maxProxies} onTold={setTold} />}
      {mayRecuse && <TakeNoPart ballot={ballot} onTold={setTold} />}
      <div role="status">{told && <p>{told}</p>}</div>
    </section>
  );
}

interface Act {
  ballot: Ballot;
  seat: Seat;
  onTold: (sentence: string | null) => void;
}

// The paper is in another party's hands: what follows from it, and the way back.
function Held({ ballot, seat: { holder, castBy }, mayRevoke, onTold }: Act & { mayRevoke: boolean | undefined }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const revoke = useAct(RevokeProxy);
  const name = holder?.name ?? '';
  const run = async () => {
    onTold(null);
    if (await revoke.run({ input: { id: ballot.id } })) onTold(t(castBy ? 'hands.revokedCast' : 'hands.revoked', { name }));
  };
  return (
    <>
      <p>
        {holder && <Party party={holder} />} {t(castBy ? 'hands.heldCast' : 'hands.held', { date: date(ballot.closesAt) })}
      </p>
      {mayRevoke && (
        <p>
          <Button look="quiet" isBusy={revoke.isBusy} onClick={() => void run()}>
            {t('hands.revoke')}
          </Button>
        </p>
      )}
      <Outcome act={revoke} what={t('hands.refused')} />
    </>
  );
}

function Give({ ballot, seat, limit, onTold }: Act & { limit: number }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  if (seat.revision > 0) return <p className="soft">{t('hands.tooLate')}</p>;
  if (seat.holdsFor.length > 0) return <p className="soft">{t('hands.holds')}</p>;
  return (
    <details className="asked" onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{t('hands.proxy')}</summary>
      {isOpen && <Whom ballot={ballot} limit={limit} onTold={onTold} />}
    </details>
  );
}

function Whom({ ballot, limit, onTold }: Omit<Act, 'seat'> & { limit: number }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const { viewer } = useSession();
  const [holder, setHolder] = useState<string | null>(null);
  const [isEmpty, setIsEmpty] = useState(false);
  const appoint = useAct(AppointProxy);
  const roll = useAll(RollQuery, (after) => ({ id: ballot.id, after }), (data) => data.ballot?.roll);
  const seated = roll.entries.filter(({ party, recusal }) => recusal === null && party.id !== viewer?.party?.id).map(({ party }) => party);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    onTold(null);
    setIsEmpty(!holder);
    if (!holder) return;
    if (!(await appoint.run({ input: { id: ballot.id, holder } }))) return;
    const { name = '' } = seated.find(({ id }) => id === holder) ?? {};
    onTold(t('hands.appointed', { name, date: date(ballot.closesAt) }));
  };
  if (roll.error) return <Failure error={roll.error} again={roll.again} />;
  if (seated.length === 0 && !roll.isWhole) return <Bones lines={3} />;
  return (
    <form className="asked-form" onSubmit={(event) => void submit(event)} noValidate>
      <FaultSummary
        faults={isEmpty ? [{ code: 'REQUIRED', field: ['holder'], values: null }] : appoint.faults}
        fields={{ holder: 'proxy-holder' }}
        what={t('hands.refused')}
      />
      <PickParty
        id="proxy-holder"
        label={t('hands.whom')}
        hint={t('hands.proxyHint', { count: limit })}
        parties={seated}
        isWhole={roll.isWhole}
        value={holder}
        onChange={setHolder}
      />
      <p>
        <Button type="submit" isBusy={appoint.isBusy}>
          {t('hands.appoint')}
        </Button>
      </p>
      <div role="status">{appoint.isLost && <p className="alarm">{t('can.lost')}</p>}</div>
    </form>
  );
}

function TakeNoPart({ ballot, onTold }: { ballot: Ballot; onTold: (sentence: string) => void }) {
  const { t } = useTranslation();
  const recuse = useAct(Recuse);
  return (
    <Asked
      id={`${ballot.id}-recuse`}
      summary={t('hands.recuse')}
      wanted={[{ name: 'reason', label: t('hands.recuseWhy'), hint: t('hands.recuseHint') }]}
      submit={t('hands.recuseSend')}
      refused={t('hands.refused')}
      act={recuse}
      run={async ({ reason = '' }) => {
        const done = await recuse.run({ input: { id: ballot.id, reason } });
        if (done) onTold(t('hands.recusedNow'));
        return done;
      }}
    />
  );
}

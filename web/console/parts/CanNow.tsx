import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import type { Permission } from '#app/fragments';
import { useLiveness } from '#app/live';
import { useHere } from '#app/page';
import { useSession } from '#app/session';
import { useRefusal } from '#text/refusal';

import { Button } from './Button';
import { isForOthers, standsFor } from './permission';
import './CanNow.css';

export interface Step {
  can: Permission | undefined;
  say: string; // what the viewer can do, as a short sentence
  to?: string; // where: an address, or the id of a field on this page with #
  act?: (() => void) | undefined; // or what to do here
}

// CanNow is the one place that says what the viewer can do. It is filled from viewerCan.
export function CanNow({ steps, children }: { steps: readonly Step[]; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className="can-now" aria-labelledby="can-now">
      <h2 id="can-now">{t('can.title')}</h2>
      <Steps steps={steps} />
      {children}
      <Live />
    </section>
  );
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const { t } = useTranslation();
  const here = useHere();
  const { viewer } = useSession();
  const refuse = useRefusal();
  if (viewer === null) {
    return (
      <p>
        {t('can.visitor')} <Link href={`/sign-in?back=${encodeURIComponent(here)}`}>{t('bar.signIn')}</Link>
      </p>
    );
  }
  const barred = standsFor(steps.map(({ can }) => can));
  if (barred) {
    const { why, help } = refuse(barred);
    return (
      <p>
        {why} {help} {barred.code === 'PARTY' && <Link href="/register">{t('register.title')}</Link>}
      </p>
    );
  }
  const open = steps.filter(({ can }) => can?.allowed);
  const closed = steps.filter(({ can }) => can && !can.allowed && !isForOthers(can.code));
  if (open.length + closed.length === 0) return <p>{t('can.nothing')}</p>;
  return (
    <ul className="can-steps">
      {open.map((step) => (
        <li key={step.say}>
          <Open {...step} />
        </li>
      ))}
      {closed.map(({ say, can, to }) => (
        <li key={say} className="is-closed">
          {t('can.closed', { act: say, why: refuse({ code: can?.code ?? 'STATE', values: can?.values }).why })}{' '}
          {to && can?.code === 'INCOMPLETE' && <Link href={to}>{t('can.lacking')}</Link>}
        </li>
      ))}
    </ul>
  );
}

function Open({ say, to, act }: Step) {
  if (act)
    return (
      <Button look="link" onClick={act}>
        {say}
      </Button>
    );
  if (to?.startsWith('#')) return <a href={to}>{say}</a>;
  return to ? <Link href={to}>{say}</Link> : say;
}

// Live says whether what happens is shown as it happens.
export function Live() {
  const { t } = useTranslation();
  const liveness = useLiveness();
  if (liveness === 'off') return null;
  return <p className={`live is-${liveness}`}>{t(`live.${liveness}`)}</p>;
}

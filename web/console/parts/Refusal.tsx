import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { useHere } from '#app/page';
import { useRefusal, type Refused } from '#text/refusal';

import './Refusal.css';

interface Props {
  refused: Refused;
  what: string; // what cannot be done, as a sentence
  field?: string; // the id of the field to come back to after sign-in
}

// Refusal has three parts: what cannot be done, why, and what helps.
export function Refusal({ refused, what, field }: Props) {
  const { t } = useTranslation();
  const here = useHere();
  const { why, help } = useRefusal()(refused);
  return (
    <p className="refusal">
      <b>{what}</b> {why} {help}{' '}
      {refused.code === 'SIGN_IN' && (
        <Link href={`/sign-in?back=${encodeURIComponent(here + (field ? `#${field}` : ''))}`}>{t('bar.signIn')}</Link>
      )}
      {refused.code === 'PARTY' && <Link href="/register">{t('register.title')}</Link>}
    </p>
  );
}

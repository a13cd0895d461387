import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import type { Party as Someone } from '#app/fragments';

import { chamberClass, ChamberMark } from './ChamberMark';
import './Party.css';

// Party is a shape, a name and a word. It leads to the party's page, unless isPlain.
export function Party({ party, isPlain }: { party: Someone; isPlain?: boolean }) {
  const { t } = useTranslation();
  return (
    <span className="party">
      <ChamberMark kind={party.kind} />
      {isPlain ? <b>{party.name}</b> : <Link href={`/parties/${party.handle}`}>{party.name}</Link>}
      <span className={`chamber ${chamberClass[party.kind]}`}>{t(`chamber.${party.kind}`)}</span>
    </span>
  );
}

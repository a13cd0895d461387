import { useTranslation } from 'react-i18next';

import { Entry } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Tag } from '#parts/Tag';

import type { PracticeEntry as Practice } from './fragments';

export function PracticeEntry({ practice, isOwn }: { practice: Practice; isOwn?: boolean }) {
  const { t } = useTranslation();
  return (
    <Entry title={practice.title} to={`/practices/${practice.id}`} text={practice.description}>
      {!isOwn && <Party party={practice.firm} />}
      <Tag>{t(`practice.kind.${practice.kind}`)}</Tag>
      <Tag isFilled={practice.state === 'ACTIVE'}>{t(`practice.state.${practice.state}`)}</Tag>
    </Entry>
  );
}

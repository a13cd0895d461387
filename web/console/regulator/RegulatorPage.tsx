import { useTranslation } from 'react-i18next';

import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Page } from '#parts/Layout';
import { Refusal } from '#parts/Refusal';
import { Bones } from '#parts/States';

import { RegulatorDesk } from './RegulatorDesk';

// Supervision: the regulator's desk on a page of its own.
export default function RegulatorPage() {
  const { t } = useTranslation();
  const { viewer } = useSession();
  usePage(t('supervision.regulator'));
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('supervision.regulator')}</h1>
          <p className="lead">{t('supervision.regulatorLead')}</p>
        </>
      }
    >
      {viewer === undefined && <Bones />}
      {viewer === null && <Refusal refused={{ code: 'SIGN_IN' }} what={t('supervision.cannot')} />}
      {viewer && viewer.party?.kind !== 'REGULATOR' && <Refusal refused={{ code: 'WRONG_CHAMBER' }} what={t('supervision.cannot')} />}
      {viewer?.party?.kind === 'REGULATOR' && <RegulatorDesk />}
    </Page>
  );
}

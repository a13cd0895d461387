import { useTranslation } from 'react-i18next';

import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Page } from '#parts/Layout';
import { Refusal } from '#parts/Refusal';
import { Bones } from '#parts/States';

import { Assigned } from './Assigned';

// What is assigned to me.
export default function AssignedPage() {
  const { t } = useTranslation();
  const { viewer } = useSession();
  usePage(t('assigned.title'));
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('assigned.title')}</h1>
          <p className="lead">{t('assigned.lead')}</p>
        </>
      }
    >
      {viewer === undefined && <Bones />}
      {viewer === null && <Refusal refused={{ code: 'SIGN_IN' }} what={t('assigned.cannot')} />}
      {viewer && !viewer.party && <Refusal refused={{ code: 'PARTY' }} what={t('assigned.cannot')} />}
      {viewer?.party && <Assigned />}
    </Page>
  );
}

import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';

import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Bones, Failure } from '#parts/States';

// Where the issuer leads back to: the code becomes tokens, and the person comes to where they were.
export default function SignedInPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const { returned } = useSession();
  const [hasFailed, setHasFailed] = useState(false);
  usePage(t('signIn.title'));
  useEffect(() => {
    returned().then(
      (back) => go(back, { replace: true }),
      () => setHasFailed(true),
    );
    // The code is good for once.
  }, []);
  return (
    <>
      <h1 tabIndex={-1}>{t('signIn.title')}</h1>
      {hasFailed ? (
        <>
          <Failure />
          <Link href="/sign-in">{t('signIn.again')}</Link>
        </>
      ) : (
        <Bones />
      )}
    </>
  );
}

// What stands in the place of content: while it comes, where there is none, and when something failed.
import type { CombinedError } from '@urql/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { usePage } from '#app/page';

import { Button } from './Button';
import './States.css';

// Bones breathe in the place of what is coming.
export function Bones({ lines = 4, hasTitle }: { lines?: number; hasTitle?: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="bones" role="status">
      <span className="only-heard">{t('state.loading')}</span>
      {hasTitle && <div className="bone is-title" />}
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className="bone" />
      ))}
    </div>
  );
}

// Empty says what will be here, and the first step.
export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

const codeOf = (error: CombinedError) => error.graphQLErrors[0]?.extensions?.code as string | undefined;

// Failure is a fault of ours: what did not happen, that nothing is lost, what helps, and a reference.
export function Failure({ error, again }: { error?: CombinedError | undefined; again?: () => void }) {
  const { t } = useTranslation();
  const code = error && codeOf(error);
  const reference = error?.graphQLErrors[0]?.extensions?.requestId as string | undefined;
  const why = error?.networkError && !code ? t('fault.network') : code === 'RATE_LIMITED' ? t('fault.busy') : t('fault.server');
  return (
    <div className="failure" role="alert">
      <p>
        <b>{t('fault.title')}</b> {why} {t('fault.nothingLost')}
      </p>
      {reference && <p className="meta">{t('fault.reference', { reference })}</p>}
      {again && (
        <Button look="quiet" onClick={again}>
          {t('fault.again')}
        </Button>
      )}
    </div>
  );
}

// Missing is a page that does not exist, or is not open to the reader; we do not say which.
export function Missing() {
  const { t } = useTranslation();
  usePage(t('missing.title'));
  return (
    <div className="missing">
      <h1 tabIndex={-1}>{t('missing.title')}</h1>
      <p className="lead">{t('missing.text')}</p>
      <p>
        <Link href="/dialogues">{t('missing.step')}</Link>
      </p>
    </div>
  );
}

interface Answered<Data> {
  result: { data?: Data | undefined; error?: CombinedError | undefined; fetching: boolean; stale: boolean };
  again: () => void;
  bones?: ReactNode;
  children: (data: Data) => ReactNode;
}

// Answer shows what a query has brought. What is there stays while more comes, and when that fails.
export function Answer<Data>({ result, again, bones = <Bones hasTitle />, children }: Answered<Data>) {
  const { data, error, fetching } = result;
  if (data && (!error || !isLost(error))) return children(data);
  if (fetching || (!data && !error)) return bones;
  if (error && codeOf(error) === 'NOT_FOUND') return <Missing />;
  if (data) {
    return (
      <>
        <Failure error={error} again={again} />
        {children(data)}
      </>
    );
  }
  return <Failure error={error} again={again} />;
}

// A field that one may not see is null, with an error: the page says so itself.
const isLost = (error: CombinedError) =>
  error.networkError !== undefined || error.graphQLErrors.some(({ extensions }) => extensions?.code !== 'NOT_FOUND');

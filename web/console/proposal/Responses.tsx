import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Clock } from '#parts/Clock';
import { Files } from '#parts/Files';
import { Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { When } from '#parts/When';

import type { Proposal } from './ProposalPage';

const Reply = lazy(() => import('./Reply'));

export type Response = NonNullable<Proposal['responses']>['nodes'][number];

// Official responses: who was asked, by when, and what they answered.
export function Responses({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const [given, setGiven] = useState<string | null>(null);
  const responses = proposal.responses?.nodes ?? [];
  if (responses.length === 0) return null;
  return (
    <Section title={t('response.title')}>
      {responses.map((response) => (
        <article key={response.id} className="response" id={response.id}>
          <p className="line-meta">
            <Party party={response.addressee} />
            {response.answeredAt ? (
              <span>
                <When at={response.answeredAt} />{' '}
                {response.version !== proposal.version && t('response.toVersion', { number: response.version ?? 1 })}
              </span>
            ) : (
              <Clock due={response.dueAt} isOver={response.late} />
            )}
          </p>
          {response.text ? <Markdown text={response.text} lang={proposal.language} /> : <p className="soft">{t('response.none')}</p>}
          <Files files={response.files} />
          {can(response.viewerCan, 'OFFICIALRESPONSE_GIVE')?.allowed && (
            <Suspense>
              <Reply response={response} onGiven={() => setGiven(response.id)} />
            </Suspense>
          )}
          <div role="status">{given === response.id && <p className="meta">{t('response.given')}</p>}</div>
        </article>
      ))}
    </Section>
  );
}

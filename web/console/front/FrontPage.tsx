import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import { usePage } from '#app/page';
import { DialogueEntry } from '#dialogue/DialogueEntry';
import { Page, Section } from '#parts/Layout';
import { Answer, Bones, Empty } from '#parts/States';

import { FrontQuery } from './documents';
import './FrontPage.css';

// The front page: what this is, what is open now, what came of what is closed, and how it works.
export default function FrontPage() {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: FrontQuery, requestPolicy: 'cache-and-network' });
  usePage('');
  return (
    <div className="front">
      <Page
        head={
          <>
            <h1 tabIndex={-1}>{t('front.title')}</h1>
            <p className="lead">{t('front.lead')}</p>
          </>
        }
        aside={
          <section className="how">
            <h2>{t('front.how')}</h2>
            <ol>
              <li>{t('front.how1')}</li>
              <li>{t('front.how2')}</li>
              <li>{t('front.how3')}</li>
            </ol>
          </section>
        }
      >
        <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={9} />}>
          {({ open, closed }) => (
            <>
              <Section title={t('front.open')}>
                {open?.nodes.length === 0 && <Empty>{t('front.noneOpen')}</Empty>}
                <ul className="entries">
                  {open?.nodes.map((one) => (
                    <DialogueEntry key={one.id} dialogue={one} />
                  ))}
                </ul>
                {(open?.totalCount ?? 0) > 10 && (
                  <Link href="/dialogues?state=OPEN">{t('front.allOpen', { count: open?.totalCount ?? 0 })}</Link>
                )}
              </Section>
              {closed && closed.nodes.length > 0 && (
                <Section title={t('front.closed')}>
                  <ul className="entries">
                    {closed.nodes.map((one) => (
                      <DialogueEntry key={one.id} dialogue={one} />
                    ))}
                  </ul>
                  {(closed.totalCount ?? 0) > 5 && (
                    <Link href="/dialogues?state=CLOSED">{t('front.allClosed', { count: closed.totalCount ?? 0 })}</Link>
                  )}
                </Section>
              )}
            </>
          )}
        </Answer>
      </Page>
    </div>
  );
}

import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';

import { usePage } from '#app/page';
import { Clock } from '#parts/Clock';
import { Entry, Page, Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { Answer, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { useFormat } from '#text/format';

import { OutcomesQuery } from './documents';

// What was adopted: guidelines that are in force, and what firms have promised.
export default function GuidelinesPage() {
  const { t } = useTranslation();
  const { date } = useFormat();
  const [result, again] = useQuery({ query: OutcomesQuery, variables: {} });
  usePage(t('outcome.title'));
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('outcome.title')}</h1>
          <p className="lead">{t('outcome.lead')}</p>
        </>
      }
    >
      <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
        {({ guidelines, commitments }) => (
          <>
            <Section title={t('guideline.listTitle')}>
              {guidelines?.nodes.length === 0 && <Empty>{t('guideline.none')}</Empty>}
              <ul className="entries">
                {guidelines?.nodes.map((one) => (
                  <Entry
                    key={one.id}
                    title={one.text?.title ?? t('guideline.untitled')}
                    to={`/guidelines/${one.id}`}
                    lang={one.text?.language}
                    text={one.text?.summary}
                  >
                    <Tag isFilled={one.state === 'IN_FORCE'}>{t(`guideline.state.${one.state}`)}</Tag>
                    <span>{t('guideline.adoptedOn', { date: date(one.createdAt) })}</span>
                    {one.state === 'IN_FORCE' &&
                      (one.reviewOverdue ? (
                        <Clock due={one.reviewDueAt} isOver />
                      ) : (
                        <span>{t('guideline.review', { date: date(one.reviewDueAt) })}</span>
                      ))}
                  </Entry>
                ))}
              </ul>
            </Section>
            <Section title={t('commitment.listTitle')}>
              {commitments?.nodes.length === 0 && <Empty>{t('commitment.none')}</Empty>}
              <ul className="entries">
                {commitments?.nodes.map((one) => (
                  <Entry
                    key={one.id}
                    title={one.text?.title ?? t('commitment.untitled')}
                    to={`/commitments/${one.id}`}
                    lang={one.text?.language}
                    text={one.text?.summary}
                  >
                    <Party party={one.firm} />
                    <Tag isFilled={one.status === 'ON_TRACK'}>{t(`commitment.status.${one.status}`)}</Tag>
                    <span>{t('commitment.milestones', { count: one.milestones?.nodes.length ?? 0 })}</span>
                    {one.late && <b className="alarm">{t('commitment.late')}</b>}
                  </Entry>
                ))}
              </ul>
            </Section>
          </>
        )}
      </Answer>
    </Page>
  );
}

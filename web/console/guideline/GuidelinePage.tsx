import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import { usePage } from '#app/page';
import { Back, Facts, Page } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Answer, Missing } from '#parts/States';
import { Tag, Tags } from '#parts/Tag';
import { useFormat } from '#text/format';

import { GuidelineQuery } from './documents';

// The page of a guideline: the text that was adopted, by what, and until when it holds unreviewed.
export default function GuidelinePage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  const [result, again] = useQuery({ query: GuidelineQuery, variables: { id } });
  const guideline = result.data?.guideline;
  usePage(guideline ? (guideline.text?.title ?? t('guideline.untitled')) : undefined);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {() => {
        if (!guideline) return <Missing />;
        const { text, dialogue, proposal, previous, next } = guideline;
        return (
          <Page
            head={
              <>
                <Back to="/guidelines">{t('outcome.title')}</Back>
                <Tags>
                  <Tag>{t(`proposal.kind.${proposal?.kind ?? 'GUIDELINE'}`)}</Tag>
                  <Tag isFilled={guideline.state === 'IN_FORCE'}>{t(`guideline.state.${guideline.state}`)}</Tag>
                  <span>{t('proposal.version', { number: guideline.version })}</span>
                </Tags>
                <h1 tabIndex={-1} lang={text?.language}>
                  {text?.title ?? t('guideline.untitled')}
                </h1>
                {text?.summary && (
                  <p className="lead" lang={text.language}>
                    {text.summary}
                  </p>
                )}
              </>
            }
            isAsideLast
            aside={
              <section className="stack">
                <h2>{t('guideline.about')}</h2>
                <Facts
                  rows={[
                    [t('guideline.adopted'), date(guideline.createdAt)],
                    [t('guideline.reviewDue'), date(guideline.reviewDueAt)],
                    [t('guideline.dialogue'), dialogue && <Link href={`/dialogues/${dialogue.id}`}>{dialogue.title}</Link>],
                    [t('guideline.proposal'), proposal && <Link href={`/proposals/${proposal.id}`}>{proposal.title}</Link>],
                    [t('guideline.result'), proposal && <Link href={`/proposals/${proposal.id}/result`}>{t('ballot.seeResult')}</Link>],
                    [
                      t('guideline.previous'),
                      previous && <Link href={`/guidelines/${previous.id}`}>{t('proposal.version', { number: previous.version })}</Link>,
                    ],
                    [
                      t('guideline.next'),
                      next && <Link href={`/guidelines/${next.id}`}>{t('proposal.version', { number: next.version })}</Link>,
                    ],
                  ]}
                />
              </section>
            }
          >
            {guideline.reviewOverdue && <p className="noted alarm">{t('guideline.overdue')}</p>}
            <div className="text-block">
              {text?.body ? <Markdown text={text.body} lang={text.language} /> : <p className="soft">{t('comment.gone')}</p>}
            </div>
            {guideline.practices.map((practice) => (
              <p key={practice.id} className="noted">
                {t('practice.about')} <Link href={`/practices/${practice.id}`}>{practice.title}</Link>
              </p>
            ))}
          </Page>
        );
      }}
    </Answer>
  );
}

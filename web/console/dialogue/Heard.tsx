import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import type { ResultOf } from '#app/graphql';
import { Section } from '#parts/Layout';
import { Party } from '#parts/Party';
import { When } from '#parts/When';

import type { DialogueQuery } from './documents';
import './Heard.css';

type Dialogue = NonNullable<ResultOf<typeof DialogueQuery>['dialogue']>;

// What was heard: the facilitator's sentences, each with the comments that it cites, and who says that they were not heard.
export function Heard({ dialogue }: { dialogue: Dialogue }) {
  const { t } = useTranslation();
  const present = dialogue.syntheses?.nodes.filter(({ state }) => state === 'PUBLISHED') ?? [];
  const lang = dialogue.languages[0];
  return present.map((synthesis) => (
    <Section key={synthesis.id} title={t('heard.title')}>
      <ol className="heard">
        {synthesis.sentences.map(({ text, citations }, index) => (
          <li key={index}>
            <span lang={lang}>{text}</span>{' '}
            <span className="meta">
              {citations?.nodes.map(({ commentId }, at) => (
                <Link key={commentId} href={`/comments/${commentId}`} aria-label={t('heard.cited', { number: at + 1 })}>
                  [{at + 1}]
                </Link>
              ))}{' '}
              {t('heard.from', { count: citations?.totalCount ?? 0 })}
            </span>
          </li>
        ))}
      </ol>
      <p className="line-meta">
        <Party party={synthesis.publishedBy} /> <When at={synthesis.createdAt} />
        <span>{t('heard.coverage', { cited: synthesis.coverage.comments, count: synthesis.coverage.total })}</span>
      </p>
      {synthesis.objections?.nodes.map(({ party, text, answer }) => (
        <div key={party.id} className="noted">
          <p className="meta">
            <Party party={party} /> {t('heard.objects')}
          </p>
          <p>{text}</p>
          <p className="meta">{answer ? t('heard.answered', { answer }) : t('heard.unanswered')}</p>
        </div>
      ))}
    </Section>
  ));
}

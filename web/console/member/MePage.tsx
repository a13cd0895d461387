import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import { drafts, forget } from '#app/draft';
import type { ResultOf } from '#app/graphql';
import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Fate } from '#comment/CommentCard';
import { Button } from '#parts/Button';
import { Entry, Page, Section } from '#parts/Layout';
import { Markdown } from '#parts/Markdown';
import { Pages } from '#parts/Pages';
import { Refusal } from '#parts/Refusal';
import { Answer, Bones, Empty } from '#parts/States';
import { Tag } from '#parts/Tag';
import { Tally } from '#parts/Tally';
import { When } from '#parts/When';

import { MineQuery } from './documents';
import { MyData } from './MyData';
import { News, Waiting } from './Waiting';
import './MePage.css';

type Mine = NonNullable<ResultOf<typeof MineQuery>['viewer']>;
type Said = NonNullable<NonNullable<NonNullable<Mine['comments']>['nodes']>[number]>;

// My contributions: what waits for me, what became of what I said, what I have proposed, and what I have begun to write here.
export default function MePage() {
  const { t } = useTranslation();
  const { viewer } = useSession();
  usePage(t('me.title'));
  return (
    <Page
      head={
        <>
          <h1 tabIndex={-1}>{t('me.title')}</h1>
          <p className="lead">{t('me.lead')}</p>
        </>
      }
      isAsideLast
      aside={<Kept />}
    >
      {viewer === null && <Refusal refused={{ code: 'SIGN_IN' }} what={t('me.cannot')} />}
      {viewer?.party === null && <Refusal refused={{ code: 'PARTY' }} what={t('me.cannot')} />}
      {viewer?.party?.status === 'PENDING' && <Refusal refused={{ code: 'PARTY_PENDING' }} what={t('me.waits')} />}
      {viewer === undefined && <Bones />}
      {viewer && <Pages>{(after, further) => <Contributions after={after} further={further} />}</Pages>}
      {viewer && <MyData />}
    </Page>
  );
}

type Further = Parameters<Parameters<typeof Pages>[0]['children']>[1];

function Contributions({ after, further }: { after: string | null; further: Further }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: MineQuery, variables: { after }, requestPolicy: 'cache-and-network' });
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })} bones={<Bones lines={8} />}>
      {({ viewer }) => (
        <>
          {!after && <Waiting tasks={viewer?.waitingForMe ?? []} />}
          {!after && <News dialogues={viewer?.unreadDialogues?.nodes ?? []} />}
          {!after && (
            <Section title={t('me.said', { count: viewer?.comments?.totalCount ?? 0 })}>
              {viewer?.comments?.nodes.length === 0 && (
                <Empty>
                  {t('me.nothingSaid')} <Link href="/dialogues?state=OPEN">{t('me.firstStep')}</Link>
                </Empty>
              )}
            </Section>
          )}
          {viewer?.comments?.nodes.map((comment) => comment && <SaidOf key={comment.id} comment={comment} />)}
          {further(viewer?.comments?.pageInfo)}
          {!after && viewer?.proposals && viewer.proposals.nodes.length > 0 && (
            <Section title={t('me.proposed')}>
              <ul className="entries">
                {viewer.proposals.nodes.map((one) => (
                  <Entry key={one.id} title={one.title} to={`/proposals/${one.id}`} lang={one.language}>
                    <Tag isFilled={one.state === 'OPEN'}>{t(`proposal.state.${one.state}`)}</Tag>
                    <span>{t('proposal.version', { number: one.version })}</span>
                    <Link href={`/dialogues/${one.dialogue.id}`}>{one.dialogue.title}</Link>
                  </Entry>
                ))}
              </ul>
            </Section>
          )}
        </>
      )}
    </Answer>
  );
}

// What I said, with what became of it.
function SaidOf({ comment }: { comment: Said }) {
  const { t } = useTranslation();
  const { subject } = comment;
  return (
    <article className="said">
      <p className="line-meta">
        {subject && 'title' in subject && <span>{t('me.about', { title: subject.title })}</span>}
        <Link href={`/comments/${comment.id}`}>
          <When at={comment.createdAt} />
        </Link>
      </p>
      {comment.body && <Markdown text={comment.body} lang={comment.language} />}
      <Tally {...comment.tally} />
      {comment.disposition || comment.state !== 'VISIBLE' ? (
        <Fate comment={comment} />
      ) : (
        <p className="meta">{t(comment.awaitsDisposition ? 'me.awaits' : 'me.standing')}</p>
      )}
    </article>
  );
}

// What was begun to be written on this device.
function Kept() {
  const { t } = useTranslation();
  const [kept, setKept] = useState(drafts);
  if (kept.length === 0) return null;
  return (
    <section className="stack">
      <h2>{t('me.drafts')}</h2>
      <p className="meta">{t('me.draftsHint')}</p>
      <ul className="lines">
        {kept.map(({ key, text, subject }) => (
          <li key={key}>
            {placeOfDraft(subject) ? <Link href={placeOfDraft(subject) ?? ''}>{short(text)}</Link> : short(text)}{' '}
            <Button
              look="link"
              onClick={() => {
                forget(key);
                setKept(drafts());
              }}
            >
              {t('me.forget')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const short = (text: string) => (text.length > 80 ? `${text.slice(0, 79).trimEnd()}…` : text);

// Which page a draft with a part behind its id is written on.
const pagesOfDrafts: Record<string, (id: string) => string> = {
  amend: (id) => `/proposals/${id}/amend`,
  edit: (id) => `/proposals/${id}/edit`,
  change: (id) => `/dialogues/${id}/edit`,
  answers: (id) => (id.startsWith('dialogue_') ? `/dialogues/${id}/answers` : '/desk'),
  hear: (id) => `/dialogues/${id}/hear`,
  outcome: (id) => `/dialogues/${id}/close`,
  new: () => '/convene',
  queue: () => '/moderation',
  restore: () => '/moderation',
  decision: () => '/moderation',
  ...Object.fromEntries(['title', 'summary', 'body'].map((part) => [part, (id: string) => `/dialogues/${id}/propose`])),
};

function placeOfDraft(subject: string): string | null {
  const [id = '', part] = subject.split('.');
  if (id.startsWith('assessment_')) return part && !id.includes('-') ? `/assessments/${id}#q-${part}` : `/assessments/${id.split('-')[0]}`;
  const page = part && pagesOfDrafts[part.split('-')[0] ?? ''];
  if (page) return page(id);
  if (part || id.includes('-')) return null;
  const folder = { dialogue: 'dialogues', proposal: 'proposals', practice: 'practices', comment: 'comments' }[subject.split('_')[0] ?? ''];
  return folder ? `/${folder}/${subject}#${folder === 'comments' ? subject : 'say'}` : null;
}

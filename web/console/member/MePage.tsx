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

function Waiting({ tasks }: { tasks: NonNullable<Mine['waitingForMe']> }) {
  const { t } = useTranslation();
  if (tasks.length === 0) return null;
  return (
    <Section title={t('me.waiting', { count: tasks.length })}>
      <ul className="lines text-block">
        {tasks.map(({ subject, actions, since }, index) => {
          const to = placeOf(subject);
          const title = titleOf(subject);
          return (
            <li key={index}>
              {actions.map((action) => t(`task.${action}` as 'task.PROPOSAL_OPEN', { defaultValue: t('task.other') })).join(' · ')} <br />
              {to ? <Link href={to}>{title ?? t('me.untitled')}</Link> : (title ?? t('me.untitled'))}{' '}
              <span className="meta">
                <When at={since} />
              </span>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}

// What is new in dialogues since I was last there.
function News({ dialogues }: { dialogues: NonNullable<Mine['unreadDialogues']>['nodes'] }) {
  const { t } = useTranslation();
  if (dialogues.length === 0) return null;
  return (
    <Section title={t('me.news')}>
      <ul className="lines text-block">
        {dialogues.map(({ id, title, languages, unread }) => (
          <li key={id}>
            <Link href={`/dialogues/${id}`} lang={languages[0]}>
              {title}
            </Link>{' '}
            <span className="meta">
              {[
                unread?.comments && t('comment.count', { count: unread.comments }),
                unread?.proposals && t('proposal.count', { count: unread.proposals }),
                unread?.outcomes && t('me.newOutcome'),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

type Subject = NonNullable<Mine['waitingForMe']>[number]['subject'];

function placeOf(subject: Subject): string | null {
  switch (subject.__typename) {
    case 'Proposal':
      return `/proposals/${subject.id}`;
    case 'Dialogue':
      return `/dialogues/${subject.id}`;
    case 'OfficialResponse':
      return subject.proposal && `/proposals/${subject.proposal.id}#${subject.id}`;
    case 'Ballot':
      return `/proposals/${subject.balloted.id}/ballot`;
    case 'Comment':
      return `/comments/${subject.id}`;
    default:
      return null;
  }
}

const titleOf = (subject: Subject): string | null => {
  if ('title' in subject) return subject.title;
  if ('balloted' in subject) return subject.balloted.title;
  return 'proposal' in subject ? (subject.proposal?.title ?? null) : null;
};

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

function placeOfDraft(subject: string): string | null {
  const [id = '', part] = subject.split('.');
  if (part === 'amend') return `/proposals/${id}/amend`;
  if (part) return `/dialogues/${id}/propose`;
  const folder = { dialogue: 'dialogues', proposal: 'proposals', practice: 'practices', comment: 'comments' }[subject.split('_')[0] ?? ''];
  return folder ? `/${folder}/${subject}#${folder === 'comments' ? subject : 'say'}` : null;
}

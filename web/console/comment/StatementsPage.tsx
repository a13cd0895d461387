import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from 'urql';
import { Link } from 'wouter';

import { usePage } from '#app/page';
import { useSession } from '#app/session';
import { Button } from '#parts/Button';
import { Back, Page } from '#parts/Layout';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import { Answer, Missing } from '#parts/States';

import { StatementsQuery } from './documents';
import type { Comment } from './fragments';
import { choices, marks, useVote } from './VoteChoice';
import { Say } from './Say';
import { Words } from './Words';
import './StatementsPage.css';

type Choice = (typeof choices)[number];

// Statements of a dialogue, one at a time: the newest unanswered one first.
export default function StatementsPage({ id = '' }: { id?: string }) {
  const { t } = useTranslation();
  const [result, again] = useQuery({ query: StatementsQuery, variables: { id, after: null } });
  const dialogue = result.data?.dialogue;
  usePage(dialogue ? t('statements.title') : undefined);
  return (
    <Answer result={result} again={() => again({ requestPolicy: 'network-only' })}>
      {() => {
        if (!dialogue) return <Missing />;
        const comments = (dialogue.comments?.nodes ?? []).filter((one) => one !== null);
        return (
          <Page
            head={
              <>
                <Back to={`/dialogues/${id}`}>{dialogue.title}</Back>
                <h1 tabIndex={-1}>{t('statements.title')}</h1>
              </>
            }
          >
            <Deck key={id} comments={comments} dialogue={id} refresh={() => again({ requestPolicy: 'network-only' })} />
          </Page>
        );
      }}
    </Answer>
  );
}

function Deck({ comments, dialogue, refresh }: { comments: readonly Comment[]; dialogue: string; refresh: () => void }) {
  const { t } = useTranslation();
  const { viewer } = useSession();
  const { choose, refused } = useVote();
  const [lastId, setLastId] = useState<string | null>(null);
  // An answer counts at once: what is unanswered again, because it was refused or taken back, comes back.
  const open = comments.filter((one) => one.viewerVote === null);
  const present = open[0];
  const last = comments.find((one) => one.id === lastId && one.viewerVote !== null);
  const permission = comments[0] && can(comments[0].viewerCan, 'COMMENT_VOTE');

  const answer = useRef((_: Choice) => {});
  answer.current = (choice) => {
    if (!present) return;
    setLastId(present.id);
    void choose(present, choice);
  };

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || (event.target as Element).matches('input, textarea, select')) return;
      const choice = choices[Number(event.key) - 1];
      if (choice) answer.current(choice);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  if (viewer === null || (permission && !permission.allowed)) {
    const refusal = { code: viewer === null ? 'SIGN_IN' : (permission?.code ?? 'STATE'), values: permission?.values } as const;
    return (
      <div className="statements">
        <Refusal refused={refusal} what={t('statements.cannot')} />
        {present && <Statement comment={present} />}
      </div>
    );
  }
  return (
    <div className="statements">
      {present ? (
        <>
          <p className="meta" role="status">
            {t('statements.left', { count: open.length })}
          </p>
          <Statement key={present.id} comment={present} />
          <div className="vote-choice is-large" role="group" aria-label={t('vote.title')}>
            {choices.map((choice) => (
              <button key={choice} type="button" onClick={() => answer.current(choice)}>
                <span aria-hidden="true">{marks[choice]}</span> {t(`vote.${choice}`)}
              </button>
            ))}
          </div>
          <p className="meta statements-keys">{t('statements.keys')}</p>
        </>
      ) : (
        <div className="statements-done" role="status">
          <p className="lead">{comments.length === 0 ? t('statements.none') : t('statements.done', { count: comments.length })}</p>
          <p>
            <Link href={`/dialogues/${dialogue}`}>{t('statements.back')}</Link>
          </p>
        </div>
      )}
      <div role="status">
        {refused === 'failed' && <p className="alarm">{t('vote.lost')}</p>}
        {refused && refused !== 'failed' && <Refusal refused={refused} what={t('vote.refused')} />}
      </div>
      {last?.viewerVote && (
        <p className="line-meta">
          <span>{t('statements.last', { vote: t(`vote.${last.viewerVote}`), text: short(last.body ?? '') })}</span>
          <Button look="link" onClick={() => last.viewerVote && void choose(last, last.viewerVote)}>
            {t('statements.takeBack')}
          </Button>
        </p>
      )}
      <details className="statements-say">
        <summary>{t('statements.own')}</summary>
        <Say
          subject={dialogue}
          id="say"
          permission={comments[0] && can(comments[0].viewerCan, 'COMMENT_POST')}
          onPosted={refresh}
          label={t('statements.own')}
        />
      </details>
    </div>
  );
}

const short = (text: string) => (text.length > 60 ? `${text.slice(0, 57).trimEnd()}…` : text);

function Statement({ comment }: { comment: Comment }) {
  const { t } = useTranslation();
  return (
    <blockquote className="statement">
      <Words comment={comment} />
      <details>
        <summary>{t('statements.who')}</summary>
        <Party party={comment.author} />
      </details>
    </blockquote>
  );
}

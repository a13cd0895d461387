import { useState, type JSX } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';

import { Button } from '#parts/Button';
import { chamberClass } from '#parts/ChamberMark';
import { Markdown } from '#parts/Markdown';
import { Party } from '#parts/Party';
import { can } from '#parts/permission';
import { Tally } from '#parts/Tally';
import { When } from '#parts/When';
import { useFormat } from '#text/format';

import { Appeal, CommentMore } from './CommentMore';
import type { Comment, Reply } from './fragments';
import { Say } from './Say';
import { VoteChoice } from './VoteChoice';
import { Words } from './Words';
import './CommentCard.css';

type Replies = readonly { depth: number; node: Reply | null }[];

interface Props {
  comment: Comment;
  replies?: Replies;
  replyCount?: number;
  onPosted?: () => void;
}

// CommentCard is a comment at the top of a thread, with how it was answered and what became of it.
export function CommentCard({ comment, replies = [], replyCount = replies.length, onPosted }: Props) {
  const { t } = useTranslation();
  const [isReplying, setIsReplying] = useState(false);
  const mayReply = can(comment.viewerCan, 'COMMENT_POST')?.allowed;
  return (
    <article className="comment" id={comment.id}>
      <Head comment={comment} stance={t(`stance.${comment.stance}`)} />
      {comment.late && <p className="meta">{t('comment.late')}</p>}
      <Body comment={comment} />
      {comment.state === 'VISIBLE' && (
        <>
          <VoteChoice comment={comment} />
          <Tally {...comment.tally} />
        </>
      )}
      <Fate comment={comment} />
      {replyCount > 0 && (
        <details className="replies" open>
          <summary>{t('comment.replies', { count: replyCount })}</summary>
          {nested(replies)}
          {replyCount > replies.length && <Link href={`/comments/${comment.id}`}>{t('comment.allReplies', { count: replyCount })}</Link>}
        </details>
      )}
      {isReplying && onPosted ? (
        <Say
          parent={comment.id}
          id={`reply-${comment.id}`}
          permission={can(comment.viewerCan, 'COMMENT_POST')}
          onPosted={() => {
            setIsReplying(false);
            onPosted();
          }}
          onCancel={() => setIsReplying(false)}
          isReply
        />
      ) : (
        <div className="comment-acts">
          {mayReply && onPosted && (
            <Button look="link" onClick={() => setIsReplying(true)}>
              {t('comment.reply')}
            </Button>
          )}
          <CommentMore comment={comment} />
        </div>
      )}
    </article>
  );
}

function Head({ comment, stance }: { comment: Comment | Reply; stance?: string }) {
  return (
    <header className="comment-head">
      <Party party={comment.author} />
      {stance && <span className="comment-stance">{stance}</span>}
      <Link className="comment-when" href={`/comments/${comment.id}`}>
        <When at={comment.createdAt} />
      </Link>
    </header>
  );
}

function Body({ comment }: { comment: Comment | Reply }) {
  const { t } = useTranslation();
  if (comment.body !== null) return <Words comment={comment} />;
  return (
    <p className="soft">
      {t(comment.state === 'HIDDEN' ? 'comment.hidden' : comment.state === 'WITHDRAWN' ? 'comment.withdrawn' : 'comment.gone')}
    </p>
  );
}

// Fate is what became of a comment, or why it is not shown and what can be done about that.
export function Fate({ comment }: { comment: Comment }) {
  const { t } = useTranslation();
  const { disposition, hiding, state } = comment;
  if (state === 'HIDDEN' && hiding) return <Hidden hiding={hiding} />;
  if (!disposition) return null;
  return (
    <div className="fate">
      <p>
        <b>{t(`fate.${disposition.outcome}`)}</b> <Party party={disposition.by} /> <When at={disposition.at} />
      </p>
      <Markdown text={disposition.reason} />
    </div>
  );
}

function Hidden({ hiding }: { hiding: NonNullable<Comment['hiding']> }) {
  const { t } = useTranslation();
  const { date } = useFormat();
  return (
    <div className="fate is-hidden">
      <p>
        {t('comment.hiddenBecause', { reason: hiding.reason })} {hiding.by && <Party party={hiding.by} />}
      </p>
      {hiding.decision && <p>{t(hiding.state === 'UPHELD' ? 'comment.upheld' : 'comment.overturned', { reason: hiding.decision })}</p>}
      {hiding.appealedAt && !hiding.decision && <p>{t('comment.appealed', { date: date(hiding.dueAt ?? hiding.appealedAt) })}</p>}
      {can(hiding.viewerCan, 'HIDING_APPEAL')?.allowed && <Appeal hiding={hiding.id} />}
    </div>
  );
}

// nested puts replies, which come in reading order with their depth, below one another.
function nested(replies: Replies) {
  const build = (from: number, depth: number): [JSX.Element[], number] => {
    const made: JSX.Element[] = [];
    let at = from;
    while (at < replies.length) {
      const { depth: own, node } = replies[at] as Replies[number];
      if (own < depth) break;
      const [below, next] = build(at + 1, own + 1);
      at = next;
      if (!node) {
        made.push(...below);
        continue;
      }
      made.push(
        <article key={node.id} id={node.id} className={`reply ${chamberClass[node.author.kind]}`}>
          <Head comment={node} />
          <Body comment={node} />
          {below}
        </article>,
      );
    }
    return [made, at];
  };
  return build(0, Math.min(...replies.map(({ depth }) => depth)))[0];
}

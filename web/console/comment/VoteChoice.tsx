import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMutation } from 'urql';

import { can } from '#parts/permission';
import { Refusal } from '#parts/Refusal';
import type { Refused } from '#text/refusal';

import { RetractVote, VoteOnComment } from './documents';
import type { Comment } from './fragments';
import './VoteChoice.css';

type Choice = 'AGREE' | 'DISAGREE' | 'PASS';

export const marks: Record<Choice, string> = { AGREE: '✓', DISAGREE: '✕', PASS: '–' };
export const choices: readonly Choice[] = ['AGREE', 'DISAGREE', 'PASS'];

// useVote shows a vote at once, and takes it back with a sentence when it is refused. The present choice once more retracts it.
export function useVote() {
  const [refused, setRefused] = useState<Refused | 'failed' | null>(null);
  const [, vote] = useMutation(VoteOnComment);
  const [, retract] = useMutation(RetractVote);
  const choose = async (comment: Pick<Comment, 'id' | 'viewerVote'>, choice: Choice) => {
    setRefused(null);
    if (comment.viewerVote === choice) {
      const { data } = await retract({ input: { id: comment.id } });
      return setRefused(data ? (data.retractCommentVote.userErrors[0] ?? null) : 'failed');
    }
    const { data } = await vote({ input: { id: comment.id, choice } });
    setRefused(data ? (data.voteOnComment.userErrors[0] ?? null) : 'failed');
  };
  return { choose, refused };
}

export function VoteChoice({ comment }: { comment: Comment }) {
  const { t } = useTranslation();
  const { choose, refused } = useVote();
  if (!can(comment.viewerCan, 'COMMENT_VOTE')?.allowed) return null;
  return (
    <div>
      <div className="vote-choice" role="group" aria-label={t('vote.title')}>
        {choices.map((choice) => (
          <button key={choice} type="button" aria-pressed={comment.viewerVote === choice} onClick={() => void choose(comment, choice)}>
            <span aria-hidden="true">{marks[choice]}</span> {t(`vote.${choice}`)}
          </button>
        ))}
      </div>
      <div role="status">
        {refused === 'failed' && <p className="alarm">{t('vote.lost')}</p>}
        {refused && refused !== 'failed' && <Refusal refused={refused} what={t('vote.refused')} />}
      </div>
    </div>
  );
}

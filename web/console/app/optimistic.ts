// What one's own acts show before the server has answered. It is taken back when the server refuses.
import type { OptimisticMutationConfig } from '@urql/exchange-graphcache';

import { graphql } from './graphql';

const Voted = graphql(`
  fragment Voted on Comment {
    id
    viewerVote
    tally {
      agree
      disagree
      pass
      total
    }
  }
`);

type Choice = 'AGREE' | 'DISAGREE' | 'PASS';
const counted = { AGREE: 'agree', DISAGREE: 'disagree', PASS: 'pass' } as const;

// after is a tally once the vote of one party has changed.
export function after(tally: { agree: number; disagree: number; pass: number; total: number }, was: Choice | null, is: Choice | null) {
  const next = { ...tally };
  if (was) next[counted[was]] -= 1;
  if (is) next[counted[is]] += 1;
  next.total = next.agree + next.disagree + next.pass;
  return next;
}

const voting =
  (choice: (input: { choice?: Choice }) => Choice | null): OptimisticMutationConfig[string] =>
  (args, cache) => {
    const input = args.input as { id: string; choice?: Choice };
    const before = cache.readFragment(Voted, { __typename: 'Comment', id: input.id } as never);
    if (!before) return null;
    const is = choice(input);
    return {
      __typename: 'CommentPayload',
      userErrors: [],
      comment: {
        __typename: 'Comment',
        id: input.id,
        viewerVote: is,
        tally: { __typename: 'Tally', ...after(before.tally, before.viewerVote, is) },
      },
    } as never;
  };

export const optimistic: OptimisticMutationConfig = {
  voteOnComment: voting((input) => input.choice ?? null),
  retractCommentVote: voting(() => null),
};

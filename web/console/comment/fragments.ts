import { PartyParts, PermissionParts } from '#app/fragments';
import { graphql, type FragmentOf } from '#app/graphql';

export const TallyParts = graphql(`
  fragment Counts on Tally {
    agree
    disagree
    pass
    total
  }
`);

export const CommentParts = graphql(
  `
    fragment Comment on Comment {
      __typename
      id
      body
      stance
      language
      translations(first: 3) {
        nodes {
          language
          body
          by {
            ...Party
          }
        }
      }
      state
      stateReason
      late
      createdAt
      editedAt
      author {
        ...Party
      }
      disposition {
        outcome
        reason
        at
        by {
          ...Party
        }
      }
      tally {
        ...Counts
      }
      viewerVote
      hiding {
        id
        reason
        state
        appealedAt
        dueAt
        decision
        by {
          ...Party
        }
        viewerCan(actions: [HIDING_APPEAL]) {
          ...Can
        }
      }
      viewerCan(actions: [COMMENT_VOTE, COMMENT_POST, COMMENT_REPORT, COMMENT_WITHDRAW, COMMENT_TRANSLATE]) {
        ...Can
      }
    }
  `,
  [PartyParts, PermissionParts, TallyParts],
);

export type Comment = FragmentOf<typeof CommentParts>;

export const ReplyParts = graphql(
  `
    fragment Reply on Comment {
      __typename
      id
      body
      language
      translations(first: 3) {
        nodes {
          language
          body
          by {
            ...Party
          }
        }
      }
      state
      createdAt
      author {
        ...Party
      }
      viewerCan(actions: [COMMENT_POST]) {
        ...Can
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export type Reply = FragmentOf<typeof ReplyParts>;

// A page of a thread: comments at the top, each with its replies in reading order.
export const ThreadParts = graphql(
  `
    fragment Thread on CommentConnection {
      totalCount
      edges {
        node {
          ...Comment
        }
        thread(first: 8) {
          totalCount
          edges {
            depth
            node {
              ...Reply
            }
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  `,
  [CommentParts, ReplyParts],
);

export type Thread = FragmentOf<typeof ThreadParts>;

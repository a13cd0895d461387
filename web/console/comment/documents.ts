import { FailureParts } from '#app/fragments';
import { graphql } from '#app/graphql';

import { CommentParts, ReplyParts, TallyParts } from './fragments';

export const PostComment = graphql(
  `
    mutation PostComment($input: PostCommentInput!, $key: String!) {
      postComment(input: $input) @idempotent(key: $key) {
        comment {
          ...Comment
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [CommentParts, FailureParts],
);

export const VoteOnComment = graphql(
  `
    mutation VoteOnComment($input: VoteOnCommentInput!) {
      voteOnComment(input: $input) {
        comment {
          id
          viewerVote
          tally {
            ...Counts
          }
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts, TallyParts],
);

export const RetractVote = graphql(
  `
    mutation RetractVote($input: RetractCommentVoteInput!) {
      retractCommentVote(input: $input) {
        comment {
          id
          viewerVote
          tally {
            ...Counts
          }
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts, TallyParts],
);

export const CommentQuery = graphql(
  `
    query CommentPage($id: ID!) {
      comment(id: $id) {
        ...Comment
        parent {
          id
        }
        subject {
          __typename
          ... on Dialogue {
            id
            title
          }
          ... on Proposal {
            id
            title
          }
          ... on Practice {
            id
            title
          }
          ... on ImpactAssessment {
            id
          }
        }
        thread(first: 100) {
          edges {
            depth
            node {
              ...Reply
            }
          }
        }
      }
    }
  `,
  [CommentParts, ReplyParts],
);

export const StatementsQuery = graphql(
  `
    query Statements($id: ID!, $after: String) {
      dialogue(id: $id) {
        id
        title
        state
        comments(first: 50, after: $after, order: NEWEST, filter: { state: [VISIBLE] }) {
          totalCount
          nodes {
            ...Comment
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  `,
  [CommentParts],
);

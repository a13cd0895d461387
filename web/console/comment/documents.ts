import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
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

export const ReportComment = graphql(
  `
    mutation ReportComment($input: ReportCommentInput!) {
      reportComment(input: $input) {
        contentReport {
          id
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const WithdrawComment = graphql(
  `
    mutation WithdrawComment($input: WithdrawCommentInput!) {
      withdrawComment(input: $input) {
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

export const AppealHiding = graphql(
  `
    mutation AppealHiding($input: AppealHidingInput!) {
      appealHiding(input: $input) {
        hiding {
          id
          state
          appealedAt
          dueAt
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const CommentQuery = graphql(
  `
    query CommentPage($id: ID!) {
      comment(id: $id) {
        ...Comment
        tally {
          byChamber {
            chamber
            agree
            disagree
            pass
          }
        }
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
            title
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

// What a facilitator answers: the comments that are owed a disposition, with those that say nearly the same.
export const AnswersQuery = graphql(
  `
    query Answers($id: ID!, $awaits: Boolean, $after: String) {
      dialogue(id: $id) {
        id
        title
        responseRate {
          answered
          total
        }
      }
      comments(first: 50, after: $after, filter: { dialogue: $id, state: [VISIBLE], awaitsDisposition: $awaits }) {
        totalCount
        nodes {
          id
          body
          language
          stance
          depth
          createdAt
          awaitsDisposition
          author {
            ...Party
          }
          subject {
            __typename
            ... on Proposal {
              id
              title
            }
          }
          disposition {
            outcome
          }
          group {
            id
            size
            awaitDisposition
            texts(first: 5) {
              text
              count
              hunks {
                op
                text
              }
            }
          }
          viewerCan(actions: [COMMENT_DISPOSE]) {
            ...Can
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const DisposeComments = graphql(
  `
    mutation DisposeComments($input: DisposeCommentsInput!) {
      disposeComments(input: $input) {
        comments {
          ...Comment
          awaitsDisposition
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [CommentParts, FailureParts],
);

export const DisposeGroup = graphql(
  `
    mutation DisposeGroup($input: DisposeCommentGroupInput!) {
      disposeCommentGroup(input: $input) {
        comments {
          id
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const TranslateComment = graphql(
  `
    mutation TranslateComment($input: TranslateCommentInput!) {
      translateComment(input: $input) {
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

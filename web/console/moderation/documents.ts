import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';

export const QueueQuery = graphql(
  `
    query Queue($filter: ModerationQueueFilter, $after: String) {
      moderationQueue(first: 30, after: $after, filter: $filter) {
        totalCount
        nodes {
          id
          body
          language
          createdAt
          author {
            ...Party
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
          }
          reports(first: 5) {
            totalCount
            nodes {
              id
              reason
              state
              createdAt
              by {
                ...Party
              }
            }
          }
          viewerCan(actions: [COMMENT_HIDE, COMMENT_DISMISS_REPORTS]) {
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

export const HidingParts = graphql(
  `
    fragment HidingOf on Hiding {
      id
      subjectId
      reason
      state
      createdAt
      appeal
      appealedAt
      dueAt
      overdueAt
      decision
      decidedAt
      restoredBecause
      restoredAt
      by {
        ...Party
      }
      decidedBy {
        ...Party
      }
      dialogue {
        id
        title
      }
      subject {
        __typename
        ... on Comment {
          id
          body
          language
          author {
            ...Party
          }
          viewerCan(actions: [COMMENT_RESTORE]) {
            ...Can
          }
        }
        ... on Proposal {
          id
        }
        ... on Amendment {
          id
        }
      }
      viewerCan(actions: [HIDING_DECIDE]) {
        ...Can
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const LogQuery = graphql(
  `
    query ModerationLog($filter: HidingFilter, $after: String) {
      moderationLog(first: 30, after: $after, filter: $filter) {
        totalCount
        nodes {
          ...HidingOf
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [HidingParts],
);

export const HideComments = graphql(
  `
    mutation HideComments($input: HideCommentsInput!) {
      hideComments(input: $input) {
        comments {
          id
          state
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const RestoreComments = graphql(
  `
    mutation RestoreComments($input: RestoreCommentsInput!) {
      restoreComments(input: $input) {
        comments {
          id
          state
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const DismissReports = graphql(
  `
    mutation DismissReports($input: DismissReportsInput!) {
      dismissReports(input: $input) {
        comment {
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

export const DecideAppeal = graphql(
  `
    mutation DecideAppeal($input: DecideAppealInput!) {
      decideAppeal(input: $input) {
        hiding {
          ...HidingOf
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [HidingParts, FailureParts],
);

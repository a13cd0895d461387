import { FailureParts, PartyParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { CommentParts } from '#comment/fragments';

export const MineQuery = graphql(
  `
    query Mine($after: String) {
      viewer {
        stakeholder {
          ...Party
        }
        comments(first: 20, after: $after) {
          totalCount
          nodes {
            ...Comment
            awaitsDisposition
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
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
        proposals(first: 10) {
          nodes {
            id
            title
            language
            state
            kind
            version
            dialogue {
              id
              title
            }
          }
        }
        unreadDialogues(first: 10) {
          nodes {
            id
            title
            languages
            unread {
              comments
              proposals
              outcomes
            }
          }
        }
        waitingForMe(first: 20) {
          since
          actions
          subject {
            __typename
            ... on Proposal {
              id
              title
            }
            ... on Dialogue {
              id
              title
            }
            ... on OfficialResponse {
              id
              dueAt
              proposal {
                id
                title
              }
            }
            ... on Ballot {
              id
              closesAt
              balloted: proposal {
                id
                title
              }
            }
            ... on Comment {
              id
            }
          }
        }
      }
    }
  `,
  [CommentParts, PartyParts],
);

export const Register = graphql(
  `
    mutation Register($input: RegisterStakeholderInput!, $key: String!) {
      registerStakeholder(input: $input) @idempotent(key: $key) {
        stakeholder {
          ...Party
          status
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [PartyParts, FailureParts],
);

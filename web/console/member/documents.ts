import { FailureParts, PartyParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { CommentParts } from '#comment/fragments';

import { NewsParts, TaskParts } from './fragments';

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
            ...NewsOf
          }
        }
        waitingForMe(first: 20) {
          ...TaskOf
        }
      }
    }
  `,
  [CommentParts, NewsParts, PartyParts, TaskParts],
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

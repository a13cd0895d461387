import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
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

export const RegistrationsQuery = graphql(
  `
    query Registrations($after: String) {
      stakeholders(first: 50, after: $after, filter: { status: [PENDING] }) {
        totalCount
        nodes {
          ...Party
          description
          jurisdictions
          createdAt
          revision
          resembles {
            id
            name
          }
          viewerCan(actions: [STAKEHOLDER_APPROVE, STAKEHOLDER_REJECT]) {
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

export const ApproveParty = graphql(
  `
    mutation ApproveParty($input: ApproveStakeholderInput!) {
      approveStakeholder(input: $input) {
        stakeholder {
          id
          status
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const RejectParty = graphql(
  `
    mutation RejectParty($input: RejectStakeholderInput!) {
      rejectStakeholder(input: $input) {
        stakeholder {
          id
          status
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const MyDataQuery = graphql(
  `
    query MyData {
      viewer {
        scopes
        member {
          id
          createdAt
          viewerCan(actions: [MEMBER_ERASE]) {
            ...Can
          }
        }
      }
      webhooks(first: 20) {
        nodes {
          id
          url
          description
          state
          stateReason
          deliveredAt
        }
      }
    }
  `,
  [PermissionParts],
);

export const EraseMember = graphql(
  `
    mutation EraseMember($input: EraseMemberInput!) {
      eraseMember(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

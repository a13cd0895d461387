import { FailureParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';

export const AssignedQuery = graphql(
  `
    query Assigned($me: ID!) {
      assignments(first: 50, filter: { assignee: $me, state: [ASSIGNED, RETURNED, SUBMITTED] }) {
        nodes {
          id
          part
          dueAt
          state
          reason
          revision
          subject {
            __typename
            ... on ImpactAssessment {
              id
              title
            }
            ... on Mitigation {
              id
              planned: title
              risk {
                id
                assessment {
                  id
                }
              }
            }
            ... on OfficialResponse {
              id
              proposal {
                id
                title
              }
            }
          }
          viewerCan(actions: [ASSIGNMENT_SUBMIT]) {
            ...Can
          }
        }
      }
    }
  `,
  [PermissionParts],
);

export const MeQuery = graphql(`
  query Me {
    viewer {
      member {
        id
      }
    }
  }
`);

export const SubmitAssignment = graphql(
  `
    mutation SubmitAssignment($input: SubmitAssignmentInput!) {
      submitAssignment(input: $input) {
        assignment {
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

import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';

export const CommitmentQuery = graphql(
  `
    query Commitment($id: ID!) {
      commitment(id: $id) {
        id
        status
        statusReason
        late
        createdAt
        updatedAt
        firm {
          ...Party
        }
        text {
          title
          summary
          body
          language
        }
        dialogue {
          id
          title
        }
        proposal {
          id
          title
        }
        practices {
          id
          title
        }
        milestones(first: 50) {
          nodes {
            id
            title
            state
            dueAt
            progress
            reachedAt
            late
            revision
            files {
              id
              name
              mediaType
              bytes
              url
            }
            viewerCan(actions: [MILESTONE_REPLAN, MILESTONE_REPORT]) {
              ...Can
            }
          }
        }
        viewerCan(actions: [MILESTONE_PLAN]) {
          ...Can
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const PlanMilestone = graphql(
  `
    mutation PlanMilestone($input: PlanMilestoneInput!) {
      planMilestone(input: $input) {
        milestone {
          id
          title
          dueAt
          progress
          revision
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const ReplanMilestone = graphql(
  `
    mutation ReplanMilestone($input: ReplanMilestoneInput!) {
      replanMilestone(input: $input) {
        milestone {
          id
          title
          dueAt
          progress
          revision
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const ReportProgress = graphql(
  `
    mutation ReportProgress($input: ReportProgressInput!) {
      reportProgress(input: $input) {
        milestone {
          id
          title
          dueAt
          progress
          revision
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

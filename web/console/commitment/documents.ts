import { PartyParts } from '#app/fragments';
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
          }
        }
      }
    }
  `,
  [PartyParts],
);

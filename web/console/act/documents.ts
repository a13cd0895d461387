import { PartyParts } from '#app/fragments';
import { graphql } from '#app/graphql';

export const RecordsQuery = graphql(
  `
    query Records($after: String) {
      actLog {
        origin
        keys
        checkpoint {
          size
          root
          note
          at
        }
      }
      acts(last: 30, before: $after) {
        nodes {
          id
          seq
          type
          at
          reason
          subjectId
          stakeholder {
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
            ... on Comment {
              id
            }
            ... on Guideline {
              id
            }
            ... on Commitment {
              id
            }
          }
        }
        pageInfo {
          hasPreviousPage
          startCursor
        }
      }
      reports(first: 20) {
        nodes {
          id
          type
          title
          audience
          state
          hash
          createdAt
          asOf {
            seq
            time
          }
          files {
            format
            bytes
            url
            sha256
          }
        }
      }
    }
  `,
  [PartyParts],
);

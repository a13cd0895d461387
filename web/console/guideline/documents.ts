import { PartyParts } from '#app/fragments';
import { graphql } from '#app/graphql';

export const OutcomesQuery = graphql(
  `
    query Outcomes($guidelinesAfter: String, $commitmentsAfter: String) {
      guidelines(first: 30, after: $guidelinesAfter) {
        nodes {
          id
          version
          state
          reviewDueAt
          reviewOverdue
          createdAt
          text {
            title
            summary
            language
          }
          dialogue {
            id
            title
          }
        }
      }
      commitments(first: 30, after: $commitmentsAfter) {
        nodes {
          id
          status
          late
          firm {
            ...Party
          }
          text {
            title
            summary
            language
          }
          milestones(first: 10) {
            nodes {
              id
              progress
              dueAt
            }
          }
        }
      }
    }
  `,
  [PartyParts],
);

export const GuidelineQuery = graphql(`
  query Guideline($id: ID!) {
    guideline(id: $id) {
      id
      version
      state
      reviewDueAt
      reviewOverdue
      createdAt
      text {
        title
        summary
        body
        language
        number
        contentHash
      }
      dialogue {
        id
        title
      }
      proposal {
        id
        title
        kind
      }
      practices {
        id
        title
      }
      previous {
        id
        version
      }
      next {
        id
        version
      }
    }
  }
`);

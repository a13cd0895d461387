import { PartyParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { AssessmentEntryParts } from '#assessment/fragments';
import { PracticeEntryParts } from '#practice/fragments';

export const RegulatorQuery = graphql(
  `
    query RegulatorDesk($jurisdiction: [String!], $language: String) {
      due: reassessmentsDue(first: 20, filter: { withinDays: 90, jurisdiction: $jurisdiction }) {
        totalCount
        nodes {
          ...AssessmentEntry
          staleBecause {
            cause
            since
            resolvedAt
          }
        }
      }
      open: impactAssessments(first: 10, filter: { state: [IN_CONSULTATION, IN_REVIEW], jurisdiction: $jurisdiction }) {
        totalCount
        nodes {
          ...AssessmentEntry
        }
      }
      without: practicesWithoutAssessment(first: 10, filter: { jurisdiction: $jurisdiction }) {
        totalCount
        nodes {
          ...PracticeEntry
        }
      }
      late: commitments(first: 20, filter: { late: true, jurisdiction: $jurisdiction }) {
        totalCount
        nodes {
          id
          status
          text {
            title
            language
          }
          firm {
            ...Party
          }
        }
      }
      asked: proposals(first: 30, filter: { state: [OPEN, BALLOT, UNDER_REVIEW] }) {
        nodes {
          id
          title
          language
          responses(first: 5) {
            nodes {
              id
              dueAt
              late
              state
              addressee {
                ...Party
              }
            }
          }
        }
      }
      filed: filings(first: 20, filter: { state: [FILED] }) {
        totalCount
        nodes {
          id
          filedAt
          firm {
            ...Party
          }
          assessment {
            id
            title
          }
        }
      }
    }
  `,
  [AssessmentEntryParts, PracticeEntryParts, PartyParts],
);

export const JurisdictionsQuery = graphql(`
  query Jurisdictions {
    viewer {
      stakeholder {
        __typename
        id
        jurisdictions
      }
    }
  }
`);

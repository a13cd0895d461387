import { PartyParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { PracticeEntryParts } from '#practice/fragments';
import { ProposalEntryParts } from '#proposal/fragments';

export const PartiesQuery = graphql(
  `
    query Parties($filter: StakeholderFilter, $after: String) {
      stakeholders(first: 40, after: $after, filter: $filter) {
        totalCount
        nodes {
          ...Party
          description
          jurisdictions
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [PartyParts],
);

export const PartyQuery = graphql(
  `
    query PartyPage($handle: String!) {
      stakeholder(handle: $handle) {
        ...Party
        description
        jurisdictions
        status
        createdAt
        ties(first: 10) {
          nodes {
            id
            kind
            about {
              ...Party
            }
          }
        }
        ... on Firm {
          legalName
          sectorLabel
          sectorCode
          sizeBand
          registrationNumber
          website
          practices(first: 30) {
            nodes {
              ...PracticeEntry
            }
          }
        }
        ... on Regulator {
          mandate
          legalBasis
        }
        ... on NGO {
          mission
          focusAreas
        }
        ... on AcademicInstitution {
          disciplines
          ethicsBoard
        }
      }
    }
  `,
  [PartyParts, PracticeEntryParts],
);

// What a party has proposed, and what it has promised.
export const PartyWorkQuery = graphql(
  `
    query PartyWork($id: ID!) {
      proposals(first: 20, filter: { author: $id }) {
        totalCount
        nodes {
          ...ProposalEntry
        }
      }
      commitments(first: 20, filter: { firm: $id }) {
        nodes {
          id
          status
          late
          text {
            title
            language
          }
        }
      }
    }
  `,
  [ProposalEntryParts],
);

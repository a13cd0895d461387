import { PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { NewsParts, TaskParts } from '#member/fragments';

// What waits for a person, what is assigned to them, and what is new.
export const DeskQuery = graphql(
  `
    query Desk {
      viewer {
        member {
          id
        }
        roles
        viewerCan(actions: [DIALOGUE_CONVENE]) {
          ...Can
        }
        waitingForMe(first: 30) {
          ...TaskOf
        }
        unreadDialogues(first: 10) {
          nodes {
            ...NewsOf
          }
        }
        comments(first: 5) {
          totalCount
          nodes {
            id
            body
            createdAt
            state
            disposition {
              outcome
              at
            }
          }
        }
      }
      assignments(first: 20, filter: { state: [ASSIGNED, RETURNED, SUBMITTED] }) {
        nodes {
          id
          dueAt
          state
          reason
          part
          assignee {
            id
          }
          subject {
            __typename
            ... on ImpactAssessment {
              id
              practice {
                id
                title
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
        }
      }
    }
  `,
  [NewsParts, PermissionParts, TaskParts],
);

// What goes on in the dialogues that a party convenes: what is owed, what was reported, and phases that end.
export const ConvenorDeskQuery = graphql(
  `
    query ConvenorDesk($party: ID!) {
      moderationQueue(first: 1) {
        totalCount
      }
      appeals: moderationLog(first: 20, filter: { state: [APPEALED] }) {
        nodes {
          id
          dueAt
          viewerCan(actions: [HIDING_DECIDE]) {
            ...Can
          }
        }
      }
      dialogues(first: 20, order: CLOSING_SOON, filter: { convenor: $party, state: [OPEN, DRAFT] }) {
        nodes {
          id
          title
          languages
          state
          phase {
            kind
            closesAt
          }
          responseRate {
            answered
            total
          }
          syntheses(first: 3) {
            nodes {
              id
              state
              objections(first: 10) {
                nodes {
                  answer
                }
              }
              coverage {
                byChamber {
                  chamber
                  total
                }
              }
            }
          }
        }
      }
    }
  `,
  [PermissionParts],
);

// What a firm is asked for and has promised.
export const FirmDeskQuery = graphql(
  `
    query FirmDesk($party: ID!) {
      practices(first: 20, filter: { firm: $party }) {
        nodes {
          id
          title
          comments(first: 3, order: NEWEST) {
            totalCount
            nodes {
              id
              body
              language
              createdAt
              author {
                ...Party
              }
            }
          }
        }
      }
      commitments(first: 20, filter: { firm: $party, status: [PLANNED, ON_TRACK, AT_RISK] }) {
        nodes {
          id
          late
          text {
            title
            language
          }
          milestones(first: 20) {
            nodes {
              id
              title
              dueAt
              state
              late
            }
          }
        }
      }
    }
  `,
  [PartyParts],
);

// What a customer can say something to now.
export const OpenDeskQuery = graphql(`
  query OpenDesk {
    dialogues(first: 10, order: CLOSING_SOON, filter: { state: [OPEN] }) {
      nodes {
        id
        title
        languages
        phase {
          kind
          closesAt
          mayVote
          mayComment
        }
      }
    }
  }
`);

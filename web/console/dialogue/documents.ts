import { PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { TallyParts, ThreadParts } from '#comment/fragments';
import { ProposalEntryParts } from '#proposal/fragments';

import { DialogueEntryParts, PhaseParts } from './fragments';

export const DialoguesQuery = graphql(
  `
    query Dialogues($filter: DialogueFilter, $order: DialogueOrder, $after: String) {
      dialogues(first: 20, after: $after, filter: $filter, order: $order) {
        totalCount
        nodes {
          ...DialogueEntry
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [DialogueEntryParts],
);

export const DialogueQuery = graphql(
  `
    query Dialogue($id: ID, $reference: String, $order: CommentOrder) {
      head
      dialogue(id: $id, reference: $reference) {
        ...DialogueEntry
        round
        visibility
        requiresAssessment
        responseRate {
          answered
          total
        }
        sponsorRule {
          sponsors
          chambers
        }
        phases {
          ...PhaseOf
        }
        practices {
          id
          title
          firm {
            ...Party
          }
        }
        files {
          id
          name
          mediaType
          bytes
          url
        }
        syntheses(first: 5) {
          nodes {
            id
            number
            state
            createdAt
            publishedBy {
              ...Party
            }
            sentences {
              text
              citations(first: 3) {
                totalCount
                nodes {
                  commentId
                }
              }
            }
            coverage {
              comments
              total
            }
            objections(first: 3) {
              nodes {
                party {
                  ...Party
                }
                text
                answer
              }
            }
          }
        }
        outcomes(first: 5) {
          nodes {
            round
            text
            closedAt
          }
        }
        allProposals: proposals(first: 30, order: NEWEST) {
          totalCount
          nodes {
            ...ProposalEntry
          }
        }
        thread: comments(first: 20, order: $order) {
          ...Thread
        }
        viewerCan(actions: [COMMENT_POST, PROPOSAL_DRAFT, DIALOGUE_CLOSE, SYNTHESIS_PUBLISH]) {
          ...Can
        }
      }
    }
  `,
  [DialogueEntryParts, PhaseParts, PartyParts, ProposalEntryParts, ThreadParts, PermissionParts],
);

export const DialogueThreadQuery = graphql(
  `
    query DialogueThread($id: ID!, $order: CommentOrder, $after: String) {
      dialogue(id: $id) {
        id
        thread: comments(first: 20, order: $order, after: $after) {
          ...Thread
        }
      }
    }
  `,
  [ThreadParts],
);

export const DialogueActivity = graphql(
  `
    subscription DialogueActivity($id: ID!, $after: String) {
      dialogueActivity(id: $id, after: $after) {
        cursor
        act {
          id
          type
        }
        comment {
          id
          author {
            id
          }
          tally {
            ...Counts
          }
        }
      }
    }
  `,
  [TallyParts],
);

export const MarkRead = graphql(`
  mutation MarkRead($input: MarkDialogueReadInput!) {
    markDialogueRead(input: $input) {
      dialogue {
        id
        unread {
          comments
        }
      }
    }
  }
`);

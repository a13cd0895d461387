import { graphql } from '#app/graphql';
import { DialogueEntryParts } from '#dialogue/fragments';

export const FrontQuery = graphql(
  `
    query Front {
      open: dialogues(first: 10, order: CLOSING_SOON, filter: { state: [OPEN] }) {
        totalCount
        nodes {
          ...DialogueEntry
        }
      }
      closed: dialogues(first: 5, filter: { state: [CLOSED] }) {
        totalCount
        nodes {
          ...DialogueEntry
        }
      }
    }
  `,
  [DialogueEntryParts],
);

import { PartyParts } from '#app/fragments';
import { graphql, type FragmentOf } from '#app/graphql';

export const PhaseParts = graphql(`
  fragment PhaseOf on Phase {
    kind
    number
    opensAt
    closesAt
    beganAt
    endedAt
    mayVote
  }
`);

export const DialogueEntryParts = graphql(
  `
    fragment DialogueEntry on Dialogue {
      id
      reference
      title
      brief
      languages
      state
      closedAt
      outcome
      convenor {
        ...Party
      }
      phase {
        ...PhaseOf
      }
      proposals(first: 1) {
        totalCount
      }
      comments(first: 1) {
        totalCount
      }
    }
  `,
  [PartyParts, PhaseParts],
);

export type DialogueEntry = FragmentOf<typeof DialogueEntryParts>;

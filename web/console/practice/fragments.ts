import { PartyParts } from '#app/fragments';
import { graphql, type FragmentOf } from '#app/graphql';

export const PracticeEntryParts = graphql(
  `
    fragment PracticeEntry on Practice {
      id
      title
      description
      kind
      state
      version
      firm {
        ...Party
      }
    }
  `,
  [PartyParts],
);

export type PracticeEntry = FragmentOf<typeof PracticeEntryParts>;

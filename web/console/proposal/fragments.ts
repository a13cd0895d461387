import { PartyParts } from '#app/fragments';
import { graphql, type FragmentOf } from '#app/graphql';

export const ProposalEntryParts = graphql(
  `
    fragment ProposalEntry on Proposal {
      id
      reference
      title
      summary
      language
      kind
      state
      version
      author {
        ...Party
      }
      comments(first: 1) {
        totalCount
      }
    }
  `,
  [PartyParts],
);

export type ProposalEntry = FragmentOf<typeof ProposalEntryParts>;

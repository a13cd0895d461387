// Fragments that every noun needs.
import { graphql, type FragmentOf } from './graphql';

export const PartyParts = graphql(`
  fragment Party on Stakeholder {
    __typename
    id
    name
    handle
    kind
  }
`);

export type Party = FragmentOf<typeof PartyParts>;
export type Chamber = Party['kind'];

export const PermissionParts = graphql(`
  fragment Can on Permission {
    action
    allowed
    code
    values {
      minimum
      limit
      actual
      state
      states
      date
      roles
      scopes
    }
  }
`);

export type Permission = FragmentOf<typeof PermissionParts>;

export const FailureParts = graphql(`
  fragment Failed on UserError {
    code
    field
    values {
      minimum
      limit
      actual
      state
      states
      date
      roles
      scopes
    }
  }
`);

export type Failed = FragmentOf<typeof FailureParts>;

import { graphql } from './graphql';
import { PartyParts } from './fragments';

export const ViewerQuery = graphql(
  `
    query Viewer {
      viewer {
        member {
          id
        }
        stakeholder {
          ...Party
          status
        }
        roles
      }
    }
  `,
  [PartyParts],
);

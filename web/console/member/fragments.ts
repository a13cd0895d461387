import { graphql, type FragmentOf } from '#app/graphql';

export const TaskParts = graphql(`
  fragment TaskOf on Task {
    since
    actions
    subject {
      __typename
      ... on Proposal {
        id
        title
      }
      ... on Dialogue {
        id
        title
      }
      ... on OfficialResponse {
        id
        dueAt
        proposal {
          id
          title
        }
      }
      ... on Ballot {
        id
        closesAt
        balloted: proposal {
          id
          title
        }
      }
      ... on Comment {
        id
      }
      ... on Hiding {
        id
        decideBy: dueAt
      }
      ... on Synthesis {
        id
        heardIn: dialogue {
          id
          title
        }
      }
      ... on Commitment {
        id
        text {
          title
        }
      }
      ... on Milestone {
        id
        title
        dueAt
        commitment {
          id
        }
      }
    }
  }
`);

export type Task = FragmentOf<typeof TaskParts>;

export const NewsParts = graphql(`
  fragment NewsOf on Dialogue {
    id
    title
    languages
    unread {
      comments
      proposals
      outcomes
    }
  }
`);

export type News = FragmentOf<typeof NewsParts>;

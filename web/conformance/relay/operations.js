// The operations of the Relay checks, as an application would write them. relay.mjs compiles them against the server's own
// /schema.graphql; this file is only read by the compiler.
import { graphql } from 'relay-runtime';

export const list = graphql`
  query operationsListQuery {
    proposals(first: 1) {
      nodes {
        id
        ...operations_proposal
      }
    }
    openTab
  }
`;

export const proposal = graphql`
  fragment operations_proposal on Proposal @refetchable(queryName: "operationsProposalRefetchQuery") {
    title
    state
    author {
      name
    }
  }
`;

export const dialogue = graphql`
  query operationsDialogueQuery($id: ID!, $count: Int!) {
    dialogue(id: $id) {
      ...operations_comments @arguments(count: $count)
    }
  }
`;

export const comments = graphql`
  fragment operations_comments on Dialogue
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "operationsCommentsPaginationQuery") {
    comments(first: $count, after: $cursor, order: NEWEST) @connection(key: "operations_comments", filters: ["order"]) {
      edges {
        node {
          id
          body
        }
      }
    }
  }
`;

export const post = graphql`
  mutation operationsPostMutation($input: PostCommentInput!, $connections: [ID!]!) {
    postComment(input: $input) {
      commentEdge @prependEdge(connections: $connections) {
        cursor
        node {
          id
          body
        }
      }
      userErrors {
        code
      }
    }
  }
`;

export const votes = graphql`
  query operationsVotesQuery($id: ID!) {
    comment(id: $id) {
      viewerVote
      tally {
        agree
      }
    }
  }
`;

export const vote = graphql`
  mutation operationsVoteMutation($input: VoteOnCommentInput!) {
    voteOnComment(input: $input) {
      comment {
        viewerVote
        tally {
          agree
        }
      }
      userErrors {
        code
      }
    }
  }
`;

export const head = graphql`
  query operationsHeadQuery {
    head
  }
`;

export const follow = graphql`
  subscription operationsFollowSubscription($after: String) {
    acts(after: $after) {
      cursor
      act {
        type
        subject {
          ... on Comment {
            id
            tally {
              agree
            }
          }
        }
      }
    }
  }
`;

import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
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

// What was heard in a phase, with the comments it cites.
export const SynthesisParts = graphql(
  `
    fragment Synthesis on Synthesis {
      id
      number
      state
      revision
      createdAt
      objectionsUntil
      phase {
        kind
        number
      }
      publishedBy {
        ...Party
      }
      sentences {
        text
        citations(first: 6) {
          totalCount
          nodes {
            commentId
            comment {
              id
              body
              language
              author {
                ...Party
              }
            }
          }
        }
      }
      coverage {
        comments
        total
        byChamber {
          chamber
          comments
          total
        }
      }
      objections(first: 5) {
        nodes {
          party {
            ...Party
          }
          text
          at
          answer
          answeredAt
          overdue
        }
      }
      viewerCan(actions: [SYNTHESIS_OBJECT, SYNTHESIS_ANSWER]) {
        ...Can
      }
    }
  `,
  [PartyParts, PermissionParts],
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
        syntheses(first: 3) {
          nodes {
            ...Synthesis
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
        viewerCan(
          actions: [
            COMMENT_POST
            PROPOSAL_DRAFT
            SYNTHESIS_PUBLISH
            DIALOGUE_UPDATE
            DIALOGUE_OPEN
            DIALOGUE_CLOSE
            DIALOGUE_REOPEN
          ]
        ) {
          ...Can
        }
      }
      owed: comments(first: 1, filter: { dialogue: $id, state: [VISIBLE], awaitsDisposition: true }) {
        totalCount
        nodes {
          id
          viewerCan(actions: [COMMENT_DISPOSE]) {
            ...Can
          }
        }
      }
    }
  `,
  [DialogueEntryParts, PhaseParts, PartyParts, ProposalEntryParts, SynthesisParts, ThreadParts, PermissionParts],
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

// What a facilitator says was heard: the comments that can be cited, and the phases that are over.
export const HearQuery = graphql(
  `
    query Hear($id: ID!) {
      dialogue(id: $id) {
        id
        title
        languages
        phases {
          ...PhaseOf
        }
        viewerCan(actions: [SYNTHESIS_PUBLISH]) {
          ...Can
        }
      }
    }
  `,
  [PermissionParts, PhaseParts],
);

// What was published as heard, with all that it cites: a sentence cites at most a hundred comments.
export const PublishedQuery = graphql(`
  query Published($id: ID!, $after: String) {
    dialogue(id: $id) {
      id
      syntheses(first: 3, after: $after) {
        nodes {
          id
          number
          state
          phase {
            number
          }
          sentences {
            text
            citations(first: 100) {
              nodes {
                commentId
              }
            }
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

export const SaidQuery = graphql(
  `
    query SaidIn($id: ID!, $after: String) {
      comments(first: 100, after: $after, filter: { dialogue: $id, state: [VISIBLE] }) {
        nodes {
          id
          body
          language
          depth
          late
          phase {
            number
          }
          author {
            ...Party
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [PartyParts],
);

export const PublishSynthesis = graphql(
  `
    mutation PublishSynthesis($input: PublishSynthesisInput!, $key: String!) {
      publishSynthesis(input: $input) @idempotent(key: $key) {
        synthesis {
          ...Synthesis
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [SynthesisParts, FailureParts],
);

export const ObjectNotHeard = graphql(
  `
    mutation ObjectNotHeard($input: ObjectNotHeardInput!) {
      objectNotHeard(input: $input) {
        synthesis {
          ...Synthesis
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [SynthesisParts, FailureParts],
);

export const AnswerNotHeard = graphql(
  `
    mutation AnswerNotHeard($input: AnswerNotHeardInput!) {
      answerNotHeard(input: $input) {
        synthesis {
          ...Synthesis
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [SynthesisParts, FailureParts],
);

const PhaseFieldParts = graphql(`
  fragment PhaseFields on Phase {
    round
    kind
    opensAt
    closesAt
    beganAt
    endedAt
    mayComment
    mayVote
    mayPropose
    mayAmend
    mayBallot
    takesLateComments
  }
`);

export const ConveneQuery = graphql(
  `
    query Convene {
      viewer {
        viewerCan(actions: [DIALOGUE_CONVENE]) {
          ...Can
        }
      }
      practices(first: 50) {
        nodes {
          id
          title
        }
      }
      stakeholders(first: 100) {
        nodes {
          ...Party
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const ChangeQuery = graphql(
  `
    query ChangeDialogue($id: ID!) {
      dialogue(id: $id) {
        id
        title
        brief
        languages
        state
        round
        revision
        timeZone
        requiresAssessment
        files {
          id
          name
          bytes
        }
        phases {
          ...PhaseFields
        }
        missingToClose {
          ...Failed
        }
        viewerCan(actions: [DIALOGUE_UPDATE, DIALOGUE_CLOSE, DIALOGUE_REOPEN]) {
          ...Can
        }
      }
    }
  `,
  [FailureParts, PermissionParts, PhaseFieldParts],
);

export const ConveneDialogue = graphql(
  `
    mutation ConveneDialogue($input: ConveneDialogueInput!, $key: String!) {
      conveneDialogue(input: $input) @idempotent(key: $key) {
        dialogue {
          id
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const UpdateDialogue = graphql(
  `
    mutation UpdateDialogue($input: UpdateDialogueInput!) {
      updateDialogue(input: $input) {
        dialogue {
          id
          title
          brief
          revision
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const OpenDialogue = graphql(
  `
    mutation OpenDialogue($input: OpenDialogueInput!) {
      openDialogue(input: $input) {
        dialogue {
          id
          state
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const CloseDialogue = graphql(
  `
    mutation CloseDialogue($input: CloseDialogueInput!) {
      closeDialogue(input: $input) {
        dialogue {
          id
          state
          outcome
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const ReopenDialogue = graphql(
  `
    mutation ReopenDialogue($input: ReopenDialogueInput!) {
      reopenDialogue(input: $input) {
        dialogue {
          id
          state
          round
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

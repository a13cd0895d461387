import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { TallyParts, ThreadParts } from '#comment/fragments';
import { PhaseParts } from '#dialogue/fragments';

export const ProposalQuery = graphql(
  `
    query Proposal($id: ID, $order: CommentOrder) {
      head
      proposal(id: $id) {
        id
        reference
        title
        summary
        body
        language
        kind
        state
        stateReason
        version
        contentHash
        createdAt
        openedAt
        updatedAt
        author {
          ...Party
        }
        firm {
          ...Party
        }
        acceptedVersion
        supersedes {
          id
          title
        }
        supersededBy {
          id
          title
        }
        authors {
          accepted
          party {
            ...Party
          }
        }
        sponsorship {
          needed
          have
          missing
          missingChambers
        }
        sponsors(first: 20) {
          nodes {
            party {
              ...Party
            }
            version
            current
          }
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
        dialogue {
          id
          title
          state
          languages
          phases {
            ...PhaseOf
          }
        }
        responses(first: 10) {
          nodes {
            id
            addressee {
              ...Party
            }
            dueAt
            state
            late
            text
            version
            answeredAt
            files {
              id
              name
              mediaType
              bytes
              url
            }
            viewerCan(actions: [OFFICIALRESPONSE_GIVE]) {
              ...Can
            }
          }
        }
        amendments(first: 10) {
          totalCount
          nodes {
            id
            base
            state
            stateReason
            createdAt
            author {
              ...Party
            }
            hunks {
              op
              text
            }
            conflictsWith {
              id
            }
          }
        }
        ballots(first: 5) {
          nodes {
            id
            state
            secrecy
            closesAt
            countedAt
            result {
              outcome
            }
          }
        }
        guideline {
          id
        }
        commitment {
          id
        }
        thread: comments(first: 20, order: $order) {
          ...Thread
        }
        viewerCan(
          actions: [
            COMMENT_POST
            AMENDMENT_DRAFT
            PROPOSAL_SUBMIT
            PROPOSAL_SPONSOR
            PROPOSAL_WITHDRAW_SPONSORSHIP
            PROPOSAL_EDIT
            PROPOSAL_OPEN
            PROPOSAL_TAKE_UP
            BALLOT_OPEN
            PROPOSAL_ACCEPT_COMMITMENT
            OFFICIALRESPONSE_REQUEST
          ]
        ) {
          ...Can
        }
      }
    }
  `,
  [PartyParts, PermissionParts, PhaseParts, ThreadParts],
);

export const ProposalThreadQuery = graphql(
  `
    query ProposalThread($id: ID, $order: CommentOrder, $after: String) {
      proposal(id: $id) {
        id
        thread: comments(first: 20, order: $order, after: $after) {
          ...Thread
        }
      }
    }
  `,
  [ThreadParts],
);

export const ProposalActivity = graphql(
  `
    subscription ProposalActivity($id: ID!, $after: String) {
      proposalUpdated(id: $id, after: $after) {
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

export const VersionsQuery = graphql(
  `
    query Versions($id: ID, $from: Int!, $to: Int!) {
      proposal(id: $id) {
        id
        title
        language
        version
        diff(from: $from, to: $to) {
          op
          text
        }
        versions(first: 50) {
          nodes {
            id
            number
            title
            summary
            reason
            createdAt
            contentHash
            editor {
              ...Party
            }
          }
        }
      }
    }
  `,
  [PartyParts],
);

export const Respond = graphql(
  `
    mutation Respond($input: RespondToProposalInput!, $key: String!) {
      respondToProposal(input: $input) @idempotent(key: $key) {
        officialResponse {
          id
          state
          text
          version
          answeredAt
          late
          files {
            id
            name
            mediaType
            bytes
            url
          }
          viewerCan(actions: [OFFICIALRESPONSE_GIVE]) {
            ...Can
          }
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [PermissionParts, FailureParts],
);

export const SubmitProposal = graphql(
  `
    mutation SubmitProposal($input: SubmitProposalInput!) {
      submitProposal(input: $input) {
        proposal {
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

export const TakeUpProposal = graphql(
  `
    mutation TakeUpProposal($input: TakeUpProposalInput!) {
      takeUpProposal(input: $input) {
        proposal {
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

export const OpenProposal = graphql(
  `
    mutation OpenProposal($input: OpenProposalInput!) {
      openProposal(input: $input) {
        proposal {
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

export const SponsorProposal = graphql(
  `
    mutation SponsorProposal($input: SponsorProposalInput!) {
      sponsorProposal(input: $input) {
        proposal {
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

export const AcceptCommitment = graphql(
  `
    mutation AcceptCommitment($input: AcceptCommitmentInput!) {
      acceptCommitment(input: $input) {
        proposal {
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

export const ProposeQuery = graphql(
  `
    query Propose($id: ID!) {
      dialogue(id: $id) {
        id
        title
        languages
        practices {
          id
          title
          firm {
            ...Party
          }
        }
        viewerCan(actions: [PROPOSAL_DRAFT]) {
          ...Can
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const DraftProposal = graphql(
  `
    mutation DraftProposal($input: DraftProposalInput!, $key: String!) {
      draftProposal(input: $input) @idempotent(key: $key) {
        proposal {
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

export const AmendQuery = graphql(
  `
    query Amend($id: ID!) {
      proposal(id: $id) {
        id
        title
        language
        version
        body
        viewerCan(actions: [AMENDMENT_DRAFT]) {
          ...Can
        }
      }
    }
  `,
  [PermissionParts],
);

export const DraftAmendment = graphql(
  `
    mutation DraftAmendment($input: DraftAmendmentInput!, $key: String!) {
      draftAmendment(input: $input) @idempotent(key: $key) {
        amendment {
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

export const ProposeAmendment = graphql(
  `
    mutation ProposeAmendment($input: ProposeAmendmentInput!) {
      proposeAmendment(input: $input) {
        amendment {
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

export const ReferenceQuery = graphql(`
  query Reference($reference: String!) {
    dialogue(reference: $reference) {
      id
    }
    proposal(reference: $reference) {
      id
    }
  }
`);

export const EditQuery = graphql(
  `
    query EditProposal($id: ID!) {
      proposal(id: $id) {
        id
        title
        summary
        body
        language
        state
        version
        revision
        viewerCan(actions: [PROPOSAL_EDIT]) {
          ...Can
        }
      }
    }
  `,
  [PermissionParts],
);

export const EditProposal = graphql(
  `
    mutation EditText($input: EditProposalInput!) {
      editProposal(input: $input) {
        proposal {
          id
          title
          summary
          body
          version
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

export const AskQuery = graphql(
  `
    query AskForResponse($id: ID!) {
      proposal(id: $id) {
        id
        title
        viewerCan(actions: [OFFICIALRESPONSE_REQUEST]) {
          ...Can
        }
      }
      stakeholders(first: 100, filter: { kind: [FIRM, REGULATOR] }) {
        nodes {
          ...Party
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const RequestResponse = graphql(
  `
    mutation RequestResponse($input: RequestResponseInput!, $key: String!) {
      requestResponse(input: $input) @idempotent(key: $key) {
        officialResponse {
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

import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';

export const CallsQuery = graphql(
  `
    query Calls($after: String) {
      viewer {
        viewerCan(actions: [CALL_OPEN]) {
          ...Can
        }
      }
      assessmentTemplates(first: 50, filter: { state: [ACTIVE] }) {
        nodes {
          id
          key
          title {
            text
            language
          }
        }
      }
      assessmentCalls(first: 20, after: $after) {
        nodes {
          id
          reason
          templateKey
          dueAt
          state
          addressed
          filed
          late
          notApplicable
          silent
          caller {
            ...Party
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
      filings(first: 20) {
        nodes {
          id
          version
          state
          filedAt
          answeredAt
          reason
          revision
          firm {
            ...Party
          }
          regulator {
            ...Party
          }
          assessment {
            id
            title
          }
          viewerCan(actions: [FILING_ACKNOWLEDGE, FILING_RETURN]) {
            ...Can
          }
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

export const CallQuery = graphql(
  `
    query Call($id: ID!) {
      assessmentCall(id: $id) {
        id
        templateKey
        reason
        jurisdictions
        sectors
        practiceKinds
        dueAt
        state
        stateReason
        endedAt
        addressed
        filed
        late
        notApplicable
        silent
        revision
        caller {
          ...Party
        }
        dialogue {
          id
          title
        }
        firms(first: 100) {
          nodes {
            id
            dueAt
            status
            answeredAt
            claim
            decision
            revision
            firm {
              ...Party
            }
            viewerCan(actions: [CALLEDFIRM_ANSWER, CALLEDFIRM_DECIDE]) {
              ...Can
            }
          }
          pageInfo {
            hasNextPage
          }
        }
        viewerCan {
          ...Can
        }
      }
      viewer {
        stakeholder {
          ...Party
        }
      }
    }
  `,
  [PartyParts, PermissionParts],
);

// What the viewer's firm could file: approved and published assessments.
export const FileableQuery = graphql(`
  query Fileable($firm: ID!, $key: [String!]) {
    impactAssessments(first: 20, filter: { firm: $firm, templateKey: $key, state: [APPROVED, PUBLISHED] }) {
      nodes {
        id
        title
        contentHash
      }
    }
  }
`);

export const OpenCall = graphql(
  `
    mutation OpenCall($input: OpenCallInput!, $key: String!) {
      openCall(input: $input) @idempotent(key: $key) {
        assessmentCall {
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

export const ExtendCall = graphql(
  `
    mutation ExtendCall($input: ExtendCallInput!) {
      extendCall(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const CloseCall = graphql(
  `
    mutation CloseCall($input: CloseCallInput!) {
      closeCall(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const WithdrawCall = graphql(
  `
    mutation WithdrawCall($input: WithdrawCallInput!) {
      withdrawCall(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const AnswerCall = graphql(
  `
    mutation AnswerCall($input: AnswerCallInput!) {
      answerCall(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const DecideExemption = graphql(
  `
    mutation DecideExemption($input: DecideExemptionInput!) {
      decideExemption(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const FileForCall = graphql(
  `
    mutation FileForCall($input: FileAssessmentInput!, $key: String!) {
      fileAssessment(input: $input) @idempotent(key: $key) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const AcknowledgeFiling = graphql(
  `
    mutation AcknowledgeFiling($input: AcknowledgeFilingInput!) {
      acknowledgeFiling(input: $input) {
        filing {
          id
          state
          answeredAt
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const ReturnFiling = graphql(
  `
    mutation ReturnFiling($input: ReturnFilingInput!) {
      returnFiling(input: $input) {
        filing {
          id
          state
          reason
        }
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

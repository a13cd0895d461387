import { FailureParts, PartyParts, PermissionParts } from '#app/fragments';
import { graphql } from '#app/graphql';
import { ThreadParts } from '#comment/fragments';

import { AssessmentEntryParts } from './fragments';

export const AssessmentsQuery = graphql(
  `
    query Assessments($filter: ImpactAssessmentFilter, $language: String, $after: String) {
      impactAssessments(first: 20, after: $after, filter: $filter) {
        totalCount
        nodes {
          ...AssessmentEntry
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [AssessmentEntryParts],
);

export const AssessmentQuery = graphql(
  `
    query Assessment($id: ID!, $language: String) {
      head
      impactAssessment(id: $id) {
        ...AssessmentEntry
        phase
        stateReason
        contentHash
        subjectVersion
        consultationUntil
        approvedAt
        revision
        updatedAt
        subject {
          __typename
          ... on Practice {
            id
            title
          }
          ... on Proposal {
            id
            title
          }
        }
        missingToPublish {
          ...Failed
        }
        redactions {
          path
          reason
        }
        staleBecause {
          cause
          since
          resolvedAt
        }
        score {
          raw
          rawMax
          mitigation
          mitigationMax
          deducted
          current
          level
          distanceToNextLevel {
            up
            down
          }
          byQuestion {
            question
            points
            max
            total
            visible
          }
          cheapestMitigation {
            steps {
              question
              gain
            }
            level
          }
        }
        signers {
          capacity
          state
          reason
          party {
            ...Party
          }
        }
        signOffsNeeded {
          level
          capacities
          count
        }
        signOffs {
          capacity
          version
          contentHash
          current
          reason
          at
          by {
            ...Party
          }
        }
        versions(first: 10) {
          nodes {
            id
            number
            contentHash
            createdAt
          }
        }
        previous {
          id
          title
        }
        next {
          id
          title
        }
        viewerCan {
          ...Can
        }
      }
    }
  `,
  [AssessmentEntryParts, PartyParts, PermissionParts, FailureParts],
);

export const FormQuery = graphql(
  `
    query AssessmentForm($id: ID!) {
      impactAssessment(id: $id) {
        id
        template {
          id
          document
        }
        opinions(first: 100) {
          totalCount
          nodes {
            id
            question
            version
            stance
            text
            state
            reply
            answeredAt
            createdAt
            revision
            by {
              ...Party
            }
            risk {
              id
            }
            viewerCan(actions: [OPINION_REPLY, OPINION_MARK_READ]) {
              ...Can
            }
          }
        }
        form {
          progress {
            required
            answered
            evidenceMissing
          }
          missingToPublish {
            ...Failed
          }
          sections {
            visible
            questions {
              visible
              answer {
                question
                note
                withheld
                revision
                answeredAt
                value {
                  choices
                  text
                  number
                  boolean
                  date
                }
                evidence {
                  id
                  name
                  mediaType
                  bytes
                  sha256
                  url
                }
              }
            }
          }
        }
      }
    }
  `,
  [PartyParts, FailureParts, PermissionParts],
);

export const RisksQuery = graphql(
  `
    query AssessmentRisks($id: ID!) {
      impactAssessment(id: $id) {
        id
        risks(first: 25) {
          totalCount
          nodes {
            id
            number
            title
            description
            withheld
            likelihood
            severity
            treatment
            revision
            acceptedUntil
            acceptedBecause
            inherent {
              likelihood
              severity
              score
              level
            }
            residual {
              likelihood
              severity
              score
              level
            }
            ratings {
              side
              likelihoodHundredths
              severityHundredths
              n
            }
            viewerRating {
              id
              likelihood
              severity
            }
            mitigations(first: 10) {
              nodes {
                id
                number
                title
                description
                dueAt
                lowersLikelihood
                lowersSeverity
                state
                revision
                viewerCan(actions: [MITIGATION_RECORD, MITIGATION_VERIFY]) {
                  ...Can
                }
              }
            }
            viewerCan(actions: [RATING_GIVE, MITIGATION_ADD, RISK_ACCEPT]) {
              ...Can
            }
          }
        }
      }
    }
  `,
  [PermissionParts],
);

export const FilingsQuery = graphql(
  `
    query AssessmentFilings($id: ID!) {
      impactAssessment(id: $id) {
        id
        filings(first: 20) {
          nodes {
            id
            version
            state
            filedAt
            answeredAt
            reason
            receipt
            regulator {
              ...Party
            }
          }
        }
      }
      stakeholders(first: 50, filter: { kind: [REGULATOR], status: [ACTIVE] }) {
        nodes {
          ...Party
        }
      }
    }
  `,
  [PartyParts],
);

export const Draft = graphql(
  `
    mutation DraftAssessment($input: DraftAssessmentInput!, $key: String!) {
      draftAssessment(input: $input) @idempotent(key: $key) {
        impactAssessment {
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

export const AnswerQuestions = graphql(
  `
    mutation AnswerQuestions($input: AnswerQuestionsInput!) {
      answerQuestions(input: $input) {
        appeared
        vanished
        userErrors {
          ...Failed
        }
        impactAssessment {
          id
          revision
          state
          form {
            progress {
              required
              answered
              evidenceMissing
            }
            missingToPublish {
              ...Failed
            }
            sections {
              visible
              questions {
                visible
                answer {
                  question
                  note
                  withheld
                  revision
                  answeredAt
                  value {
                    choices
                    text
                    number
                    boolean
                    date
                  }
                  evidence {
                    id
                    name
                    mediaType
                    bytes
                    sha256
                    url
                  }
                }
              }
            }
          }
        }
      }
    }
  `,
  [FailureParts],
);

export const AttachEvidence = graphql(
  `
    mutation AttachEvidence($input: AttachEvidenceInput!) {
      attachEvidence(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const OpenConsultation = graphql(
  `
    mutation OpenConsultation($input: OpenConsultationInput!) {
      openConsultation(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const Recall = graphql(
  `
    mutation RecallAssessment($input: RecallAssessmentInput!) {
      recallAssessment(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const Submit = graphql(
  `
    mutation SubmitAssessment($input: SubmitAssessmentInput!) {
      submitAssessment(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const Return = graphql(
  `
    mutation ReturnAssessment($input: ReturnAssessmentInput!) {
      returnAssessment(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const Publish = graphql(
  `
    mutation PublishAssessment($input: PublishAssessmentInput!) {
      publishAssessment(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const Withdraw = graphql(
  `
    mutation WithdrawAssessment($input: WithdrawAssessmentInput!) {
      withdrawAssessment(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const Revoke = graphql(
  `
    mutation RevokeAssessment($input: RevokeAssessmentInput!) {
      revokeAssessment(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const Renew = graphql(
  `
    mutation RenewAssessment($input: RenewAssessmentInput!) {
      renewAssessment(input: $input) {
        impactAssessment {
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

export const SignOff = graphql(
  `
    mutation SignOffAssessment($input: SignOffAssessmentInput!) {
      signOffAssessment(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const AppointSigner = graphql(
  `
    mutation AppointSigner($input: AppointSignerInput!) {
      appointSigner(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const DeclareConflict = graphql(
  `
    mutation DeclareConflict($input: DeclareConflictInput!) {
      declareConflict(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const GiveOpinion = graphql(
  `
    mutation GiveOpinion($input: GiveOpinionInput!) {
      giveOpinion(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const ReplyToOpinion = graphql(
  `
    mutation ReplyToOpinion($input: ReplyToOpinionInput!) {
      replyToOpinion(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const MarkOpinionRead = graphql(
  `
    mutation MarkOpinionRead($input: MarkOpinionReadInput!) {
      markOpinionRead(input: $input) {
        opinion {
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

export const AddRisk = graphql(
  `
    mutation AddRisk($input: AddRiskInput!) {
      addRisk(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const RateRisk = graphql(
  `
    mutation RateRisk($input: RateRiskInput!) {
      rateRisk(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const AcceptRisk = graphql(
  `
    mutation AcceptRisk($input: AcceptRiskInput!) {
      acceptRisk(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const AddMitigation = graphql(
  `
    mutation AddMitigation($input: AddMitigationInput!) {
      addMitigation(input: $input) {
        userErrors {
          ...Failed
        }
      }
    }
  `,
  [FailureParts],
);

export const RecordMitigation = graphql(
  `
    mutation RecordMitigation($input: RecordMitigationInput!) {
      recordMitigation(input: $input) {
        mitigation {
          id
          state
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

export const VerifyMitigation = graphql(
  `
    mutation VerifyMitigation($input: VerifyMitigationInput!) {
      verifyMitigation(input: $input) {
        mitigation {
          id
          state
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

export const File = graphql(
  `
    mutation FileAssessment($input: FileAssessmentInput!, $key: String!) {
      fileAssessment(input: $input) @idempotent(key: $key) {
        filing {
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

export const AssessmentUpdated = graphql(`
  subscription AssessmentUpdated($id: ID!, $after: String) {
    impactAssessmentUpdated(id: $id, after: $after) {
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
      }
    }
  }
`);

export const UsableTemplatesQuery = graphql(`
  query UsableTemplates($language: String) {
    assessmentTemplates(first: 50, filter: { state: [ACTIVE] }) {
      nodes {
        id
        title(language: $language) {
          text
          language
        }
      }
    }
  }
`);

export const DiscussionQuery = graphql(
  `
    query AssessmentThread($id: ID!, $order: CommentOrder, $after: String) {
      impactAssessment(id: $id) {
        id
        thread: comments(first: 20, order: $order, after: $after) {
          ...Thread
        }
        viewerCan(actions: [COMMENT_POST]) {
          ...Can
        }
      }
    }
  `,
  [ThreadParts, PermissionParts],
);

// Who could sign, by a part of the name, and the viewer as a member of the firm.
export const SignersQuery = graphql(
  `
    query PossibleSigners($text: String, $kind: [StakeholderKind!]) {
      viewer {
        member {
          id
        }
      }
      stakeholders(first: 20, filter: { text: $text, kind: $kind, status: [ACTIVE] }) {
        nodes {
          ...Party
        }
      }
    }
  `,
  [PartyParts],
);

const ValueParts = graphql(`
  fragment Value on AnswerValue {
    choices
    text
    number
    boolean
    date
  }
`);

const RiskParts = graphql(`
  fragment RiskWords on RiskContent {
    title
    description
    likelihood
    severity
  }
`);

export const DiffQuery = graphql(
  `
    query AssessmentChanges($from: ID!, $to: ID!) {
      assessmentDiff(from: $from, to: $to) {
        questionsAdded
        questionsRemoved
        answers {
          question
          from {
            ...Value
          }
          to {
            ...Value
          }
          noteFrom
          noteTo
          evidenceChanged
        }
        risks {
          number
          from {
            ...RiskWords
          }
          to {
            ...RiskWords
          }
        }
        score {
          currentFrom
          currentTo
          levelFrom
          levelTo
        }
      }
    }
  `,
  [ValueParts, RiskParts],
);

// Code generated from the SDL by schema/gen.go. DO NOT EDIT.

// Package enum holds the words of the SDL's enums as typed constants. It has no code.
package enum

// AssessmentState: The state of an impact assessment.
type AssessmentState string

// The values of AssessmentState.
const (
	AssessmentStateDraft     AssessmentState = "DRAFT"
	AssessmentStateInReview  AssessmentState = "IN_REVIEW"
	AssessmentStateApproved  AssessmentState = "APPROVED"
	AssessmentStatePublished AssessmentState = "PUBLISHED"
)

// CommentOrder: How comments are ordered.
type CommentOrder string

// The values of CommentOrder.
const (
	CommentOrderOldest    CommentOrder = "OLDEST"
	CommentOrderNewest    CommentOrder = "NEWEST"
	CommentOrderAgreement CommentOrder = "AGREEMENT"
)

// CommentState: Whether a comment is shown.
type CommentState string

// The values of CommentState.
const (
	CommentStatePending CommentState = "PENDING"
	CommentStateVisible CommentState = "VISIBLE"
	CommentStateHidden  CommentState = "HIDDEN"
)

// DeadLetterState: The state of an event that the server gave up on.
type DeadLetterState string

// The values of DeadLetterState.
const (
	DeadLetterStateDead      DeadLetterState = "DEAD"
	DeadLetterStateRetrying  DeadLetterState = "RETRYING"
	DeadLetterStateDelivered DeadLetterState = "DELIVERED"
)

// DialogueState: The state of a dialogue.
type DialogueState string

// The values of DialogueState.
const (
	DialogueStateDraft  DialogueState = "DRAFT"
	DialogueStateOpen   DialogueState = "OPEN"
	DialogueStateClosed DialogueState = "CLOSED"
)

// DialogueVisibility: Who may read a dialogue.
type DialogueVisibility string

// The values of DialogueVisibility.
const (
	DialogueVisibilityPublic  DialogueVisibility = "PUBLIC"
	DialogueVisibilityInvited DialogueVisibility = "INVITED"
)

// ErrorCode: The code of an error, in errors[].extensions.code and in userErrors[].code.
type ErrorCode string

// The values of ErrorCode.
const (
	ErrorCodeGraphqlParseFailed        ErrorCode = "GRAPHQL_PARSE_FAILED"
	ErrorCodeGraphqlValidationFailed   ErrorCode = "GRAPHQL_VALIDATION_FAILED"
	ErrorCodeBadUserInput              ErrorCode = "BAD_USER_INPUT"
	ErrorCodeNotFound                  ErrorCode = "NOT_FOUND"
	ErrorCodeForbidden                 ErrorCode = "FORBIDDEN"
	ErrorCodeForbiddenState            ErrorCode = "FORBIDDEN_STATE"
	ErrorCodeConflict                  ErrorCode = "CONFLICT"
	ErrorCodeIdempotencyMismatch       ErrorCode = "IDEMPOTENCY_MISMATCH"
	ErrorCodeUnauthenticated           ErrorCode = "UNAUTHENTICATED"
	ErrorCodeCostLimitExceeded         ErrorCode = "COST_LIMIT_EXCEEDED"
	ErrorCodeDepthLimitExceeded        ErrorCode = "DEPTH_LIMIT_EXCEEDED"
	ErrorCodeQueryTooLarge             ErrorCode = "QUERY_TOO_LARGE"
	ErrorCodeResponseTooLarge          ErrorCode = "RESPONSE_TOO_LARGE"
	ErrorCodeRateLimited               ErrorCode = "RATE_LIMITED"
	ErrorCodePersistedDocumentNotFound ErrorCode = "PERSISTED_DOCUMENT_NOT_FOUND"
	ErrorCodeCursorExpired             ErrorCode = "CURSOR_EXPIRED"
	ErrorCodeResync                    ErrorCode = "RESYNC"
	ErrorCodeUnavailable               ErrorCode = "UNAVAILABLE"
	ErrorCodeDeadlineExceeded          ErrorCode = "DEADLINE_EXCEEDED"
	ErrorCodeInternal                  ErrorCode = "INTERNAL"
)

// Mandate: What a regulator does.
type Mandate string

// The values of Mandate.
const (
	MandateSupervision Mandate = "SUPERVISION"
	MandatePolicy      Mandate = "POLICY"
)

// PhaseKind: What a phase is for.
type PhaseKind string

// The values of PhaseKind.
const (
	PhaseKindFraming      PhaseKind = "FRAMING"
	PhaseKindConsultation PhaseKind = "CONSULTATION"
	PhaseKindProposals    PhaseKind = "PROPOSALS"
	PhaseKindDeliberation PhaseKind = "DELIBERATION"
	PhaseKindDecision     PhaseKind = "DECISION"
	PhaseKindFollowUp     PhaseKind = "FOLLOW_UP"
)

// PracticeKind: The kind of practice.
type PracticeKind string

// The values of PracticeKind.
const (
	PracticeKindPersonalisation PracticeKind = "PERSONALISATION"
	PracticeKindPricing         PracticeKind = "PRICING"
	PracticeKindMarketing       PracticeKind = "MARKETING"
	PracticeKindLabelling       PracticeKind = "LABELLING"
	PracticeKindDataUse         PracticeKind = "DATA_USE"
	PracticeKindServiceDelivery PracticeKind = "SERVICE_DELIVERY"
	PracticeKindInterfaceDesign PracticeKind = "INTERFACE_DESIGN"
	PracticeKindLoyalty         PracticeKind = "LOYALTY"
	PracticeKindOther           PracticeKind = "OTHER"
)

// PracticeState: The state of a practice.
type PracticeState string

// The values of PracticeState.
const (
	PracticeStateProposed  PracticeState = "PROPOSED"
	PracticeStateTrial     PracticeState = "TRIAL"
	PracticeStateActive    PracticeState = "ACTIVE"
	PracticeStatePaused    PracticeState = "PAUSED"
	PracticeStateWithdrawn PracticeState = "WITHDRAWN"
)

// ProposalKind: What a proposal would become if it is adopted.
type ProposalKind string

// The values of ProposalKind.
const (
	ProposalKindGuideline      ProposalKind = "GUIDELINE"
	ProposalKindCommitment     ProposalKind = "COMMITMENT"
	ProposalKindPolicy         ProposalKind = "POLICY"
	ProposalKindPracticeChange ProposalKind = "PRACTICE_CHANGE"
)

// ProposalState: The state of a proposal.
type ProposalState string

// The values of ProposalState.
const (
	ProposalStateDraft       ProposalState = "DRAFT"
	ProposalStateSubmitted   ProposalState = "SUBMITTED"
	ProposalStateUnderReview ProposalState = "UNDER_REVIEW"
	ProposalStateReturned    ProposalState = "RETURNED"
	ProposalStateOpen        ProposalState = "OPEN"
	ProposalStateWithdrawn   ProposalState = "WITHDRAWN"
)

// RiskTreatment: What is done about a risk.
type RiskTreatment string

// The values of RiskTreatment.
const (
	RiskTreatmentAvoid    RiskTreatment = "AVOID"
	RiskTreatmentMitigate RiskTreatment = "MITIGATE"
	RiskTreatmentTransfer RiskTreatment = "TRANSFER"
	RiskTreatmentAccept   RiskTreatment = "ACCEPT"
)

// SizeBand: How large a firm is, in the classes of EU recommendation 2003/361/EC.
type SizeBand string

// The values of SizeBand.
const (
	SizeBandMicro  SizeBand = "MICRO"
	SizeBandSmall  SizeBand = "SMALL"
	SizeBandMedium SizeBand = "MEDIUM"
	SizeBandLarge  SizeBand = "LARGE"
)

// StakeholderKind: The five kinds of party. A party's kind is also its chamber.
type StakeholderKind string

// The values of StakeholderKind.
const (
	StakeholderKindFirm                StakeholderKind = "FIRM"
	StakeholderKindCustomer            StakeholderKind = "CUSTOMER"
	StakeholderKindRegulator           StakeholderKind = "REGULATOR"
	StakeholderKindNgo                 StakeholderKind = "NGO"
	StakeholderKindAcademicInstitution StakeholderKind = "ACADEMIC_INSTITUTION"
)

// StakeholderStatus: Whether a party may take part.
type StakeholderStatus string

// The values of StakeholderStatus.
const (
	StakeholderStatusPending   StakeholderStatus = "PENDING"
	StakeholderStatusActive    StakeholderStatus = "ACTIVE"
	StakeholderStatusSuspended StakeholderStatus = "SUSPENDED"
	StakeholderStatusErased    StakeholderStatus = "ERASED"
)

// Stance: The position that a comment takes on its subject.
type Stance string

// The values of Stance.
const (
	StanceFor     Stance = "FOR"
	StanceAgainst Stance = "AGAINST"
	StanceNeutral Stance = "NEUTRAL"
)

// VoteChoice: A participant's vote on a comment.
type VoteChoice string

// The values of VoteChoice.
const (
	VoteChoiceAgree    VoteChoice = "AGREE"
	VoteChoiceDisagree VoteChoice = "DISAGREE"
	VoteChoicePass     VoteChoice = "PASS"
)

// WebhookBreaker: Whether a webhook receives every waiting event.
type WebhookBreaker string

// The values of WebhookBreaker.
const (
	WebhookBreakerClosed WebhookBreaker = "CLOSED"
	WebhookBreakerOpen   WebhookBreaker = "OPEN"
)

// WebhookOutcome: The outcome of an attempt to deliver.
type WebhookOutcome string

// The values of WebhookOutcome.
const (
	WebhookOutcomeDelivered WebhookOutcome = "DELIVERED"
	WebhookOutcomeFailed    WebhookOutcome = "FAILED"
	WebhookOutcomeBlocked   WebhookOutcome = "BLOCKED"
)

// WebhookScheme: How a webhook's messages are signed, according to Standard Webhooks 1.0.
type WebhookScheme string

// The values of WebhookScheme.
const (
	WebhookSchemeHmac    WebhookScheme = "HMAC"
	WebhookSchemeEd25519 WebhookScheme = "ED25519"
)

// WebhookState: The state of a webhook.
type WebhookState string

// The values of WebhookState.
const (
	WebhookStatePending  WebhookState = "PENDING"
	WebhookStateActive   WebhookState = "ACTIVE"
	WebhookStateDisabled WebhookState = "DISABLED"
	WebhookStateDeleted  WebhookState = "DELETED"
)

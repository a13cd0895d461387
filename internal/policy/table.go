package policy

import (
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Resource is a noun the table speaks of.
type Resource string

// The resources.
const (
	Stakeholder  Resource = "stakeholder"
	Tie          Resource = "tie"
	Dialogue     Resource = "dialogue"
	Proposal     Resource = "proposal"
	Comment      Resource = "comment"
	Practice     Resource = "practice"
	Assessment   Resource = "assessment"
	Webhook      Resource = "webhook"
	Act          Resource = "act"
	Log          Resource = "log"
	Member       Resource = "member"
	Access       Resource = "access"   // what a token or a person may still do
	Template     Resource = "template" // of assessments
	File         Resource = "file"
	Opinion      Resource = "opinion"
	Assignment   Resource = "assignment"
	Risk         Resource = "risk"
	Rating       Resource = "rating"
	Mitigation   Resource = "mitigation"
	Import       Resource = "import"
	Report       Resource = "report"
	Call         Resource = "call"
	CalledFirm   Resource = "calledfirm"
	DecisionRule Resource = "decisionrule"
	Ballot       Resource = "ballot"
	Filing       Resource = "filing"

	Authorship       Resource = "authorship" // of a proposal, beside the party that proposes it
	Amendment        Resource = "amendment"
	OfficialResponse Resource = "officialresponse"

	Hiding        Resource = "hiding"        // of something that was said
	ContentReport Resource = "contentreport" // to moderators
	Guideline     Resource = "guideline"     // that a dialogue has adopted
	Commitment    Resource = "commitment"    // of a firm, that a dialogue has adopted
	Milestone     Resource = "milestone"     // of a commitment
	Synthesis     Resource = "synthesis"     // of what was said in a phase
)

// SubjectType is a resource as columns of that name have it: DIALOGUE.
func SubjectType(r Resource) string { return strings.ToUpper(string(r)) }

// ResourceOf is the resource of a subject type.
func ResourceOf(subjectType string) Resource { return Resource(strings.ToLower(subjectType)) }

// Read is the action of reading the resource.
func (r Resource) Read() Action { return Action(r) + ".read" }

// reads tells whether an action only reads; no viewer is told that it may read what it sees.
func (a Action) reads() bool {
	_, verb, _ := strings.Cut(string(a), ".")
	return verb == "read" || strings.HasPrefix(verb, "read_")
}

// Action is what can be done, as noun.verb.
type Action string

// Word is the action as the schema has it: PROPOSAL_TAKE_UP.
func (a Action) Word() enum.Action {
	return enum.Action(strings.ToUpper(strings.ReplaceAll(string(a), ".", "_")))
}

// The actions; reading is one of them.
const (
	ReadStakeholder         Action = "stakeholder.read"
	RegisterStakeholder     Action = "stakeholder.register"
	ApproveStakeholder      Action = "stakeholder.approve"
	SuspendStakeholder      Action = "stakeholder.suspend"
	ReadTie                 Action = "tie.read"
	DeclareTie              Action = "tie.declare"
	EndTie                  Action = "tie.end"
	RejectStakeholder       Action = "stakeholder.reject"
	UpdateStakeholder       Action = "stakeholder.update"
	ReadDialogue            Action = "dialogue.read"
	ConveneDialogue         Action = "dialogue.convene"
	InviteToDialogue        Action = "dialogue.invite"
	UninviteFromDialogue    Action = "dialogue.uninvite"
	UpdateDialogue          Action = "dialogue.update"
	OpenDialogue            Action = "dialogue.open"
	CloseDialogue           Action = "dialogue.close"
	ReopenDialogue          Action = "dialogue.reopen"
	NotePhases              Action = "dialogue.note_phases"
	MarkDialogueRead        Action = "dialogue.mark_read"
	ImportDialogue          Action = "dialogue.import"
	ReadProposal            Action = "proposal.read"
	DraftProposal           Action = "proposal.draft"
	EditProposal            Action = "proposal.edit"
	SubmitProposal          Action = "proposal.submit"
	TakeUpProposal          Action = "proposal.take_up"
	ReturnProposal          Action = "proposal.return"
	OpenProposal            Action = "proposal.open"
	WithdrawProposal        Action = "proposal.withdraw"
	ReadBallot              Action = "ballot.read"
	OpenBallot              Action = "ballot.open"
	CastBallot              Action = "ballot.cast"
	AppointProxy            Action = "ballot.appoint_proxy"
	RevokeProxy             Action = "ballot.revoke_proxy"
	RecuseFromBallot        Action = "ballot.recuse"
	ObjectToRoll            Action = "ballot.object"
	VoidBallot              Action = "ballot.void"
	AnswerObjection         Action = "ballot.answer"
	CountBallot             Action = "ballot.count"
	SponsorProposal         Action = "proposal.sponsor"
	WithdrawSponsorship     Action = "proposal.withdraw_sponsorship"
	ReadAuthorship          Action = "authorship.read"
	InviteCoAuthor          Action = "authorship.invite"
	AcceptCoAuthorship      Action = "authorship.accept"
	LeaveAuthorship         Action = "authorship.leave"
	ReadAmendment           Action = "amendment.read"
	DraftAmendment          Action = "amendment.draft"
	EditAmendment           Action = "amendment.edit"
	ProposeAmendment        Action = "amendment.propose"
	AcceptAmendment         Action = "amendment.accept"
	RejectAmendment         Action = "amendment.reject"
	WithdrawAmendment       Action = "amendment.withdraw"
	PromoteAmendment        Action = "amendment.promote"
	ReadOfficialResponse    Action = "officialresponse.read"
	RequestResponse         Action = "officialresponse.request"
	GiveResponse            Action = "officialresponse.give"
	ReadComment             Action = "comment.read"
	PostComment             Action = "comment.post"
	VoteOnComment           Action = "comment.vote"
	RetractVote             Action = "comment.retract_vote"
	TallyComment            Action = "comment.tally"
	EditComment             Action = "comment.edit"
	WithdrawComment         Action = "comment.withdraw"
	TranslateComment        Action = "comment.translate"
	DisposeComment          Action = "comment.dispose"
	LeaveCommentGroup       Action = "comment.leave_group"
	HideComment             Action = "comment.hide"
	RestoreComment          Action = "comment.restore"
	ReportComment           Action = "comment.report"
	DismissReports          Action = "comment.dismiss_reports"
	ReadContentReport       Action = "contentreport.read"
	ReadReportQueue         Action = "contentreport.read_queue" // as a moderator
	ReadHiding              Action = "hiding.read"
	ReadAppeal              Action = "hiding.read_appeal" // its words
	AppealHiding            Action = "hiding.appeal"
	DecideHiding            Action = "hiding.decide"
	NoteOverdueAppeal       Action = "hiding.note_overdue"
	ReadSynthesis           Action = "synthesis.read"
	PublishSynthesis        Action = "synthesis.publish"
	ObjectNotHeard          Action = "synthesis.object"
	AnswerNotHeard          Action = "synthesis.answer"
	ReadPractice            Action = "practice.read"
	ProposePractice         Action = "practice.propose"
	RevisePractice          Action = "practice.revise"
	TryPractice             Action = "practice.try"
	ActivatePractice        Action = "practice.activate"
	PausePractice           Action = "practice.pause"
	WithdrawPractice        Action = "practice.withdraw"
	ReadAssessment          Action = "assessment.read"
	ReadAnswerHistory       Action = "assessment.read_history" // what was answered before, also in drafts
	ReadWholeAssessment     Action = "assessment.read_whole"   // without redactions
	DraftAssessment         Action = "assessment.draft"
	ImportAssessment        Action = "assessment.import"
	EditAssessment          Action = "assessment.edit"
	AnswerAssessment        Action = "assessment.answer"
	RedactAssessment        Action = "assessment.redact"
	AttachEvidence          Action = "assessment.attach_evidence"
	RemoveEvidence          Action = "assessment.remove_evidence"
	OpenConsultation        Action = "assessment.open_consultation"
	RecallAssessment        Action = "assessment.recall"
	SubmitAssessment        Action = "assessment.submit"
	ReturnAssessment        Action = "assessment.return"
	AppointSigner           Action = "assessment.appoint_signer"
	DismissSigner           Action = "assessment.dismiss_signer"
	DeclareConflict         Action = "assessment.declare_conflict"
	SignOffAssessment       Action = "assessment.sign_off"
	PublishAssessment       Action = "assessment.publish"
	WithdrawAssessment      Action = "assessment.withdraw"
	RevokeAssessment        Action = "assessment.revoke"
	RenewAssessment         Action = "assessment.renew"
	OutdateAssessment       Action = "assessment.outdate"
	SupersedeAssessment     Action = "assessment.supersede"
	ReadWebhook             Action = "webhook.read"
	RegisterWebhook         Action = "webhook.register"
	VerifyWebhook           Action = "webhook.verify"
	UpdateWebhook           Action = "webhook.update"
	RotateWebhookSecret     Action = "webhook.rotate_secret"
	EnableWebhook           Action = "webhook.enable"
	DisableWebhook          Action = "webhook.disable"
	DeleteWebhook           Action = "webhook.delete"
	ReplayWebhook           Action = "webhook.replay"
	RetryDelivery           Action = "webhook.retry_delivery"
	SkipDelivery            Action = "webhook.skip_delivery"
	ConfirmWebhook          Action = "webhook.confirm"
	ReadAct                 Action = "act.read"
	ReadLog                 Action = "log.read"
	BundleLog               Action = "log.bundle"
	ReadMember              Action = "member.read"
	ReadMemberRecord        Action = "member.read_record"    // what is kept of a member
	ReadColleague           Action = "member.read_colleague" // who of a party has done something in it
	EraseMember             Action = "member.erase"
	ReadAccess              Action = "access.read"
	RevokeAccess            Action = "access.revoke"
	ReadTemplate            Action = "template.read"
	ImportTemplate          Action = "template.import"
	ActivateTemplate        Action = "template.activate"
	RetireTemplate          Action = "template.retire"
	ReadFile                Action = "file.read"
	UploadFile              Action = "file.upload"
	ReadOpinion             Action = "opinion.read"
	GiveOpinion             Action = "opinion.give"
	ReplyToOpinion          Action = "opinion.reply"
	MarkOpinionRead         Action = "opinion.mark_read"
	ReadAssignment          Action = "assignment.read"
	CreateAssignment        Action = "assignment.create"
	SubmitAssignment        Action = "assignment.submit"
	ReturnAssignment        Action = "assignment.return"
	FinishAssignment        Action = "assignment.finish"
	HandOverAssignment      Action = "assignment.hand_over"
	WithdrawAssignment      Action = "assignment.withdraw"
	ReadRisk                Action = "risk.read"
	AddRisk                 Action = "risk.add"
	EditRisk                Action = "risk.edit"
	TreatRisk               Action = "risk.treat"
	RemoveRisk              Action = "risk.remove"
	AcceptRisk              Action = "risk.accept"
	ReadRating              Action = "rating.read"
	GiveRating              Action = "rating.give"
	ReadMitigation          Action = "mitigation.read"
	AddMitigation           Action = "mitigation.add"
	EditMitigation          Action = "mitigation.edit"
	RemoveMitigation        Action = "mitigation.remove"
	RecordMitigation        Action = "mitigation.record"
	VerifyMitigation        Action = "mitigation.verify"
	ReadImport              Action = "import.read"
	StartImport             Action = "import.start"
	ReadReport              Action = "report.read"
	RequestReport           Action = "report.request"
	ReadCall                Action = "call.read"
	OpenCall                Action = "call.open"
	ExtendCall              Action = "call.extend"
	AddFirmToCall           Action = "call.add_firm"
	CloseCall               Action = "call.close"
	WithdrawCall            Action = "call.withdraw"
	ReadCalledFirm          Action = "calledfirm.read"
	AnswerCall              Action = "calledfirm.answer"
	DecideExemption         Action = "calledfirm.decide"
	RemindCalledFirm        Action = "calledfirm.remind"
	SettleCalledFirm        Action = "calledfirm.settle"
	ReadDecisionRule        Action = "decisionrule.read"
	DefineRule              Action = "decisionrule.define"
	ReadFiling              Action = "filing.read"
	FileAssessment          Action = "filing.file"
	AcknowledgeFiling       Action = "filing.acknowledge"
	ReturnFiling            Action = "filing.return"
	AcceptCommitment        Action = "proposal.accept_commitment"
	ReadGuideline           Action = "guideline.read"
	ReviseGuideline         Action = "guideline.revise"
	NoteReviewDue           Action = "guideline.note_review_due"
	ReadCommitment          Action = "commitment.read"
	ReportCommitment        Action = "commitment.report"
	DropCommitment          Action = "commitment.drop"
	NoteLateCommitment      Action = "commitment.note_late"
	ReadMilestone           Action = "milestone.read"
	PlanMilestone           Action = "milestone.plan"
	ReplanMilestone         Action = "milestone.replan"
	ReportProgress          Action = "milestone.report"
	NoteLateResponse        Action = "officialresponse.note_late"
	HideProposal            Action = "proposal.hide"
	RestoreProposal         Action = "proposal.restore"
	ReportProposal          Action = "proposal.report"
	DismissProposalReports  Action = "proposal.dismiss_reports"
	HideAmendment           Action = "amendment.hide"
	RestoreAmendment        Action = "amendment.restore"
	ReportAmendment         Action = "amendment.report"
	DismissAmendmentReports Action = "amendment.dismiss_reports"
)

// creates tells whether an action has no subject yet; nothing can be hidden about it.
func creates(a Action) bool {
	return slices.ContainsFunc(rules[a], func(r Rule) bool { return r.Creates })
}

// Rule allows an action to those who hold one of the roles, in one of the states, if all needed facts hold and none that
// bars does. What no rule allows is refused.
type Rule struct {
	Resource Resource
	Action   Action
	Roles    []Role   // any of them; empty for everyone, visitors included
	States   []string // any of them; empty for every state
	Needs    Fact     // all of them
	Bars     Fact     // none of them
	Basis    string
	Creates  bool       // the action makes its subject
	Toward   []Resource // what a viewer is shown this action with, beside the resource itself

	Capacities []enum.Capacity // in which it is done, where it is done in one
}

// as is a rule about what is done in one of some capacities.
func (r Rule) as(capacities ...enum.Capacity) Rule {
	r.Capacities = capacities
	return r
}

// unless is a rule that bars those of whom a fact holds.
func (r Rule) unless(bars Fact) Rule {
	r.Bars = bars
	return r
}

func on(action Action, roles []Role, states []string, needs, bars Fact, basis string) Rule {
	return Rule{Resource: resourceOf(action), Action: action, Roles: roles, States: states, Needs: speaking(resourceOf(action), needs), Bars: bars, Basis: basis}
}

// making is a rule about an action that makes its subject, which has no state yet. It is done toward something that is there,
// or toward nothing.
func making(action Action, roles []Role, needs Fact, basis string, toward ...Resource) Rule {
	return Rule{Resource: resourceOf(action), Action: action, Roles: roles, Needs: speaking(resourceOf(action), needs), Basis: basis, Creates: true, Toward: toward}
}

// speaking adds to what a rule needs that the actor speaks for its party, wherever the rule is about what is that party's own
// or done in its name. A rule that bars one's own party does not ask for it: no token escapes that by lacking a role.
func speaking(r Resource, needs Fact) Fact {
	if needs&(Own|Convenor|Invited|ActiveParty|Signer|Assessed|Caller|Recipient|Filed|Seeking|Sponsor|CoAuthor|Invitee|Proposer) != 0 || needs&Self != 0 && r == Stakeholder {
		needs |= Speaks
	}
	return needs
}

func in[T ~string](states ...T) []string {
	list := make([]string, len(states))
	for i, s := range states {
		list[i] = string(s)
	}
	return list
}

const (
	charter    = "charter: the dialogue is public unless it is by invitation"
	ownWork    = "charter: a party sees and manages its own work"
	steward    = "charter: the convenor runs the dialogue and is accountable for it"
	auditing   = "charter: auditors read everything that is not secret and change nothing"
	house      = "charter: the operator admits and suspends parties"
	overseeing = "charter: a regulator reads what firms of its jurisdictions have opened for consultation"
	signing    = "charter: who signs reads what is signed"
	asking     = "charter: a regulator says what is to be assessed in its jurisdictions"
	jobs       = "charter: what the server does by itself is in the log like everything else"
	attached   = "charter: a file is seen by those who see what it is attached to"
	taking     = "charter: every admitted party may take part"
	telling    = "charter: a party may have its own systems notified of what it may see"
	fourEyes   = "charter: nobody approves their own work"
	answering  = "charter: who asks for opinions answers them"
	inside     = "charter: how a party divides its work is its own business"
	candour    = "charter: a party says what binds it to others"
	conduct    = "charter: moderation is public, reasoned and open to appeal"
	seconding  = "charter: what waits for sponsors is shown to those who may be one"
	weighing   = "charter: how customers rate a risk is shown together, never one by one"
	privacy    = "charter: what somebody reads is nobody else's business, and no act tells of it"
	proof      = "charter: anyone can check that the record was not changed"
	erasure    = "law: the right to erasure, GDPR article 17"
)

var (
	chambers     = []Role{Customer, Firm, Regulator, NGO, Academic}
	institutions = []Role{Firm, Regulator, NGO, Academic}
	oversight    = []Role{Auditor, Admin}
	stewards     = []Role{Facilitator}
	undeleted    = in(enum.WebhookStatePending, enum.WebhookStateActive, enum.WebhookStateDisabled)
	beingWritten = in(enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested)
	opened       = in(enum.ImpactAssessmentStateInConsultation, enum.ImpactAssessmentStateInReview, enum.ImpactAssessmentStateChangesRequested,
		enum.ImpactAssessmentStateApproved, enum.ImpactAssessmentStatePublished, enum.ImpactAssessmentStateOutdated, enum.ImpactAssessmentStateSuperseded,
		enum.ImpactAssessmentStateRevoked)
	published = in(enum.ImpactAssessmentStatePublished, enum.ImpactAssessmentStateOutdated)
	revocable = in(enum.ImpactAssessmentStateApproved, enum.ImpactAssessmentStatePublished, enum.ImpactAssessmentStateOutdated)
	sponsored = in(enum.ProposalStateSubmitted, enum.ProposalStateUnderReview, enum.ProposalStateOpen)
	discussed = in(enum.ProposalStateOpen, enum.ProposalStateBallot, enum.ProposalStateAdopted, enum.ProposalStateRejected, enum.ProposalStateNoQuorum,
		enum.ProposalStateInImplementation, enum.ProposalStateImplemented, enum.ProposalStateLapsed, enum.ProposalStateSuperseded)
	underway = in(enum.CommitmentStatusPlanned, enum.CommitmentStatusOnTrack, enum.CommitmentStatusAtRisk)
	unhidden = in(enum.ProposalStateDraft, enum.ProposalStateSubmitted, enum.ProposalStateUnderReview, enum.ProposalStateReturned, enum.ProposalStateOpen,
		enum.ProposalStateWithdrawn, enum.ProposalStateBallot, enum.ProposalStateAdopted, enum.ProposalStateRejected, enum.ProposalStateNoQuorum,
		enum.ProposalStateInImplementation, enum.ProposalStateImplemented, enum.ProposalStateLapsed, enum.ProposalStateSuperseded)
	// What was adopted is a decision: it is not taken down.
	moderated = in(enum.ProposalStateOpen, enum.ProposalStateWithdrawn, enum.ProposalStateBallot, enum.ProposalStateRejected, enum.ProposalStateNoQuorum)
	proposed  = in(enum.AmendmentStateProposed, enum.AmendmentStateAccepted, enum.AmendmentStateRejected, enum.AmendmentStateWithdrawn,
		enum.AmendmentStatePromoted)
	beingTried = in(enum.PracticeStateTrial, enum.PracticeStateActive, enum.PracticeStatePaused)
	planned    = in(enum.MitigationStatePlanned, enum.MitigationStateInProgress, enum.MitigationStateImplemented)
	kept       = append(slices.Clone(planned), in(enum.MitigationStateVerified, enum.MitigationStateDropped)...)
	undone     = in(enum.AssignmentStateAssigned, enum.AssignmentStateSubmitted, enum.AssignmentStateReturned)
)

// table is the policy. Order matters only for what a viewer is shown first.
var table = []Rule{
	on(ReadStakeholder, nil, in(enum.StakeholderStatusActive, enum.StakeholderStatusErased), 0, 0, charter),
	on(ReadStakeholder, nil, in(enum.StakeholderStatusSuspended), Published, 0, charter),
	on(ReadStakeholder, []Role{authenticatedAs}, nil, Self, 0, ownWork),
	on(ReadStakeholder, oversight, nil, 0, 0, auditing),
	making(RegisterStakeholder, []Role{authenticatedAs}, NoParty|Chamber, taking),
	making(RegisterStakeholder, []Role{Admin}, 0, house),
	on(ApproveStakeholder, []Role{Admin}, in(enum.StakeholderStatusPending, enum.StakeholderStatusSuspended), 0, Self, house),
	on(RejectStakeholder, []Role{Admin}, in(enum.StakeholderStatusPending), 0, Self, house),
	on(SuspendStakeholder, []Role{Admin}, in(enum.StakeholderStatusActive, enum.StakeholderStatusPending), 0, Self, house),
	on(UpdateStakeholder, chambers, in(enum.StakeholderStatusPending, enum.StakeholderStatusRejected, enum.StakeholderStatusActive), Self, 0, ownWork),
	on(UpdateStakeholder, []Role{Admin}, in(enum.StakeholderStatusPending, enum.StakeholderStatusRejected, enum.StakeholderStatusActive, enum.StakeholderStatusSuspended), 0, 0, house),

	on(ReadTie, nil, nil, InSight, 0, charter),
	on(ReadTie, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadTie, oversight, nil, 0, 0, auditing),
	making(DeclareTie, chambers, ActiveParty, candour),
	on(EndTie, chambers, in(enum.TieStateDeclared), Own|ActiveParty, 0, candour),

	on(ReadDialogue, nil, in(enum.DialogueStateOpen, enum.DialogueStateClosed), PublicSpace, 0, charter),
	on(ReadDialogue, []Role{authenticatedAs}, in(enum.DialogueStateOpen, enum.DialogueStateClosed), Invited, 0, charter),
	on(ReadDialogue, []Role{authenticatedAs}, nil, Convenor, 0, steward),
	on(ReadDialogue, oversight, nil, 0, 0, auditing),
	on(ReadDialogue, []Role{system}, nil, 0, 0, jobs),
	making(ConveneDialogue, []Role{Facilitator, Regulator}, ActiveParty, steward),
	on(InviteToDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateDraft, enum.DialogueStateOpen), Convenor|ActiveParty, 0, steward),
	on(UninviteFromDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateDraft, enum.DialogueStateOpen), Convenor|ActiveParty, 0, steward),
	on(UpdateDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateDraft, enum.DialogueStateOpen), Convenor|ActiveParty, 0, steward),
	on(OpenDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateDraft), Convenor|ActiveParty, 0, steward),
	on(CloseDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateOpen), Convenor|ActiveParty|Complete, 0, steward),
	on(ReopenDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateClosed), Convenor|ActiveParty, 0, steward),
	on(NotePhases, []Role{system}, in(enum.DialogueStateOpen, enum.DialogueStateClosed), 0, 0, jobs),
	on(MarkDialogueRead, []Role{authenticatedAs}, nil, InSight, 0, privacy),
	making(ImportDialogue, []Role{Facilitator, Regulator}, ActiveParty, steward),
	making(ImportDialogue, []Role{Admin}, 0, house),
	making(ImportDialogue, []Role{system}, 0, house),

	on(ReadProposal, nil, discussed, InSight, 0, charter),
	on(ReadProposal, nil, in(enum.ProposalStateWithdrawn), Published|InSight, 0, charter),
	on(ReadProposal, []Role{authenticatedAs}, nil, Own|InSight, 0, ownWork),
	on(ReadProposal, stewards, in(enum.ProposalStateSubmitted, enum.ProposalStateUnderReview, enum.ProposalStateReturned, enum.ProposalStateWithdrawn, enum.ProposalStateHidden), Convenor|InSight, 0, steward),
	on(ReadProposal, []Role{authenticatedAs}, nil, CoAuthor|InSight, 0, ownWork),
	on(ReadProposal, []Role{authenticatedAs}, unhidden, Invitee|InSight, 0, ownWork),
	on(ReadProposal, chambers, in(enum.ProposalStateSubmitted, enum.ProposalStateUnderReview), Seeking|InSight|ActiveParty, 0, seconding),
	on(ReadProposal, oversight, nil, InSight, 0, auditing),
	making(DraftProposal, chambers, ActiveParty|DialogueOpen|MayPropose, taking, Dialogue),
	on(EditProposal, chambers, in(enum.ProposalStateDraft, enum.ProposalStateSubmitted, enum.ProposalStateReturned, enum.ProposalStateOpen, enum.ProposalStateRejected, enum.ProposalStateNoQuorum), Own|ActiveParty|DialogueOpen, 0, ownWork),
	on(EditProposal, chambers, in(enum.ProposalStateDraft, enum.ProposalStateSubmitted, enum.ProposalStateReturned, enum.ProposalStateOpen, enum.ProposalStateRejected, enum.ProposalStateNoQuorum), CoAuthor|ActiveParty|DialogueOpen, 0, ownWork),
	on(SubmitProposal, chambers, in(enum.ProposalStateDraft), Own|ActiveParty|DialogueOpen|MayPropose, 0, ownWork),
	on(TakeUpProposal, stewards, in(enum.ProposalStateSubmitted), Convenor|ActiveParty|DialogueOpen, 0, steward),
	on(ReturnProposal, stewards, in(enum.ProposalStateUnderReview), Convenor|ActiveParty|DialogueOpen, 0, steward),
	on(OpenProposal, stewards, in(enum.ProposalStateUnderReview), Convenor|ActiveParty|DialogueOpen|Complete, Writer, steward),
	on(AcceptCommitment, []Role{Firm}, in(enum.ProposalStateOpen, enum.ProposalStateNoQuorum), Recipient|ActiveParty|DialogueOpen, Signed, answering),
	on(WithdrawProposal, chambers, in(enum.ProposalStateSubmitted, enum.ProposalStateUnderReview, enum.ProposalStateOpen), Own|ActiveParty, 0, ownWork),
	on(HideProposal, stewards, moderated, Convenor|ActiveParty|Published, 0, conduct),
	on(HideProposal, []Role{Admin}, moderated, Published, Own|CoAuthor, house),
	on(RestoreProposal, stewards, in(enum.ProposalStateHidden), Convenor|ActiveParty, Own|CoAuthor, conduct),
	on(RestoreProposal, []Role{Admin}, in(enum.ProposalStateHidden), 0, Own|CoAuthor, house),
	on(ReportProposal, chambers, moderated, ActiveParty|Published, Own|CoAuthor, taking),
	on(DismissProposalReports, stewards, moderated, Convenor|ActiveParty|Published, Own|CoAuthor, conduct),
	on(DismissProposalReports, []Role{Admin}, moderated, Published, Own|CoAuthor, house),

	on(ReadBallot, nil, nil, InSight, 0, charter),
	making(OpenBallot, stewards, Convenor|ActiveParty|DialogueOpen|MayBallot|Votable|Complete, steward, Proposal),
	on(CastBallot, chambers, in(enum.BallotStateOpen), ActiveParty|Seated|Polling, 0, taking),
	on(AppointProxy, chambers, in(enum.BallotStateOpen), ActiveParty|Seated|Polling|Delegable, 0, taking),
	on(RevokeProxy, chambers, in(enum.BallotStateOpen), ActiveParty|Seated|Polling|Delegable, 0, taking),
	on(RecuseFromBallot, chambers, in(enum.BallotStateOpen), ActiveParty|Seated|Polling|Uncast, 0, candour),
	on(ObjectToRoll, chambers, in(enum.BallotStateOpen), ActiveParty|Contestable, 0, taking),
	on(VoidBallot, stewards, in(enum.BallotStateOpen), Convenor|ActiveParty, 0, steward),
	on(VoidBallot, []Role{system}, in(enum.BallotStateOpen), 0, 0, jobs),
	on(AnswerObjection, stewards, in(enum.BallotStateCounted), Convenor|ActiveParty|AnswerOwed, 0, steward),
	on(CountBallot, []Role{system}, in(enum.BallotStateOpen, enum.BallotStateVoid), 0, 0, jobs), // void by a restore that lost the count

	on(SponsorProposal, chambers, sponsored, ActiveParty|DialogueOpen|SponsorsAsked|MaySponsor, Own|CoAuthor, taking),
	on(WithdrawSponsorship, chambers, sponsored, Sponsor|ActiveParty, 0, ownWork),

	on(ReadAuthorship, nil, in(enum.AuthorshipStateAccepted), InSight, 0, charter),
	on(ReadAuthorship, []Role{authenticatedAs}, nil, Own|InSight, 0, ownWork),
	on(ReadAuthorship, []Role{authenticatedAs}, nil, Proposer|InSight, 0, ownWork),
	on(ReadAuthorship, oversight, nil, InSight, 0, auditing),
	making(InviteCoAuthor, chambers, Own|ActiveParty|DialogueOpen|Editable, ownWork, Proposal),
	on(AcceptCoAuthorship, chambers, in(enum.AuthorshipStateInvited), Own|ActiveParty|DialogueOpen|Editable, 0, ownWork),
	on(LeaveAuthorship, chambers, in(enum.AuthorshipStateInvited), Own|ActiveParty, 0, ownWork),
	on(LeaveAuthorship, chambers, in(enum.AuthorshipStateAccepted), Own|ActiveParty|DialogueOpen|Editable, 0, ownWork),

	on(ReadAmendment, nil, proposed, InSight, 0, charter),
	on(ReadAmendment, []Role{authenticatedAs}, nil, Own|InSight, 0, ownWork),
	on(ReadAmendment, stewards, in(enum.AmendmentStateHidden), Convenor|InSight, 0, steward),
	on(ReadAmendment, oversight, nil, InSight, 0, auditing),
	making(DraftAmendment, chambers, ActiveParty|DialogueOpen|MayAmend|Shown|Editable, taking, Proposal),
	on(EditAmendment, chambers, in(enum.AmendmentStateDraft), Own|ActiveParty|DialogueOpen|Shown|Editable, 0, ownWork),
	on(ProposeAmendment, chambers, in(enum.AmendmentStateDraft), Own|ActiveParty|DialogueOpen|MayAmend|Shown|Editable, 0, ownWork),
	on(AcceptAmendment, chambers, in(enum.AmendmentStateProposed), Proposer|ActiveParty|DialogueOpen|MayAmend|Shown|Editable, 0, ownWork),
	on(RejectAmendment, chambers, in(enum.AmendmentStateProposed), Proposer|ActiveParty|DialogueOpen, 0, ownWork),
	on(WithdrawAmendment, chambers, in(enum.AmendmentStateProposed), Own|ActiveParty, 0, ownWork),
	on(PromoteAmendment, chambers, in(enum.AmendmentStateRejected), Own|ActiveParty|DialogueOpen|MayPropose, 0, ownWork),
	on(HideAmendment, stewards, proposed, Convenor|ActiveParty, 0, conduct),
	on(HideAmendment, []Role{Admin}, proposed, 0, Own, house),
	on(RestoreAmendment, stewards, in(enum.AmendmentStateHidden), Convenor|ActiveParty, Own, conduct),
	on(RestoreAmendment, []Role{Admin}, in(enum.AmendmentStateHidden), 0, Own, house),
	on(ReportAmendment, chambers, proposed, ActiveParty, Own, taking),
	on(DismissAmendmentReports, stewards, proposed, Convenor|ActiveParty, Own, conduct),
	on(DismissAmendmentReports, []Role{Admin}, proposed, 0, Own, house),

	on(ReadOfficialResponse, nil, nil, InSight, 0, charter),
	making(RequestResponse, stewards, Convenor|ActiveParty|DialogueOpen|Shown, steward, Proposal),
	on(GiveResponse, []Role{Firm, Regulator}, in(enum.OfficialResponseStateRequested), Recipient|ActiveParty, 0, answering),
	on(NoteLateResponse, []Role{system}, in(enum.OfficialResponseStateRequested), 0, 0, jobs),

	on(ReadComment, nil, in(enum.CommentStateVisible), InSight, 0, charter),
	on(ReadComment, []Role{authenticatedAs}, nil, Own|InSight, 0, ownWork),
	on(ReadComment, stewards, nil, Convenor|InSight, 0, steward),
	on(ReadComment, oversight, nil, InSight, 0, auditing),
	making(PostComment, chambers, ActiveParty|DialogueOpen|MayComment|Shown|Shallow, taking, Dialogue, Proposal, Practice, Assessment, Comment),
	on(VoteOnComment, chambers, in(enum.CommentStateVisible), ActiveParty|TopLevel|DialogueOpen|MayVote|Shown, 0, taking),
	on(RetractVote, chambers, in(enum.CommentStateVisible), ActiveParty|TopLevel|DialogueOpen|MayVote|Shown|Voted, 0, taking),
	on(TallyComment, []Role{system}, nil, 0, 0, jobs),
	on(EditComment, chambers, in(enum.CommentStateVisible), Own|ActiveParty|DialogueOpen|Untouched|Recent, 0, ownWork),
	on(WithdrawComment, chambers, in(enum.CommentStateVisible, enum.CommentStatePending), Own|ActiveParty, 0, ownWork),
	on(TranslateComment, chambers, in(enum.CommentStateVisible), ActiveParty|DialogueOpen|Shown, 0, taking),
	on(DisposeComment, stewards, in(enum.CommentStateVisible), Convenor|ActiveParty|Convened|TopLevel, 0, answering),
	on(LeaveCommentGroup, chambers, in(enum.CommentStateVisible), Own|ActiveParty, 0, ownWork),
	on(HideComment, stewards, in(enum.CommentStateVisible, enum.CommentStatePending), Convenor|ActiveParty, 0, conduct),
	on(HideComment, []Role{Admin}, in(enum.CommentStateVisible, enum.CommentStatePending), 0, Own, house),
	on(RestoreComment, stewards, in(enum.CommentStateHidden, enum.CommentStatePending), Convenor|ActiveParty, Own, conduct),
	on(RestoreComment, []Role{Admin}, in(enum.CommentStateHidden, enum.CommentStatePending), 0, Own, house),
	on(ReportComment, chambers, in(enum.CommentStateVisible), ActiveParty, Own, taking),
	on(DismissReports, stewards, in(enum.CommentStateVisible), Convenor|ActiveParty, Own, conduct),
	on(DismissReports, []Role{Admin}, in(enum.CommentStateVisible), 0, Own, house),

	on(ReadContentReport, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadContentReport, stewards, nil, Convenor|InSight|Impartial, 0, steward),
	on(ReadContentReport, oversight, nil, InSight|Impartial, 0, auditing),
	on(ReadReportQueue, stewards, nil, Convenor|InSight|Impartial, 0, steward),
	on(ReadReportQueue, []Role{Admin}, nil, InSight|Impartial, 0, house),

	on(ReadHiding, nil, nil, InSight, 0, conduct),
	on(ReadHiding, []Role{system}, nil, 0, 0, jobs),
	on(ReadAppeal, []Role{authenticatedAs}, nil, Own|InSight, 0, ownWork),
	on(ReadAppeal, stewards, nil, Convenor|InSight, 0, steward),
	on(ReadAppeal, oversight, nil, InSight, 0, auditing),
	on(AppealHiding, chambers, in(enum.HidingStateHidden), Own|ActiveParty, 0, conduct),
	on(DecideHiding, stewards, in(enum.HidingStateAppealed), Convenor|ActiveParty, Writer|Own, fourEyes),
	on(DecideHiding, []Role{Admin}, in(enum.HidingStateAppealed), 0, Writer|Own, fourEyes),
	on(NoteOverdueAppeal, []Role{system}, in(enum.HidingStateAppealed), 0, 0, jobs),

	on(ReadSynthesis, nil, nil, InSight, 0, charter),
	making(PublishSynthesis, stewards, Convenor|ActiveParty, steward, Dialogue),
	on(ObjectNotHeard, chambers, in(enum.SynthesisStatePublished), ActiveParty|Contestable|Commented|Uncast, 0, taking),
	on(AnswerNotHeard, stewards, nil, Convenor|ActiveParty|AnswerOwed, 0, steward),

	on(ReadPractice, nil, beingTried, 0, 0, charter),
	on(ReadPractice, nil, in(enum.PracticeStateWithdrawn), Published, 0, charter),
	on(ReadPractice, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadPractice, []Role{Auditor, Admin, Regulator}, nil, 0, 0, auditing),
	on(ReadPractice, []Role{system}, nil, 0, 0, jobs),
	making(ProposePractice, []Role{Firm}, ActiveParty, ownWork),
	on(RevisePractice, []Role{Firm}, in(enum.PracticeStateProposed, enum.PracticeStateTrial, enum.PracticeStateActive, enum.PracticeStatePaused), Own|ActiveParty, 0, ownWork),
	on(TryPractice, []Role{Firm}, in(enum.PracticeStateProposed), Own|ActiveParty, 0, ownWork),
	on(ActivatePractice, []Role{Firm}, in(enum.PracticeStateTrial, enum.PracticeStatePaused), Own|ActiveParty, 0, ownWork),
	on(PausePractice, []Role{Firm}, in(enum.PracticeStateActive), Own|ActiveParty, 0, ownWork),
	on(WithdrawPractice, []Role{Firm}, in(enum.PracticeStateProposed, enum.PracticeStateTrial, enum.PracticeStateActive, enum.PracticeStatePaused), Own|ActiveParty, 0, ownWork),

	on(ReadAssessment, nil, opened, InSight, 0, charter),
	on(ReadAssessment, nil, in(enum.ImpactAssessmentStateWithdrawn), Published|InSight, 0, charter),
	on(ReadAssessment, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadAssessment, []Role{authenticatedAs}, opened, Signer, 0, signing),
	on(ReadAssessment, []Role{Regulator}, opened, InJurisdiction, 0, overseeing),
	on(ReadAssessment, []Role{Regulator}, in(enum.ImpactAssessmentStateWithdrawn), InJurisdiction|Published, 0, overseeing),
	on(ReadAssessment, []Role{Regulator}, opened, Filed, 0, overseeing),
	on(ReadAssessment, oversight, nil, 0, 0, auditing),
	on(ReadAssessment, []Role{system}, nil, 0, 0, jobs),
	on(ReadWholeAssessment, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadWholeAssessment, []Role{authenticatedAs}, opened, Signer, 0, signing),
	on(ReadWholeAssessment, []Role{Regulator}, opened, InJurisdiction, 0, overseeing),
	on(ReadWholeAssessment, []Role{Regulator}, in(enum.ImpactAssessmentStateWithdrawn), InJurisdiction|Published, 0, overseeing),
	on(ReadWholeAssessment, []Role{Regulator}, opened, Filed, 0, overseeing),
	on(ReadWholeAssessment, oversight, nil, 0, 0, auditing),
	on(ReadAnswerHistory, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadAnswerHistory, oversight, nil, 0, 0, auditing),
	making(DraftAssessment, []Role{Firm}, Own|ActiveParty, ownWork, Practice, Proposal),
	making(ImportAssessment, []Role{Firm}, Own|ActiveParty, ownWork, Practice, Proposal),
	making(ImportAssessment, []Role{system}, 0, house),
	on(EditAssessment, []Role{Firm}, beingWritten, Own|ActiveParty, 0, ownWork),
	on(AnswerAssessment, []Role{Firm}, beingWritten, Own|ActiveParty, 0, ownWork),
	on(RedactAssessment, []Role{Firm}, beingWritten, Own|ActiveParty, 0, ownWork),
	on(AttachEvidence, []Role{Firm}, beingWritten, Own|ActiveParty, 0, ownWork),
	on(RemoveEvidence, []Role{Firm}, beingWritten, Own|ActiveParty, 0, ownWork),
	on(OpenConsultation, []Role{Firm}, in(enum.ImpactAssessmentStateDraft), Own|ActiveParty|Complete, 0, ownWork),
	on(RecallAssessment, []Role{Firm}, in(enum.ImpactAssessmentStateInConsultation), Own|ActiveParty, 0, ownWork),
	on(SubmitAssessment, []Role{Firm}, in(enum.ImpactAssessmentStateInConsultation), Own|ActiveParty, 0, ownWork),
	on(SubmitAssessment, []Role{system}, in(enum.ImpactAssessmentStateInConsultation), 0, 0, jobs),
	on(ReturnAssessment, []Role{Approver}, in(enum.ImpactAssessmentStateInReview, enum.ImpactAssessmentStateApproved), Own|ActiveParty, Writer, fourEyes),
	on(ReturnAssessment, []Role{authenticatedAs}, in(enum.ImpactAssessmentStateInReview), Signer|ActiveParty, Writer|Conflicted, fourEyes),
	on(AppointSigner, []Role{Firm}, in(enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested, enum.ImpactAssessmentStateInConsultation, enum.ImpactAssessmentStateInReview), Own|ActiveParty, 0, ownWork),
	on(DismissSigner, []Role{Firm}, in(enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested, enum.ImpactAssessmentStateInConsultation), Own|ActiveParty, 0, ownWork),
	on(DeclareConflict, []Role{authenticatedAs}, opened, Signer|ActiveParty, 0, candour),
	on(DeclareConflict, []Role{Approver}, opened, Own|ActiveParty, 0, candour),
	on(SignOffAssessment, []Role{Approver}, in(enum.ImpactAssessmentStateInReview), Own|ActiveParty, Writer|Signed|Conflicted, fourEyes).as(enum.CapacityApprover),
	on(SignOffAssessment, []Role{Reviewer}, in(enum.ImpactAssessmentStateInReview), Signer|ActiveParty, Own|Writer|Signed|Conflicted, fourEyes).
		as(enum.CapacityPeerReviewer, enum.CapacityDataScientist),
	on(SignOffAssessment, []Role{Customer, NGO}, in(enum.ImpactAssessmentStateInReview), Signer|ForConsumers|ActiveParty, Writer|Signed|Conflicted, fourEyes).
		as(enum.CapacityCustomerRepresentative),
	on(SignOffAssessment, []Role{Firm}, in(enum.ImpactAssessmentStateInReview), Own|Signer|ActiveParty, Writer|Signed|Conflicted, fourEyes).
		as(enum.CapacityDpo, enum.CapacityEthics, enum.CapacityLegal),
	on(PublishAssessment, []Role{Approver}, in(enum.ImpactAssessmentStateApproved), Own|ActiveParty|Shown, Writer, fourEyes),
	on(WithdrawAssessment, []Role{Firm}, in(enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested, enum.ImpactAssessmentStateInConsultation, enum.ImpactAssessmentStateInReview), Own|ActiveParty, 0, ownWork),
	on(RenewAssessment, []Role{Firm}, published, Own|ActiveParty, 0, ownWork),
	on(OutdateAssessment, []Role{system}, published, 0, 0, jobs),
	on(SupersedeAssessment, []Role{system}, published, 0, 0, jobs),
	on(RevokeAssessment, []Role{Approver}, revocable, Own|ActiveParty, 0, ownWork),
	on(RevokeAssessment, []Role{Regulator}, revocable, InJurisdiction|ActiveParty, 0, overseeing),

	on(ReadWebhook, []Role{authenticatedAs}, undeleted, Own, 0, ownWork),
	on(ReadWebhook, oversight, nil, 0, 0, auditing),
	making(RegisterWebhook, []Role{authenticatedAs}, ActiveParty, telling),
	on(VerifyWebhook, []Role{authenticatedAs}, in(enum.WebhookStatePending, enum.WebhookStateActive), Own|ActiveParty, 0, telling),
	on(UpdateWebhook, []Role{authenticatedAs}, undeleted, Own|ActiveParty, 0, telling),
	on(RotateWebhookSecret, []Role{authenticatedAs}, undeleted, Own|ActiveParty, 0, telling),
	on(EnableWebhook, []Role{authenticatedAs}, in(enum.WebhookStateDisabled), Own|ActiveParty, 0, telling),
	on(DisableWebhook, []Role{authenticatedAs}, in(enum.WebhookStatePending, enum.WebhookStateActive), Own|ActiveParty, 0, telling),
	on(DisableWebhook, []Role{system}, in(enum.WebhookStateActive), 0, 0, house),
	on(DeleteWebhook, []Role{authenticatedAs}, undeleted, Own|ActiveParty, 0, telling),
	on(ReplayWebhook, []Role{authenticatedAs}, in(enum.WebhookStateActive), Own|ActiveParty, 0, telling),
	on(RetryDelivery, []Role{authenticatedAs}, in(enum.WebhookStateActive), Own|ActiveParty, 0, telling),
	on(SkipDelivery, []Role{authenticatedAs}, in(enum.WebhookStateActive), Own|ActiveParty, 0, telling),
	on(ConfirmWebhook, []Role{system}, in(enum.WebhookStatePending), 0, 0, house),

	on(ReadAct, nil, in("SUBJECT"), Shown, 0, charter),
	on(ReadAct, nil, in("PLACE"), Shown, 0, conduct),
	on(ReadAct, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadAct, []Role{Auditor}, nil, 0, 0, auditing),
	on(ReadAct, []Role{Admin}, in("SUBJECT", "PLACE", "ACTOR"), 0, 0, auditing),

	on(ReadLog, nil, nil, 0, 0, proof),
	on(BundleLog, []Role{Auditor}, nil, 0, 0, auditing),

	on(ReadMember, []Role{authenticatedAs}, nil, Self, 0, ownWork),
	on(ReadMember, oversight, nil, 0, 0, auditing),
	on(ReadMemberRecord, []Role{authenticatedAs}, nil, Self, 0, ownWork),
	on(ReadColleague, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadColleague, oversight, nil, 0, 0, auditing),
	on(EraseMember, []Role{authenticatedAs}, nil, Self, 0, erasure),
	on(EraseMember, []Role{Admin}, nil, 0, 0, erasure),

	on(ReadAccess, oversight, nil, 0, 0, auditing),
	making(RevokeAccess, []Role{Admin}, 0, house),
	making(RevokeAccess, []Role{system}, 0, house),

	on(ReadTemplate, nil, in(enum.AssessmentTemplateStateActive, enum.AssessmentTemplateStateRetired), 0, 0, charter),
	on(ReadTemplate, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadTemplate, oversight, nil, 0, 0, auditing),
	on(ReadTemplate, []Role{system}, nil, 0, 0, jobs),
	making(ImportTemplate, []Role{Admin}, 0, house),
	making(ImportTemplate, []Role{Regulator}, ActiveParty|InJurisdiction, asking),
	making(ImportTemplate, []Role{system}, 0, jobs),
	on(ActivateTemplate, []Role{Admin, system}, in(enum.AssessmentTemplateStateDraft), 0, 0, house),
	on(ActivateTemplate, []Role{Regulator}, in(enum.AssessmentTemplateStateDraft), Own|ActiveParty, 0, asking),
	on(RetireTemplate, []Role{Admin}, in(enum.AssessmentTemplateStateActive), 0, 0, house),
	on(RetireTemplate, []Role{Regulator}, in(enum.AssessmentTemplateStateActive), Own|ActiveParty, 0, asking),

	on(ReadFile, nil, in(enum.FileStateAttached), InSight|Whole, 0, attached),
	on(ReadFile, []Role{authenticatedAs}, in(enum.FileStateUploaded), Own, 0, ownWork),
	on(ReadFile, []Role{authenticatedAs}, in(enum.FileStateRemoved), Own|InSight, 0, ownWork),
	on(ReadFile, oversight, in(enum.FileStateRemoved), InSight, 0, auditing),
	making(UploadFile, []Role{authenticatedAs}, ActiveParty, taking),

	on(ReadOpinion, nil, in(enum.OpinionStateGiven, enum.OpinionStateRead, enum.OpinionStateAnswered), InSight, 0, charter),
	on(ReadOpinion, []Role{authenticatedAs}, nil, Own|InSight, 0, ownWork),
	on(ReadOpinion, oversight, nil, InSight, 0, auditing),
	making(GiveOpinion, chambers, ActiveParty|Consulting, taking, Assessment).unless(Own),
	on(ReplyToOpinion, []Role{Firm}, in(enum.OpinionStateGiven, enum.OpinionStateRead), Assessed|ActiveParty, 0, answering),
	on(MarkOpinionRead, []Role{Firm}, in(enum.OpinionStateGiven), Assessed|ActiveParty, 0, answering),

	on(ReadAssignment, []Role{authenticatedAs}, nil, Own, 0, inside),
	making(CreateAssignment, institutions, Own|ActiveParty, inside, Assessment, Mitigation, OfficialResponse),
	on(SubmitAssignment, institutions, in(enum.AssignmentStateAssigned, enum.AssignmentStateReturned), Own|ActiveParty|Assignee, 0, inside),
	on(ReturnAssignment, institutions, in(enum.AssignmentStateSubmitted), Own|ActiveParty, Assignee, fourEyes),
	on(FinishAssignment, institutions, in(enum.AssignmentStateSubmitted), Own|ActiveParty, Assignee, fourEyes),
	on(HandOverAssignment, institutions, undone, Own|ActiveParty, 0, inside),
	on(WithdrawAssignment, institutions, undone, Own|ActiveParty, 0, inside),

	on(ReadRisk, nil, in(enum.RiskStatePresent), InSight, 0, charter),
	on(ReadRisk, []Role{authenticatedAs}, nil, Own|InSight, 0, ownWork),
	on(ReadRisk, oversight, nil, InSight, 0, auditing),
	making(AddRisk, []Role{Firm}, Own|ActiveParty|BeingWritten, ownWork, Assessment),
	on(EditRisk, []Role{Firm}, in(enum.RiskStatePresent), Own|ActiveParty|BeingWritten, 0, ownWork),
	on(TreatRisk, []Role{Firm}, in(enum.RiskStatePresent), Own|ActiveParty|BeingWritten, 0, ownWork),
	on(RemoveRisk, []Role{Firm}, in(enum.RiskStatePresent), Own|ActiveParty|BeingWritten, 0, ownWork),
	on(AcceptRisk, []Role{Approver}, in(enum.RiskStatePresent), Own|ActiveParty|Ongoing, Writer, fourEyes),

	on(ReadRating, []Role{authenticatedAs}, nil, Own, 0, weighing),
	making(GiveRating, []Role{Customer}, ActiveParty|Consulting, taking, Risk).unless(Own),
	making(GiveRating, institutions, Signer|ActiveParty|Reviewing, signing, Risk).unless(Own | Conflicted),

	on(ReadMitigation, nil, kept, InSight, 0, charter),
	on(ReadMitigation, []Role{authenticatedAs}, nil, Own|InSight, 0, ownWork),
	on(ReadMitigation, oversight, nil, InSight, 0, auditing),
	making(AddMitigation, []Role{Firm}, Own|ActiveParty|BeingWritten, ownWork, Risk),
	on(EditMitigation, []Role{Firm}, planned, Own|ActiveParty|BeingWritten, 0, ownWork),
	on(RemoveMitigation, []Role{Firm}, kept, Own|ActiveParty|BeingWritten, 0, ownWork),
	on(RecordMitigation, []Role{Firm}, kept, Own|ActiveParty|Ongoing, 0, ownWork),
	on(VerifyMitigation, []Role{Approver}, in(enum.MitigationStateImplemented), Own|ActiveParty|Ongoing, Assignee, fourEyes),
	on(VerifyMitigation, institutions, in(enum.MitigationStateImplemented), Signer|ActiveParty|Ongoing, Own|Assignee|Conflicted, fourEyes),

	on(ReadImport, []Role{authenticatedAs}, nil, Own, 0, inside),
	on(ReadImport, []Role{authenticatedAs}, nil, Writer, 0, inside),
	on(StartImport, []Role{authenticatedAs}, in(enum.ImportStateChecked), Own|ActiveParty, 0, taking),
	on(StartImport, []Role{Admin}, in(enum.ImportStateChecked), Writer, 0, house),

	on(ReadReport, nil, nil, Published, 0, charter),
	on(ReadReport, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadReport, oversight, nil, 0, 0, auditing),
	making(RequestReport, []Role{authenticatedAs}, ActiveParty, taking),

	on(ReadCall, nil, nil, 0, 0, charter),
	making(OpenCall, []Role{Regulator}, ActiveParty|InJurisdiction, asking),
	making(OpenCall, []Role{Facilitator, Regulator}, Convenor|ActiveParty, steward, Dialogue),
	on(ExtendCall, []Role{Facilitator, Regulator}, in(enum.AssessmentCallStateOpen), Own|ActiveParty, 0, ownWork),
	on(AddFirmToCall, []Role{Facilitator, Regulator}, in(enum.AssessmentCallStateOpen), Own|ActiveParty, 0, ownWork),
	on(CloseCall, []Role{Facilitator, Regulator}, in(enum.AssessmentCallStateOpen), Own|ActiveParty, 0, ownWork),
	on(WithdrawCall, []Role{Facilitator, Regulator}, in(enum.AssessmentCallStateOpen), Own|ActiveParty, 0, ownWork),

	on(ReadCalledFirm, nil, nil, 0, 0, charter),
	on(AnswerCall, []Role{Firm}, in(enum.CalledFirmStatePending), Own|ActiveParty|Called|Awaited, 0, answering),
	on(DecideExemption, []Role{Facilitator, Regulator}, in(enum.CalledFirmStateClaimed), Caller|ActiveParty|Called, 0, asking),
	on(RemindCalledFirm, []Role{system}, in(enum.CalledFirmStatePending), 0, 0, jobs),
	on(SettleCalledFirm, []Role{system}, in(enum.CalledFirmStatePending, enum.CalledFirmStateClaimed, enum.CalledFirmStateAnswered), 0, 0, jobs),

	on(ReadFiling, []Role{authenticatedAs}, nil, Own, 0, ownWork),
	on(ReadFiling, []Role{Regulator}, nil, Recipient, 0, overseeing),
	on(ReadFiling, oversight, nil, 0, 0, auditing),
	making(FileAssessment, []Role{Approver}, Own|ActiveParty|Cleared, ownWork, Assessment),
	on(AcknowledgeFiling, []Role{Regulator}, in(enum.FilingStateFiled), Recipient|ActiveParty, 0, overseeing),
	on(ReturnFiling, []Role{Regulator}, in(enum.FilingStateFiled), Recipient|ActiveParty, 0, overseeing),

	on(ReadDecisionRule, nil, nil, 0, 0, charter),
	making(DefineRule, []Role{Facilitator, Regulator}, ActiveParty, steward),
	making(DefineRule, []Role{system}, 0, jobs),

	on(ReadGuideline, nil, nil, InSight, 0, charter),
	on(ReviseGuideline, stewards, in(enum.GuidelineStateInForce), Convenor|ActiveParty, 0, steward),
	on(NoteReviewDue, []Role{system}, in(enum.GuidelineStateInForce), 0, 0, jobs),

	on(ReadCommitment, nil, nil, InSight, 0, charter),
	on(ReportCommitment, []Role{Firm}, underway, Own|ActiveParty, 0, answering),
	on(DropCommitment, []Role{Firm}, underway, Own|ActiveParty, 0, ownWork),
	on(NoteLateCommitment, []Role{system}, underway, 0, 0, jobs),

	on(ReadMilestone, nil, nil, InSight, 0, charter),
	making(PlanMilestone, []Role{Firm}, Own|ActiveParty|Underway, ownWork, Commitment),
	on(ReplanMilestone, []Role{Firm}, in(enum.MilestoneStatePlanned), Own|ActiveParty|Underway, 0, ownWork),
	on(ReportProgress, []Role{Firm}, nil, Own|ActiveParty|Underway, 0, answering),
}

// Capacity tells what the table asks of whoever signs in a capacity: Signer of those who must be appointed, Own of the firm's members.
func Capacity(c enum.Capacity) Fact {
	for _, r := range table {
		if slices.Contains(r.Capacities, c) {
			return r.Needs
		}
	}
	return 0
}

// rules are those of the table by their action.
var rules = func() map[Action][]Rule {
	by := map[Action][]Rule{}
	for _, r := range table {
		by[r.Action] = append(by[r.Action], r)
	}
	return by
}()

// Table gives a copy of the policy, for showing.
func Table() []Rule { return slices.Clone(table) }

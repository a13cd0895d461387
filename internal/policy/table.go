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

	Framework  Resource = "framework"  // of principles
	Principle  Resource = "principle"  // of a framework
	Journey    Resource = "journey"    // of customers
	Touchpoint Resource = "touchpoint" // of a journey
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
	ReadFramework           Action = "framework.read"
	DraftFramework          Action = "framework.draft"
	DraftCommonFramework    Action = "framework.draft_common"
	EditFramework           Action = "framework.edit"
	SubmitFramework         Action = "framework.submit"
	AdoptFramework          Action = "framework.adopt"
	ReviewFramework         Action = "framework.review"
	RetireFramework         Action = "framework.retire"
	NoteFrameworkReview     Action = "framework.note_review_due"
	ReadPrinciple           Action = "principle.read"

	ReadJourney    Action = "journey.read"
	PlanJourney    Action = "journey.plan"
	ImportJourney  Action = "journey.import"
	EditJourney    Action = "journey.edit"
	PublishJourney Action = "journey.publish"
	RetireJourney  Action = "journey.retire"
	ReadTouchpoint Action = "touchpoint.read"
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
	Needs    Facts    // all of them
	Bars     Facts    // none of them
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

// unless is a rule that bars those of whom one of some facts holds.
func (r Rule) unless(bars ...Fact) Rule {
	r.Bars = These(bars...)
	return r
}

func on(action Action, roles []Role, states []string, needs, bars Facts, basis string) Rule {
	return Rule{Resource: resourceOf(action), Action: action, Roles: roles, States: states, Needs: speaking(resourceOf(action), needs), Bars: bars, Basis: basis}
}

// making is a rule about an action that makes its subject, which has no state yet. It is done toward something that is there,
// or toward nothing.
func making(action Action, roles []Role, needs Facts, basis string, toward ...Resource) Rule {
	return Rule{Resource: resourceOf(action), Action: action, Roles: roles, Needs: speaking(resourceOf(action), needs), Basis: basis, Creates: true, Toward: toward}
}

// speaking adds to what a rule needs that the actor speaks for its party, wherever the rule is about what is that party's own
// or done in its name. A rule that bars one's own party does not ask for it: no token escapes that by lacking a role.
func speaking(r Resource, needs Facts) Facts {
	if !needs.Both(ofParty).None() || needs.Has(Self) && r == Stakeholder {
		needs.Add(Speaks)
	}
	return needs
}

// ofParty are the facts that hold of a party, so that who has them speaks for it.
var ofParty = These(Own, Convenor, Invited, ActiveParty, Signer, Assessed, Caller, Recipient, Filed, Seeking, Sponsor, CoAuthor, Invitee, Proposer, Responsible)

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
	commons    = "charter: facilitators look after what belongs to all"
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
	on(ReadStakeholder, nil, in(enum.StakeholderStatusActive, enum.StakeholderStatusErased), none, none, charter),
	on(ReadStakeholder, nil, in(enum.StakeholderStatusSuspended), These(Published), none, charter),
	on(ReadStakeholder, []Role{authenticatedAs}, nil, These(Self), none, ownWork),
	on(ReadStakeholder, oversight, nil, none, none, auditing),
	making(RegisterStakeholder, []Role{authenticatedAs}, These(NoParty, Chamber), taking),
	making(RegisterStakeholder, []Role{Admin}, none, house),
	on(ApproveStakeholder, []Role{Admin}, in(enum.StakeholderStatusPending, enum.StakeholderStatusSuspended), none, These(Self), house),
	on(RejectStakeholder, []Role{Admin}, in(enum.StakeholderStatusPending), none, These(Self), house),
	on(SuspendStakeholder, []Role{Admin}, in(enum.StakeholderStatusActive, enum.StakeholderStatusPending), none, These(Self), house),
	on(UpdateStakeholder, chambers, in(enum.StakeholderStatusPending, enum.StakeholderStatusRejected, enum.StakeholderStatusActive), These(Self), none, ownWork),
	on(UpdateStakeholder, []Role{Admin}, in(enum.StakeholderStatusPending, enum.StakeholderStatusRejected, enum.StakeholderStatusActive, enum.StakeholderStatusSuspended), none, none, house),

	on(ReadTie, nil, nil, These(InSight), none, charter),
	on(ReadTie, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadTie, oversight, nil, none, none, auditing),
	making(DeclareTie, chambers, These(ActiveParty), candour),
	on(EndTie, chambers, in(enum.TieStateDeclared), These(Own, ActiveParty), none, candour),

	on(ReadDialogue, nil, in(enum.DialogueStateOpen, enum.DialogueStateClosed), These(PublicSpace), none, charter),
	on(ReadDialogue, []Role{authenticatedAs}, in(enum.DialogueStateOpen, enum.DialogueStateClosed), These(Invited), none, charter),
	on(ReadDialogue, []Role{authenticatedAs}, nil, These(Convenor), none, steward),
	on(ReadDialogue, oversight, nil, none, none, auditing),
	on(ReadDialogue, []Role{system}, nil, none, none, jobs),
	making(ConveneDialogue, []Role{Facilitator, Regulator}, These(ActiveParty), steward),
	on(InviteToDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateDraft, enum.DialogueStateOpen), These(Convenor, ActiveParty), none, steward),
	on(UninviteFromDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateDraft, enum.DialogueStateOpen), These(Convenor, ActiveParty), none, steward),
	on(UpdateDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateDraft, enum.DialogueStateOpen), These(Convenor, ActiveParty), none, steward),
	on(OpenDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateDraft), These(Convenor, ActiveParty), none, steward),
	on(CloseDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateOpen), These(Convenor, ActiveParty, Complete), none, steward),
	on(ReopenDialogue, []Role{Facilitator, Regulator}, in(enum.DialogueStateClosed), These(Convenor, ActiveParty), none, steward),
	on(NotePhases, []Role{system}, in(enum.DialogueStateOpen, enum.DialogueStateClosed), none, none, jobs),
	on(MarkDialogueRead, []Role{authenticatedAs}, nil, These(InSight), none, privacy),
	making(ImportDialogue, []Role{Facilitator, Regulator}, These(ActiveParty), steward),
	making(ImportDialogue, []Role{Admin}, none, house),
	making(ImportDialogue, []Role{system}, none, house),

	on(ReadProposal, nil, discussed, These(InSight), none, charter),
	on(ReadProposal, nil, in(enum.ProposalStateWithdrawn), These(Published, InSight), none, charter),
	on(ReadProposal, []Role{authenticatedAs}, nil, These(Own, InSight), none, ownWork),
	on(ReadProposal, stewards, in(enum.ProposalStateSubmitted, enum.ProposalStateUnderReview, enum.ProposalStateReturned, enum.ProposalStateWithdrawn, enum.ProposalStateHidden), These(Convenor, InSight), none, steward),
	on(ReadProposal, []Role{authenticatedAs}, nil, These(CoAuthor, InSight), none, ownWork),
	on(ReadProposal, []Role{authenticatedAs}, unhidden, These(Invitee, InSight), none, ownWork),
	on(ReadProposal, chambers, in(enum.ProposalStateSubmitted, enum.ProposalStateUnderReview), These(Seeking, InSight, ActiveParty), none, seconding),
	on(ReadProposal, oversight, nil, These(InSight), none, auditing),
	making(DraftProposal, chambers, These(ActiveParty, DialogueOpen, MayPropose), taking, Dialogue),
	on(EditProposal, chambers, in(enum.ProposalStateDraft, enum.ProposalStateSubmitted, enum.ProposalStateReturned, enum.ProposalStateOpen, enum.ProposalStateRejected, enum.ProposalStateNoQuorum), These(Own, ActiveParty, DialogueOpen), none, ownWork),
	on(EditProposal, chambers, in(enum.ProposalStateDraft, enum.ProposalStateSubmitted, enum.ProposalStateReturned, enum.ProposalStateOpen, enum.ProposalStateRejected, enum.ProposalStateNoQuorum), These(CoAuthor, ActiveParty, DialogueOpen), none, ownWork),
	on(SubmitProposal, chambers, in(enum.ProposalStateDraft), These(Own, ActiveParty, DialogueOpen, MayPropose), none, ownWork),
	on(TakeUpProposal, stewards, in(enum.ProposalStateSubmitted), These(Convenor, ActiveParty, DialogueOpen), none, steward),
	on(ReturnProposal, stewards, in(enum.ProposalStateUnderReview), These(Convenor, ActiveParty, DialogueOpen), none, steward),
	on(OpenProposal, stewards, in(enum.ProposalStateUnderReview), These(Convenor, ActiveParty, DialogueOpen, Complete), These(Writer), steward),
	on(AcceptCommitment, []Role{Firm}, in(enum.ProposalStateOpen, enum.ProposalStateNoQuorum), These(Recipient, ActiveParty, DialogueOpen), These(Signed), answering),
	on(WithdrawProposal, chambers, in(enum.ProposalStateSubmitted, enum.ProposalStateUnderReview, enum.ProposalStateOpen), These(Own, ActiveParty), none, ownWork),
	on(HideProposal, stewards, moderated, These(Convenor, ActiveParty, Published), none, conduct),
	on(HideProposal, []Role{Admin}, moderated, These(Published), These(Own, CoAuthor), house),
	on(RestoreProposal, stewards, in(enum.ProposalStateHidden), These(Convenor, ActiveParty), These(Own, CoAuthor), conduct),
	on(RestoreProposal, []Role{Admin}, in(enum.ProposalStateHidden), none, These(Own, CoAuthor), house),
	on(ReportProposal, chambers, moderated, These(ActiveParty, Published), These(Own, CoAuthor), taking),
	on(DismissProposalReports, stewards, moderated, These(Convenor, ActiveParty, Published), These(Own, CoAuthor), conduct),
	on(DismissProposalReports, []Role{Admin}, moderated, These(Published), These(Own, CoAuthor), house),

	on(ReadBallot, nil, nil, These(InSight), none, charter),
	making(OpenBallot, stewards, These(Convenor, ActiveParty, DialogueOpen, MayBallot, Votable, Complete), steward, Proposal),
	on(CastBallot, chambers, in(enum.BallotStateOpen), These(ActiveParty, Seated, Polling), none, taking),
	on(AppointProxy, chambers, in(enum.BallotStateOpen), These(ActiveParty, Seated, Polling, Delegable), none, taking),
	on(RevokeProxy, chambers, in(enum.BallotStateOpen), These(ActiveParty, Seated, Polling, Delegable), none, taking),
	on(RecuseFromBallot, chambers, in(enum.BallotStateOpen), These(ActiveParty, Seated, Polling, Uncast), none, candour),
	on(ObjectToRoll, chambers, in(enum.BallotStateOpen), These(ActiveParty, Contestable), none, taking),
	on(VoidBallot, stewards, in(enum.BallotStateOpen), These(Convenor, ActiveParty), none, steward),
	on(VoidBallot, []Role{system}, in(enum.BallotStateOpen), none, none, jobs),
	on(AnswerObjection, stewards, in(enum.BallotStateCounted), These(Convenor, ActiveParty, AnswerOwed), none, steward),
	on(CountBallot, []Role{system}, in(enum.BallotStateOpen, enum.BallotStateVoid), none, none, jobs), // void by a restore that lost the count

	on(SponsorProposal, chambers, sponsored, These(ActiveParty, DialogueOpen, SponsorsAsked, MaySponsor), These(Own, CoAuthor), taking),
	on(WithdrawSponsorship, chambers, sponsored, These(Sponsor, ActiveParty), none, ownWork),

	on(ReadAuthorship, nil, in(enum.AuthorshipStateAccepted), These(InSight), none, charter),
	on(ReadAuthorship, []Role{authenticatedAs}, nil, These(Own, InSight), none, ownWork),
	on(ReadAuthorship, []Role{authenticatedAs}, nil, These(Proposer, InSight), none, ownWork),
	on(ReadAuthorship, oversight, nil, These(InSight), none, auditing),
	making(InviteCoAuthor, chambers, These(Own, ActiveParty, DialogueOpen, Editable), ownWork, Proposal),
	on(AcceptCoAuthorship, chambers, in(enum.AuthorshipStateInvited), These(Own, ActiveParty, DialogueOpen, Editable), none, ownWork),
	on(LeaveAuthorship, chambers, in(enum.AuthorshipStateInvited), These(Own, ActiveParty), none, ownWork),
	on(LeaveAuthorship, chambers, in(enum.AuthorshipStateAccepted), These(Own, ActiveParty, DialogueOpen, Editable), none, ownWork),

	on(ReadAmendment, nil, proposed, These(InSight), none, charter),
	on(ReadAmendment, []Role{authenticatedAs}, nil, These(Own, InSight), none, ownWork),
	on(ReadAmendment, stewards, in(enum.AmendmentStateHidden), These(Convenor, InSight), none, steward),
	on(ReadAmendment, oversight, nil, These(InSight), none, auditing),
	making(DraftAmendment, chambers, These(ActiveParty, DialogueOpen, MayAmend, Shown, Editable), taking, Proposal),
	on(EditAmendment, chambers, in(enum.AmendmentStateDraft), These(Own, ActiveParty, DialogueOpen, Shown, Editable), none, ownWork),
	on(ProposeAmendment, chambers, in(enum.AmendmentStateDraft), These(Own, ActiveParty, DialogueOpen, MayAmend, Shown, Editable), none, ownWork),
	on(AcceptAmendment, chambers, in(enum.AmendmentStateProposed), These(Proposer, ActiveParty, DialogueOpen, MayAmend, Shown, Editable), none, ownWork),
	on(RejectAmendment, chambers, in(enum.AmendmentStateProposed), These(Proposer, ActiveParty, DialogueOpen), none, ownWork),
	on(WithdrawAmendment, chambers, in(enum.AmendmentStateProposed), These(Own, ActiveParty), none, ownWork),
	on(PromoteAmendment, chambers, in(enum.AmendmentStateRejected), These(Own, ActiveParty, DialogueOpen, MayPropose), none, ownWork),
	on(HideAmendment, stewards, proposed, These(Convenor, ActiveParty), none, conduct),
	on(HideAmendment, []Role{Admin}, proposed, none, These(Own), house),
	on(RestoreAmendment, stewards, in(enum.AmendmentStateHidden), These(Convenor, ActiveParty), These(Own), conduct),
	on(RestoreAmendment, []Role{Admin}, in(enum.AmendmentStateHidden), none, These(Own), house),
	on(ReportAmendment, chambers, proposed, These(ActiveParty), These(Own), taking),
	on(DismissAmendmentReports, stewards, proposed, These(Convenor, ActiveParty), These(Own), conduct),
	on(DismissAmendmentReports, []Role{Admin}, proposed, none, These(Own), house),

	on(ReadOfficialResponse, nil, nil, These(InSight), none, charter),
	making(RequestResponse, stewards, These(Convenor, ActiveParty, DialogueOpen, Shown), steward, Proposal),
	on(GiveResponse, []Role{Firm, Regulator}, in(enum.OfficialResponseStateRequested), These(Recipient, ActiveParty), none, answering),
	on(NoteLateResponse, []Role{system}, in(enum.OfficialResponseStateRequested), none, none, jobs),

	on(ReadComment, nil, in(enum.CommentStateVisible), These(InSight), none, charter),
	on(ReadComment, []Role{authenticatedAs}, nil, These(Own, InSight), none, ownWork),
	on(ReadComment, stewards, nil, These(Convenor, InSight), none, steward),
	on(ReadComment, oversight, nil, These(InSight), none, auditing),
	making(PostComment, chambers, These(ActiveParty, DialogueOpen, MayComment, Shown, Shallow), taking, Dialogue, Proposal, Practice, Assessment, Comment, Framework, Principle, Touchpoint),
	on(VoteOnComment, chambers, in(enum.CommentStateVisible), These(ActiveParty, TopLevel, DialogueOpen, MayVote, Shown), none, taking),
	on(RetractVote, chambers, in(enum.CommentStateVisible), These(ActiveParty, TopLevel, DialogueOpen, MayVote, Shown, Voted), none, taking),
	on(TallyComment, []Role{system}, nil, none, none, jobs),
	on(EditComment, chambers, in(enum.CommentStateVisible), These(Own, ActiveParty, DialogueOpen, Untouched, Recent), none, ownWork),
	on(WithdrawComment, chambers, in(enum.CommentStateVisible, enum.CommentStatePending), These(Own, ActiveParty), none, ownWork),
	on(TranslateComment, chambers, in(enum.CommentStateVisible), These(ActiveParty, DialogueOpen, Shown), none, taking),
	on(DisposeComment, stewards, in(enum.CommentStateVisible), These(Convenor, ActiveParty, Convened, TopLevel), none, answering),
	on(DisposeComment, institutions, in(enum.CommentStateVisible), These(Responsible, ActiveParty, TopLevel), none, answering),
	on(LeaveCommentGroup, chambers, in(enum.CommentStateVisible), These(Own, ActiveParty), none, ownWork),
	on(HideComment, stewards, in(enum.CommentStateVisible, enum.CommentStatePending), These(Convenor, ActiveParty), none, conduct),
	on(HideComment, []Role{Admin}, in(enum.CommentStateVisible, enum.CommentStatePending), none, These(Own), house),
	on(RestoreComment, stewards, in(enum.CommentStateHidden, enum.CommentStatePending), These(Convenor, ActiveParty), These(Own), conduct),
	on(RestoreComment, []Role{Admin}, in(enum.CommentStateHidden, enum.CommentStatePending), none, These(Own), house),
	on(ReportComment, chambers, in(enum.CommentStateVisible), These(ActiveParty), These(Own), taking),
	on(DismissReports, stewards, in(enum.CommentStateVisible), These(Convenor, ActiveParty), These(Own), conduct),
	on(DismissReports, []Role{Admin}, in(enum.CommentStateVisible), none, These(Own), house),

	on(ReadContentReport, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadContentReport, stewards, nil, These(Convenor, InSight, Impartial), none, steward),
	on(ReadContentReport, oversight, nil, These(InSight, Impartial), none, auditing),
	on(ReadReportQueue, stewards, nil, These(Convenor, InSight, Impartial), none, steward),
	on(ReadReportQueue, []Role{Admin}, nil, These(InSight, Impartial), none, house),

	on(ReadHiding, nil, nil, These(InSight), none, conduct),
	on(ReadHiding, []Role{system}, nil, none, none, jobs),
	on(ReadAppeal, []Role{authenticatedAs}, nil, These(Own, InSight), none, ownWork),
	on(ReadAppeal, stewards, nil, These(Convenor, InSight), none, steward),
	on(ReadAppeal, oversight, nil, These(InSight), none, auditing),
	on(AppealHiding, chambers, in(enum.HidingStateHidden), These(Own, ActiveParty), none, conduct),
	on(DecideHiding, stewards, in(enum.HidingStateAppealed), These(Convenor, ActiveParty), These(Writer, Own), fourEyes),
	on(DecideHiding, []Role{Admin}, in(enum.HidingStateAppealed), none, These(Writer, Own), fourEyes),
	on(NoteOverdueAppeal, []Role{system}, in(enum.HidingStateAppealed), none, none, jobs),

	on(ReadSynthesis, nil, nil, These(InSight), none, charter),
	making(PublishSynthesis, stewards, These(Convenor, ActiveParty), steward, Dialogue),
	on(ObjectNotHeard, chambers, in(enum.SynthesisStatePublished), These(ActiveParty, Contestable, Commented, Uncast), none, taking),
	on(AnswerNotHeard, stewards, nil, These(Convenor, ActiveParty, AnswerOwed), none, steward),

	on(ReadPractice, nil, beingTried, none, none, charter),
	on(ReadPractice, nil, in(enum.PracticeStateWithdrawn), These(Published), none, charter),
	on(ReadPractice, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadPractice, []Role{Auditor, Admin, Regulator}, nil, none, none, auditing),
	on(ReadPractice, []Role{system}, nil, none, none, jobs),
	making(ProposePractice, []Role{Firm}, These(ActiveParty), ownWork),
	on(RevisePractice, []Role{Firm}, in(enum.PracticeStateProposed, enum.PracticeStateTrial, enum.PracticeStateActive, enum.PracticeStatePaused), These(Own, ActiveParty), none, ownWork),
	on(TryPractice, []Role{Firm}, in(enum.PracticeStateProposed), These(Own, ActiveParty), none, ownWork),
	on(ActivatePractice, []Role{Firm}, in(enum.PracticeStateTrial, enum.PracticeStatePaused), These(Own, ActiveParty, Complete), none, ownWork),
	on(PausePractice, []Role{Firm}, in(enum.PracticeStateActive), These(Own, ActiveParty), none, ownWork),
	on(WithdrawPractice, []Role{Firm}, in(enum.PracticeStateProposed, enum.PracticeStateTrial, enum.PracticeStateActive, enum.PracticeStatePaused), These(Own, ActiveParty), none, ownWork),

	on(ReadFramework, nil, in(enum.FrameworkStateInReview, enum.FrameworkStateAdopted, enum.FrameworkStateSuperseded, enum.FrameworkStateRetired), none, none, charter),
	on(ReadFramework, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadFramework, oversight, nil, none, none, auditing),
	on(ReadFramework, []Role{system}, nil, none, none, jobs),
	making(DraftFramework, institutions, These(ActiveParty), taking),
	making(DraftCommonFramework, stewards, These(ActiveParty), commons),
	on(EditFramework, institutions, in(enum.FrameworkStateDraft, enum.FrameworkStateInReview), These(Own, ActiveParty), none, ownWork),
	on(SubmitFramework, institutions, in(enum.FrameworkStateDraft), These(Own, ActiveParty), none, ownWork),
	on(AdoptFramework, stewards, in(enum.FrameworkStateInReview), These(Common, ActiveParty, Complete), These(Writer), fourEyes),
	on(AdoptFramework, institutions, in(enum.FrameworkStateInReview), These(Own, ActiveParty, Complete), These(Writer, Common), fourEyes),
	on(ReviewFramework, stewards, in(enum.FrameworkStateAdopted), These(Common, ActiveParty), none, commons),
	on(ReviewFramework, institutions, in(enum.FrameworkStateAdopted), These(Own, ActiveParty), These(Common), ownWork),
	on(RetireFramework, stewards, in(enum.FrameworkStateAdopted), These(Common, ActiveParty), none, commons),
	on(RetireFramework, institutions, in(enum.FrameworkStateAdopted), These(Own, ActiveParty), These(Common), ownWork),
	on(NoteFrameworkReview, []Role{system}, in(enum.FrameworkStateAdopted), none, none, jobs),

	on(ReadPrinciple, nil, nil, These(InSight), none, charter),

	on(ReadJourney, nil, in(enum.JourneyStatePublished, enum.JourneyStateRetired), none, none, charter),
	on(ReadJourney, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadJourney, oversight, nil, none, none, auditing),
	on(ReadJourney, []Role{system}, nil, none, none, jobs),
	making(PlanJourney, []Role{Firm}, These(ActiveParty), ownWork),
	making(ImportJourney, []Role{Firm}, These(ActiveParty), ownWork),
	making(ImportJourney, []Role{system}, none, house),
	on(EditJourney, []Role{Firm}, in(enum.JourneyStateDraft, enum.JourneyStatePublished), These(Own, ActiveParty), none, ownWork),
	on(PublishJourney, []Role{Firm}, in(enum.JourneyStateDraft), These(Own, ActiveParty), none, ownWork),
	on(RetireJourney, []Role{Firm}, in(enum.JourneyStatePublished), These(Own, ActiveParty), none, ownWork),
	on(ReadTouchpoint, nil, nil, These(InSight), none, charter),

	on(ReadAssessment, nil, opened, These(InSight), none, charter),
	on(ReadAssessment, nil, in(enum.ImpactAssessmentStateWithdrawn), These(Published, InSight), none, charter),
	on(ReadAssessment, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadAssessment, []Role{authenticatedAs}, opened, These(Signer), none, signing),
	on(ReadAssessment, []Role{Regulator}, opened, These(InJurisdiction), none, overseeing),
	on(ReadAssessment, []Role{Regulator}, in(enum.ImpactAssessmentStateWithdrawn), These(InJurisdiction, Published), none, overseeing),
	on(ReadAssessment, []Role{Regulator}, opened, These(Filed), none, overseeing),
	on(ReadAssessment, oversight, nil, none, none, auditing),
	on(ReadAssessment, []Role{system}, nil, none, none, jobs),
	on(ReadWholeAssessment, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadWholeAssessment, []Role{authenticatedAs}, opened, These(Signer), none, signing),
	on(ReadWholeAssessment, []Role{Regulator}, opened, These(InJurisdiction), none, overseeing),
	on(ReadWholeAssessment, []Role{Regulator}, in(enum.ImpactAssessmentStateWithdrawn), These(InJurisdiction, Published), none, overseeing),
	on(ReadWholeAssessment, []Role{Regulator}, opened, These(Filed), none, overseeing),
	on(ReadWholeAssessment, oversight, nil, none, none, auditing),
	on(ReadAnswerHistory, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadAnswerHistory, oversight, nil, none, none, auditing),
	making(DraftAssessment, []Role{Firm}, These(Own, ActiveParty), ownWork, Practice, Proposal),
	making(ImportAssessment, []Role{Firm}, These(Own, ActiveParty), ownWork, Practice, Proposal),
	making(ImportAssessment, []Role{system}, none, house),
	on(EditAssessment, []Role{Firm}, beingWritten, These(Own, ActiveParty), none, ownWork),
	on(AnswerAssessment, []Role{Firm}, beingWritten, These(Own, ActiveParty), none, ownWork),
	on(RedactAssessment, []Role{Firm}, beingWritten, These(Own, ActiveParty), none, ownWork),
	on(AttachEvidence, []Role{Firm}, beingWritten, These(Own, ActiveParty), none, ownWork),
	on(RemoveEvidence, []Role{Firm}, beingWritten, These(Own, ActiveParty), none, ownWork),
	on(OpenConsultation, []Role{Firm}, in(enum.ImpactAssessmentStateDraft), These(Own, ActiveParty, Complete), none, ownWork),
	on(RecallAssessment, []Role{Firm}, in(enum.ImpactAssessmentStateInConsultation), These(Own, ActiveParty), none, ownWork),
	on(SubmitAssessment, []Role{Firm}, in(enum.ImpactAssessmentStateInConsultation), These(Own, ActiveParty), none, ownWork),
	on(SubmitAssessment, []Role{system}, in(enum.ImpactAssessmentStateInConsultation), none, none, jobs),
	on(ReturnAssessment, []Role{Approver}, in(enum.ImpactAssessmentStateInReview, enum.ImpactAssessmentStateApproved), These(Own, ActiveParty), These(Writer), fourEyes),
	on(ReturnAssessment, []Role{authenticatedAs}, in(enum.ImpactAssessmentStateInReview), These(Signer, ActiveParty), These(Writer, Conflicted), fourEyes),
	on(AppointSigner, []Role{Firm}, in(enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested, enum.ImpactAssessmentStateInConsultation, enum.ImpactAssessmentStateInReview), These(Own, ActiveParty), none, ownWork),
	on(DismissSigner, []Role{Firm}, in(enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested, enum.ImpactAssessmentStateInConsultation), These(Own, ActiveParty), none, ownWork),
	on(DeclareConflict, []Role{authenticatedAs}, opened, These(Signer, ActiveParty), none, candour),
	on(DeclareConflict, []Role{Approver}, opened, These(Own, ActiveParty), none, candour),
	on(SignOffAssessment, []Role{Approver}, in(enum.ImpactAssessmentStateInReview), These(Own, ActiveParty), These(Writer, Signed, Conflicted), fourEyes).as(enum.CapacityApprover),
	on(SignOffAssessment, []Role{Reviewer}, in(enum.ImpactAssessmentStateInReview), These(Signer, ActiveParty), These(Own, Writer, Signed, Conflicted), fourEyes).
		as(enum.CapacityPeerReviewer, enum.CapacityDataScientist),
	on(SignOffAssessment, []Role{Customer, NGO}, in(enum.ImpactAssessmentStateInReview), These(Signer, ForConsumers, ActiveParty), These(Writer, Signed, Conflicted), fourEyes).
		as(enum.CapacityCustomerRepresentative),
	on(SignOffAssessment, []Role{Firm}, in(enum.ImpactAssessmentStateInReview), These(Own, Signer, ActiveParty), These(Writer, Signed, Conflicted), fourEyes).
		as(enum.CapacityDpo, enum.CapacityEthics, enum.CapacityLegal),
	on(PublishAssessment, []Role{Approver}, in(enum.ImpactAssessmentStateApproved), These(Own, ActiveParty, Shown), These(Writer), fourEyes),
	on(WithdrawAssessment, []Role{Firm}, in(enum.ImpactAssessmentStateDraft, enum.ImpactAssessmentStateChangesRequested, enum.ImpactAssessmentStateInConsultation, enum.ImpactAssessmentStateInReview), These(Own, ActiveParty), none, ownWork),
	on(RenewAssessment, []Role{Firm}, published, These(Own, ActiveParty), none, ownWork),
	on(OutdateAssessment, []Role{system}, published, none, none, jobs),
	on(SupersedeAssessment, []Role{system}, published, none, none, jobs),
	on(RevokeAssessment, []Role{Approver}, revocable, These(Own, ActiveParty), none, ownWork),
	on(RevokeAssessment, []Role{Regulator}, revocable, These(InJurisdiction, ActiveParty), none, overseeing),

	on(ReadWebhook, []Role{authenticatedAs}, undeleted, These(Own), none, ownWork),
	on(ReadWebhook, oversight, nil, none, none, auditing),
	making(RegisterWebhook, []Role{authenticatedAs}, These(ActiveParty), telling),
	on(VerifyWebhook, []Role{authenticatedAs}, in(enum.WebhookStatePending, enum.WebhookStateActive), These(Own, ActiveParty), none, telling),
	on(UpdateWebhook, []Role{authenticatedAs}, undeleted, These(Own, ActiveParty), none, telling),
	on(RotateWebhookSecret, []Role{authenticatedAs}, undeleted, These(Own, ActiveParty), none, telling),
	on(EnableWebhook, []Role{authenticatedAs}, in(enum.WebhookStateDisabled), These(Own, ActiveParty), none, telling),
	on(DisableWebhook, []Role{authenticatedAs}, in(enum.WebhookStatePending, enum.WebhookStateActive), These(Own, ActiveParty), none, telling),
	on(DisableWebhook, []Role{system}, in(enum.WebhookStateActive), none, none, house),
	on(DeleteWebhook, []Role{authenticatedAs}, undeleted, These(Own, ActiveParty), none, telling),
	on(ReplayWebhook, []Role{authenticatedAs}, in(enum.WebhookStateActive), These(Own, ActiveParty), none, telling),
	on(RetryDelivery, []Role{authenticatedAs}, in(enum.WebhookStateActive), These(Own, ActiveParty), none, telling),
	on(SkipDelivery, []Role{authenticatedAs}, in(enum.WebhookStateActive), These(Own, ActiveParty), none, telling),
	on(ConfirmWebhook, []Role{system}, in(enum.WebhookStatePending), none, none, house),

	on(ReadAct, nil, in("SUBJECT"), These(Shown), none, charter),
	on(ReadAct, nil, in("PLACE"), These(Shown), none, conduct),
	on(ReadAct, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadAct, []Role{Auditor}, nil, none, none, auditing),
	on(ReadAct, []Role{Admin}, in("SUBJECT", "PLACE", "ACTOR"), none, none, auditing),

	on(ReadLog, nil, nil, none, none, proof),
	on(BundleLog, []Role{Auditor}, nil, none, none, auditing),

	on(ReadMember, []Role{authenticatedAs}, nil, These(Self), none, ownWork),
	on(ReadMember, oversight, nil, none, none, auditing),
	on(ReadMemberRecord, []Role{authenticatedAs}, nil, These(Self), none, ownWork),
	on(ReadColleague, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadColleague, oversight, nil, none, none, auditing),
	on(EraseMember, []Role{authenticatedAs}, nil, These(Self), none, erasure),
	on(EraseMember, []Role{Admin}, nil, none, none, erasure),

	on(ReadAccess, oversight, nil, none, none, auditing),
	making(RevokeAccess, []Role{Admin}, none, house),
	making(RevokeAccess, []Role{system}, none, house),

	on(ReadTemplate, nil, in(enum.AssessmentTemplateStateActive, enum.AssessmentTemplateStateRetired), none, none, charter),
	on(ReadTemplate, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadTemplate, oversight, nil, none, none, auditing),
	on(ReadTemplate, []Role{system}, nil, none, none, jobs),
	making(ImportTemplate, []Role{Admin}, none, house),
	making(ImportTemplate, []Role{Regulator}, These(ActiveParty, InJurisdiction), asking),
	making(ImportTemplate, []Role{system}, none, jobs),
	on(ActivateTemplate, []Role{Admin, system}, in(enum.AssessmentTemplateStateDraft), none, none, house),
	on(ActivateTemplate, []Role{Regulator}, in(enum.AssessmentTemplateStateDraft), These(Own, ActiveParty), none, asking),
	on(RetireTemplate, []Role{Admin}, in(enum.AssessmentTemplateStateActive), none, none, house),
	on(RetireTemplate, []Role{Regulator}, in(enum.AssessmentTemplateStateActive), These(Own, ActiveParty), none, asking),

	on(ReadFile, nil, in(enum.FileStateAttached), These(InSight, Whole), none, attached),
	on(ReadFile, []Role{authenticatedAs}, in(enum.FileStateUploaded), These(Own), none, ownWork),
	on(ReadFile, []Role{authenticatedAs}, in(enum.FileStateRemoved), These(Own, InSight), none, ownWork),
	on(ReadFile, oversight, in(enum.FileStateRemoved), These(InSight), none, auditing),
	making(UploadFile, []Role{authenticatedAs}, These(ActiveParty), taking),

	on(ReadOpinion, nil, in(enum.OpinionStateGiven, enum.OpinionStateRead, enum.OpinionStateAnswered), These(InSight), none, charter),
	on(ReadOpinion, []Role{authenticatedAs}, nil, These(Own, InSight), none, ownWork),
	on(ReadOpinion, oversight, nil, These(InSight), none, auditing),
	making(GiveOpinion, chambers, These(ActiveParty, Consulting), taking, Assessment).unless(Own),
	on(ReplyToOpinion, []Role{Firm}, in(enum.OpinionStateGiven, enum.OpinionStateRead), These(Assessed, ActiveParty), none, answering),
	on(MarkOpinionRead, []Role{Firm}, in(enum.OpinionStateGiven), These(Assessed, ActiveParty), none, answering),

	on(ReadAssignment, []Role{authenticatedAs}, nil, These(Own), none, inside),
	making(CreateAssignment, institutions, These(Own, ActiveParty), inside, Assessment, Mitigation, OfficialResponse),
	on(SubmitAssignment, institutions, in(enum.AssignmentStateAssigned, enum.AssignmentStateReturned), These(Own, ActiveParty, Assignee), none, inside),
	on(ReturnAssignment, institutions, in(enum.AssignmentStateSubmitted), These(Own, ActiveParty), These(Assignee), fourEyes),
	on(FinishAssignment, institutions, in(enum.AssignmentStateSubmitted), These(Own, ActiveParty), These(Assignee), fourEyes),
	on(HandOverAssignment, institutions, undone, These(Own, ActiveParty), none, inside),
	on(WithdrawAssignment, institutions, undone, These(Own, ActiveParty), none, inside),

	on(ReadRisk, nil, in(enum.RiskStatePresent), These(InSight), none, charter),
	on(ReadRisk, []Role{authenticatedAs}, nil, These(Own, InSight), none, ownWork),
	on(ReadRisk, oversight, nil, These(InSight), none, auditing),
	making(AddRisk, []Role{Firm}, These(Own, ActiveParty, BeingWritten), ownWork, Assessment),
	on(EditRisk, []Role{Firm}, in(enum.RiskStatePresent), These(Own, ActiveParty, BeingWritten), none, ownWork),
	on(TreatRisk, []Role{Firm}, in(enum.RiskStatePresent), These(Own, ActiveParty, BeingWritten), none, ownWork),
	on(RemoveRisk, []Role{Firm}, in(enum.RiskStatePresent), These(Own, ActiveParty, BeingWritten), none, ownWork),
	on(AcceptRisk, []Role{Approver}, in(enum.RiskStatePresent), These(Own, ActiveParty, Ongoing), These(Writer), fourEyes),

	on(ReadRating, []Role{authenticatedAs}, nil, These(Own), none, weighing),
	making(GiveRating, []Role{Customer}, These(ActiveParty, Consulting), taking, Risk).unless(Own),
	making(GiveRating, institutions, These(Signer, ActiveParty, Reviewing), signing, Risk).unless(Own, Conflicted),

	on(ReadMitigation, nil, kept, These(InSight), none, charter),
	on(ReadMitigation, []Role{authenticatedAs}, nil, These(Own, InSight), none, ownWork),
	on(ReadMitigation, oversight, nil, These(InSight), none, auditing),
	making(AddMitigation, []Role{Firm}, These(Own, ActiveParty, BeingWritten), ownWork, Risk),
	on(EditMitigation, []Role{Firm}, planned, These(Own, ActiveParty, BeingWritten), none, ownWork),
	on(RemoveMitigation, []Role{Firm}, kept, These(Own, ActiveParty, BeingWritten), none, ownWork),
	on(RecordMitigation, []Role{Firm}, kept, These(Own, ActiveParty, Ongoing), none, ownWork),
	on(VerifyMitigation, []Role{Approver}, in(enum.MitigationStateImplemented), These(Own, ActiveParty, Ongoing), These(Assignee), fourEyes),
	on(VerifyMitigation, institutions, in(enum.MitigationStateImplemented), These(Signer, ActiveParty, Ongoing), These(Own, Assignee, Conflicted), fourEyes),

	on(ReadImport, []Role{authenticatedAs}, nil, These(Own), none, inside),
	on(ReadImport, []Role{authenticatedAs}, nil, These(Writer), none, inside),
	on(StartImport, []Role{authenticatedAs}, in(enum.ImportStateChecked), These(Own, ActiveParty), none, taking),
	on(StartImport, []Role{Admin}, in(enum.ImportStateChecked), These(Writer), none, house),

	on(ReadReport, nil, nil, These(Published), none, charter),
	on(ReadReport, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadReport, oversight, nil, none, none, auditing),
	making(RequestReport, []Role{authenticatedAs}, These(ActiveParty), taking),

	on(ReadCall, nil, nil, none, none, charter),
	making(OpenCall, []Role{Regulator}, These(ActiveParty, InJurisdiction), asking),
	making(OpenCall, []Role{Facilitator, Regulator}, These(Convenor, ActiveParty), steward, Dialogue),
	on(ExtendCall, []Role{Facilitator, Regulator}, in(enum.AssessmentCallStateOpen), These(Own, ActiveParty), none, ownWork),
	on(AddFirmToCall, []Role{Facilitator, Regulator}, in(enum.AssessmentCallStateOpen), These(Own, ActiveParty), none, ownWork),
	on(CloseCall, []Role{Facilitator, Regulator}, in(enum.AssessmentCallStateOpen), These(Own, ActiveParty), none, ownWork),
	on(WithdrawCall, []Role{Facilitator, Regulator}, in(enum.AssessmentCallStateOpen), These(Own, ActiveParty), none, ownWork),

	on(ReadCalledFirm, nil, nil, none, none, charter),
	on(AnswerCall, []Role{Firm}, in(enum.CalledFirmStatePending), These(Own, ActiveParty, Called, Awaited), none, answering),
	on(DecideExemption, []Role{Facilitator, Regulator}, in(enum.CalledFirmStateClaimed), These(Caller, ActiveParty, Called), none, asking),
	on(RemindCalledFirm, []Role{system}, in(enum.CalledFirmStatePending), none, none, jobs),
	on(SettleCalledFirm, []Role{system}, in(enum.CalledFirmStatePending, enum.CalledFirmStateClaimed, enum.CalledFirmStateAnswered), none, none, jobs),

	on(ReadFiling, []Role{authenticatedAs}, nil, These(Own), none, ownWork),
	on(ReadFiling, []Role{Regulator}, nil, These(Recipient), none, overseeing),
	on(ReadFiling, oversight, nil, none, none, auditing),
	making(FileAssessment, []Role{Approver}, These(Own, ActiveParty, Cleared), ownWork, Assessment),
	on(AcknowledgeFiling, []Role{Regulator}, in(enum.FilingStateFiled), These(Recipient, ActiveParty), none, overseeing),
	on(ReturnFiling, []Role{Regulator}, in(enum.FilingStateFiled), These(Recipient, ActiveParty), none, overseeing),

	on(ReadDecisionRule, nil, nil, none, none, charter),
	making(DefineRule, []Role{Facilitator, Regulator}, These(ActiveParty), steward),
	making(DefineRule, []Role{system}, none, jobs),

	on(ReadGuideline, nil, nil, These(InSight), none, charter),
	on(ReviseGuideline, stewards, in(enum.GuidelineStateInForce), These(Convenor, ActiveParty), none, steward),
	on(NoteReviewDue, []Role{system}, in(enum.GuidelineStateInForce), none, none, jobs),

	on(ReadCommitment, nil, nil, These(InSight), none, charter),
	on(ReportCommitment, []Role{Firm}, underway, These(Own, ActiveParty), none, answering),
	on(DropCommitment, []Role{Firm}, underway, These(Own, ActiveParty), none, ownWork),
	on(NoteLateCommitment, []Role{system}, underway, none, none, jobs),

	on(ReadMilestone, nil, nil, These(InSight), none, charter),
	making(PlanMilestone, []Role{Firm}, These(Own, ActiveParty, Underway), ownWork, Commitment),
	on(ReplanMilestone, []Role{Firm}, in(enum.MilestoneStatePlanned), These(Own, ActiveParty, Underway), none, ownWork),
	on(ReportProgress, []Role{Firm}, nil, These(Own, ActiveParty, Underway), none, answering),
}

// Capacity tells what the table asks of whoever signs in a capacity: Signer of those who must be appointed, Own of the firm's members.
func Capacity(c enum.Capacity) Facts {
	for _, r := range table {
		if slices.Contains(r.Capacities, c) {
			return r.Needs
		}
	}
	return none
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

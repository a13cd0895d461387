package policy

import "slices"

// Resource is a noun the table speaks of.
type Resource string

// The resources.
const (
	Stakeholder Resource = "stakeholder"
	Dialogue    Resource = "dialogue"
	Proposal    Resource = "proposal"
	Comment     Resource = "comment"
	Practice    Resource = "practice"
	Assessment  Resource = "assessment"
	Webhook     Resource = "webhook"
	Act         Resource = "act"
	Log         Resource = "log"
	Member      Resource = "member"
)

func (r Resource) read() Action { return Action(r) + ".read" }

// Action is what can be done, as noun.verb.
type Action string

// The actions; reading is one of them.
const (
	ReadStakeholder     Action = "stakeholder.read"
	RegisterStakeholder Action = "stakeholder.register"
	ApproveStakeholder  Action = "stakeholder.approve"
	SuspendStakeholder  Action = "stakeholder.suspend"
	ReadDialogue        Action = "dialogue.read"
	ConveneDialogue     Action = "dialogue.convene"
	InviteToDialogue    Action = "dialogue.invite"
	OpenDialogue        Action = "dialogue.open"
	CloseDialogue       Action = "dialogue.close"
	ReopenDialogue      Action = "dialogue.reopen"
	ImportDialogue      Action = "dialogue.import"
	ReadProposal        Action = "proposal.read"
	DraftProposal       Action = "proposal.draft"
	EditProposal        Action = "proposal.edit"
	SubmitProposal      Action = "proposal.submit"
	TakeUpProposal      Action = "proposal.takeUp"
	ReturnProposal      Action = "proposal.return"
	OpenProposal        Action = "proposal.open"
	WithdrawProposal    Action = "proposal.withdraw"
	ReadComment         Action = "comment.read"
	PostComment         Action = "comment.post"
	VoteOnComment       Action = "comment.vote"
	HideComment         Action = "comment.hide"
	RestoreComment      Action = "comment.restore"
	ReadPractice        Action = "practice.read"
	ProposePractice     Action = "practice.propose"
	RevisePractice      Action = "practice.revise"
	TryPractice         Action = "practice.try"
	ActivatePractice    Action = "practice.activate"
	PausePractice       Action = "practice.pause"
	WithdrawPractice    Action = "practice.withdraw"
	ReadAssessment      Action = "assessment.read"
	DraftAssessment     Action = "assessment.draft"
	EditAssessment      Action = "assessment.edit"
	SubmitAssessment    Action = "assessment.submit"
	ReturnAssessment    Action = "assessment.return"
	ApproveAssessment   Action = "assessment.approve"
	PublishAssessment   Action = "assessment.publish"
	ReadWebhook         Action = "webhook.read"
	RegisterWebhook     Action = "webhook.register"
	VerifyWebhook       Action = "webhook.verify"
	UpdateWebhook       Action = "webhook.update"
	RotateWebhookSecret Action = "webhook.rotateSecret"
	EnableWebhook       Action = "webhook.enable"
	DisableWebhook      Action = "webhook.disable"
	DeleteWebhook       Action = "webhook.delete"
	ReplayWebhook       Action = "webhook.replay"
	RetryDelivery       Action = "webhook.retryDelivery"
	SkipDelivery        Action = "webhook.skipDelivery"
	ConfirmWebhook      Action = "webhook.confirm"
	ReadAct             Action = "act.read"
	ReadLog             Action = "log.read"
	BundleLog           Action = "log.bundle"
	ReadMember          Action = "member.read"
	EraseMember         Action = "member.erase"
)

// creates tells the actions whose subject does not exist yet; nothing can be hidden about it.
func creates(a Action) bool {
	switch a {
	case RegisterStakeholder, ConveneDialogue, ImportDialogue, DraftProposal, PostComment, ProposePractice, DraftAssessment, RegisterWebhook:
		return true
	}
	return false
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
}

const (
	charter  = "charter: the dialogue is public unless it is by invitation"
	ownWork  = "charter: a party sees and manages its own work"
	steward  = "charter: the convenor runs the dialogue and is accountable for it"
	auditing = "charter: auditors read everything that is not secret and change nothing"
	house    = "charter: the operator admits and suspends parties"
	taking   = "charter: every admitted party may take part"
	telling  = "charter: a party may have its own systems notified of what it may see"
	fourEyes = "charter: nobody approves their own work"
	conduct  = "charter: moderation is public, reasoned and open to appeal"
	proof    = "charter: anyone can check that the record was not changed"
	erasure  = "law: the right to erasure, GDPR article 17"
)

var (
	chambers   = []Role{Customer, Firm, Regulator, NGO, Academic}
	oversight  = []Role{Auditor, Admin}
	stewards   = []Role{Facilitator}
	undeleted  = []string{"PENDING", "ACTIVE", "DISABLED"}
	beingTried = []string{"TRIAL", "ACTIVE", "PAUSED", "WITHDRAWN"}
)

// table is the policy. Order matters only for what a viewer is shown first.
var table = []Rule{
	{Stakeholder, ReadStakeholder, nil, []string{"ACTIVE", "SUSPENDED", "ERASED"}, 0, 0, charter},
	{Stakeholder, ReadStakeholder, []Role{authenticatedAs}, nil, Self, 0, ownWork},
	{Stakeholder, ReadStakeholder, oversight, nil, 0, 0, auditing},
	{Stakeholder, RegisterStakeholder, []Role{authenticatedAs}, nil, NoParty, 0, taking},
	{Stakeholder, RegisterStakeholder, []Role{Admin}, nil, 0, 0, house},
	{Stakeholder, ApproveStakeholder, []Role{Admin}, []string{"PENDING", "SUSPENDED"}, 0, Self, house},
	{Stakeholder, SuspendStakeholder, []Role{Admin}, []string{"ACTIVE", "PENDING"}, 0, Self, house},

	{Dialogue, ReadDialogue, nil, []string{"OPEN", "CLOSED"}, PublicSpace, 0, charter},
	{Dialogue, ReadDialogue, []Role{authenticatedAs}, []string{"OPEN", "CLOSED"}, Invited, 0, charter},
	{Dialogue, ReadDialogue, []Role{authenticatedAs}, nil, Convenor, 0, steward},
	{Dialogue, ReadDialogue, oversight, nil, 0, 0, auditing},
	{Dialogue, ConveneDialogue, []Role{Facilitator, Regulator}, nil, ActiveParty, 0, steward},
	{Dialogue, InviteToDialogue, []Role{Facilitator, Regulator}, []string{"DRAFT", "OPEN"}, Convenor | ActiveParty, 0, steward},
	{Dialogue, OpenDialogue, []Role{Facilitator, Regulator}, []string{"DRAFT"}, Convenor | ActiveParty, 0, steward},
	{Dialogue, CloseDialogue, []Role{Facilitator, Regulator}, []string{"OPEN"}, Convenor | ActiveParty, 0, steward},
	{Dialogue, ReopenDialogue, []Role{Facilitator, Regulator}, []string{"CLOSED"}, Convenor | ActiveParty, 0, steward},
	{Dialogue, ImportDialogue, []Role{system}, nil, 0, 0, house},

	{Proposal, ReadProposal, nil, []string{"OPEN"}, 0, 0, charter},
	{Proposal, ReadProposal, nil, []string{"WITHDRAWN"}, Published, 0, charter},
	{Proposal, ReadProposal, []Role{authenticatedAs}, nil, Own, 0, ownWork},
	{Proposal, ReadProposal, stewards, []string{"SUBMITTED", "UNDER_REVIEW", "RETURNED", "WITHDRAWN"}, Convenor, 0, steward},
	{Proposal, ReadProposal, oversight, nil, 0, 0, auditing},
	{Proposal, DraftProposal, chambers, nil, ActiveParty | DialogueOpen | MayPropose, 0, taking},
	{Proposal, EditProposal, chambers, []string{"DRAFT", "SUBMITTED", "RETURNED", "OPEN"}, Own | ActiveParty | DialogueOpen, 0, ownWork},
	{Proposal, SubmitProposal, chambers, []string{"DRAFT"}, Own | ActiveParty | DialogueOpen | MayPropose, 0, ownWork},
	{Proposal, TakeUpProposal, stewards, []string{"SUBMITTED"}, Convenor | ActiveParty | DialogueOpen, 0, steward},
	{Proposal, ReturnProposal, stewards, []string{"UNDER_REVIEW"}, Convenor | ActiveParty | DialogueOpen, 0, steward},
	{Proposal, OpenProposal, stewards, []string{"UNDER_REVIEW"}, Convenor | ActiveParty | DialogueOpen, Writer, steward},
	{Proposal, WithdrawProposal, chambers, []string{"SUBMITTED", "UNDER_REVIEW", "OPEN"}, Own | ActiveParty, 0, ownWork},

	{Comment, ReadComment, nil, []string{"VISIBLE"}, 0, 0, charter},
	{Comment, ReadComment, []Role{authenticatedAs}, nil, Own, 0, ownWork},
	{Comment, ReadComment, stewards, nil, Convenor, 0, steward},
	{Comment, ReadComment, oversight, nil, 0, 0, auditing},
	{Comment, PostComment, chambers, nil, ActiveParty | DialogueOpen | MayComment | Shown, 0, taking},
	{Comment, VoteOnComment, chambers, []string{"VISIBLE"}, ActiveParty | DialogueOpen | MayVote | Shown, 0, taking},
	{Comment, HideComment, stewards, []string{"VISIBLE", "PENDING"}, Convenor | ActiveParty, 0, conduct},
	{Comment, HideComment, []Role{Admin}, []string{"VISIBLE", "PENDING"}, 0, Own, house},
	{Comment, RestoreComment, stewards, []string{"HIDDEN", "PENDING"}, Convenor | ActiveParty, 0, conduct},
	{Comment, RestoreComment, []Role{Admin}, []string{"HIDDEN", "PENDING"}, 0, Own, house},

	{Practice, ReadPractice, nil, beingTried, 0, 0, charter},
	{Practice, ReadPractice, []Role{authenticatedAs}, nil, Own, 0, ownWork},
	{Practice, ReadPractice, []Role{Auditor, Admin, Regulator}, nil, 0, 0, auditing},
	{Practice, ProposePractice, []Role{Firm}, nil, ActiveParty, 0, ownWork},
	{Practice, RevisePractice, []Role{Firm}, []string{"PROPOSED", "TRIAL", "ACTIVE", "PAUSED"}, Own | ActiveParty, 0, ownWork},
	{Practice, TryPractice, []Role{Firm}, []string{"PROPOSED"}, Own | ActiveParty, 0, ownWork},
	{Practice, ActivatePractice, []Role{Firm}, []string{"TRIAL", "PAUSED"}, Own | ActiveParty, 0, ownWork},
	{Practice, PausePractice, []Role{Firm}, []string{"ACTIVE"}, Own | ActiveParty, 0, ownWork},
	{Practice, WithdrawPractice, []Role{Firm}, []string{"PROPOSED", "TRIAL", "ACTIVE", "PAUSED"}, Own | ActiveParty, 0, ownWork},

	{Assessment, ReadAssessment, nil, []string{"PUBLISHED"}, 0, 0, charter},
	{Assessment, ReadAssessment, []Role{authenticatedAs}, nil, Own, 0, ownWork},
	{Assessment, ReadAssessment, []Role{Reviewer, Approver}, []string{"IN_REVIEW", "APPROVED"}, 0, 0, fourEyes},
	{Assessment, ReadAssessment, []Role{Auditor, Admin, Regulator}, nil, 0, 0, auditing},
	{Assessment, DraftAssessment, []Role{Firm}, nil, Own | ActiveParty, 0, ownWork},
	{Assessment, EditAssessment, []Role{Firm}, []string{"DRAFT"}, Own | ActiveParty, 0, ownWork},
	{Assessment, SubmitAssessment, []Role{Firm}, []string{"DRAFT"}, Own | ActiveParty, 0, ownWork},
	{Assessment, ReturnAssessment, []Role{Reviewer, Approver}, []string{"IN_REVIEW"}, ActiveParty, Writer, fourEyes},
	{Assessment, ApproveAssessment, []Role{Approver}, []string{"IN_REVIEW"}, ActiveParty, Writer, fourEyes},
	{Assessment, PublishAssessment, []Role{Approver}, []string{"APPROVED"}, ActiveParty, Writer, fourEyes},

	{Webhook, ReadWebhook, []Role{authenticatedAs}, undeleted, Own, 0, ownWork},
	{Webhook, ReadWebhook, oversight, nil, 0, 0, auditing},
	{Webhook, RegisterWebhook, []Role{authenticatedAs}, nil, ActiveParty, 0, telling},
	{Webhook, VerifyWebhook, []Role{authenticatedAs}, []string{"PENDING", "ACTIVE"}, Own | ActiveParty, 0, telling},
	{Webhook, UpdateWebhook, []Role{authenticatedAs}, undeleted, Own | ActiveParty, 0, telling},
	{Webhook, RotateWebhookSecret, []Role{authenticatedAs}, undeleted, Own | ActiveParty, 0, telling},
	{Webhook, EnableWebhook, []Role{authenticatedAs}, []string{"DISABLED"}, Own | ActiveParty, 0, telling},
	{Webhook, DisableWebhook, []Role{authenticatedAs}, []string{"PENDING", "ACTIVE"}, Own | ActiveParty, 0, telling},
	{Webhook, DisableWebhook, []Role{system}, []string{"ACTIVE"}, 0, 0, house},
	{Webhook, DeleteWebhook, []Role{authenticatedAs}, undeleted, Own | ActiveParty, 0, telling},
	{Webhook, ReplayWebhook, []Role{authenticatedAs}, []string{"ACTIVE"}, Own | ActiveParty, 0, telling},
	{Webhook, RetryDelivery, []Role{authenticatedAs}, []string{"ACTIVE"}, Own | ActiveParty, 0, telling},
	{Webhook, SkipDelivery, []Role{authenticatedAs}, []string{"ACTIVE"}, Own | ActiveParty, 0, telling},
	{Webhook, ConfirmWebhook, []Role{system}, []string{"PENDING"}, 0, 0, house},

	{Act, ReadAct, nil, []string{"SUBJECT"}, Shown, 0, charter},
	{Act, ReadAct, nil, []string{"PLACE"}, Shown, 0, conduct},
	{Act, ReadAct, []Role{authenticatedAs}, nil, Own, 0, ownWork},
	{Act, ReadAct, oversight, nil, 0, 0, auditing},

	{Log, ReadLog, nil, nil, 0, 0, proof},
	{Log, BundleLog, oversight, nil, 0, 0, auditing},

	{Member, ReadMember, []Role{authenticatedAs}, nil, Self, 0, ownWork},
	{Member, ReadMember, oversight, nil, 0, 0, auditing},
	{Member, EraseMember, []Role{authenticatedAs}, nil, Self, 0, erasure},
	{Member, EraseMember, []Role{Admin}, nil, 0, 0, erasure},
}

// Table gives a copy of the policy, for showing.
func Table() []Rule { return slices.Clone(table) }

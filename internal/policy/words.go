package policy

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// The sentences that a person reads: why an action was refused, and the policy itself. They follow from the names of
// actions, nouns and states; the tables below hold only the words that do not.

var nouns = map[Resource]string{Stakeholder: "party", OfficialResponse: "official response", ContentReport: "report"}

func (r Resource) noun() string {
	if s := nouns[r]; s != "" {
		return s
	}
	return string(r)
}

var phrases = map[Action]string{
	InviteToDialogue:     "invite parties to a dialogue",
	UninviteFromDialogue: "take back invitations to a dialogue",
	MarkDialogueRead:     "mark a dialogue as read",
	OpenBallot:           "open a ballot",
	CastBallot:           "cast a paper in a ballot",
	AppointProxy:         "appoint a proxy in a ballot",
	RevokeProxy:          "take back a proxy in a ballot",
	RecuseFromBallot:     "take no part in a ballot",
	ObjectToRoll:         "object to the roll of a ballot",
	AnswerObjection:      "answer an objection in a ballot",
	NotePhases:           "note that a phase of a dialogue begins or ends",
	AnswerAssessment:     "answer questions of an assessment",
	AttachEvidence:       "attach evidence to an assessment",
	RenewAssessment:      "make an assessment anew",
	RedactAssessment:     "redact an assessment",
	RemoveEvidence:       "remove evidence from an assessment",
	OpenConsultation:     "open the consultation on an assessment",
	SignOffAssessment:    "sign an assessment",
	AppointSigner:        "appoint a signer of an assessment",
	DismissSigner:        "dismiss a signer of an assessment",
	DeclareConflict:      "declare a conflict of interest in an assessment",
	ReplyToOpinion:       "reply to an opinion",
	MarkOpinionRead:      "mark an opinion as read",
	VoteOnComment:        "vote on a comment",
	DisposeComment:       "say what became of a comment",
	DismissReports:       "dismiss the reports of a comment",
	AppealHiding:         "appeal against a hiding",
	DecideHiding:         "decide an appeal",
	NoteOverdueAppeal:    "note that an appeal is overdue",
	PublishSynthesis:     "publish what was heard",
	ObjectNotHeard:       "object that your party was not heard",
	AnswerNotHeard:       "answer a party that was not heard",
	RetractVote:          "take back a vote on a comment",
	LeaveCommentGroup:    "take a comment out of its group",
	RotateWebhookSecret:  "rotate the secret of a webhook",
	ReplayWebhook:        "replay acts to a webhook",
	RetryDelivery:        "retry a delivery to a webhook",
	SkipDelivery:         "skip a delivery to a webhook",
	RevokeAccess:         "revoke tokens or roles",
	CreateAssignment:     "assign work",
	GiveRating:           "rate a risk",
	RemoveRisk:           "take a risk out of an assessment",
	AddRisk:              "add a risk to an assessment",
	AddMitigation:        "plan a mitigation of a risk",
	RemoveMitigation:     "take a mitigation out of an assessment",
	RecordMitigation:     "record what became of a mitigation",
	ImportDialogue:       "import a consultation",
	WithdrawSponsorship:  "withdraw the sponsorship of a proposal",
	InviteCoAuthor:       "invite a co-author of a proposal",
	AcceptCoAuthorship:   "accept to be a co-author of a proposal",
	LeaveAuthorship:      "leave the authors of a proposal",
	AcceptCommitment:     "accept to do what a proposal says",
	PlanMilestone:        "plan a milestone of a commitment",
	ReportProgress:       "say how far a milestone has got",
	ReportCommitment:     "say how a commitment stands",
	RequestResponse:      "ask for an official response to a proposal",
	DraftCommonFramework: "draft a framework of the commons",
	NoteFrameworkReview:  "note that the review of a framework is due",
}

// verb is "take up" for proposal.take_up.
func (a Action) verb() string {
	_, name, _ := strings.Cut(string(a), ".")
	return strings.ReplaceAll(name, "_", " ")
}

// doIt is "publish it" for assessment.publish.
func (a Action) doIt() string {
	if a == SignOffAssessment {
		return "sign it"
	}
	return a.verb() + " it"
}

// doing holds the phrases, as every list with the field can builds refusals. Reading has none: what may not be read is
// not found.
var doing = func() map[Action]string {
	m := make(map[Action]string, len(table))
	for _, r := range table {
		if !r.Action.reads() {
			m[r.Action] = r.Action.phrase()
		}
	}
	return m
}()

// phrase is "close a dialogue" for dialogue.close.
func (a Action) phrase() string {
	if s := phrases[a]; s != "" {
		return s
	}
	noun := resourceOf(a).noun()
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return a.verb() + " an " + noun
	}
	return a.verb() + " a " + noun
}

var stateWords = map[string]string{
	string(enum.ProposalStateNoQuorum): "without a quorum",
	string(enum.ProposalStateBallot):   "being voted on",
	"DRAFT":                            "a draft", "TRIAL": "on trial", "CHANGES_REQUESTED": "sent back for changes",
	"INVITED": "an open invitation",

	// The audiences of acts.
	"SUBJECT": "for those who may see its subject", "PLACE": "for those who may see where it happened", "ACTOR": "for the party that acted",
}

func stateWord(state string) string {
	if s := stateWords[state]; s != "" {
		return s
	}
	return strings.ToLower(strings.ReplaceAll(state, "_", " "))
}

func stateList(states []string) string { return anyOf(states, stateWord) }

var roleWords = map[Role]string{authenticatedAs: "everyone who is signed in", system: "the server itself"}

func roleWord(r Role) string {
	if s := roleWords[r]; s != "" {
		return s
	}
	return string(r)
}

func roleList(roles []Role) string { return anyOf(roles, roleWord) }

// anyOf is "a, b or c".
func anyOf[T any](list []T, word func(T) string) string {
	var b [128]byte
	text := b[:0]
	for i, one := range list {
		switch {
		case i > 0 && i == len(list)-1:
			text = append(text, " or "...)
		case i > 0:
			text = append(text, ", "...)
		}
		text = append(text, word(one)...)
	}
	return string(text)
}

// owners says who a subject belongs to.
var owners = map[Resource]string{
	Proposal:   "the party that wrote the proposal",
	Comment:    "the party that wrote the comment",
	Practice:   "the firm whose practice this is",
	Assessment: "the firm whose practice or proposal is assessed",
	Tie:        "the party that declared the tie",
	Opinion:    "the party that gave the opinion",
	Hiding:     "the party whose words were hidden",
	Template:   "the regulator that imported the template",
	Webhook:    "the party that registered the webhook",
	Assignment: "the party whose work is assigned",
	Risk:       "the firm whose assessment names the risk",
	Mitigation: "the firm that plans the mitigation",
	Import:     "the party that sent the import",
	Report:     "a party that asked for the report",
	Amendment:  "the party that wrote the amendment",
	Authorship: "the party that is invited to be a co-author",
	Commitment: "the firm that has committed itself",
	Milestone:  "the firm that has committed itself",
	Framework:  "the party that wrote the framework",
	Journey:    "the firm whose journey it is",
}

// inactive says why a party of a status may not take part.
var inactive = map[string]struct {
	code   enum.UserErrorCode
	reason string
}{
	"":          {enum.UserErrorCodeParty, "you act for no party yet: register one first"},
	"PENDING":   {enum.UserErrorCodePartyPending, "your party is not approved yet: an admin must approve it first"},
	"REJECTED":  {enum.UserErrorCodePartyInactive, "your party was not admitted: correct what the reason says, and it is looked at again"},
	"SUSPENDED": {enum.UserErrorCodePartyInactive, "your party is suspended: only an admin can lift the suspension"},
}

func (r Rule) wrongRole() string {
	if slices.Equal(r.Roles, []Role{system}) {
		return "only the server itself may do this"
	}
	return "you need the role " + roleList(r.Roles) + " to do this"
}

func (r Rule) wrongState(state string) string {
	what := doing[r.Action]
	if what == "" {
		return fault.Missing().Message
	}
	return "you can " + what + " only while it is " + stateList(r.States) + "; this one is " + stateWord(state)
}

// lacks says that a needed fact does not hold.
func (r Rule) lacks(f Fact, a Actor) (enum.UserErrorCode, string) {
	switch why, known := inactive[a.Status]; {
	case f == Own && r.Action == InviteCoAuthor:
		return f.code(), "only " + owners[Proposal] + " may do this"
	case f == Recipient && r.Action == AcceptCommitment:
		return f.code(), "only the firm that it names may do this"
	case f == Own && r.Action == PlanMilestone:
		return f.code(), "only " + owners[Commitment] + " may do this"
	case f == Own && owners[r.Resource] != "":
		return f.code(), "only " + owners[r.Resource] + " may do this"
	case f == TopLevel && r.Action == DisposeComment:
		return f.code(), "only a comment at the top is owed a disposition, not a reply"
	case f == Complete && r.Action == CloseDialogue:
		return f.code(), "something must be settled first: missingToClose lists it"
	case f == Complete && r.Action == OpenBallot:
		return f.code(), "something is missing: missingToOpenBallot lists it"
	case f == Contestable && r.Action == ObjectNotHeard:
		return f.code(), "the 7 days in which parties can object are over"
	case f == Uncast && r.Action == ObjectNotHeard:
		return enum.UserErrorCodeDuplicate, "your party has objected to this already"
	case f == AnswerOwed && r.Action == AnswerNotHeard:
		return f.code(), "nobody waits for an answer here"
	case f == Shown && r.Action == PublishAssessment:
		return f.code(), "what it assesses is not public yet: publish the assessment once that is"
	case f == Writer && r.Resource == Import:
		return enum.UserErrorCodeSelf, "only the person who sent it may do this"
	case f == Self && r.Resource == Member:
		return f.code(), "only the person themselves may do this"
	case known && (f == ActiveParty || f == Speaks && a.Stakeholder == uuid.Nil):
		return why.code, why.reason
	}
	return f.code(), f.missing()
}

// barred says why an action is refused to those of whom a fact holds.
func (r Rule) barred(bar Facts) (enum.UserErrorCode, string) {
	switch {
	case bar.Has(Common):
		return enum.UserErrorCodeOwner, "this belongs to the commons: a facilitator must " + r.Action.doIt()
	case bar.Has(Writer) && r.Resource == Hiding:
		return enum.UserErrorCodeSamePerson, "you hid this, or appealed against that: another person must decide"
	case bar.Has(Writer):
		return enum.UserErrorCodeSamePerson, "you wrote this " + r.Resource.noun() + ": another person must " + r.Action.doIt()
	case bar.Has(Assignee) && r.Resource == Mitigation:
		return enum.UserErrorCodeSamePerson, "you answer for this mitigation, or have planned or done it: another person must " + r.Action.doIt()
	case bar.Has(Assignee):
		return enum.UserErrorCodeSamePerson, "this " + r.Resource.noun() + " is yours to do: another person must " + r.Action.doIt()
	case bar.Has(Conflicted):
		return enum.UserErrorCodeConflictOfInterest, "you have a conflict of interest, or your party has a tie to the firm: another person must " + r.Action.doIt()
	case bar.Has(Signed) && r.Action == AcceptCommitment:
		return enum.UserErrorCodeNothingToDo, "your firm has accepted this version already"
	case bar.Has(Signed):
		return enum.UserErrorCodeAlreadySigned, "you have signed this version already: nobody signs twice"
	case bar.Has(Self):
		return enum.UserErrorCodeOwnParty, "you cannot " + r.Action.verb() + " your own " + r.Resource.noun() + ": another person must do it"
	case r.Action == SponsorProposal:
		return enum.UserErrorCodeOwnParty, "your party is an author of this proposal: sponsors are others"
	case r.Action == GiveRating && bar.Has(Own):
		return enum.UserErrorCodeOwnParty, "this is your own party's assessment, which says how you rate the risk"
	case r.Action == GiveOpinion:
		return enum.UserErrorCodeOwnParty, "this is your own party's assessment: opinions are for the others"
	case r.Action == SignOffAssessment:
		return enum.UserErrorCodeOwnParty, "an expert from outside does not belong to the firm that is assessed: another person must sign"
	}
	return enum.UserErrorCodeOwnParty, "you cannot " + doing[r.Action] + " of your own party: another person must do it"
}

// only is ", if a and b, unless c or d".
func only(needs, bars Facts) string {
	s := ""
	if !needs.None() {
		s += ", if " + strings.Join(needs.conditions(), " and ")
	}
	if !bars.None() {
		s += ", unless " + strings.Join(bars.conditions(), " or ")
	}
	return s
}

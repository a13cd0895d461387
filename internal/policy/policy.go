// Package policy says who may do what. One table of rules gives the decision on one subject, the filter for lists, counts
// and feeds, what a viewer is told it can do, and the public matrix. It sees facts, never rows, and denies by default.
package policy

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Version counts the changes of the table; every act names the version it was decided under.
const Version = 22

// Role is what a token grants. Unknown roles grant nothing.
type Role string

// The chamber roles, which must agree with the kind of the member's stakeholder, and the functions.
const (
	Firm            Role = "firm"
	Customer        Role = "customer"
	Regulator       Role = "regulator"
	NGO             Role = "ngo"
	Academic        Role = "academic"
	Author          Role = "author"
	Reviewer        Role = "reviewer"
	Approver        Role = "approver"
	RedressOfficer  Role = "redress_officer"
	Facilitator     Role = "facilitator"
	Auditor         Role = "auditor"
	Integrator      Role = "integrator"
	Admin           Role = "admin"
	authenticatedAs Role = "(signed in)"
	system          Role = "(system)"
)

// Roles are all a token can grant.
var Roles = []Role{
	Firm, Customer, Regulator, NGO, Academic,
	Author, Reviewer, Approver, RedressOfficer, Facilitator, Auditor, Integrator, Admin,
}

// Word is the role as the schema has it: REDRESS_OFFICER.
func (r Role) Word() enum.Role { return enum.Role(strings.ToUpper(string(r))) }

// RoleOf is the role that the schema has under a word.
func RoleOf(word enum.Role) Role { return Role(strings.ToLower(string(word))) }

// Words are roles as the schema has them; those that no token can grant are left out.
func Words(roles []Role) []enum.Role {
	words := []enum.Role{}
	for _, r := range roles {
		if slices.Contains(Roles, r) {
			words = append(words, r.Word())
		}
	}
	return words
}

// chamberOf gives the stakeholder kind of a chamber role.
var chamberOf = map[Role]string{
	Firm: "FIRM", Customer: "CUSTOMER", Regulator: "REGULATOR", NGO: "NGO", Academic: "ACADEMIC_INSTITUTION",
}

// Chambers are the chamber roles, in the order they are always listed.
var Chambers = []Role{Customer, Firm, Regulator, NGO, Academic}

// ChamberRole gives the chamber role of a stakeholder kind, and false for a kind there is none of.
func ChamberRole(kind string) (Role, bool) {
	for role, k := range chamberOf {
		if k == kind {
			return role, true
		}
	}
	return "", false
}

// Actor is who acts: a member for a stakeholder, a visitor, or the server itself.
type Actor struct {
	Member      uuid.UUID // Nil for a visitor
	Stakeholder uuid.UUID // Nil when the member acts for none
	Kind        string    // of the stakeholder
	Status      string    // of the stakeholder
	Roles       []Role
	Scopes      []Scope // that the token names, in the order of their table; a token with any can do no more than they allow
	System      string  // the name of a job of the server's; no token can set it
}

// Anonymous is the visitor without a token.
var Anonymous = Actor{}

// SystemActor is a job of the server's own, by name.
func SystemActor(name string) Actor { return Actor{System: name, Status: "ACTIVE"} }

// SignedIn reports whether the actor has shown a valid token.
func (a Actor) SignedIn() bool { return a.Member != uuid.Nil }

// Key names the viewer where answers must not be shared between viewers, as in cursors.
func (a Actor) Key() string {
	if !a.SignedIn() {
		return a.System
	}
	return a.Member.String()
}

// Has reports whether the actor holds the role. A chamber role counts only with a stakeholder of that chamber: a
// regulator's token does not make a customer.
func (a Actor) Has(role Role) bool {
	switch role {
	case authenticatedAs:
		return a.SignedIn()
	case system:
		return a.System != ""
	}
	if !slices.Contains(a.Roles, role) {
		return false
	}
	kind, chamber := chamberOf[role]
	return !chamber || kind == a.Kind
}

// SpeaksForParty reports whether the actor acts for a stakeholder and holds the role of its chamber. A token that only names
// a party is not its member: what is the party's own is closed to it.
func (a Actor) SpeaksForParty() bool {
	role, ok := ChamberRole(a.Kind)
	return ok && a.Stakeholder != uuid.Nil && a.Has(role)
}

type actorKey struct{}

// Seat is where a context keeps its actor: one that lives on, as that of a socket, may see another sit down.
type Seat struct {
	actor atomic.Pointer[Actor]
	proof any
}

// Proof is how whoever sits there has proved who they are, as the one who checked it keeps it; nil where nobody asked.
func (s *Seat) Proof() any { return s.proof }

// Actor is who sits there now. It is never changed: another actor is another pointer.
func (s *Seat) Actor() *Actor { return s.actor.Load() }

// visitors is the seat of contexts that nobody put an actor into.
var visitors = func() *Seat {
	s := new(Seat)
	s.actor.Store(&Anonymous)
	return s
}()

// WithActor puts the actor into the context.
func WithActor(ctx context.Context, a Actor) context.Context { return WithProof(ctx, a, nil) }

// WithProof puts the actor into the context, with how it has proved who it is.
func WithProof(ctx context.Context, a Actor, proof any) context.Context {
	seat := &Seat{proof: proof}
	seat.actor.Store(&a)
	return context.WithValue(ctx, actorKey{}, seat)
}

// SeatFrom gives the seat of the context, for those who look again later who sits there.
func SeatFrom(ctx context.Context) *Seat {
	if seat, ok := ctx.Value(actorKey{}).(*Seat); ok {
		return seat
	}
	return visitors
}

// ActorFrom gives the actor of the context: a visitor when nobody put one there.
func ActorFrom(ctx context.Context) Actor { return *SeatFrom(ctx).Actor() }

// Become changes the actor of a context that lives on, as that of a socket whose member has just registered its party.
func Become(ctx context.Context, a Actor) {
	if seat := SeatFrom(ctx); seat != visitors {
		seat.actor.Store(&a)
	}
}

// Fact is something that is so between the actor, the subject and its surroundings.
type Fact uint8

// The facts that rules speak of.
const (
	Self           Fact = iota // the subject is the actor's stakeholder, or the actor
	Own                        // the subject belongs to the actor's stakeholder: it wrote it, or it is its practice
	Convenor                   // the actor's stakeholder convened the dialogue
	Invited                    // the actor's stakeholder is invited to the dialogue
	Writer                     // the acting member wrote the subject: self-approval
	Published                  // the subject has been open to all at some time
	PublicSpace                // the dialogue is for everyone
	Speaks                     // the actor's token has a role of its stakeholder's chamber: it speaks for that party
	ActiveParty                // the actor's stakeholder is approved and not suspended
	NoParty                    // the acting member acts for no stakeholder yet
	DialogueOpen               // the dialogue is open
	MayPropose                 // the present phase takes proposals
	MayComment                 // the present phase takes comments
	MayVote                    // the present phase takes votes
	Shown                      // what is commented or voted on is visible to those who take part
	InSight                    // the actor may see what the subject belongs to
	TopLevel                   // the comment is no reply
	Shallow                    // a reply to it would not be too deep
	Complete                   // nothing is missing that the action needs
	Chamber                    // the token grants the role of a chamber
	Voted                      // the actor's party has voted on the comment
	Untouched                  // nobody has voted on the comment or answered it
	Recent                     // the comment can still be edited: it was posted a moment ago
	InJurisdiction             // it is made for one of the jurisdictions of the actor's party
	Consulting                 // everybody may give an opinion on it now
	Assessed                   // it is about what the actor's party has done, or means to do
	Signer                     // the firm has appointed the actor's party, or the actor, to sign it
	Signed                     // the acting member has signed the present version
	Conflicted                 // the actor has a conflict of interest, by its own words or by a tie of its party to the firm
	ForConsumers               // the actor's party is a customer, or speaks for consumers
	Assignee                   // the acting member is who is to do the work
	Giver                      // the acting member gave the work, or nobody but the assignee did: who else looks at it
	Whole                      // nothing of it is withheld from the actor
	BeingWritten               // what its assessment says may change now
	Reviewing                  // everybody is consulted on its assessment, or signers read it
	Ongoing                    // its assessment has not ended
	Caller                     // the actor's party made the call
	Called                     // its call is open
	Awaited                    // the date of its call is not past
	Recipient                  // it was handed to the actor's party
	Filed                      // it was filed with the actor's party
	Cleared                    // it is approved, or was
	MayBallot                  // the present phase holds ballots
	Votable                    // a ballot can be opened on it
	Seated                     // the actor's party, or the one it casts for, has a seat that takes part
	Polling                    // the ballot has not closed
	AnswerOwed                 // somebody waits for the convenor's answer
	Contestable                // it, or its roll, can still be objected to
	Uncast                     // the actor's party has cast no paper in it, or made no objection
	MayAmend                   // the present phase takes amendments
	SponsorsAsked              // the dialogue asks for sponsors before a proposal is opened
	MaySponsor                 // the actor's party is of a chamber from which it asks for them
	Seeking                    // it waits to be opened, and the actor's party may sponsor it
	Sponsor                    // the actor's party sponsors it
	CoAuthor                   // the actor's party writes it together with the party that proposes it
	Invitee                    // the actor's party is asked to write it together with that party
	Proposer                   // the actor's party wrote the proposal that it is about
	Editable                   // the text of the proposal that it is about can change now
	Convened                   // it was said in a dialogue
	Impartial                  // it is not about what the actor's party said
	Underway                   // its commitment is neither done nor dropped
	Commented                  // the actor's party commented in the phase that it is about
	Delegable                  // the rule of the ballot lets parties act by proxy
	Common                     // it belongs to no party
	Responsible                // the actor's party asked for it and answers it now
	factEnd
)

// OfActor are the facts about the actor alone, which are known here.
var OfActor = These(Speaks, ActiveParty, NoParty, Chamber)

// OfThing are the facts about what is still to be made, which the viewer has in its own hands.
var OfThing = These(InJurisdiction)

// MaxDepth is how deep replies nest; a comment at the top has depth 0.
const MaxDepth = 3

// EditFor is for how long a comment can be edited after it was posted.
const EditFor = 15 * time.Minute

// factWords says of each fact, in the order of the constants, its name, how a rule puts it as a condition, and why an action is
// refused when it does not hold, as a sentence and as a code; Rule.lacks says that more exactly where it can.
var factWords = [...]struct {
	name, condition, missing string
	code                     enum.UserErrorCode
}{
	{"self", "it is the actor itself", "only the party itself may do this", enum.UserErrorCodeSelf},
	{"own", "it belongs to the actor's party", "only the party it belongs to may do this", enum.UserErrorCodeOwner},
	{"convenor", "the actor's party convened the dialogue", "only the party that convened the dialogue may do this", enum.UserErrorCodeConvenor},
	{"invited", "the actor's party is invited", "only invited parties may do this", enum.UserErrorCodeNotFound},
	{"writer", "the actor wrote it", "only the person who wrote this may do this", enum.UserErrorCodeSamePerson},
	{"published", "it has been public", "this has not been published yet", enum.UserErrorCodeNotFound},
	{"public space", "the dialogue is public", "only invited parties may see this dialogue", enum.UserErrorCodeNotFound},
	{"speaks", "the actor has a role of its party's chamber", "your token has no role of your party's chamber", enum.UserErrorCodeRole},
	{"active party", "the actor's party is active", "your party is not active", enum.UserErrorCodePartyInactive},
	{"no party", "the actor acts for no party", "you already act for a party", enum.UserErrorCodeHasParty},
	{"dialogue open", "the dialogue is open", "the dialogue is not open", enum.UserErrorCodeDialogueNotOpen},
	{"phase takes proposals", "the current phase accepts proposals", "the current phase of the dialogue accepts no proposals", enum.UserErrorCodePhaseClosed},
	{"phase takes comments", "the current phase accepts comments", "the current phase of the dialogue accepts no comments", enum.UserErrorCodePhaseClosed},
	{"phase takes votes", "the current phase accepts votes", "the current phase of the dialogue accepts no votes", enum.UserErrorCodePhaseClosed},
	{"shown", "participants can see it", "you can do this only with what participants can see", enum.UserErrorCodeNotShown},
	{"what it belongs to is visible", "what it belongs to is visible to the actor", "you may not see what this belongs to", enum.UserErrorCodeNotFound},
	{"top level", "it is no reply", "you can vote only on a top-level comment, not on a reply", enum.UserErrorCodeNotTopLevel},
	{"shallow", "a reply would not be too deep", fmt.Sprintf("replies nest at most %d deep: reply to the comment above this one", MaxDepth), enum.UserErrorCodeTooDeep},
	{"complete", "nothing is missing", "it is not complete yet: it lists what is missing", enum.UserErrorCodeIncomplete},
	{"chamber", "the token grants the role of a chamber", "your token grants the role of no chamber", enum.UserErrorCodeRole},
	{"voted", "the actor's party has voted on it", "your party has not voted on this", enum.UserErrorCodeNotVoted},
	{"untouched", "nobody has voted on it or answered it", "somebody has voted on this or answered it: withdraw it, or add a reply", enum.UserErrorCodeAnswered},
	{
		"recent", fmt.Sprintf("it was posted in the last %d minutes", int(EditFor.Minutes())),
		fmt.Sprintf("a comment can be edited for %d minutes: withdraw it, or add a reply", int(EditFor.Minutes())), enum.UserErrorCodeTooLate,
	},
	{
		"in jurisdiction", "it is of a jurisdiction of the actor's party", "this is for another jurisdiction than those of your party", enum.UserErrorCodeJurisdiction,
	},
	{"consulting", "a consultation on it is open", "no consultation on this is open", enum.UserErrorCodeConsultationClosed},
	{"assessed", "it is about the actor's party", "only the party that it is about may do this", enum.UserErrorCodeOwner},
	{"signer", "the actor is appointed to sign it", "you are not appointed to sign this in that capacity: its firm appoints signers", enum.UserErrorCodeNotAppointed},
	{"signed", "the actor has signed it", "", enum.UserErrorCodeAlreadySigned},
	{"conflicted", "the actor has a conflict of interest", "", enum.UserErrorCodeConflictOfInterest},
	{
		"for consumers", "the actor's party is a customer or speaks for consumers", "only a customer, or an NGO that has CONSUMER among its focus areas, may do this",
		enum.UserErrorCodeNotAppointed,
	},
	{"assignee", "the actor is to do it", "only the member who is to do this work may do this", enum.UserErrorCodeSelf},
	{"giver", "the actor gave it", "only the member who gave this work may do this", enum.UserErrorCodeSelf},
	{"whole", "nothing of it is withheld from the actor", "this is withheld from you", enum.UserErrorCodeNotFound},
	{
		"being written", "its assessment is being written", "what an assessment says changes only while it is a draft or sent back for changes",
		enum.UserErrorCodeState,
	},
	{"reviewing", "its assessment is in consultation or in review", "its assessment is neither in consultation nor in review", enum.UserErrorCodeState},
	{"ongoing", "its assessment has not ended", "its assessment has ended, or it was taken out of it", enum.UserErrorCodeState},
	{"caller", "the actor's party made the call", "only the party that made the call may do this", enum.UserErrorCodeOwner},
	{"called", "its call is open", "the call is closed", enum.UserErrorCodeState},
	{"awaited", "the date of its call is not past", "the date of the call is past: file an assessment", enum.UserErrorCodeTooLate},
	{"recipient", "it was handed to the actor's party", "only the party that it was handed to may do this", enum.UserErrorCodeOwner},
	{"filed", "it was filed with the actor's party", "this was not filed with your party", enum.UserErrorCodeNotFound},
	{"cleared", "it is approved or published", "only an assessment that is approved or published can be filed", enum.UserErrorCodeState},
	{"phase holds ballots", "the current phase holds ballots", "the current phase of the dialogue holds no ballots", enum.UserErrorCodePhaseClosed},
	{"votable", "a ballot can be opened on it", "a ballot can be opened only on a proposal that is open, or had no quorum", enum.UserErrorCodeState},
	{"seated", "the actor's party has a seat in it", "your party has no seat in this ballot, or takes no part in it", enum.UserErrorCodeNotSeated},
	{"polling", "it has not closed", "this ballot has closed", enum.UserErrorCodeTooLate},
	{"answer owed", "an answer is owed", "no adoption waits for an answer here", enum.UserErrorCodeState},
	{"contestable", "it can still be objected to", "the roll can be objected to until a day before the close", enum.UserErrorCodeTooLate},
	{"uncast", "the actor's party has not yet had its say in it", "your party has cast its paper: it can be recused only before", enum.UserErrorCodeAlreadyVoted},
	{"phase takes amendments", "the current phase accepts amendments", "the current phase of the dialogue accepts no amendments", enum.UserErrorCodePhaseClosed},
	{"sponsors asked for", "the dialogue asks for sponsors", "the dialogue asks for no sponsors", enum.UserErrorCodeNotApplicable},
	{"of a sponsoring chamber", "the actor's party is of a chamber of which sponsors are asked for", "the dialogue asks for sponsors of other chambers", enum.UserErrorCodeWrongChamber},
	{"seeking sponsors", "it is not open yet and the actor's party may sponsor it", "this has not been published yet", enum.UserErrorCodeNotFound},
	{"sponsor", "the actor's party sponsors it", "your party does not sponsor this", enum.UserErrorCodeOwner},
	{"co-author", "the actor's party is a co-author", "only its authors may do this", enum.UserErrorCodeOwner},
	{"invitee", "the actor's party is invited to be a co-author", "only its authors may do this", enum.UserErrorCodeOwner},
	{"proposer", "the actor's party wrote the proposal", "only the party that wrote the proposal may do this", enum.UserErrorCodeOwner},
	{"editable", "the proposal can be edited", "the proposal cannot be edited now", enum.UserErrorCodeState},
	{"convened", "it was said in a dialogue", "this was not said in a dialogue: nobody owes it a disposition", enum.UserErrorCodeConvenor},
	{"impartial", "it is not about what the actor's party said", "this is about what your own party said", enum.UserErrorCodeOwnParty},
	{"underway", "its commitment is neither done nor dropped", "the commitment is done, or was dropped", enum.UserErrorCodeState},
	{"commented", "the actor's party commented in its phase", "only a party that commented in the phase may do this", enum.UserErrorCodeIneligible},
	{"delegable", "its rule allows proxies", "the rule of this ballot allows no proxies", enum.UserErrorCodeNotApplicable},
	{"common", "it is of the commons", "this belongs to a party", enum.UserErrorCodeOwner},
	{"responsible", "the actor's party asked for it", "only who asked for this answers it, and while it is in review", enum.UserErrorCodeOwner},
}

func (f Fact) name() string { return factWords[f].name }

// missing says why an action is refused when the fact does not hold.
func (f Fact) missing() string { return factWords[f].missing }

func (f Fact) code() enum.UserErrorCode { return factWords[f].code }

// NotVotable says of a state why no ballot opens in it, and in which it would.
func NotVotable(state string, states []string) *fault.Fault {
	return fault.Coded(fault.State, Votable.code(), "%s", Votable.missing()).With(fault.Values{State: optional.Text(state), States: states})
}

// Since says when facts ended to hold that once did.
type Since map[Fact]time.Time

// Subject is what an action is about, as the table sees it.
type Subject struct {
	Resource Resource
	State    string
	Facts    Facts
	Ended    Since        // when a phase closed that took what the present one does not; nil where there is none
	Lack     *fault.Fault // what it lacks when it is not Complete, or not Votable; nil where the table says it
}

// Decision is the answer of the table.
type Decision struct {
	Action  Action
	Allowed bool
	Reason  string // why not, in a sentence for the person; empty when allowed
	Basis   string // why, by charter or law; empty when refused
	kind    fault.Kind
	code    enum.UserErrorCode
	values  fault.Values
}

// Word is the action as the schema has it.
func (d Decision) Word() enum.Action { return d.Action.Word() }

// Code says why not, for a program; nil when allowed.
func (d Decision) Code() *enum.UserErrorCode {
	if d.Allowed {
		return nil
	}
	code := d.fault().UserCode()
	return &code
}

// Values are what the reason says beside its words; nil when nothing.
func (d Decision) Values() *fault.Values {
	if d.Allowed {
		return nil
	}
	return d.fault().Says()
}

// Why gives the reason of a refusal, nil when allowed.
func (d Decision) Why() *string {
	if d.Allowed {
		return nil
	}
	return &d.Reason
}

// Err gives the fault of a refusal, or nil.
func (d Decision) Err() error {
	if d.Allowed {
		return nil
	}
	return d.fault()
}

func (d Decision) fault() *fault.Fault {
	return fault.Coded(d.kind, d.code, "%s", d.Reason).With(d.values)
}

// Decide asks the table about one action on one subject. An actor that may not even see the subject hears that it is not
// found, whatever it asked for, unless its token's scopes already say no.
func Decide(a Actor, action Action, s Subject) Decision {
	if d, ok := bounded(a, action); ok {
		return d
	}
	d := decide(a, action, s)
	if !d.Allowed && !creates(action) && !decide(a, s.Resource.Read(), s).Allowed {
		return hidden(action)
	}
	return d
}

// hidden is the decision on what the actor may not see.
func hidden(action Action) Decision {
	f := fault.Missing()
	return Decision{Action: action, Reason: f.Message, kind: f.Kind}
}

// CheckAs is Check for what is done in a capacity: one of the rules that name it must allow the action. The subject has the facts of that
// capacity.
func CheckAs(ctx context.Context, action Action, capacity enum.Capacity, s Subject) error {
	named := slices.DeleteFunc(slices.Clone(rules[action]), func(r Rule) bool { return !slices.Contains(r.Capacities, capacity) })
	return judge(ActorFrom(ctx), action, named, s).Err()
}

// Check is Decide for a use case: nil, or the fault to answer with.
func Check(ctx context.Context, action Action, s Subject) error {
	return Decide(ActorFrom(ctx), action, s).Err()
}

func decide(a Actor, action Action, s Subject) Decision { return judge(a, action, rules[action], s) }

// judge prefers, among refusals, the one that came nearest to allowing: it tells the actor most.
func judge(a Actor, action Action, rules []Rule, s Subject) Decision {
	if a.Status == "ACTIVE" {
		s.Facts.Add(ActiveParty)
	}
	if a.SpeaksForParty() {
		s.Facts.Add(Speaks)
	}
	if a.SignedIn() && a.Stakeholder == uuid.Nil {
		s.Facts.Add(NoParty)
	}
	if slices.ContainsFunc(Chambers, func(r Role) bool { return slices.Contains(a.Roles, r) }) {
		s.Facts.Add(Chamber)
	}
	nearest, refusal := -1, Decision{Action: action, Reason: "nobody may do this", kind: fault.Forbidden}
	for _, r := range rules {
		near, d := r.judge(a, s)
		if d.Allowed {
			return d
		}
		if near > nearest {
			nearest, refusal = near, d
		}
	}
	return refusal
}

// passing are the facts that come and go with the state of things: what lacks one may be done at another time.
var passing = These(
	DialogueOpen, MayPropose, MayComment, MayVote, MayAmend, Shown, TopLevel, Shallow, Complete, Voted, Untouched, Recent, Consulting,
	BeingWritten, Reviewing, Ongoing, SponsorsAsked, Editable, MayBallot, Votable, Polling, AnswerOwed, Contestable, Uncast, Underway,
	Delegable,
)

// judge tells whether one rule allows, and else how near it came.
func (r Rule) judge(a Actor, s Subject) (near int, d Decision) {
	refuse := func(kind fault.Kind, code enum.UserErrorCode, reason string) Decision {
		return Decision{Action: r.Action, Reason: reason, kind: kind, code: code}
	}
	if len(r.Roles) > 0 && !slices.ContainsFunc(r.Roles, a.Has) {
		if !a.SignedIn() {
			return 0, refuse(fault.Unauthenticated, enum.UserErrorCodeSignIn, "sign in to do this")
		}
		d := refuse(fault.Forbidden, enum.UserErrorCodeRole, r.wrongRole())
		d.values.Roles = Words(r.Roles)
		return 0, d
	}
	if bar := s.Facts.Both(r.Bars); !bar.None() {
		code, reason := r.barred(bar)
		if bar.Has(Common) {
			return 0, refuse(fault.Forbidden, code, reason) // the rule is for what belongs to a party, and says nothing of what does not
		}
		return 2, refuse(fault.Forbidden, code, reason)
	}
	if lack := r.Needs.Without(s.Facts); !lack.None() {
		first, near := lack.first(), 1
		if lack.Has(Responsible) {
			near = 0 // the rule is for what was said outside of dialogues, and says nothing to others
		}
		kind := fault.Forbidden
		if passing.Has(first) {
			kind = fault.State
		}
		code, reason := r.lacks(first, a)
		d := refuse(kind, code, reason)
		if (first == Complete || first == Votable) && s.Lack != nil {
			d = refuse(s.Lack.Kind, s.Lack.UserCode(), s.Lack.Message)
			d.values = s.Lack.Values
		}
		if at, ok := s.Ended[first]; ok {
			d.values.Date = &at
		}
		switch first {
		case Shallow:
			most := MaxDepth
			d.values.Limit = &most
		case Speaks:
			if role, ok := ChamberRole(a.Kind); ok {
				d.values.Roles = Words([]Role{role})
			}
		case Chamber:
			d.values.Roles = Words(Chambers)
		}
		return near, d
	}
	if len(r.States) > 0 && !slices.Contains(r.States, s.State) {
		d := refuse(fault.State, enum.UserErrorCodeState, r.wrongState(s.State))
		d.values.State, d.values.States = optional.Text(s.State), r.States
		return 3, d
	}
	return 4, Decision{Action: r.Action, Allowed: true, Basis: r.Basis}
}

// Can tells what the viewer can do with a subject: one decision for each action on it, in the table's order. What the
// server alone does is left out.
func Can(a Actor, s Subject) []*Decision {
	var list []*Decision
	seen := map[Action]bool{}
	for _, r := range table {
		if r.Resource == s.Resource && !seen[r.Action] && !r.Action.reads() && !creates(r.Action) && !slices.Equal(r.Roles, []Role{system}) {
			seen[r.Action] = true
			d := Decide(a, r.Action, s)
			list = append(list, &d)
		}
	}
	return list
}

// CanToward tells what the viewer can make toward something of a resource: comment on it, propose or assess there. The subject
// has the facts of the place that it is; what the viewer may not see is no place.
func CanToward(a Actor, place Subject) []*Decision {
	var list []*Decision
	seen := map[Action]bool{}
	for _, r := range table {
		if !slices.Contains(r.Toward, place.Resource) || seen[r.Action] {
			continue
		}
		seen[r.Action] = true
		d, out := bounded(a, r.Action)
		switch {
		case out:
		case !place.Facts.Has(InSight):
			d = hidden(r.Action)
		default:
			d = Decide(a, r.Action, Subject{Resource: r.Resource, Facts: place.Facts, Ended: place.Ended, Lack: place.Lack})
		}
		list = append(list, &d)
	}
	return list
}

// CanBegin tells what the viewer can do that has no subject yet, and where it needs no place: register, convene, propose.
func CanBegin(a Actor) []*Decision {
	var list []*Decision
	seen := map[Action]bool{}
	for _, r := range table {
		if r.Creates && r.Toward == nil && !seen[r.Action] && !slices.Equal(r.Roles, []Role{system}) {
			seen[r.Action] = true
			d := Decide(a, r.Action, Subject{Resource: r.Resource, Facts: OfThing})
			list = append(list, &d)
		}
	}
	return list
}

// Codes are those of all refusals that follow from who asks and from what holds, and not from what they ask for.
func Codes() []enum.UserErrorCode {
	codes := []enum.UserErrorCode{
		enum.UserErrorCodeNotFound, enum.UserErrorCodeSignIn, enum.UserErrorCodeScope, enum.UserErrorCodeRole, enum.UserErrorCodeState, enum.UserErrorCodeOwnParty,
	}
	for _, f := range factWords {
		codes = append(codes, f.code)
	}
	for _, why := range inactive {
		codes = append(codes, why.code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// ReadsAll tells whether the actor may read everything of a resource, whatever its state and the facts.
func ReadsAll(a Actor, r Resource) bool {
	return slices.ContainsFunc(rules[r.Read()], func(r Rule) bool {
		return r.States == nil && r.Needs.None() && (len(r.Roles) == 0 || slices.ContainsFunc(r.Roles, a.Has))
	})
}

// Clause is one way a subject may be visible: in one of the states, if the facts hold. A list shows what meets any clause.
type Clause struct {
	States []string // nil for any
	Facts  Facts
}

// awaited are the actions that somebody waits for, in some of the states in which they can be done; nil for all of them.
var awaited = map[Action][]string{
	ApproveStakeholder: in(enum.StakeholderStatusPending),
	RejectStakeholder:  in(enum.StakeholderStatusPending),
	UpdateStakeholder:  in(enum.StakeholderStatusRejected), // it is looked at again then
	OpenDialogue:       nil,
	TakeUpProposal:     nil,
	ReturnProposal:     nil,
	OpenProposal:       nil,
	AcceptCoAuthorship: nil,
	AcceptAmendment:    nil,
	AcceptCommitment:   nil,
	GiveResponse:       nil,
	EditProposal:       in(enum.ProposalStateReturned),
	AnswerAssessment:   in(enum.ImpactAssessmentStateChangesRequested),
	SignOffAssessment:  nil,
	PublishAssessment:  nil,
	RenewAssessment:    in(enum.ImpactAssessmentStateOutdated),
	ReplyToOpinion:     in(enum.OpinionStateGiven),
	SubmitAssignment:   nil,
	ReturnAssignment:   nil,
	FinishAssignment:   nil,
	AcceptRisk:         nil,
	VerifyMitigation:   nil,
	AnswerCall:         nil,
	DecideExemption:    nil,
	AcknowledgeFiling:  nil,
	DecideHiding:       nil,
	AnswerNotHeard:     nil,
	CastBallot:         nil,
	AnswerObjection:    nil,
}

// awaitedOf are facts that tell of whom an action is awaited, where more may do it.
var awaitedOf = map[Action]Facts{ReturnAssignment: These(Giver), FinishAssignment: These(Giver)}

// Awaits tells whether somebody waits for an action in a state.
func Awaits(action Action, state string) bool {
	states, ok := awaited[action]
	return ok && (states == nil || slices.Contains(states, state))
}

// Waiting gives the filter for the subjects of a resource that may wait for the actor. Whether they do, the decision on each tells.
func Waiting(a Actor, r Resource) []Clause {
	var clauses []Clause
	for _, rule := range table {
		states, ok := awaited[rule.Action]
		if !ok || rule.Resource != r || !rule.mayHold(a) {
			continue
		}
		if states == nil {
			states = rule.States
		}
		clauses = append(clauses, Clause{States: states, Facts: rule.Needs.Both(tying).With(awaitedOf[rule.Action])})
	}
	return clauses
}

// tying are the facts that tie a subject to a stakeholder, or to one of its members.
var tying = These(Self, Own, Convenor, Invited, Signer, Assessed, Assignee, Caller, Recipient, CoAuthor, Proposer)

// mayHold tells whether a rule can allow the actor anything.
func (r Rule) mayHold(a Actor) bool {
	switch {
	case len(r.Roles) > 0 && !slices.ContainsFunc(r.Roles, a.Has):
		return false
	case r.Needs.Has(ActiveParty) && a.Status != "ACTIVE", r.Needs.Has(Speaks) && !a.SpeaksForParty():
		return false
	}
	return r.Needs.Both(tying).None() || a.Stakeholder != uuid.Nil
}

// Visible gives the filter for lists, counts, edges and feeds of a resource: the same rules that decide on one subject.
func Visible(a Actor, r Resource) []Clause { return Granting(a, r.Read()) }

// Granting gives the filter for the subjects of which an actor may read something more than that they are there.
func Granting(a Actor, action Action) []Clause {
	var clauses []Clause
	for _, rule := range rules[action] {
		if !rule.mayHold(a) {
			continue
		}
		clauses = append(clauses, Clause{States: rule.States, Facts: rule.Needs.Without(These(Speaks, ActiveParty))})
	}
	return clauses
}

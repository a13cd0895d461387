// Package policy says who may do what. One table of rules gives the decision on one subject, the filter for lists, counts
// and feeds, what a viewer is told it can do, and the public matrix. It sees facts, never rows, and denies by default.
package policy

import (
	"context"
	"math/bits"
	"slices"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Version counts the changes of the table; every act names the version it was decided under.
const Version = 2

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
	System      string // the name of a job of the server's; no token can set it
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
		return "anonymous" + a.System
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

type actorKey struct{}

// Seat is where a context keeps its actor: one that lives on, as that of a socket, may see another sit down.
type Seat struct{ actor atomic.Pointer[Actor] }

// Actor is who sits there now. It is never changed: another actor is another pointer.
func (s *Seat) Actor() *Actor { return s.actor.Load() }

// visitors is the seat of contexts that nobody put an actor into.
var visitors = func() *Seat {
	s := new(Seat)
	s.actor.Store(&Anonymous)
	return s
}()

// WithActor puts the actor into the context.
func WithActor(ctx context.Context, a Actor) context.Context {
	seat := new(Seat)
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
type Fact uint32

// The facts that rules speak of.
const (
	Self         Fact = 1 << iota // the subject is the actor's stakeholder, or the actor
	Own                           // the subject belongs to the actor's stakeholder: it wrote it, or it is its practice
	Convenor                      // the actor's stakeholder convened the dialogue
	Invited                       // the actor's stakeholder is invited to the dialogue
	Writer                        // the acting member wrote the subject: self-approval
	Published                     // the subject has been open to all at some time
	PublicSpace                   // the dialogue is for everyone
	ActiveParty                   // the actor's stakeholder is approved and not suspended
	NoParty                       // the acting member acts for no stakeholder yet
	DialogueOpen                  // the dialogue is open
	MayPropose                    // the present phase takes proposals
	MayComment                    // the present phase takes comments
	MayVote                       // the present phase takes votes
	Shown                         // what is commented or voted on is visible to those who take part
	factEnd
)

var factNames = [...]string{
	"self", "own", "convenor", "invited", "writer", "published", "public space", "active party", "no party", "dialogue open", "phase takes proposals",
	"phase takes comments", "phase takes votes", "shown",
}

// Names lists the facts in words.
func (f Fact) Names() []string { return f.list(factNames[:]) }

func (f Fact) list(words []string) []string {
	var list []string
	for ; f != 0; f &= f - 1 {
		list = append(list, words[bits.TrailingZeros32(uint32(f))])
	}
	return list
}

// missing says why an action is refused when a fact does not hold; Rule.lacks says it more exactly where it can.
var missing = map[Fact]string{
	Self:         "only the party itself may do this",
	Own:          "only the party it belongs to may do this",
	Convenor:     "only the party that convened the dialogue may do this",
	Invited:      "only invited parties may do this",
	Published:    "this has not been published yet",
	PublicSpace:  "only invited parties may see this dialogue",
	ActiveParty:  "your party is not active",
	NoParty:      "you already act for a party",
	DialogueOpen: "the dialogue is not open",
	MayPropose:   "the current phase of the dialogue accepts no proposals",
	MayComment:   "the current phase of the dialogue accepts no comments",
	MayVote:      "the current phase of the dialogue accepts no votes",
	Shown:        "you can do this only with what participants can see",
}

// Subject is what an action is about, as the table sees it.
type Subject struct {
	Resource Resource
	State    string
	Facts    Fact
}

// Decision is the answer of the table.
type Decision struct {
	Action  Action
	Allowed bool
	Reason  string // why not, in a sentence for the person; empty when allowed
	Basis   string // why, by charter or law; empty when refused
	kind    fault.Kind
}

// Name is the action's name, as noun.verb.
func (d Decision) Name() string { return string(d.Action) }

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
	return fault.New(d.kind, "%s", d.Reason)
}

// Decide asks the table about one action on one subject. An actor that may not even see the subject hears that it is not
// found, whatever it asked for.
func Decide(a Actor, action Action, s Subject) Decision {
	d := decide(a, action, s)
	if !d.Allowed && !creates(action) && !decide(a, s.Resource.read(), s).Allowed {
		f := fault.Missing()
		return Decision{Action: action, Reason: f.Message, kind: f.Kind}
	}
	return d
}

// Check is Decide for a use case: nil, or the fault to answer with.
func Check(ctx context.Context, action Action, s Subject) error {
	return Decide(ActorFrom(ctx), action, s).Err()
}

// decide prefers, among refusals, the one that came nearest to allowing: it tells the actor most.
func decide(a Actor, action Action, s Subject) Decision {
	if a.Status == "ACTIVE" {
		s.Facts |= ActiveParty
	}
	if a.SignedIn() && a.Stakeholder == uuid.Nil {
		s.Facts |= NoParty
	}
	nearest, refusal := -1, Decision{Action: action, Reason: "nobody may do this", kind: fault.Forbidden}
	for _, r := range table {
		if r.Action != action {
			continue
		}
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

// judge tells whether one rule allows, and else how near it came.
func (r Rule) judge(a Actor, s Subject) (near int, d Decision) {
	refuse := func(kind fault.Kind, reason string) Decision {
		return Decision{Action: r.Action, Reason: reason, kind: kind}
	}
	if len(r.Roles) > 0 && !slices.ContainsFunc(r.Roles, a.Has) {
		if !a.SignedIn() {
			return 0, refuse(fault.Unauthenticated, "sign in to do this")
		}
		return 0, refuse(fault.Forbidden, r.wrongRole())
	}
	if s.Facts&r.Bars != 0 {
		return 2, refuse(fault.Forbidden, r.barred())
	}
	if lack := r.Needs &^ s.Facts; lack != 0 {
		first := Fact(1) << bits.TrailingZeros32(uint32(lack))
		kind := fault.Forbidden
		if first&(DialogueOpen|MayPropose|MayComment|MayVote|Shown) != 0 {
			kind = fault.State
		}
		return 1, refuse(kind, r.lacks(first, a))
	}
	if len(r.States) > 0 && !slices.Contains(r.States, s.State) {
		return 3, refuse(fault.State, r.wrongState(s.State))
	}
	return 4, Decision{Action: r.Action, Allowed: true, Basis: r.Basis}
}

// Can tells what the viewer can do with a subject: one decision for each action on it, in the table's order. What the
// server alone does is left out.
func Can(a Actor, s Subject) []*Decision {
	var list []*Decision
	seen := map[Action]bool{s.Resource.read(): true}
	for _, r := range table {
		if r.Resource == s.Resource && !seen[r.Action] && !creates(r.Action) && !slices.Equal(r.Roles, []Role{system}) {
			seen[r.Action] = true
			d := Decide(a, r.Action, s)
			list = append(list, &d)
		}
	}
	return list
}

// CanBegin tells what the viewer can do that has no subject yet, and where it needs no place: register, convene, propose.
func CanBegin(a Actor) []*Decision {
	var list []*Decision
	for _, action := range []Action{RegisterStakeholder, ConveneDialogue, ProposePractice} {
		d := decide(a, action, Subject{})
		list = append(list, &d)
	}
	return list
}

// Clause is one way a subject may be visible: in one of the states, if the facts hold. A list shows what meets any clause.
type Clause struct {
	States []string // nil for any
	Facts  Fact
}

// Visible gives the filter for lists, counts, edges and feeds of a resource: the same rules that decide on one subject.
func Visible(a Actor, r Resource) []Clause {
	var clauses []Clause
	for _, rule := range table {
		if rule.Action != r.read() || (len(rule.Roles) > 0 && !slices.ContainsFunc(rule.Roles, a.Has)) {
			continue
		}
		if rule.Needs&ActiveParty != 0 && a.Status != "ACTIVE" {
			continue
		}
		// Facts that tie the subject to a stakeholder cannot hold for one who has none.
		if rule.Needs&(Self|Own|Convenor|Invited) != 0 && a.Stakeholder == uuid.Nil {
			continue
		}
		clauses = append(clauses, Clause{States: rule.States, Facts: rule.Needs &^ ActiveParty})
	}
	return clauses
}

package assignment

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/assignment"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about assignments.
var acts = []act.Type{
	{Name: "assignment.created"},
	{Name: "assignment.submitted"},
	{Name: "assignment.returned"},
	{Name: "assignment.finished"},
	{Name: "assignment.handed_over"},
	{Name: "assignment.withdrawn"},
}

// Assignable is a noun of which work can be assigned. Its domain implements it.
type Assignable interface {
	// Place loads a thing inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// HasPart tells whether a thing that was loaded has a part of this name.
	HasPart(ctx context.Context, tx *db.Tx, id uuid.UUID, part string) (bool, error)
	// CouldWork gives the policy's decision on the work on a part of it, for whoever is to do it.
	CouldWork(ctx context.Context, tx *db.Tx, id uuid.UUID, part string, who policy.Actor) (policy.Decision, error)
}

// Kind is a noun with those that serve its assignments.
type Kind struct {
	Resource policy.Resource
	Assignable
}

// Noun is the resource of the noun.
func (k Kind) Noun() policy.Resource { return k.Resource }

// Members are who can be assigned work.
type Members interface {
	// Colleague loads a member of a party, as it acts by what its last token granted; it is missing when the party has no such member.
	Colleague(ctx context.Context, tx *db.Tx, party, member uuid.UUID) (policy.Actor, error)
}

// Service holds the use cases of assignments.
type Service struct {
	access.Frame[db.Assignment, *db.Assignment]
	clock   clock.Clock
	members Members
	kinds   []Kind
}

// New makes the service for the kinds of thing of which work can be assigned.
func New(s *store.Store, l access.Log, c clock.Clock, members Members, kinds ...Kind) *Service {
	n := &Service{clock: c, members: members, kinds: kinds}
	n.Frame = access.Frame[db.Assignment, *db.Assignment]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

func (s *Service) kind(r policy.Resource) (Assignable, error) { return access.KindOf(s.kinds, r) }

// Subject names what work is on.
type Subject struct {
	Type policy.Resource
	ID   uuid.UUID
}

// Work is what is assigned: a part of a thing, to whom, and until when.
type Work struct {
	On       Subject
	Part     string // empty for the whole
	Assignee uuid.UUID
	Due      time.Time
}

// Create assigns work on something of the actor's own party to one of its members.
func (s *Service) Create(ctx context.Context, w Work) (*act.Result, error) {
	var kind Assignable
	enter := func(ctx context.Context, tx *db.Tx) (at access.Place, err error) {
		if kind, err = s.kind(w.On.Type); err != nil {
			return at, err
		}
		return access.In(kind, w.On.ID, &at)(ctx, tx)
	}
	return s.Frame.Create(ctx, policy.CreateAssignment, "assignment.created", enter, func(ctx context.Context, tx *db.Tx) (*db.Assignment, error) {
		now := s.clock.Now()
		var form fault.Form
		form.Add(hasPart(ctx, tx, kind, w))
		form.Add(ahead(w.Due, now))
		form.Add(s.eligible(ctx, tx, kind, w, "subject"))
		if err := form.Err(); err != nil {
			return nil, err
		}
		actor := policy.ActorFrom(ctx)
		return tx.Assignment.Create().SetPartyID(actor.Stakeholder).SetSubjectType(policy.SubjectType(w.On.Type)).SetSubjectID(w.On.ID).SetPart(optional.Text(w.Part)).
			SetAssigneeID(w.Assignee).SetGiverID(actor.Member).SetDueAt(w.Due).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	})
}

// hasPart refuses a part that the thing does not have.
func hasPart(ctx context.Context, tx *db.Tx, kind Assignable, w Work) error {
	if w.Part == "" {
		return nil
	}
	has, err := kind.HasPart(ctx, tx, w.On.ID, w.Part)
	switch {
	case err != nil:
		return fmt.Errorf("look for the part that is assigned: %w", err)
	case !has:
		return &fault.Fault{Kind: fault.NotFound, Field: "part", Message: "there is no such part: name one that it has, or none for the whole"}
	}
	return nil
}

// eligible refuses an assignee who is no member of the actor's party, or could not do the work. field is the one to blame when nobody
// could.
func (s *Service) eligible(ctx context.Context, tx *db.Tx, kind Assignable, w Work, field string) error {
	who, err := s.members.Colleague(ctx, tx, policy.ActorFrom(ctx).Stakeholder, w.Assignee)
	switch {
	case fault.Is(err, fault.NotFound):
		return stranger()
	case err != nil:
		return fmt.Errorf("load who is assigned work: %w", err)
	}
	could, err := kind.CouldWork(ctx, tx, w.On.ID, w.Part, who)
	switch {
	case err != nil:
		return fmt.Errorf("ask who could do the work: %w", err)
	case !could.Allowed:
		return ineligible(could.Err(), field)
	}
	return nil
}

// Submit hands in the work.
func (s *Service) Submit(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.SubmitAssignment, id, expected, "assignment.submitted", func(ctx context.Context, _ *db.Tx, row *db.Assignment) (*db.Assignment, error) {
		return s.moved(row, enum.AssignmentStateSubmitted, "").Save(ctx)
	})
}

// Return sends the work back, to be done until another time.
func (s *Service) Return(ctx context.Context, id uuid.UUID, reason string, due time.Time, expected *int32) (*act.Result, error) {
	back := func(_ context.Context, _ *db.Tx, row *db.Assignment, reason string) (*db.AssignmentUpdateOne, error) {
		return s.moved(row, enum.AssignmentStateReturned, reason).SetDueAt(due), ahead(due, s.clock.Now())
	}
	return s.because(ctx, policy.ReturnAssignment, id, reason, expected, "assignment.returned", back)
}

// Finish accepts the work.
func (s *Service) Finish(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.FinishAssignment, id, expected, "assignment.finished", func(ctx context.Context, _ *db.Tx, row *db.Assignment) (*db.Assignment, error) {
		return s.moved(row, enum.AssignmentStateDone, "").Save(ctx)
	})
}

// Withdraw takes the work back.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	take := func(_ context.Context, _ *db.Tx, row *db.Assignment, reason string) (*db.AssignmentUpdateOne, error) {
		return s.moved(row, enum.AssignmentStateWithdrawn, reason), nil
	}
	return s.because(ctx, policy.WithdrawAssignment, id, reason, expected, "assignment.withdrawn", take)
}

// HandOver gives the work to another member, from the actor.
func (s *Service) HandOver(ctx context.Context, id, to uuid.UUID, due time.Time, reason string, expected *int32) (*act.Result, error) {
	give := func(ctx context.Context, tx *db.Tx, row *db.Assignment, reason string) (*db.AssignmentUpdateOne, error) {
		update := s.moved(row, enum.AssignmentStateAssigned, reason)
		return update.SetAssigneeID(to).SetGiverID(policy.ActorFrom(ctx).Member).SetDueAt(due), s.takes(ctx, tx, row, to, due)
	}
	return s.because(ctx, policy.HandOverAssignment, id, reason, expected, "assignment.handed_over", give)
}

// takes refuses to hand work over to whoever has it or could not do it.
func (s *Service) takes(ctx context.Context, tx *db.Tx, row *db.Assignment, to uuid.UUID, due time.Time) error {
	if to == row.AssigneeID {
		return fault.InvalidField("assignee", enum.UserErrorCodeNothingToDo, "this member has it already: name another one")
	}
	w := Work{On: Subject{policy.ResourceOf(row.SubjectType), row.SubjectID}, Part: string(row.Part), Assignee: to, Due: due}
	kind, err := s.kind(w.On.Type)
	if err != nil {
		return err
	}
	var form fault.Form
	form.Add(s.eligible(ctx, tx, kind, w, "id"))
	form.Add(ahead(due, s.clock.Now()))
	return form.Err()
}

// because is a change with a reason, which stands in its act.
func (s *Service) because(
	ctx context.Context, action policy.Action, id uuid.UUID, reason string, expected *int32, typ string,
	do func(ctx context.Context, tx *db.Tx, row *db.Assignment, reason string) (*db.AssignmentUpdateOne, error),
) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, action, id, expected, typ, func(ctx context.Context, tx *db.Tx, row *db.Assignment) (*db.Assignment, error) {
		update, err := do(ctx, tx, row, reason)
		if err != nil {
			return nil, err
		}
		return update.Save(ctx)
	})
}

// moved is an update of an assignment to a state.
func (s *Service) moved(row *db.Assignment, to enum.AssignmentState, reason string) *db.AssignmentUpdateOne {
	return row.Update().SetState(to).SetReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Assignment, error) {
	return tx.Assignment.Query().Where(assignment.ID(id), s.Store.ForUpdate).Only(ctx)
}

func entry(typ string, row *db.Assignment) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Assignment, ID: row.ID, Revision: row.Revision},
		Parent: act.Parent{Type: policy.ResourceOf(row.SubjectType), ID: row.SubjectID}, Owner: row.PartyID,
		Payload: map[string]any{"state": row.State, "part": row.Part, "assignee": typeid.New("member", row.AssigneeID).String(), "due": row.DueAt},
	}
}

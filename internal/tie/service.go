package tie

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/tie"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about ties.
var acts = []act.Type{{Name: "tie.declared"}, {Name: "tie.ended"}}

// Parties are who declares ties, and to whom.
type Parties interface {
	// Place loads a party inside a use case.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// Organisation tells whether a party that the actor may see is one.
	Organisation(ctx context.Context, tx *db.Tx, id uuid.UUID) (bool, error)
}

// Practices are what ties may stand beside.
type Practices interface {
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Service holds the use cases of ties.
type Service struct {
	access.Frame[db.Tie, placed]
	clock     clock.Clock
	parties   Parties
	practices Practices
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, parties Parties, practices Practices) *Service {
	n := &Service{clock: c, parties: parties, practices: practices}
	n.Frame = access.Frame[db.Tie, placed]{Noun: nounOf(parties), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Declare says what binds the actor's party to an organisation.
func (s *Service) Declare(ctx context.Context, about uuid.UUID, w Words) (*act.Result, error) {
	return s.Create(ctx, policy.DeclareTie, "tie.declared", nil, func(ctx context.Context, tx *db.Tx) (placed, error) {
		w, err := w.Check()
		var form fault.Form
		form.Add(err)
		own := policy.ActorFrom(ctx).Stakeholder
		form.Add(s.bindable(ctx, tx, own, about))
		if err := form.Err(); err != nil {
			return placed{}, err
		}
		now := s.clock.Now()
		row, err := tx.Tie.Create().SetPartyID(own).SetAboutID(about).SetKind(w.Kind).SetDescription(optional.Text(w.Description)).
			SetBeginsAt(w.Since).SetNillableEndsAt(w.Until).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return placed{}, err
		}
		party, err := s.parties.Place(ctx, tx, own)
		return placed{row, party}, err
	})
}

// bindable refuses a tie to oneself, and to a customer: nobody tells of another person.
func (s *Service) bindable(ctx context.Context, tx *db.Tx, own, about uuid.UUID) error {
	organisation, err := s.parties.Organisation(ctx, tx, about)
	switch {
	case err != nil:
		return fmt.Errorf("load the party that a tie is to: %w", err)
	case !organisation:
		return fault.MissingField("about")
	case about == own:
		return fault.InvalidField("about", enum.UserErrorCodeOwnParty, "a party has no tie to itself")
	}
	return nil
}

// End says when a tie ended.
func (s *Service) End(ctx context.Context, id uuid.UUID, until time.Time, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.EndTie, id, expected, "tie.ended", func(ctx context.Context, _ *db.Tx, p placed) (*db.Tie, error) {
		if err := inOrder(p.BeginsAt, until); err != nil {
			return nil, err
		}
		if now := s.clock.Now(); until.After(now) {
			return nil, fault.InvalidField("until", enum.UserErrorCodeOutOfRange, "a tie has ended when it has: give a time that is not in the future").With(fault.Values{Date: &now})
		}
		return p.Update().SetState(enum.TieStateEnded).SetEndsAt(until).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Tie.Query().Where(tie.ID(id), s.Store.ForUpdate).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	party, err := s.parties.Place(ctx, tx, row.PartyID)
	return placed{row, party}, err
}

// Personal says what an erasure and an export do with ties of customers.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "ties", Column: "party_id", Erasure: "A customer's ties are deleted.", Erase: s.erase,
			Export: &personal.File{
				Name: "ties", Noun: "tie", Columns: []string{"id", "created_at", "kind", "about", "description", "begins_at", "state"},
				Query: `SELECT t.id, t.created_at, t.kind, p.handle, t.description, t.begins_at, t.state FROM ties t
					JOIN stakeholders p ON p.id = t.about_id WHERE t.party_id = ? ORDER BY t.id`,
			},
		},
		{
			Table: "ties", Column: "about_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
			Withheld: "Others have declared it.",
		},
	}
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, customer uuid.UUID) error {
	if _, err := s.Store.Exec(ctx, tx, "DELETE FROM ties WHERE party_id = ?", customer); err != nil {
		return fmt.Errorf("delete ties: %w", err)
	}
	return nil
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Tie, ID: p.ID, Revision: p.Revision}, Owner: p.PartyID,
		Parent:  act.Parent{Type: policy.Stakeholder, ID: p.PartyID},
		Payload: map[string]any{"about": p.AboutID, "kind": p.Kind, "state": p.State},
	}
}

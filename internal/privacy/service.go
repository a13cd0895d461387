package privacy

import (
	"context"
	"fmt"
	"log/slog"
	"maps"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/member"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Holder is a domain that keeps personal data in tables of its own.
type Holder interface {
	// Personal says of each column that names a party or a person what becomes of it at an erasure, and what is exported of it.
	Personal() []personal.Data
}

// Members knows who acts for whom.
type Members interface {
	// Revoke takes back every token of a member.
	Revoke(ctx context.Context, tx *db.Tx, member uuid.UUID) error
	// Anonymise takes from a customer what it said of itself, and says whether the party was one.
	Anonymise(ctx context.Context, tx *db.Tx, party uuid.UUID) (customer bool, err error)
	// Forget drops what is remembered of a member outside of the database.
	Forget(member uuid.UUID)
	// MemberByID reads a member.
	MemberByID(ctx context.Context, id uuid.UUID) (*db.Member, error)
}

// Rows keeps what rows were.
type Rows interface {
	// Renew makes some rows of a noun what they are now, at any time before.
	Renew(ctx context.Context, tx *db.Tx, of policy.Resource, where string, args ...any) error
}

// Service serves persons.
type Service struct {
	store   *store.Store
	rows    Rows
	log     *actlog.Log
	clock   clock.Clock
	members Members
	holders []Holder
}

// acts are the types of act about persons.
var acts = []act.Type{
	{Name: actlog.Erasure, About: "member"},
}

// New makes the service of a store, for all that hold personal data, the log and the members among them.
func New(s *store.Store, l *actlog.Log, c clock.Clock, rows Rows, members Members, holders ...Holder) *Service {
	return &Service{store: s, rows: rows, log: l, clock: c, members: members, holders: holders}
}

// Declared gives the types of act about persons.
func (s *Service) Declared() []act.Type { return acts }

// Personal gives what all that hold personal data say of it.
func (s *Service) Personal() []personal.Data {
	var all []personal.Data
	for _, h := range s.holders {
		all = append(all, h.Personal()...)
	}
	return all
}

// Can tells what the viewer can do with a member.
func (s *Service) Can(ctx context.Context, id uuid.UUID) []*policy.Decision {
	actor := policy.ActorFrom(ctx)
	return policy.Can(actor, about(actor, id))
}

func about(actor policy.Actor, id uuid.UUID) policy.Subject {
	s := policy.Subject{Resource: policy.Member}
	if actor.SignedIn() && actor.Member == id {
		s.Facts.Add(policy.Self)
	}
	return s
}

// MembersByID reads members by their ids: what is missing or hidden is left out. Everybody but oversight sees no member but itself.
func (s *Service) MembersByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Member, error) {
	return s.read(ctx, policy.ReadMemberRecord, ids)
}

// ColleaguesByID is MembersByID where members of the actor's own party are named to it, such as who has answered a question.
func (s *Service) ColleaguesByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Member, error) {
	return s.read(ctx, policy.ReadColleague, ids)
}

func (s *Service) read(ctx context.Context, action policy.Action, ids []uuid.UUID) (map[uuid.UUID]*db.Member, error) {
	actor := policy.ActorFrom(ctx)
	if !actor.SignedIn() {
		return nil, nil
	}
	rows, err := store.ByID(ctx, s.store, store.TableOf[db.Member]().Always("stakeholder_id"), ids, store.Always())
	maps.DeleteFunc(rows, func(id uuid.UUID, row *db.Member) bool {
		of := about(actor, id)
		if row.StakeholderID != nil && actor.Stakeholder == *row.StakeholderID {
			of.Facts.Add(policy.Own)
		}
		return !policy.Decide(actor, action, of).Allowed
	})
	return rows, err
}

// MemberOf gives the member behind a customer, to those who may erase any.
func (s *Service) MemberOf(ctx context.Context, customer uuid.UUID) (uuid.UUID, error) {
	if err := policy.Check(ctx, policy.EraseMember, policy.Subject{Resource: policy.Member}); err != nil {
		return uuid.Nil, err
	}
	row, err := s.store.Client().Member.Query().Where(member.StakeholderID(customer)).Order(member.ByID()).First(ctx)
	if db.IsNotFound(err) {
		return uuid.Nil, fault.Missing()
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("find the member of a customer: %w", err)
	}
	party, err := s.store.Client().Stakeholder.Get(ctx, customer)
	if err != nil || party.Kind != enum.StakeholderKindCustomer {
		return uuid.Nil, fault.Missing()
	}
	return row.ID, nil
}

// Confirmation is what one who asks for erasure has to say: there is no way back.
const Confirmation = "ERASE"

// Erase erases a member: itself, or on an admin's word.
func (s *Service) Erase(ctx context.Context, id uuid.UUID, confirm string) (*act.Result, error) {
	if confirm != Confirmation {
		return nil, fault.InvalidField("confirm", enum.UserErrorCodeUnconfirmed, "enter %s to confirm: erasure cannot be undone", Confirmation)
	}
	result, err := s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		if err := policy.Check(ctx, policy.EraseMember, about(policy.ActorFrom(ctx), id)); err != nil {
			return act.Entry{}, err
		}
		return s.erase(ctx, tx, id)
	})
	if err == nil && !result.Repeated {
		s.after(ctx, id)
	}
	return result, err
}

// erase does it, inside a transaction.
func (s *Service) erase(ctx context.Context, tx *db.Tx, id uuid.UUID) (act.Entry, error) {
	if err := s.store.Lock(ctx, tx, member.Table, id); err != nil {
		return act.Entry{}, err
	}
	row, err := tx.Member.Get(ctx, id)
	if err != nil {
		return act.Entry{}, err
	}
	if err := s.members.Revoke(ctx, tx, id); err != nil {
		return act.Entry{}, err
	}
	customer := false
	if row.StakeholderID != nil {
		if customer, err = s.members.Anonymise(ctx, tx, *row.StakeholderID); err != nil {
			return act.Entry{}, err
		}
	}
	for _, d := range s.Personal() {
		of := id
		switch {
		case d.Erase == nil || !d.Person && !customer:
			continue // what an organisation said stays when a person leaves it
		case !d.Person:
			of = *row.StakeholderID
		}
		if err := d.Erase(ctx, tx, of); err != nil {
			return act.Entry{}, err
		}
	}
	if customer { // who was never called otherwise
		if err := s.rows.Renew(ctx, tx, policy.Stakeholder, "t.id = ?", *row.StakeholderID); err != nil {
			return act.Entry{}, err
		}
	}
	erased, err := s.log.Erase(ctx, tx, id)
	if err != nil {
		return act.Entry{}, err
	}
	return act.Entry{
		Type: actlog.Erasure, Subject: act.Subject{Type: policy.Member, ID: id, Revision: row.Revision},
		Audience: act.ForActor, Payload: erased, Unnamed: true, // else the log would lose this one too, were who did it erased
	}, nil
}

// after takes what is left outside of the transaction: from memory, and from the pages of the database's files. It also
// keeps the random id, so that a backup from before is erased again when it is restored.
func (s *Service) after(ctx context.Context, id uuid.UUID) {
	if err := s.log.Forget(id); err != nil {
		slog.ErrorContext(ctx, "erasure_not_listed", "member", id, "error", err)
	}
	s.members.Forget(id)
	if err := s.store.Shred(ctx); err != nil {
		slog.ErrorContext(ctx, "erased_pages_not_overwritten", "error", err)
	}
}

// Replay erases again who was erased before this database was restored. It runs before the server serves.
func (s *Service) Replay(ctx context.Context) (int, error) {
	listed, err := s.log.Listed()
	if err != nil {
		return 0, err
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("restore"))
	done := 0
	for _, id := range listed {
		present, err := s.log.Vault().Present(ctx, id)
		if err != nil {
			return done, err
		}
		if !present {
			continue
		}
		if _, err := s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) { return s.erase(ctx, tx, id) }); err != nil {
			return done, fmt.Errorf("erase %s again: %w", id, err)
		}
		s.after(ctx, id)
		done++
	}
	return done, nil
}

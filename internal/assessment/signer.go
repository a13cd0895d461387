package assessment

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// mostSigners bounds how many are appointed for one assessment, whatever became of them.
const mostSigners = 100

// Seat is who is to sign an assessment.
type Seat struct {
	Capacity enum.Capacity
	Party    *uuid.UUID // nil for the firm itself
	Member   *uuid.UUID // of the firm
}

// of is the seat of the firm's own if it names no party.
func (w Seat) of(firm uuid.UUID) Seat {
	if w.Party == nil {
		w.Party = &firm
	}
	return w
}

func (w Seat) is(row *db.Signer) bool {
	return row.Capacity == w.Capacity && row.PartyID == *w.Party && (row.MemberID == nil) == (w.Member == nil) && (w.Member == nil || *row.MemberID == *w.Member)
}

// Appoint says who is to sign an assessment.
func (s *Service) Appoint(ctx context.Context, id uuid.UUID, w Seat, expected *int32) (*act.Result, error) {
	return s.naming(w).Change(ctx, policy.AppointSigner, id, expected, "assessment.signer_appointed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		w := w.of(p.FirmID)
		if err := s.loadSigners(ctx, tx, p); err != nil {
			return nil, err
		}
		if err := s.appointable(ctx, tx, p, w); err != nil {
			return nil, err
		}
		if p.State == enum.ImpactAssessmentStateInReview {
			if err := replace(ctx, tx, p, w); err != nil {
				return nil, err
			}
		}
		err := tx.Signer.Create().SetAssessmentID(id).SetCapacity(w.Capacity).SetPartyID(*w.Party).SetNillableMemberID(w.Member).SetAppointedAt(s.clock.Now()).Exec(ctx)
		if err != nil {
			return nil, err
		}
		return s.revised(p.Update()).Save(ctx)
	})
}

// naming is the frame of a use case on a seat, which its act names. A member of the firm is the firm's to show.
func (s *Service) naming(w Seat) access.Frame[db.Assessment, placed] {
	frame := s.Frame
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.Payload = map[string]any{"state": p.State, "version": p.Version, "capacity": w.Capacity, "party": partyID(*w.of(p.FirmID).Party)}
		return e
	}
	return frame
}

// loadSigners reads the signers of an assessment where the policy did not ask for them: while it is written, and for the server itself.
func (s *Service) loadSigners(ctx context.Context, tx *db.Tx, p placed) error {
	if p.hands.signers != nil {
		return nil
	}
	return s.signatures(ctx, s.inside(tx), []uuid.UUID{p.ID}, map[uuid.UUID]*hands{p.ID: p.hands})
}

// appointable refuses a seat that its holder could not sign in.
func (s *Service) appointable(ctx context.Context, tx *db.Tx, p placed, w Seat) error {
	there := func(row *db.Signer) bool { return row.State == enum.SignerStateAppointed && w.is(row) }
	needs := policy.Capacity(w.Capacity)
	switch {
	case unappointed(w.Capacity):
		return fault.InvalidField("capacity", enum.UserErrorCodeInvalid, "the firm's approvers are not appointed: their tokens have the role")
	case slices.ContainsFunc(p.hands.signers, there):
		return fault.InvalidField("capacity", enum.UserErrorCodeDuplicate, "they are appointed in this capacity already")
	case len(p.hands.signers) >= mostSigners:
		return fault.TooLong("capacity", len(p.hands.signers)+1, mostSigners)
	case needs.Has(policy.Own):
		return s.colleague(ctx, tx, p, w)
	}
	return s.outsider(ctx, tx, p, w)
}

// colleague refuses whoever is no member of the firm.
func (s *Service) colleague(ctx context.Context, tx *db.Tx, p placed, w Seat) error {
	switch {
	case *w.Party != p.FirmID:
		return fault.InvalidField("party", enum.UserErrorCodeInvalid, "the %s is a member of the firm itself: omit the party and name the member", capacityWord(w.Capacity))
	case w.Member == nil:
		return fault.InvalidField("member", enum.UserErrorCodeRequired, "say which member of the firm signs as %s", capacityWord(w.Capacity))
	}
	found := false
	const text = "SELECT 1 FROM members WHERE id = ? AND stakeholder_id = ?"
	err := s.store.QueryTx(ctx, tx, text, []any{*w.Member, p.FirmID}, func(*sql.Rows) error { found = true; return nil })
	if err != nil {
		return fmt.Errorf("read the member: %w", err)
	}
	if !found {
		return fault.MissingField("member")
	}
	return nil
}

// outsider refuses a party that could not sign as somebody from outside.
func (s *Service) outsider(ctx context.Context, tx *db.Tx, p placed, w Seat) error {
	switch {
	case *w.Party == p.FirmID:
		return fault.InvalidField("party", enum.UserErrorCodeOwnParty, "a %s belongs to another party than the firm", capacityWord(w.Capacity))
	case w.Member != nil:
		return fault.InvalidField("member", enum.UserErrorCodeInvalid, "you name members of your own firm alone: another party decides who of it signs")
	}
	party, err := s.partyOf(ctx, s.inside(tx), *w.Party)
	if err != nil {
		return err
	}
	if party.status != string(enum.StakeholderStatusActive) {
		return fault.MissingField("party")
	}
	if policy.Capacity(w.Capacity).Has(policy.ForConsumers) && !party.forConsumers() {
		return fault.InvalidField("party", enum.UserErrorCodeNotAppointed, "customers are represented by a customer, or by an NGO that has %s among its focus areas", speakingFor)
	}
	bound := false
	err = s.store.QueryTx(ctx, tx, "SELECT 1 FROM assessments a WHERE a.id = ? AND "+tied, []any{p.ID, s.clock.Now(), *w.Party, *w.Party}, func(*sql.Rows) error { bound = true; return nil })
	if err != nil {
		return fmt.Errorf("read ties: %w", err)
	}
	if bound {
		return fault.InvalidField("party", enum.UserErrorCodeConflictOfInterest, "a tie binds this party to the firm")
	}
	return nil
}

// replace finds whom a new signer replaces in review: somebody in the same capacity who has declared a conflict. Each is replaced once.
func replace(ctx context.Context, tx *db.Tx, p placed, w Seat) error {
	i := slices.IndexFunc(p.hands.signers, func(row *db.Signer) bool {
		return row.Capacity == w.Capacity && row.State == enum.SignerStateConflicted && !row.Replaced
	})
	if i < 0 {
		return fault.InvalidField("capacity", enum.UserErrorCodeState, "in review you can only replace a signer who has declared a conflict of interest")
	}
	return tx.Signer.UpdateOneID(p.hands.signers[i].ID).SetReplaced(true).Exec(ctx)
}

// Dismiss takes an appointment back.
func (s *Service) Dismiss(ctx context.Context, id uuid.UUID, w Seat, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.naming(w).Because(reason).Change(ctx, policy.DismissSigner, id, expected, "assessment.signer_dismissed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		w := w.of(p.FirmID)
		if err := s.loadSigners(ctx, tx, p); err != nil {
			return nil, err
		}
		i := slices.IndexFunc(p.hands.signers, func(row *db.Signer) bool { return row.State == enum.SignerStateAppointed && w.is(row) })
		if i < 0 {
			return nil, fault.InvalidField("party", enum.UserErrorCodeNothingToDo, "they are not appointed in this capacity")
		}
		err := tx.Signer.UpdateOneID(p.hands.signers[i].ID).SetState(enum.SignerStateDismissed).SetReason(optional.Text(reason)).SetEndedAt(s.clock.Now()).Exec(ctx)
		if err != nil {
			return nil, err
		}
		return s.revised(p.Update()).Save(ctx)
	})
}

// DeclareConflict says why the actor does not sign. Its appointments end with it, and what it has signed counts no more.
func (s *Service) DeclareConflict(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	frame := s.Frame
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.Payload = map[string]any{"state": p.State, "version": p.Version, "party": partyID(actor.Stakeholder)}
		return e
	}
	// The reason stands with the signer, from where an erasure takes it, and not in the act.
	return frame.Change(ctx, policy.DeclareConflict, id, expected, "assessment.conflict_declared", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		if err := s.conflict(ctx, tx, p, actor, reason); err != nil {
			return nil, err
		}
		return s.revised(p.Update()).Save(ctx)
	})
}

func (s *Service) conflict(ctx context.Context, tx *db.Tx, p placed, actor policy.Actor, reason string) error {
	var seats []uuid.UUID
	for _, row := range p.hands.signers {
		switch {
		case !is(actor, row):
		case row.State == enum.SignerStateAppointed:
			seats = append(seats, row.ID)
		case row.State == enum.SignerStateConflicted && row.Capacity == enum.CapacityApprover:
			return fault.NothingToDo("you have declared a conflict of interest already")
		}
	}
	now := s.clock.Now()
	if len(seats) > 0 {
		in := s.store.AnyOf("id", seats)
		_, err := s.store.Exec(ctx, tx, "UPDATE signers SET state = 'CONFLICTED', reason = ?, ended_at = ? WHERE "+in.SQL, append([]any{reason, now}, in.Args...)...)
		return err
	}
	return tx.Signer.Create().SetAssessmentID(p.ID).SetCapacity(enum.CapacityApprover).SetPartyID(actor.Stakeholder).SetMemberID(actor.Member).
		SetState(enum.SignerStateConflicted).SetReason(optional.Text(reason)).SetAppointedAt(now).SetEndedAt(now).Exec(ctx)
}

// partyID is the id of a party as clients know it.
func partyID(id uuid.UUID) string { return typeid.New(string(policy.Stakeholder), id).String() }

// Signer is who is to sign an assessment, as those who may read it are shown.
type Signer struct {
	Capacity    enum.Capacity
	Party       uuid.UUID
	Member      *uuid.UUID
	State       enum.SignerState
	Reason      optional.Text
	AppointedAt time.Time
	EndedAt     *time.Time
}

// SignersOf reads who is to sign assessments, in the order in which they were appointed.
func (s *Service) SignersOf(ctx context.Context, rows []*db.Assessment) ([][]*Signer, error) {
	found, err := s.signed(ctx, rows)
	out := make([][]*Signer, len(rows))
	for i, row := range rows {
		out[i] = []*Signer{}
		for _, one := range found[row.ID].signers {
			out[i] = append(out[i], &Signer{one.Capacity, one.PartyID, one.MemberID, one.State, one.Reason, one.AppointedAt, one.EndedAt})
		}
	}
	return out, err
}

// signed reads the signers and signatures of assessments, in whatever state they are.
func (s *Service) signed(ctx context.Context, rows []*db.Assessment) (map[uuid.UUID]*hands, error) {
	all, ids := make(map[uuid.UUID]*hands, len(rows)), make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i], all[row.ID] = row.ID, new(hands)
	}
	return all, s.signatures(ctx, s.store.Query, ids, all)
}

package commitment

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/commitment"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/worker"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about commitments.
var acts = []act.Type{
	{Name: "commitment.made"}, {Name: "commitment.reported"}, {Name: "commitment.dropped"}, {Name: "commitment.late"},
}

// Proposals are what commitments were.
type Proposals interface {
	// Held loads a proposal inside a use case, and locks it.
	Held(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Advance takes one that was adopted to a state that its implementation gives it.
	Advance(ctx context.Context, tx *db.Tx, id uuid.UUID, to enum.ProposalState) error
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Practices are what commitments are about.
type Practices interface {
	// InVisibleID asks that a practice is one that the actor may see.
	InVisibleID(a policy.Actor, id *uuid.UUID) store.Cond
}

// Service holds the use cases of commitments.
type Service struct {
	access.Frame[db.Commitment, placed]
	clock     clock.Clock
	log       access.Appender
	proposals Proposals
	practices Practices
}

// New makes the service.
func New(s *store.Store, l access.Appender, c clock.Clock, p Proposals, practices Practices) *Service {
	n := &Service{clock: c, log: l, proposals: p, practices: practices}
	n.Frame = access.Frame[db.Commitment, placed]{Noun: nounOf(p), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	n.AsPlace = n.placeOf
	return n
}

// Adopted makes a commitment of the version of a proposal that its firm has accepted and a ballot has adopted; that of another is dropped.
func (s *Service) Adopted(ctx context.Context, tx *db.Tx, p *db.Proposal, text uuid.UUID, replaced *db.Proposal, now time.Time) error {
	if p.FirmID == nil {
		return fmt.Errorf("no firm has committed itself to %s", p.ID)
	}
	if replaced != nil {
		before, err := tx.Commitment.Query().Where(commitment.ProposalID(replaced.ID), s.Store.ForUpdate).Only(ctx)
		if err != nil {
			return fmt.Errorf("load the commitment that is replaced: %w", err)
		}
		row, err := before.Update().SetStatus(enum.CommitmentStatusDropped).SetStatusReason(optional.Text("Another was adopted in its place.")).SetLate(false).
			AddRevision(1).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("drop the commitment: %w", err)
		}
		if err := s.append(ctx, tx, "commitment.dropped", row); err != nil {
			return err
		}
	}
	row, err := tx.Commitment.Create().SetDialogueID(p.DialogueID).SetProposalID(p.ID).SetTextID(text).SetFirmID(*p.FirmID).
		SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
	if err != nil {
		return fmt.Errorf("keep the commitment: %w", err)
	}
	return s.append(ctx, tx, "commitment.made", row)
}

func (s *Service) append(ctx context.Context, tx *db.Tx, typ string, row *db.Commitment) error {
	_, err := s.log.Append(ctx, tx, policy.SystemActor("ballots"), entry(typ, placed{Commitment: row}))
	return err
}

// Report says how a commitment stands.
func (s *Service) Report(ctx context.Context, id uuid.UUID, to enum.CommitmentStatus, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.ReportCommitment, id, expected, "commitment.reported", func(ctx context.Context, tx *db.Tx, p placed) (*db.Commitment, error) {
		milestones, reached, err := s.milestones(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if err := Reportable(to, milestones, reached); err != nil {
			return nil, err
		}
		next := enum.ProposalStateInImplementation
		if to == enum.CommitmentStatusDone {
			next = enum.ProposalStateImplemented
		}
		return s.moved(ctx, tx, p, to, reason, next)
	})
}

// Drop gives up a commitment.
func (s *Service) Drop(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.DropCommitment, id, expected, "commitment.dropped", func(ctx context.Context, tx *db.Tx, p placed) (*db.Commitment, error) {
		return s.moved(ctx, tx, p, enum.CommitmentStatusDropped, reason, enum.ProposalStateLapsed)
	})
}

func (s *Service) moved(
	ctx context.Context, tx *db.Tx, p placed, to enum.CommitmentStatus, reason string, proposal enum.ProposalState,
) (*db.Commitment, error) {
	if err := s.proposals.Advance(ctx, tx, p.ProposalID, proposal); err != nil {
		return nil, err
	}
	update := p.Update().SetStatus(to).SetStatusReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(s.clock.Now())
	if Ended(to) {
		update.SetLate(false)
	}
	return update.Save(ctx)
}

// milestones counts those of a commitment, and those that were reached.
func (s *Service) milestones(ctx context.Context, tx *db.Tx, id uuid.UUID) (all, reached int, err error) {
	const text = "SELECT COUNT(*), COALESCE(SUM(CASE WHEN state = 'REACHED' THEN 1 ELSE 0 END), 0) FROM milestones WHERE commitment_id = ?"
	if err := s.Store.QueryTx(ctx, tx, text, []any{id}, func(r *sql.Rows) error { return r.Scan(&all, &reached) }); err != nil {
		return 0, 0, fmt.Errorf("count milestones: %w", err)
	}
	return all, reached, nil
}

// Place loads a commitment as a place of milestones inside a use case, and locks it.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return s.placeOf(policy.ActorFrom(ctx), p), nil
}

// Progressed is what a change of a milestone does to its commitment, which is locked: its proposal is being implemented from the first one
// on, and it is late while one is that was noted.
func (s *Service) Progressed(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	row, err := tx.Commitment.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("load the commitment: %w", err)
	}
	if err := s.proposals.Advance(ctx, tx, row.ProposalID, enum.ProposalStateInImplementation); err != nil {
		return err
	}
	late := false
	const text = "SELECT COUNT(*) > 0 FROM milestones WHERE commitment_id = ? AND state = 'PLANNED' AND noted_at IS NOT NULL"
	if err := s.Store.QueryTx(ctx, tx, text, []any{id}, func(r *sql.Rows) error { return r.Scan(&late) }); err != nil {
		return fmt.Errorf("look for late milestones: %w", err)
	}
	if late == row.Late {
		return nil
	}
	if err := row.Update().SetLate(late).AddRevision(1).SetUpdatedAt(s.clock.Now()).Exec(ctx); err != nil {
		return fmt.Errorf("note whether the commitment is late: %w", err)
	}
	return act.Also(ctx, act.Subject{Type: policy.Commitment, ID: id})
}

// Run notes which commitments are late until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) {
	worker.Every(ctx, "commitments", access.NoteEvery, s.Turn)
}

// Turn writes an act for each commitment of which more milestones are late than were before, if this server holds the lease.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	return access.Noting[db.Commitment, placed]{
		Frame: s.Frame, Log: s.log, Name: "commitments", Action: policy.NoteLateCommitment, Type: "commitment.late",
		Due: `SELECT c.id FROM milestones m JOIN commitments c ON c.id = m.commitment_id WHERE m.state = 'PLANNED' AND m.noted_at IS NULL AND m.due_at < ?
			AND c.status NOT IN ('DONE', 'DROPPED') GROUP BY c.id ORDER BY MIN(m.due_at) LIMIT ?`,
		Note: s.note,
	}.Turn(ctx, holder)
}

func (s *Service) note(ctx context.Context, tx *db.Tx, p placed, now time.Time) (*db.Commitment, error) {
	const due = "commitment_id = ? AND state = 'PLANNED' AND noted_at IS NULL AND due_at < ?"
	var ids []uuid.UUID
	err := s.Store.QueryTx(ctx, tx, "SELECT id FROM milestones WHERE "+due+" ORDER BY id", []any{p.ID, now}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	if _, err := s.Store.Exec(ctx, tx, "UPDATE milestones SET noted_at = ?, revision = revision + 1, updated_at = ? WHERE "+due, now, now, p.ID, now); err != nil {
		return nil, fmt.Errorf("note late milestones: %w", err)
	}
	for _, id := range ids {
		if err := act.Also(ctx, act.Subject{Type: policy.Milestone, ID: id}); err != nil {
			return nil, err
		}
	}
	return p.Update().SetLate(true).AddRevision(1).SetUpdatedAt(now).Save(ctx)
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Commitment.Query().Where(commitment.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the proposal, then the commitment, as a ballot locks them.
	at, err := s.proposals.Held(ctx, tx, row.ProposalID)
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Commitment.Query().Where(commitment.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row, at}, err
}

// Personal says that commitments are of firms.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{{
		Table: "commitments", Column: "firm_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
		Withheld: "What an organisation says is its own, not its member's.",
	}}
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Commitment, ID: p.ID, Revision: p.Revision}, Owner: p.FirmID, Dialogue: p.DialogueID,
		Parent: act.Parent{Type: policy.Proposal, ID: p.ProposalID}, Payload: map[string]any{"status": p.Status, "late": p.Late},
	}
}

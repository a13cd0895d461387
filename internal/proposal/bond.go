package proposal

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Bond is whom a proposal binds and what it replaces, if it is adopted.
type Bond struct {
	Firm       *uuid.UUID // that would do what it says; nil for none, or that of the practices
	Supersedes *uuid.UUID
}

// bindable refuses a firm that cannot be bound by a proposal of a kind about these practices.
func (s *Service) bindable(ctx context.Context, tx *db.Tx, kind enum.ProposalKind, firm *uuid.UUID, practices []uuid.UUID) error {
	if firm == nil {
		return nil
	}
	if !Commits(kind) {
		return fault.InvalidField("firm", enum.UserErrorCodeNotApplicable, "only a COMMITMENT or a PRACTICE_CHANGE binds a firm")
	}
	there, err := tx.Stakeholder.Query().Where(stakeholder.ID(*firm), stakeholder.Status(enum.StakeholderStatusActive)).First(ctx)
	switch {
	case db.IsNotFound(err):
		return fault.MissingField("firm")
	case err != nil:
		return fmt.Errorf("load the firm: %w", err)
	case there.Kind != enum.StakeholderKindFirm:
		return fault.InvalidField("firm", enum.UserErrorCodeWrongChamber, "only a firm commits itself: name one")
	case kind == enum.ProposalKindCommitment || len(practices) == 0:
		return nil
	}
	owner, err := s.practices.FirmOf(ctx, tx, practices)
	if err == nil && (owner == nil || *owner != *firm) {
		err = fault.InvalidField("firm", enum.UserErrorCodeIneligible, "the practices that this would change are not all of this firm")
	}
	return err
}

// bound is the firm that a proposal names, or that of the practices that it would change.
func (s *Service) bound(ctx context.Context, tx *db.Tx, kind enum.ProposalKind, firm *uuid.UUID, practices []uuid.UUID) (*uuid.UUID, error) {
	if firm != nil || kind != enum.ProposalKindPracticeChange || len(practices) == 0 {
		return firm, nil
	}
	return s.practices.FirmOf(ctx, tx, practices)
}

// rebound is the firm that a proposal names after an edit.
func (s *Service) rebound(ctx context.Context, tx *db.Tx, p placed, c Change, kind enum.ProposalKind) (*uuid.UUID, error) {
	if c.Firm == nil && c.Practices == nil && kind == p.Kind {
		return p.FirmID, nil
	}
	practices := c.Practices
	if practices == nil {
		var err error
		if practices, err = s.linked(ctx, tx, p.ID); err != nil {
			return nil, err
		}
	}
	firm := c.Firm
	if firm == nil && Commits(kind) && (kind == enum.ProposalKindCommitment || c.Practices == nil) {
		firm = p.FirmID
	}
	if err := s.bindable(ctx, tx, kind, firm, practices); err != nil {
		return nil, err
	}
	return s.bound(ctx, tx, kind, firm, practices)
}

// bind names another firm, which has accepted nothing yet.
func (s *Service) bind(update *db.ProposalUpdateOne, firm *uuid.UUID) {
	update.ClearAcceptedVersion().ClearAcceptedAt()
	if firm == nil {
		update.ClearFirmID()
		return
	}
	update.SetFirmID(*firm)
}

func same(a, b *uuid.UUID) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}

// supersedable refuses what cannot be replaced by a proposal of a kind in a dialogue, as it is now: Ready looks again, and locks it.
func (s *Service) supersedable(ctx context.Context, tx *db.Tx, dialogue uuid.UUID, kind enum.ProposalKind, id *uuid.UUID) error {
	if id == nil {
		return nil
	}
	row, err := tx.Proposal.Get(ctx, *id)
	switch {
	case db.IsNotFound(err) || err == nil && (row.DialogueID != dialogue || !Discussed(row.State)):
		return fault.MissingField("supersedes")
	case err != nil:
		return fmt.Errorf("load what is replaced: %w", err)
	case row.Kind != kind:
		return fault.InvalidField("supersedes", enum.UserErrorCodeIneligible, "this is of another kind: only one of its kind can replace it")
	case row.State != enum.ProposalStateAdopted:
		return notAdopted("supersedes", row.State)
	}
	return nil
}

func notAdopted(field string, state enum.ProposalState) *fault.Fault {
	return (&fault.Fault{Kind: fault.State, Code: enum.UserErrorCodeState, Field: field, Message: "only what is adopted, and not being implemented, can be replaced"}).
		With(fault.Values{State: optional.Text(state), States: []string{string(enum.ProposalStateAdopted)}})
}

// Accept says that the actor's firm does what the present version says, if it is adopted.
func (s *Service) Accept(ctx context.Context, id uuid.UUID, version int, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.AcceptCommitment, id, expected, "proposal.commitment_accepted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
		if version != p.Version {
			return nil, fault.InvalidField("version", enum.UserErrorCodeContentChanged, "version %d is the current one: read it, and accept that", p.Version)
		}
		now, err := s.store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		return p.Update().SetAcceptedVersion(version).SetAcceptedAt(now.UTC()).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Successors finds the adopted proposal that has replaced each.
func (s *Service) Successors(ctx context.Context, proposals []uuid.UUID) (map[uuid.UUID]*db.Proposal, error) {
	l, err := s.Newest(ctx, store.PageArgs{}, func(n *store.Narrowing) {
		n.And(store.Any("t.state", []enum.ProposalState{
			enum.ProposalStateAdopted, enum.ProposalStateInImplementation, enum.ProposalStateImplemented, enum.ProposalStateLapsed, enum.ProposalStateSuperseded,
		}))
	})
	if err != nil {
		return nil, err
	}
	l.Parent = "t.supersedes_id"
	return access.First(store.Pages(ctx, s.store, l, proposals))
}

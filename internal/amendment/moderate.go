package amendment

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// InPlace reads amendments by their ids, hidden ones too, where their proposal can be seen: its readers may know that one was taken down.
// None of its words may go to them.
func (s *Service) InPlace(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Amendment, error) {
	inSight := []policy.Clause{{Facts: policy.These(policy.InSight)}}
	return store.ByID(ctx, s.Store, s.Table, ids, s.Where(policy.ActorFrom(ctx), "t", inSight))
}

// Hide takes an amendment down. What an accepted one made of the proposal is the proposal's.
func (s *Service) Hide(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.moderating(reason).Change(ctx, policy.HideAmendment, id, expected, "amendment.hidden", func(ctx context.Context, tx *db.Tx, p placed) (*db.Amendment, error) {
		return s.hide(ctx, tx, p, reason)
	})
}

// HideAll takes amendments down, all or none.
func (s *Service) HideAll(ctx context.Context, ids []uuid.UUID, reason string) (*act.Result, error) {
	return s.moderateAll(ctx, policy.HideAmendment, ids, "amendment.hidden", reason, s.hide)
}

func (s *Service) hide(ctx context.Context, tx *db.Tx, p placed, reason string) (*db.Amendment, error) {
	if _, err := s.moderation.Settle(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	if err := s.moderation.Hide(ctx, tx, said(p), reason); err != nil {
		return nil, err
	}
	return s.moved(p, enum.AmendmentStateHidden, string(p.StateReason)).SetHiddenFrom(p.State).Save(ctx)
}

// Restore shows an amendment again, in the state that it had.
func (s *Service) Restore(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.moderating(reason).Change(ctx, policy.RestoreAmendment, id, expected, "amendment.restored", func(ctx context.Context, tx *db.Tx, p placed) (*db.Amendment, error) {
		return s.restore(ctx, tx, p, reason)
	})
}

// RestoreAll shows amendments again, all or none.
func (s *Service) RestoreAll(ctx context.Context, ids []uuid.UUID, reason string) (*act.Result, error) {
	return s.moderateAll(ctx, policy.RestoreAmendment, ids, "amendment.restored", reason, s.restore)
}

func (s *Service) moderateAll(
	ctx context.Context, action policy.Action, ids []uuid.UUID, typ, reason string,
	do func(ctx context.Context, tx *db.Tx, p placed, reason string) (*db.Amendment, error),
) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.moderating(reason).ChangeAll(ctx, action, "amendments", ids, typ, nil, func(ctx context.Context, tx *db.Tx, p placed) (*db.Amendment, error) {
		return do(ctx, tx, p, reason)
	})
}

func (s *Service) restore(ctx context.Context, tx *db.Tx, p placed, reason string) (*db.Amendment, error) {
	if err := s.moderation.Restore(ctx, tx, p.ID, reason); err != nil {
		return nil, err
	}
	return s.moved(p, p.HiddenFrom, string(p.StateReason)).SetHiddenFrom("").Save(ctx)
}

// moderating is the frame of what a moderator does. Its acts are for the readers of the proposal, who may keep a copy, and do not say whose
// the amendment is.
func (s *Service) moderating(reason string) access.Frame[db.Amendment, placed] {
	frame := s.Frame
	frame.Before = func(ctx context.Context, tx *db.Tx, ids []uuid.UUID) error {
		of := s.Store.AnyOf("a.id", ids)
		of.SQL = "id IN (SELECT a.proposal_id FROM amendments a WHERE " + of.SQL + ")"
		return s.Store.LockWhere(ctx, tx, "proposals", of)
	}
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.Owner, e.Payload, e.Audience, e.Reason = uuid.Nil, map[string]any{"state": p.State}, act.ForPlace, reason
		return e
	}
	return frame
}

func said(p placed) access.Said {
	return access.Said{Type: policy.Amendment, ID: p.ID, On: policy.Proposal, OnID: p.ProposalID, Dialogue: p.at.Dialogue, Author: p.AuthorID}
}

// Report locks an amendment at the revision that the actor saw, if the actor may report it.
func (s *Service) Report(ctx context.Context, tx *db.Tx, id uuid.UUID, expected *int32) (access.Said, error) {
	p, err := s.Load(ctx, tx, id)
	if err == nil {
		err = policy.Check(ctx, policy.ReportAmendment, s.Subject(policy.ActorFrom(ctx), p))
	}
	if err == nil {
		err = store.SameRevision(p.Revision, expected)
	}
	if err != nil {
		return access.Said{}, err
	}
	return said(p), nil
}

// DismissReports leaves an amendment shown that was reported.
func (s *Service) DismissReports(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.DismissAmendmentReports, id, expected, "amendment.reports_dismissed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Amendment, error) {
		n, err := s.moderation.Settle(ctx, tx, id)
		if err == nil && n == 0 {
			err = fault.NothingToDo("no report of this amendment is open")
		}
		if err != nil {
			return nil, err
		}
		return p.Update().AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Reported reads a page of amendments that are shown and that a condition keeps, of one dialogue or of all, newest first.
func (s *Service) Reported(ctx context.Context, dialogue *uuid.UUID, reported store.Cond, page store.PageArgs) (*Page, error) {
	return s.Page(ctx, page, func(n *store.Narrowing) {
		n.And(store.Where("t.state <> 'HIDDEN'")).And(reported).Is("t.proposal_id IN (SELECT x.id FROM proposals x WHERE x.dialogue_id = ?)", dialogue)
	})
}

// Lock locks an amendment, after its proposal.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	_, err := s.fetch(ctx, tx, id)
	return err
}

// Reinstate shows an amendment again whose hiding was overturned, and gives the act that says so.
func (s *Service) Reinstate(ctx context.Context, tx *db.Tx, id uuid.UUID, reason string) (act.Entry, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return act.Entry{}, err
	}
	if p.State != enum.AmendmentStateHidden {
		return act.Entry{}, fmt.Errorf("the amendment %s is not hidden", id)
	}
	if p.Amendment, err = s.restore(ctx, tx, p, reason); err != nil {
		return act.Entry{}, err
	}
	return s.moderating(reason).Entry("amendment.restored", p), nil
}

package proposal

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

// Ballots are held on proposals.
type Ballots interface {
	// VoidOn ends what is open on a proposal without a count, with the act that says so. Nobody else opens or changes one meanwhile.
	VoidOn(ctx context.Context, tx *db.Tx, proposal uuid.UUID, reason string) error
	// LockOn locks what is open on proposals, before the proposals are locked.
	LockOn(ctx context.Context, tx *db.Tx, proposals []uuid.UUID) error
}

// Comments are made on proposals.
type Comments interface {
	// Veil counts those on things no longer in their dialogues, because they are hidden from now on; or again.
	Veil(ctx context.Context, tx *db.Tx, dialogues map[uuid.UUID]uuid.UUID, hidden bool) error
}

// moderators are what moderation of a proposal concerns beside it.
type moderators struct {
	moderation access.Moderation
	comments   Comments
	ballots    Ballots
}

// Moderate says where it is noted what moderators do, and what hangs on proposals. It is called once, before any use case.
func (s *Service) Moderate(m access.Moderation, c Comments, b Ballots) {
	s.moderators = moderators{m, c, b}
}

// InPlace reads proposals by their ids, hidden ones too, where their dialogue can be seen: its readers may know that one was taken down.
// None of its words may go to them.
func (s *Service) InPlace(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Proposal, error) {
	inSight := []policy.Clause{{Facts: policy.These(policy.InSight)}}
	return store.ByID(ctx, s.store, s.Table, ids, s.Where(policy.ActorFrom(ctx), "t", inSight))
}

// Hide takes a proposal down. A ballot that is open on it ends with that, for the same reason.
func (s *Service) Hide(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.hiding(reason).Change(ctx, policy.HideProposal, id, expected, "proposal.hidden", func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
		if err := s.veil(ctx, tx, true, p); err != nil {
			return nil, err
		}
		return s.hide(ctx, tx, p, reason)
	})
}

// HideAll takes proposals down, all or none.
func (s *Service) HideAll(ctx context.Context, ids []uuid.UUID, reason string) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.hiding(reason).ChangeAll(ctx, policy.HideProposal, "proposals", ids, "proposal.hidden",
		func(ctx context.Context, tx *db.Tx, all []placed) error { return s.veil(ctx, tx, true, all...) },
		func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
			return s.hide(ctx, tx, p, reason)
		})
}

// hiding is the frame of what takes proposals down: what is open on them is locked before them.
func (s *Service) hiding(reason string) access.Frame[db.Proposal, placed] {
	frame := s.moderating(reason)
	frame.Before = s.ballots.LockOn
	frame.Fetch = func(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
		if err := frame.Before(ctx, tx, []uuid.UUID{id}); err != nil {
			return placed{}, err
		}
		return s.fetch(ctx, tx, id)
	}
	return frame
}

func (s *Service) hide(ctx context.Context, tx *db.Tx, p placed, reason string) (*db.Proposal, error) {
	if err := s.ballots.VoidOn(ctx, tx, p.ID, reason); err != nil {
		return nil, err
	}
	row, err := s.Lock(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	if _, err := s.moderation.Settle(ctx, tx, p.ID); err != nil {
		return nil, err
	}
	if err := s.moderation.Hide(ctx, tx, said(row), reason); err != nil {
		return nil, err
	}
	return row.Update().SetState(enum.ProposalStateHidden).SetHiddenFrom(row.State).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
}

// veil counts the comments on proposals no longer, or again.
func (s *Service) veil(ctx context.Context, tx *db.Tx, hidden bool, all ...placed) error {
	dialogues := make(map[uuid.UUID]uuid.UUID, len(all))
	for _, p := range all {
		dialogues[p.ID] = p.DialogueID
	}
	return s.comments.Veil(ctx, tx, dialogues, hidden)
}

// Restore shows a proposal again, in the state that it had.
func (s *Service) Restore(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.moderating(reason).Change(ctx, policy.RestoreProposal, id, expected, "proposal.restored", func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
		if err := s.veil(ctx, tx, false, p); err != nil {
			return nil, err
		}
		return s.restore(ctx, tx, p, reason)
	})
}

// RestoreAll shows proposals again, all or none.
func (s *Service) RestoreAll(ctx context.Context, ids []uuid.UUID, reason string) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.moderating(reason).ChangeAll(ctx, policy.RestoreProposal, "proposals", ids, "proposal.restored",
		func(ctx context.Context, tx *db.Tx, all []placed) error { return s.veil(ctx, tx, false, all...) },
		func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
			return s.restore(ctx, tx, p, reason)
		})
}

func (s *Service) restore(ctx context.Context, tx *db.Tx, p placed, reason string) (*db.Proposal, error) {
	if err := s.moderation.Restore(ctx, tx, p.ID, reason); err != nil {
		return nil, err
	}
	return p.Update().SetState(p.HiddenFrom).SetHiddenFrom("").AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
}

// moderating is the frame of what a moderator does. Its acts are for the readers of the dialogue, who may keep a copy, and do not say whose
// the proposal is.
func (s *Service) moderating(reason string) access.Frame[db.Proposal, placed] {
	frame := s.Frame
	frame.Entry = func(typ string, p placed) act.Entry {
		return act.Entry{
			Type: typ, Subject: act.Subject{Type: policy.Proposal, ID: p.ID, Revision: p.Revision}, Dialogue: p.DialogueID,
			Payload: map[string]any{"state": p.State}, Audience: act.ForPlace, Reason: reason,
		}
	}
	return frame
}

func said(p *db.Proposal) access.Said {
	return access.Said{Type: policy.Proposal, ID: p.ID, On: policy.Dialogue, OnID: p.DialogueID, Dialogue: &p.DialogueID, Author: p.AuthorID}
}

// Report locks a proposal at the revision that the actor saw, if the actor may report it.
func (s *Service) Report(ctx context.Context, tx *db.Tx, id uuid.UUID, expected *int32) (access.Said, error) {
	p, err := s.Load(ctx, tx, id)
	if err == nil {
		err = policy.Check(ctx, policy.ReportProposal, s.Subject(policy.ActorFrom(ctx), p))
	}
	if err == nil {
		err = store.SameRevision(p.Revision, expected)
	}
	if err != nil {
		return access.Said{}, err
	}
	return said(p.Proposal), nil
}

// DismissReports leaves a proposal shown that was reported.
func (s *Service) DismissReports(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.DismissProposalReports, id, expected, "proposal.reports_dismissed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
		n, err := s.moderation.Settle(ctx, tx, id)
		if err == nil && n == 0 {
			err = fault.NothingToDo("no report of this proposal is open")
		}
		if err != nil {
			return nil, err
		}
		return p.Update().AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Reported reads a page of proposals that are shown and that a condition keeps, of one dialogue or of all, newest first.
func (s *Service) Reported(ctx context.Context, dialogue *uuid.UUID, reported store.Cond, page store.PageArgs) (*Page, error) {
	return s.Page(ctx, page, func(n *store.Narrowing) {
		n.And(store.Where("t.state <> 'HIDDEN'")).And(reported).Is("t.dialogue_id = ?", dialogue)
	})
}

// Hidden are proposals as package hiding knows them.
type Hidden struct{ *Service }

// Lock locks a proposal that was hidden.
func (h Hidden) Lock(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	_, err := h.fetch(ctx, tx, id)
	return err
}

// Reinstate shows a proposal again whose hiding was overturned, and gives the act that says so.
func (h Hidden) Reinstate(ctx context.Context, tx *db.Tx, id uuid.UUID, reason string) (act.Entry, error) {
	p, err := h.fetch(ctx, tx, id)
	if err != nil {
		return act.Entry{}, err
	}
	if p.State != enum.ProposalStateHidden {
		return act.Entry{}, fmt.Errorf("the proposal %s is not hidden", id)
	}
	if err := h.veil(ctx, tx, false, p); err != nil {
		return act.Entry{}, err
	}
	if p.Proposal, err = h.restore(ctx, tx, p, reason); err != nil {
		return act.Entry{}, err
	}
	return h.moderating(reason).Entry("proposal.restored", p), nil
}

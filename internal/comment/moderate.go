package comment

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Hide takes a comment down.
func (s *Service) Hide(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	return s.moderate(ctx, policy.HideComment, id, expected, "comment.hidden", enum.CommentStateHidden, reason)
}

// Restore shows a comment again.
func (s *Service) Restore(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	return s.moderate(ctx, policy.RestoreComment, id, expected, "comment.restored", enum.CommentStateVisible, reason)
}

// HideAll takes comments down, all or none.
func (s *Service) HideAll(ctx context.Context, ids []uuid.UUID, reason string) (*act.Result, error) {
	return s.moderateAll(ctx, policy.HideComment, ids, "comment.hidden", enum.CommentStateHidden, reason)
}

// RestoreAll shows comments again, all or none.
func (s *Service) RestoreAll(ctx context.Context, ids []uuid.UUID, reason string) (*act.Result, error) {
	return s.moderateAll(ctx, policy.RestoreComment, ids, "comment.restored", enum.CommentStateVisible, reason)
}

func (s *Service) moderate(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string, state enum.CommentState, reason string,
) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	m := s.moderating(reason, state)
	return m.frame.Change(ctx, action, id, expected, typ, m.one)
}

func (s *Service) moderateAll(
	ctx context.Context, action policy.Action, ids []uuid.UUID, typ string, state enum.CommentState, reason string,
) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	m := s.moderating(reason, state)
	return m.frame.ChangeAll(ctx, action, "comments", ids, typ, m.count, m.do)
}

// moderating is how comments are brought into a state.
type moderating struct {
	frame access.Frame[db.Comment, placed]
	// count counts those that are shown from now on, or no longer: before the change.
	count func(context.Context, *db.Tx, []placed) error
	do    func(context.Context, *db.Tx, placed) (*db.Comment, error)
}

// one counts and changes one comment.
func (m moderating) one(ctx context.Context, tx *db.Tx, c placed) (*db.Comment, error) {
	if err := m.count(ctx, tx, []placed{c}); err != nil {
		return nil, err
	}
	return m.do(ctx, tx, c)
}

// moderating is how comments are brought into a state, with a reason.
func (s *Service) moderating(reason string, state enum.CommentState) moderating {
	frame, audience, shows := s.Frame, "", state == enum.CommentStateVisible
	frame.Entry = func(typ string, c placed) act.Entry {
		e := of(typ, c, map[string]any{"state": state})
		e.Audience, e.Reason = audience, reason
		return e
	}
	return moderating{
		frame: frame,
		count: func(ctx context.Context, tx *db.Tx, all []placed) error {
			var changed []placed
			for _, c := range all {
				if shows != (c.State == enum.CommentStateVisible) {
					changed = append(changed, c)
				}
			}
			if shows {
				return s.discuss(ctx, tx, 1, changed...)
			}
			return s.discuss(ctx, tx, -1, changed...)
		},
		do: func(ctx context.Context, tx *db.Tx, c placed) (*db.Comment, error) {
			shown := c.State == enum.CommentStateVisible
			audience = ""
			if shown || shows {
				audience = act.ForPlace // or those who keep a copy would never hear that it is gone, nor why it was there again meanwhile
			}
			if err := s.register(ctx, tx, c.Comment, reason, shows); err != nil {
				return nil, err
			}
			return c.Update().SetState(state).SetStateReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
		},
	}
}

// register notes in the log of moderation that a comment is hidden, which settles its reports, or shown again. One that was never shown
// has no entry there: the log would say where somebody wrote what nobody has seen.
func (s *Service) register(ctx context.Context, tx *db.Tx, c *db.Comment, reason string, shows bool) error {
	if shows {
		return s.moderation.Restore(ctx, tx, c.ID, reason)
	}
	if c.State != enum.CommentStateVisible {
		return nil
	}
	if _, err := s.moderation.Settle(ctx, tx, c.ID); err != nil {
		return err
	}
	return s.moderation.Hide(ctx, tx, said(c), reason)
}

func said(c *db.Comment) access.Said {
	return access.Said{Type: policy.Comment, ID: c.ID, On: policy.ResourceOf(c.SubjectType), OnID: c.SubjectID, Dialogue: c.DialogueID, Author: c.AuthorID}
}

// Lock locks a comment, after the place where it was said.
func (s *Service) Lock(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	_, err := s.fetch(ctx, tx, id)
	return err
}

// Reinstate shows a comment again whose hiding was overturned, and gives the act that says so.
func (s *Service) Reinstate(ctx context.Context, tx *db.Tx, id uuid.UUID, reason string) (act.Entry, error) {
	c, err := s.fetch(ctx, tx, id)
	if err != nil {
		return act.Entry{}, err
	}
	m := s.moderating(reason, enum.CommentStateVisible)
	row, err := m.one(ctx, tx, c)
	if err != nil {
		return act.Entry{}, err
	}
	c.Comment = row
	return m.frame.Entry("comment.restored", c), nil
}

// Report locks a comment at the revision that the actor saw, if the actor may report it.
func (s *Service) Report(ctx context.Context, tx *db.Tx, id uuid.UUID, expected *int32) (access.Said, error) {
	c, err := s.Load(ctx, tx, id)
	if err == nil {
		err = policy.Check(ctx, policy.ReportComment, s.Subject(policy.ActorFrom(ctx), c))
	}
	if err == nil {
		err = store.SameRevision(c.Revision, expected)
	}
	if err != nil {
		return access.Said{}, err
	}
	return said(c.Comment), nil
}

// DismissReports leaves a comment shown that was reported.
func (s *Service) DismissReports(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.DismissReports, id, expected, "comment.reports_dismissed", func(ctx context.Context, tx *db.Tx, c placed) (*db.Comment, error) {
		n, err := s.moderation.Settle(ctx, tx, id)
		if err == nil && n == 0 {
			err = fault.NothingToDo("no report of this comment is open")
		}
		if err != nil {
			return nil, err
		}
		return c.Update().AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Queue reads a page of comments that are shown and reported, those with most open reports first. The condition says which reports count.
func (s *Service) Queue(ctx context.Context, f Filter, reported store.Cond, page store.PageArgs) (*Page, error) {
	l, _, err := s.list(ctx, f, "", page)
	if err != nil {
		return nil, err
	}
	l.Where = store.And(l.Where, store.Where("t.state = 'VISIBLE'"), reported)
	most := store.Where("(SELECT COUNT(*) FROM content_reports q WHERE q.reported_id = t.id AND q.state = 'OPEN') DESC, t.id")
	return store.OneRanked(ctx, s.store, l, most, s.clock.Now())
}

package comment

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Change holds the new words of an edit; what is empty stays as it is.
type Change struct {
	Body, Language *string
	Stance         enum.Stance
}

func (c Change) of(row *db.Comment) Draft {
	d := Draft{Body: string(row.Body), Language: row.Language, Stance: row.Stance}
	if c.Body != nil {
		d.Body = *c.Body
	}
	if c.Language != nil {
		d.Language = *c.Language
	}
	if c.Stance != "" {
		d.Stance = c.Stance
	}
	return d
}

// Edit changes the words of a comment a moment after it was posted, and keeps what it said before.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*act.Result, error) {
	return s.marking().Change(ctx, policy.EditComment, id, expected, "comment.edited", func(ctx context.Context, tx *db.Tx, p placed) (*db.Comment, error) {
		d, err := c.of(p.Comment).Check()
		if err != nil {
			return nil, err
		}
		if d.Body == string(p.Body) && d.Stance == p.Stance && d.Language == p.Language {
			return nil, fault.NothingToDo("the comment says this already")
		}
		now := s.clock.Now()
		number, err := s.keepFirst(ctx, tx, p.Comment)
		if err != nil {
			return nil, err
		}
		group := p.GroupID
		if group != nil {
			found, err := s.join(ctx, tx, p.ID, p.SubjectID, d)
			if err != nil {
				return nil, err
			}
			group = &found
		}
		row, err := p.Update().SetBody(optional.Text(d.Body)).SetStance(d.Stance).SetLanguage(d.Language).SetNillableGroupID(group).SetEditedAt(now).
			AddRevision(1).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return nil, err
		}
		return row, keepVersion(ctx, tx, row, number, now)
	})
}

// keepFirst keeps what a comment said before its first edit, and gives the number of the version that an edit makes.
func (s *Service) keepFirst(ctx context.Context, tx *db.Tx, row *db.Comment) (number int, err error) {
	if row.EditedAt == nil {
		return 2, keepVersion(ctx, tx, row, 1, row.CreatedAt)
	}
	err = s.store.QueryTx(ctx, tx, "SELECT MAX(number) + 1 FROM comment_versions WHERE comment_id = ?", []any{row.ID}, func(r *sql.Rows) error {
		return r.Scan(&number)
	})
	return number, err
}

func keepVersion(ctx context.Context, tx *db.Tx, row *db.Comment, number int, at time.Time) error {
	err := tx.CommentVersion.Create().SetCommentID(row.ID).SetAuthorID(row.AuthorID).SetNumber(number).SetBody(row.Body).SetStance(row.Stance).
		SetLanguage(row.Language).SetCreatedAt(at).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep version %d: %w", number, err)
	}
	return nil
}

// Withdraw takes a comment back. What was answered and how it was voted on stays. Its place stays as well, without its author: so the
// act, which everybody sees who sees the place, does not name the party either. Whoever still sees the comment sees whose it is.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	audience := ""
	frame := s.Frame
	frame.Entry = func(typ string, c placed) act.Entry {
		e := of(typ, c, map[string]any{"state": c.State})
		e.Audience, e.NoParty = audience, audience == act.ForPlace
		return e
	}
	return frame.Change(ctx, policy.WithdrawComment, id, expected, "comment.withdrawn", func(ctx context.Context, tx *db.Tx, c placed) (*db.Comment, error) {
		if c.State == enum.CommentStateVisible {
			audience = act.ForPlace // or those who keep a copy would never hear that it is gone
			if err := s.discuss(ctx, tx, -1, c); err != nil {
				return nil, err
			}
		}
		return c.Update().SetState(enum.CommentStateWithdrawn).SetStateReason("").AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Retract takes back the vote of the actor's party.
func (s *Service) Retract(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	frame := s.marking()
	frame.Entry = func(typ string, c placed) act.Entry {
		e := of(typ, c, map[string]any{})
		e.Audience = act.ForActor
		return e
	}
	return frame.Change(ctx, policy.RetractVote, id, expected, "comment.vote_retracted", func(ctx context.Context, tx *db.Tx, c placed) (*db.Comment, error) {
		return c.Comment, s.uncast(ctx, tx, c.Comment, policy.ActorFrom(ctx).Stakeholder)
	})
}

// uncast takes the vote of a participant out of the tally. The comment's row is locked.
func (s *Service) uncast(ctx context.Context, tx *db.Tx, row *db.Comment, voter uuid.UUID) error {
	var choice enum.VoteChoice
	const gone = "DELETE FROM votes WHERE comment_id = ? AND voter_id = ? RETURNING choice"
	if err := s.store.QueryTx(ctx, tx, gone, []any{row.ID, voter}, func(r *sql.Rows) error { return r.Scan(&choice) }); err != nil {
		return fmt.Errorf("take back the vote: %w", err)
	}
	agrees, disagrees, passes := Shift(choice, "")
	now := s.clock.Now()
	const move = "UPDATE comments SET updated_at = ?, agrees = agrees + ?, disagrees = disagrees + ?, passes = passes + ? WHERE id = ? RETURNING agrees, disagrees, passes"
	return s.store.QueryTx(ctx, tx, move, []any{now, agrees, disagrees, passes, row.ID}, func(r *sql.Rows) error {
		row.UpdatedAt = now
		return r.Scan(&row.Agrees, &row.Disagrees, &row.Passes)
	})
}

// marking is the frame of use cases that depend on what has happened to the comment.
func (s *Service) marking() access.Frame[db.Comment, placed] {
	frame := s.Frame
	frame.Fetch = func(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
		c, err := s.fetch(ctx, tx, id)
		if err != nil {
			return c, err
		}
		const text = "SELECT " + happened + " FROM comments c WHERE c.id = ?"
		err = s.store.QueryTx(ctx, tx, text, []any{policy.ActorFrom(ctx).Stakeholder, id}, func(r *sql.Rows) error { return r.Scan(&c.answered, &c.voted) })
		if err != nil {
			return c, fmt.Errorf("see what has happened to the comment: %w", err)
		}
		now, err := s.store.Now(ctx, tx)
		c.until(now)
		return c, err
	}
	return frame
}

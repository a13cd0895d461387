package comment

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

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

// Decision is what becomes of comments.
type Decision struct {
	Outcome enum.DispositionOutcome
	Reason  string
	Version *uuid.UUID // of a proposal, that the comments changed
}

// Check gives the decision normalised, or says which fields are wrong.
func (d Decision) Check() (Decision, error) {
	var f fault.Form
	d.Reason = f.Text("reason", d.Reason, 2000)
	if d.Version != nil && d.Outcome != enum.DispositionOutcomeAccepted && d.Outcome != enum.DispositionOutcomePartlyAccepted {
		f.Refuse("version", enum.UserErrorCodeExclusive, "only what is accepted, at least in part, changes a text: leave out the version")
	}
	return d, f.Err()
}

// Dispose says what became of comments. Who says it again replaces what was said before, which is kept.
func (s *Service) Dispose(ctx context.Context, ids []uuid.UUID, d Decision) (*act.Result, error) {
	d, wrong := d.Check()
	frame := s.disposing(d)
	frame.Beside = func(ctx context.Context, tx *db.Tx, all []placed) error {
		var form fault.Form
		form.Add(wrong)
		form.Add(s.shownTo(ctx, tx, all, d.Version))
		return form.Err()
	}
	keep := func(ctx context.Context, tx *db.Tx, all []placed) error { return s.dispose(ctx, tx, all, d) }
	return frame.ChangeAll(ctx, policy.DisposeComment, "comments", ids, "comment.disposed", keep, func(_ context.Context, _ *db.Tx, c placed) (*db.Comment, error) {
		return c.Comment, nil
	})
}

// disposing is the frame of a decision.
func (s *Service) disposing(d Decision) access.Frame[db.Comment, placed] {
	frame := s.Because(d.Reason)
	entry := frame.Entry
	frame.Entry = func(typ string, c placed) act.Entry {
		e := entry(typ, c)
		e.Payload = map[string]any{"subject": c.SubjectID, "outcome": d.Outcome, "version": d.Version}
		return e
	}
	return frame
}

// shownVersion checks that a version is one that the readers of a dialogue may read, of a proposal in it.
func (s *Service) shownVersion(ctx context.Context, tx *db.Tx, dialogue, version uuid.UUID) error {
	const text = `SELECT 1 FROM proposal_versions v JOIN proposals p ON p.id = v.proposal_id
		WHERE v.id = ? AND p.dialogue_id = ? AND p.published AND p.state <> 'HIDDEN' AND v.number >= p.opened_version`
	found := false
	err := s.store.QueryTx(ctx, tx, text, []any{version, dialogue}, func(*sql.Rows) error {
		found = true
		return nil
	})
	if err == nil && !found {
		err = fault.MissingField("version")
	}
	return err
}

// shownTo checks that a version is one that the readers of the dialogue of each comment may read; nil for no version.
func (s *Service) shownTo(ctx context.Context, tx *db.Tx, all []placed, version *uuid.UUID) error {
	checked := map[uuid.UUID]bool{}
	for _, c := range all {
		if version == nil {
			continue
		}
		if c.DialogueID == nil {
			return fault.InvalidField("version", enum.UserErrorCodeNotApplicable, "only what was said in a dialogue changes a version of a proposal")
		}
		if dialogue := *c.DialogueID; !checked[dialogue] {
			if err := s.shownVersion(ctx, tx, dialogue, *version); err != nil {
				return err
			}
			checked[*c.DialogueID] = true
		}
	}
	return nil
}

// dispose keeps what became of comments, which are locked, in as many statements however many they are.
func (s *Service) dispose(ctx context.Context, tx *db.Tx, all []placed, d Decision) error {
	ids := make([]uuid.UUID, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	now := s.clock.Now()
	if err := s.keepDispositions(ctx, tx, ids, d, now); err != nil {
		return err
	}
	of := s.store.AnyOf("id", ids)
	const mark = "UPDATE comments SET outcome = ?, revision = revision + 1, updated_at = ? WHERE "
	if _, err := s.store.Exec(ctx, tx, mark+of.SQL, append([]any{string(d.Outcome), now}, of.Args...)...); err != nil {
		return fmt.Errorf("mark comments as disposed: %w", err)
	}
	for _, c := range all {
		c.Outcome, c.UpdatedAt = new(d.Outcome), now
		c.Revision++
	}
	return nil
}

// rowsAtOnce are the dispositions that a statement keeps.
const rowsAtOnce = 100

// keepDispositions keeps what became of each comment after what was said of it before.
func (s *Service) keepDispositions(ctx context.Context, tx *db.Tx, comments []uuid.UUID, d Decision, now time.Time) error {
	actor, last := policy.ActorFrom(ctx), map[uuid.UUID]int{}
	of := s.store.AnyOf("comment_id", comments)
	text := "SELECT comment_id, MAX(number) FROM dispositions WHERE " + of.SQL + " GROUP BY comment_id"
	err := s.store.QueryTx(ctx, tx, text, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var n int
		err := r.Scan(&id, &n)
		last[id] = n
		return err
	})
	if err != nil {
		return fmt.Errorf("number the dispositions: %w", err)
	}
	for some := range slices.Chunk(comments, rowsAtOnce) {
		rows := make([]*db.DispositionCreate, len(some))
		for i, id := range some {
			rows[i] = tx.Disposition.Create().SetCommentID(id).SetNumber(last[id] + 1).SetOutcome(d.Outcome).SetReason(optional.Text(d.Reason)).
				SetNillableVersionID(d.Version).SetPartyID(actor.Stakeholder).SetMemberID(actor.Member).SetCreatedAt(now)
		}
		if err := tx.Disposition.CreateBulk(rows...).Exec(ctx); err != nil {
			return fmt.Errorf("keep the dispositions: %w", err)
		}
	}
	return nil
}

// DispositionPage is a page of dispositions.
type DispositionPage = store.Page[*db.Disposition]

// DispositionEdge is an entry of a page of dispositions.
type DispositionEdge = store.Edge[*db.Disposition]

var dispositions = store.TableOf[db.Disposition]()

// DispositionsOf gives what became of each comment; nothing where nothing did. The comments are visible already.
func (s *Service) DispositionsOf(ctx context.Context, comments []uuid.UUID) (map[uuid.UUID]*db.Disposition, error) {
	of, found := s.store.AnyOf("t.comment_id", comments), map[uuid.UUID]*db.Disposition{}
	text := "SELECT t." + strings.Join(dispositions.Columns, ", t.") + " FROM dispositions t WHERE " + of.SQL +
		" AND NOT EXISTS (SELECT 1 FROM dispositions l WHERE l.comment_id = t.comment_id AND l.number > t.number)"
	err := s.store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		row := new(db.Disposition)
		err := dispositions.Scan(r, row)
		found[row.CommentID] = row
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what became of comments: %w", err)
	}
	return found, nil
}

// AllDispositionsOf reads a page of what was ever said to become of each comment, newest first. The comments are visible already.
func (s *Service) AllDispositionsOf(ctx context.Context, comments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*DispositionPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.store, store.List[db.Disposition]{
		Table: dispositions, Parent: "t.comment_id", ActsNameParent: true, Where: store.Always(), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: policy.ActorFrom(ctx).Key(),
	}, comments)
}

// Awaits tells whether a comment is owed a disposition and has none.
func Awaits(c *db.Comment) bool {
	return c.Owed && c.State == enum.CommentStateVisible && c.Outcome == nil
}

const (
	// of what is not on a hidden proposal
	unveiled = "subject_id NOT IN (SELECT h.id FROM proposals h WHERE h.state = 'HIDDEN')"
	owed     = "owed AND state = 'VISIBLE' AND " + unveiled // at first as the index has it
	awaited  = "outcome IS NULL AND " + owed
)

// ResponseRate is how many of the comments that are owed a disposition have one.
type ResponseRate struct{ Answered, Total int }

// ResponseRates counts what is owed and answered in each dialogue.
func (s *Service) ResponseRates(ctx context.Context, dialogues []uuid.UUID) (map[uuid.UUID]*ResponseRate, error) {
	rates := make(map[uuid.UUID]*ResponseRate, len(dialogues))
	for _, id := range dialogues {
		rates[id] = new(ResponseRate)
	}
	of := s.store.AnyOf("dialogue_id", dialogues)
	text := "SELECT dialogue_id, COUNT(outcome), COUNT(*) FROM comments WHERE " + of.SQL + " AND " + owed + " GROUP BY dialogue_id"
	err := s.store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var one ResponseRate
		err := r.Scan(&id, &one.Answered, &one.Total)
		rates[id] = &one
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count what was answered: %w", err)
	}
	return rates, nil
}

// mostListed is how many of the comments that await a disposition are named beside their number.
const mostListed = 20

// Unsettled says, for each dialogue that cannot be closed for that, how many comments await a disposition, and which are the oldest.
func (s *Service) Unsettled(ctx context.Context, tx *db.Tx, dialogues []uuid.UUID) (map[uuid.UUID][]*fault.Fault, error) {
	found := map[uuid.UUID][]*fault.Fault{}
	of := s.store.AnyOf("dialogue_id", dialogues)
	text := `SELECT id, dialogue_id, n FROM (SELECT id, dialogue_id, ROW_NUMBER() OVER (PARTITION BY dialogue_id ORDER BY id) AS place,
		COUNT(*) OVER (PARTITION BY dialogue_id) AS n FROM comments WHERE ` + of.SQL + " AND " + awaited + ") w WHERE place <= ? ORDER BY dialogue_id, place"
	scan := func(r *sql.Rows) error {
		c, n := new(db.Comment), 0
		if err := r.Scan(&c.ID, &c.DialogueID, &n); err != nil {
			return err
		}
		if found[*c.DialogueID] == nil {
			found[*c.DialogueID] = []*fault.Fault{unsettled(n)}
		}
		found[*c.DialogueID] = append(found[*c.DialogueID], awaiting(c))
		return nil
	}
	var err error
	if args := append(of.Args, mostListed); tx != nil {
		err = s.store.QueryTx(ctx, tx, text, args, scan)
	} else {
		err = s.store.Query(ctx, text, args, scan)
	}
	if err != nil {
		return nil, fmt.Errorf("look for comments that await a disposition: %w", err)
	}
	return found, nil
}

func unsettled(n int) *fault.Fault {
	what := fmt.Sprintf("%d comments await", n)
	if n == 1 {
		what = "a comment awaits"
	}
	return fault.Coded(fault.State, enum.UserErrorCodeIncomplete, "%s a disposition: say what became of each first", what).With(fault.Values{Actual: &n})
}

func awaiting(c *db.Comment) *fault.Fault {
	f := fault.Coded(fault.State, enum.UserErrorCodeIncomplete, "this comment awaits a disposition")
	f.Field = "comments." + c.GlobalID().String()
	return f
}

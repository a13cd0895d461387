package comment

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Page is a page of comments.
type Page = store.Page[*db.Comment]

// Edge is a comment in a list.
type Edge = store.Edge[*db.Comment]

// Table says how comments are read.
var Table = store.Table[db.Comment]{
	Name: "comments",
	Columns: []string{
		"id", "created_at", "updated_at", "revision", "subject_type", "subject_id", "dialogue_id", "parent_id", "depth", "author_id", "body",
		"stance", "language", "quote_start", "quote_end", "quote_version", "quote_text", "state", "state_reason", "agrees", "disagrees", "passes",
	},
	Dest: func(c *db.Comment) []any {
		return []any{
			&c.ID, &c.CreatedAt, &c.UpdatedAt, &c.Revision, &c.SubjectType, &c.SubjectID, &c.DialogueID, &c.ParentID, &c.Depth, &c.AuthorID,
			&c.Body, &c.Stance, &c.Language, &c.QuoteStart, &c.QuoteEnd, &c.QuoteVersion, &c.QuoteText, &c.State, &c.StateReason, &c.Agrees,
			&c.Disagrees, &c.Passes,
		}
	},
	ID: func(c *db.Comment) uuid.UUID { return c.ID },
}

// Filter says which comments to list.
type Filter struct {
	State, Stance []string
	Author        *uuid.UUID
	Dialogue      *uuid.UUID
	Text          string
	ChangedSince  *time.Time
}

// Orders of a list.
const (
	Oldest    = "OLDEST"
	Newest    = "NEWEST"
	Agreement = "AGREEMENT"
)

// own is the policy's filter on comments alone; their subject must be visible as well.
func own(a policy.Actor) store.Cond {
	return store.Visible(policy.Visible(a, policy.Comment), "t.state", map[policy.Fact]store.Cond{
		policy.Own: store.Where("t.author_id = ?", a.Stakeholder),
		policy.Convenor: store.Where(
			"(t.dialogue_id IS NULL OR EXISTS (SELECT 1 FROM dialogues c WHERE c.id = t.dialogue_id AND c.convenor_id = ?))", a.Stakeholder),
	})
}

// visible adds that what is commented on can be seen.
func visible(a policy.Actor) store.Cond { return store.And(own(a), placeVisible(a)) }

// placeVisible asks that what a comment is about can be seen.
func placeVisible(a policy.Actor) store.Cond {
	about := func(kind string, in store.Cond) store.Cond {
		return store.And(store.Where("t.subject_type = '"+kind+"'"), in)
	}
	return store.Or(
		about("DIALOGUE", dialogue.InVisible(a, "t.subject_id")),
		about("PROPOSAL", proposal.InVisible(a, "t.subject_id")),
		about("PRACTICE", practice.InVisible(a, "t.subject_id")),
		about("ASSESSMENT", assessment.InVisible(a, "t.subject_id")),
	)
}

// ByID reads comments by their ids: what is missing or hidden is left out.
func (s *Service) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Comment, error) {
	return store.ByID(ctx, s.store, Table, ids, visible(policy.ActorFrom(ctx)))
}

// InPlace reads comments by their ids, hidden ones too, where what they are about can be seen: they may
// know that one was taken down. None of its words may go to them.
func (s *Service) InPlace(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Comment, error) {
	return store.ByID(ctx, s.store, Table, ids, placeVisible(policy.ActorFrom(ctx)))
}

// List reads a page of comments on anything, replies among them, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, Newest, page)
	if err != nil {
		return nil, err
	}
	l.Where = store.And(placeVisible(policy.ActorFrom(ctx)), l.Where)
	return store.One(ctx, s.store, l)
}

// Of reads a page of the top-level comments on each subject. The subjects are visible already.
func (s *Service) Of(ctx context.Context, subjects []uuid.UUID, f Filter, order string, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, f, order, page)
	if err != nil {
		return nil, err
	}
	l.Parent, l.Told = "t.subject_id", true
	l.Where = store.And(store.Where("t.depth = 0"), l.Where)
	return store.Pages(ctx, s.store, l, subjects)
}

// RepliesTo reads a page of the replies to each comment, oldest first. The comments are visible already.
func (s *Service) RepliesTo(ctx context.Context, comments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, Filter{}, Oldest, page)
	if err != nil {
		return nil, err
	}
	l.Parent = "t.parent_id"
	return store.Pages(ctx, s.store, l, comments)
}

func (s *Service) list(ctx context.Context, f Filter, order string, page store.PageArgs) (store.List[db.Comment], error) {
	actor := policy.ActorFrom(ctx)
	l := store.List[db.Comment]{Table: Table, Viewer: actor.Key()}
	var err error
	if l.Slice, err = page.Check(); err != nil {
		return l, err
	}
	switch order {
	case Newest:
		l.Order.Descending = true
	case Agreement:
		l.Order = store.Order{Column: "agrees", Descending: true}
		l.Value = func(c *db.Comment) int64 { return int64(c.Agrees) }
	}
	l.Where, err = s.store.Narrow(own(actor)).In("t.state", f.State).In("t.stance", f.Stance).Is("t.author_id = ?", f.Author).
		Is("t.dialogue_id = ?", f.Dialogue).Text(f.Text, "t.body").Since("t.updated_at", f.ChangedSince).All()
	return l, err
}

// VotesOf gives the viewer's own vote on each comment; none where there is none.
func (s *Service) VotesOf(ctx context.Context, comments []uuid.UUID) (map[uuid.UUID]string, error) {
	votes := map[uuid.UUID]string{}
	actor := policy.ActorFrom(ctx)
	if actor.Stakeholder == uuid.Nil {
		return votes, nil
	}
	of := s.store.AnyOf("comment_id", comments)
	text := "SELECT comment_id, choice FROM votes WHERE " + of.SQL + " AND voter_id = ?"
	err := s.store.Query(ctx, text, append(of.Args, actor.Stakeholder), func(r *sql.Rows) error {
		var id uuid.UUID
		var choice string
		err := r.Scan(&id, &choice)
		votes[id] = choice
		return err
	})
	return votes, err
}

// Can tells what the viewer can do with each comment.
func (s *Service) Can(ctx context.Context, rows []*db.Comment) ([][]*policy.Decision, error) {
	var ids, proposals []uuid.UUID
	for _, row := range rows {
		if row.DialogueID != nil {
			ids = append(ids, *row.DialogueID)
		}
		if row.SubjectType == "PROPOSAL" {
			proposals = append(proposals, row.SubjectID)
		}
	}
	spaces, err := s.dialogues.Spaces(ctx, ids)
	if err != nil {
		return nil, err
	}
	about, err := s.proposals.ByID(ctx, proposals)
	if err != nil {
		return nil, err
	}
	actor, now := policy.ActorFrom(ctx), s.clock.Now()
	out := make([][]*policy.Decision, len(rows))
	for i, row := range rows {
		place := place{facts: openPlace(actor)}
		if row.DialogueID != nil {
			place.facts = spaces[*row.DialogueID].Facts(actor, now) | policy.Shown
		}
		if p := about[row.SubjectID]; row.SubjectType == "PROPOSAL" && (p == nil || p.State != "OPEN") {
			place.facts &^= policy.Shown
		}
		out[i] = policy.Can(actor, subject(actor, row, place))
	}
	return out, nil
}

// TallyOf gives the tally of a comment.
func TallyOf(c *db.Comment) *Tally {
	return &Tally{Agree: c.Agrees, Disagree: c.Disagrees, Pass: c.Passes, Total: c.Agrees + c.Disagrees + c.Passes}
}

// QuoteOf gives the passage a comment speaks of, or nil.
func QuoteOf(c *db.Comment) *Quote {
	if c.QuoteStart == nil || c.QuoteEnd == nil {
		return nil
	}
	return &Quote{Start: *c.QuoteStart, End: *c.QuoteEnd, Version: c.QuoteVersion, Text: c.QuoteText}
}

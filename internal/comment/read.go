package comment

import (
	"context"
	"database/sql"
	"maps"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of comments.
type Page = store.Page[*db.Comment]

// Edge is an entry of a page of comments.
type Edge = store.Edge[*db.Comment]

// VersionPage is a page of versions.
type VersionPage = store.Page[*db.CommentVersion]

// VersionEdge is an entry of a page of versions.
type VersionEdge = store.Edge[*db.CommentVersion]

// placed is a comment where it was made.
type placed struct {
	*db.Comment
	place  access.Place
	before enum.VoteChoice // the actor's vote, where a vote is cast
	marks
}

// marks are what has happened to a comment, as decisions on it need it and votes do not.
type marks struct {
	answered, voted bool // by anybody, and by the actor's party
	recent          bool // it can still be edited
}

// nounOf says what the policy needs to know of a comment on something of these kinds.
func nounOf(kinds []Kind) access.Noun[db.Comment, placed] {
	around := func(fact policy.Fact) access.Fact[placed] {
		return access.Around(fact, func(c placed) access.Place { return c.place })
	}
	return access.Noun[db.Comment, placed]{
		Resource: policy.Comment,
		Table:    store.TableOf[db.Comment]().Without("member_id").Always("late"),
		Row:      func(c placed) *db.Comment { return c.Comment },
		Around:   func(c placed) access.Place { return c.place },
		AsPlace:  asPlace,
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "author_id"),
			around(policy.Convenor).WithSQL(access.Convened),
			around(policy.InSight).WithSQL(func(a policy.Actor, t string) store.Cond {
				return access.SubjectVisible(kinds, a, t)
			}),
			around(policy.DialogueOpen),
			around(policy.MayVote),
			around(policy.Responsible),
			around(policy.Shown),
			{Fact: policy.Voted, Holds: func(_ policy.Actor, c placed) bool { return c.voted }},
			{Fact: policy.Untouched, Holds: func(_ policy.Actor, c placed) bool {
				return !c.answered && c.Outcome == nil && TallyOf(c.Comment).Total == 0
			}},
			{Fact: policy.Recent, Holds: func(_ policy.Actor, c placed) bool { return c.recent }},
			{Fact: policy.Convened, Holds: func(_ policy.Actor, c placed) bool { return c.DialogueID != nil }},
			{Fact: policy.TopLevel, Holds: func(_ policy.Actor, c placed) bool { return c.Depth == 0 }},
		},
	}
}

// asPlace is a comment as a place for replies.
func asPlace(_ policy.Actor, c placed) access.Place {
	at := c.place
	at.Deep = c.Depth >= policy.MaxDepth
	if c.State != enum.CommentStateVisible {
		at.Facts.Remove(policy.Shown)
	}
	return at
}

// Filter says which comments to list.
type Filter struct {
	State                           []enum.CommentState
	Stance                          []enum.Stance
	Chamber                         []enum.StakeholderKind
	Language                        []string
	Author, Dialogue                *uuid.UUID
	Text                            string
	PublishedAfter, PublishedBefore *time.Time
	ChangedSince                    *time.Time
	Round                           *int
	Late                            *bool
	AwaitsDisposition               *bool
}

// InPlace reads comments by their ids, hidden ones too, where what they are about can be seen: their readers may know that
// one was taken down. None of its words may go to them.
func (s *Service) InPlace(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Comment, error) {
	inSight := []policy.Clause{{Facts: policy.These(policy.InSight)}}
	return store.ByID(ctx, s.store, s.Table, ids, s.Where(policy.ActorFrom(ctx), "t", inSight))
}

// List reads a page of comments on anything, replies among them, newest first; those that changed since a time in the order of the
// changes.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, _, err := s.list(ctx, f, "", page)
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, l)
}

// Of reads a page of the top-level comments on each subject. The subjects are visible already. Unless a filter asks for comments of
// some kind, those that were taken down keep their places where something below them is shown.
func (s *Service) Of(
	ctx context.Context, subjects []uuid.UUID, f Filter, order enum.CommentOrder, page store.PageArgs,
) (map[uuid.UUID]*Page, error) {
	l, filtered, err := s.list(ctx, f, order, page, policy.InSight)
	if err != nil {
		return nil, err
	}
	l.Parent, l.ActsNameParent = "t.subject_id", true
	if top := store.Where("t.depth = 0"); filtered {
		l.Where = store.And(top, l.Where)
	} else {
		l.Where, l.Shown, l.Kept = top, l.Where, s.answered(ctx, "f.thread_id = t.id AND f.path > t.path")
	}
	switch order {
	case enum.CommentOrderOldest:
		l.Order.Column, l.Order.Leads, l.Value = "late", true, func(c *db.Comment) int64 { return int64(c.Late) }
	case enum.CommentOrderAgreement:
		return store.Ranked(ctx, s.store, l, store.Where("t.late, t.agrees DESC, t.id DESC"), s.clock.Now(), subjects)
	}
	return store.Pages(ctx, s.store, l, subjects)
}

// RepliesTo reads a page of the replies to each comment, oldest first. The comments are visible already. Those that were taken down
// keep their places where something below them is shown.
func (s *Service) RepliesTo(ctx context.Context, comments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, _, err := s.list(ctx, Filter{}, enum.CommentOrderOldest, page, policy.InSight)
	if err != nil {
		return nil, err
	}
	l.Parent = "t.parent_id"
	l.Where, l.Shown, l.Kept = store.Always(), l.Where, s.answered(ctx, belowReply)
	return store.Pages(ctx, s.store, l, comments)
}

// list lists the comments that the viewer may see and that a filter keeps, and tells whether the filter asks for anything.
func (s *Service) list(
	ctx context.Context, f Filter, order enum.CommentOrder, page store.PageArgs, given ...policy.Fact,
) (l store.List[db.Comment], filtered bool, err error) {
	actor := policy.ActorFrom(ctx)
	l = store.List[db.Comment]{Table: s.Table, Viewer: actor.Key()}
	if l.Slice, err = page.Check(); err != nil {
		return l, false, err
	}
	l.Order.Descending = order == enum.CommentOrderNewest || order == ""
	narrowing := s.store.Narrow(s.Visible(actor, "t", given...)).And(store.Any("t.state", f.State)).And(store.Any("t.stance", f.Stance)).
		And(access.OfChamber("t.author_id", f.Chamber)).Languages(f.Language, func(tags []string) store.Cond { return s.store.AnyText("t.language", tags) }).
		Is("t.author_id = ?", f.Author).Is("t.dialogue_id = ?", f.Dialogue).Text(f.Text, "t.body").
		Between("t.created_at", f.PublishedAfter, f.PublishedBefore).Since("t.updated_at", f.ChangedSince).And(f.inRound())
	l.Where, err = narrowing.All()
	if order == "" {
		access.Sort(&l, nil, order, f.ChangedSince)
	}
	return l, narrowing.Narrows(), err
}

// inRound asks of comments t that they were made in a round of their dialogue, in time or late, and are owed a disposition or not.
func (f Filter) inRound() store.Cond {
	var all []store.Cond
	if f.Round != nil {
		all = append(all, store.Where("t.phase_id IN (SELECT h.id FROM phases h WHERE h.dialogue_id = t.dialogue_id AND h.round = ?)", *f.Round))
	}
	if f.Late != nil {
		late := 0
		if *f.Late {
			late = 1
		}
		all = append(all, store.Where("t.late = ?", late))
	}
	if f.AwaitsDisposition != nil {
		waits := "t.outcome IS NULL AND t.owed AND t.state = 'VISIBLE' AND t." + unveiled
		if !*f.AwaitsDisposition {
			waits = "NOT (" + waits + ")"
		}
		all = append(all, store.Where(waits))
	}
	if len(all) == 0 {
		return store.Cond{}
	}
	return store.And(all...)
}

// answered asks of comments t that the viewer sees something below them. The condition says what is below: the comments f.
func (s *Service) answered(ctx context.Context, below string) store.Cond {
	shown := s.Visible(policy.ActorFrom(ctx), "f", policy.InSight)
	return store.Where("EXISTS (SELECT 1 FROM comments f WHERE "+below+" AND "+shown.SQL+" "+store.EachRow+")", shown.Args...)
}

// belowReply asks of comments f that they are below a reply t.
const belowReply = "f.thread_id = t.thread_id AND f.path > t.path AND f.path < t.path || 'g'"

// below asks of comments t that they are below a comment a, at any depth.
const below = "t.thread_id = COALESCE(a.thread_id, a.id) AND t.path > a.path AND t.path < a.path || 'g'" // g comes after all digits

// Threads reads a page of what is below each comment, in reading order: each reply after what it answers. A reply that was taken
// down keeps its place where something below it is shown, and nothing of it is given. The comments are visible already.
func (s *Service) Threads(ctx context.Context, comments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Thread, error) {
	actor := policy.ActorFrom(ctx)
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	pages, err := store.Pages(ctx, s.store, store.List[db.Comment]{
		Table: s.Table.Always("depth"), Join: "JOIN comments a ON " + below, Parent: "a.id",
		Where: store.Always(), Shown: s.Visible(actor, "t", policy.InSight), Kept: s.answered(ctx, belowReply),
		Order: store.Order{Column: "path", Unique: true}, Slice: slice, Viewer: actor.Key(),
	}, comments)
	threads := make(map[uuid.UUID]*Thread, len(pages))
	for id, p := range pages {
		threads[id] = &Thread{p}
	}
	return threads, err
}

// VotePage is a page of votes.
type VotePage = store.Page[*db.Vote]

// VoteEdge is an entry of a page of votes.
type VoteEdge = store.Edge[*db.Vote]

// VotesBy reads a page of the votes of the viewer's party on comments, last begun first.
func (s *Service) VotesBy(ctx context.Context, party uuid.UUID, page store.PageArgs) (*VotePage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.One(ctx, s.store, store.List[db.Vote]{
		Table: store.TableOf[db.Vote](), Where: store.Where("t.voter_id = ?", party), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: policy.ActorFrom(ctx).Key(),
	})
}

var versions = store.TableOf[db.CommentVersion]()

// VersionsOf reads a page of the versions of each comment, newest first. The comments are visible already.
func (s *Service) VersionsOf(ctx context.Context, comments []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*VersionPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.store, store.List[db.CommentVersion]{
		Table: versions, Parent: "t.comment_id", ActsNameParent: true, Where: store.Always(), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: policy.ActorFrom(ctx).Key(),
	}, comments)
}

// VotesOf gives the viewer's own vote on each comment; none where there is none.
func (s *Service) VotesOf(ctx context.Context, comments []uuid.UUID) (map[uuid.UUID]*enum.VoteChoice, error) {
	votes := map[uuid.UUID]*enum.VoteChoice{}
	actor := policy.ActorFrom(ctx)
	if !actor.SpeaksForParty() {
		return votes, nil
	}
	of := s.store.AnyOf("comment_id", comments)
	text := "SELECT comment_id, choice FROM votes WHERE " + of.SQL + " AND voter_id = ?"
	err := s.store.Query(ctx, text, append(of.Args, actor.Stakeholder), func(r *sql.Rows) error {
		var id uuid.UUID
		var choice enum.VoteChoice
		err := r.Scan(&id, &choice)
		votes[id] = &choice
		return err
	})
	return votes, err
}

// Can tells what the viewer can do with each comment.
func (s *Service) Can(ctx context.Context, rows []*db.Comment) ([][]*policy.Decision, error) {
	on, all := make([]access.On, len(rows)), make([]placed, len(rows))
	for i, row := range rows {
		on[i] = access.On{Type: row.SubjectType, ID: row.SubjectID}
	}
	places, err := access.PlacesOf(ctx, s.kinds, on)
	if err != nil {
		return nil, err
	}
	for i, row := range rows {
		all[i] = placed{Comment: row, place: places[i]}
	}
	if err := s.mark(ctx, all); err != nil {
		return nil, err
	}
	return s.Frame.Can(ctx, all), nil
}

// mark notes what has happened to comments. It matters to those who speak for a party: others may do nothing with it.
func (s *Service) mark(ctx context.Context, all []placed) error {
	actor := policy.ActorFrom(ctx)
	if !actor.SpeaksForParty() {
		return nil
	}
	ids, marked := make([]uuid.UUID, len(all)), map[uuid.UUID]marks{}
	for i, c := range all {
		ids[i] = c.ID
	}
	of := s.store.AnyOf("c.id", ids)
	text := "SELECT c.id, " + happened + " FROM comments c WHERE " + of.SQL
	err := s.store.Query(ctx, text, append([]any{actor.Stakeholder}, of.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		var m marks
		err := r.Scan(&id, &m.answered, &m.voted)
		marked[id] = m
		return err
	})
	now := s.clock.Now()
	for i := range all {
		all[i].marks = marked[all[i].ID]
		all[i].until(now)
	}
	return err
}

// happened asks, of a comment c, whether somebody has answered it, and whether a party has voted on it.
const happened = `EXISTS (SELECT 1 FROM comments r WHERE r.parent_id = c.id), EXISTS (SELECT 1 FROM votes v WHERE v.comment_id = c.id AND v.voter_id = ?)`

// until notes whether a comment can still be edited at a time, and until when it could.
func (c *placed) until(now time.Time) {
	end := c.CreatedAt.Add(policy.EditFor)
	if c.recent = now.Before(end); c.recent {
		return
	}
	ended := policy.Since{policy.Recent: end}
	maps.Copy(ended, c.place.Ended)
	c.place.Ended = ended
}

// TallyOf gives the tally of a comment.
func TallyOf(c *db.Comment) *Tally {
	return &Tally{Agree: c.Agrees, Disagree: c.Disagrees, Pass: c.Passes, Total: c.Agrees + c.Disagrees + c.Passes, comment: c.ID}
}

// TalliesOf gives the tallies of comments.
func TalliesOf(cs []*db.Comment) []*Tally {
	all := make([]*Tally, len(cs))
	for i, c := range cs {
		all[i] = TallyOf(c)
	}
	return all
}

// QuoteOf gives the passage a comment speaks of, or nil.
func QuoteOf(c *db.Comment) *Quote {
	if c.QuoteStart == nil || c.QuoteEnd == nil {
		return nil
	}
	return &Quote{Start: *c.QuoteStart, End: *c.QuoteEnd, Version: c.QuoteVersion, Text: c.QuoteText}
}

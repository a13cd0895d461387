package graph

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var commentNoun = noun{
	name:   "comment",
	types:  []string{"Comment"},
	read:   by(commentsByID),
	tables: []string{"comments", "comment_versions", "votes", "discussions"},
	place:  by(func(r *Resolver) many[db.Comment] { return r.Comments.InPlace }),
	inside: []policy.Resource{policy.Dialogue, policy.Proposal, policy.Practice, policy.Assessment},
	edges: edges{
		"Query.comments": top(func(ctx context.Context, r *Resolver, a args) (*comment.Page, error) {
			f, err := commentFilter(a)
			if err != nil {
				return nil, err
			}
			return r.Comments.List(ctx, f, a.page())
		}),
		"Comment.subject": commentSubject,
		"Comment.phase":   to("phase_id", func(r *Resolver) many[db.Phase] { return r.Dialogues.PhasesByID }),
		"Comment.late":    made(func(c *db.Comment) bool { return c.Late != 0 }, "late"),
		"Comment.parent":  to("parent_id", commentsByID),
		"Comment.author":  toParty("author_id"),
		"Comment.versions": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.VersionPage, error) {
			return r.Comments.VersionsOf(ctx, ids, a.page())
		}),
		"Comment.quote": made(comment.QuoteOf, "quote_start", "quote_end", "quote_version", "quote_text"),
		"Comment.tally": forAll(func(_ context.Context, _ *Resolver, cs []*db.Comment) ([]*comment.Tally, error) {
			return comment.TalliesOf(cs), nil // at once, so that what is below them is read at once
		}, "id", "agrees", "disagrees", "passes"),
		"Tally.byChamber": forAll(func(ctx context.Context, r *Resolver, ts []*comment.Tally) ([][]*comment.ChamberTally, error) {
			return r.Comments.ByChamber(ctx, ts)
		}),
		"Comment.viewerVote": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*enum.VoteChoice, error) {
			return r.Comments.VotesOf(ctx, ids)
		}),
		"Comment.replies": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.Page, error) {
			return r.Comments.RepliesTo(ctx, ids, a.page())
		}),
		"Comment.thread": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.Thread, error) {
			return r.Comments.Threads(ctx, ids, a.page())
		}),
		"CommentEdge.thread": one(func(ctx context.Context, r *Resolver, places []*comment.Edge, a args) ([]*comment.Thread, error) {
			ids := make([]uuid.UUID, len(places))
			for i, p := range places {
				ids[i] = p.Place().ID
			}
			found, err := r.Comments.Threads(ctx, ids, a.page())
			threads := make([]*comment.Thread, len(ids))
			for i, id := range ids {
				threads[i] = found[id]
			}
			return threads, err
		}),
		"Comment.viewerCan": can(func(ctx context.Context, r *Resolver, cs []*db.Comment) ([][]*policy.Decision, error) {
			return r.Comments.Can(ctx, cs)
		}),
	},
	mutations: mutations{
		"postComment": with(post),
		"voteOnComment": with(func(ctx context.Context, r *Resolver, in model.VoteOnCommentInput) (*act.Result, error) {
			id := key("comment", in.ID)
			return r.Comments.Vote(ctx, id, in.Choice, in.ExpectedRevision)
		}),
		"retractCommentVote": on(func(r *Resolver) moving { return r.Comments.Retract }),
		"editComment": with(func(ctx context.Context, r *Resolver, in model.EditCommentInput) (*act.Result, error) {
			id := key("comment", in.ID)
			return r.Comments.Edit(ctx, id, comment.Change{Body: in.Body, Stance: or(in.Stance, ""), Language: in.Language}, &in.ExpectedRevision)
		}),
		"withdrawComment": on(func(r *Resolver) moving { return r.Comments.Withdraw }),
		"hideComment":     because("Reason", func(r *Resolver) reasoned { return r.Comments.Hide }),
		"restoreComment":  because("Reason", func(r *Resolver) reasoned { return r.Comments.Restore }),
	},
}

func commentsByID(r *Resolver) many[db.Comment] { return r.Comments.ByID }

// commentsOn reads the top-level comments on things of any kind.
func commentsOn(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*comment.Page, error) {
	f, err := commentFilter(a)
	if err != nil {
		return nil, err
	}
	return r.Comments.Of(ctx, ids, f, cmp.Or(word[enum.CommentOrder](a, "order"), enum.CommentOrderOldest), a.page())
}

func commentFilter(a args) (comment.Filter, error) {
	in, err := filter[model.CommentFilter](a)
	if err != nil {
		return comment.Filter{}, err
	}
	f := comment.Filter{
		State: in.State, Stance: in.Stance, Chamber: in.Chamber, Language: in.Language, Text: or(in.Text, ""),
		PublishedAfter: in.PublishedAfter, PublishedBefore: in.PublishedBefore, ChangedSince: in.ChangedSince,
	}
	f.Author = optionalKey("stakeholder", in.Author)
	f.Dialogue = optionalKey("dialogue", in.Dialogue)
	f.Late = in.Late
	if in.Round != nil {
		f.Round = new(int(*in.Round))
	}
	return f, nil
}

// commentSubject reads what comments are about.
var commentSubject = func() edge {
	e := one(func(ctx context.Context, r *Resolver, cs []*db.Comment, _ args) ([]view.Node, error) {
		ids := make([]typeid.ID, len(cs))
		for i, c := range cs {
			ids[i] = typeid.New(string(policy.ResourceOf(c.SubjectType)), c.SubjectID)
		}
		return r.nodes(ctx, ids)
	})
	e.needs, e.public = []string{"subject_type", "subject_id"}, true
	return e
}()

func post(ctx context.Context, r *Resolver, in model.PostCommentInput) (*act.Result, error) {
	var about *comment.Subject
	if in.Subject != nil {
		id := anyID(*in.Subject)
		about = &comment.Subject{Type: policy.Resource(id.Noun), ID: id.UUID}
	}
	d := comment.Draft{Body: in.Body, Stance: or(in.Stance, ""), Language: or(in.Language, "")}
	if q := in.Quote; q != nil {
		d.Quote = &comment.QuoteAt{Start: int(q.Start), End: int(q.End), Unit: or(q.Unit, ""), Text: q.Text}
		if q.Version != nil {
			version := int(*q.Version)
			d.Quote.Version = &version
		}
	}
	return r.Comments.Post(ctx, about, optionalKey("comment", in.Parent), d)
}

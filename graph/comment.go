package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

func commentID(c *db.Comment) uuid.UUID { return c.ID }

var commentEdges = edges{
	"Query.comment": top(func(ctx context.Context, r *Resolver, a args) (*db.Comment, error) {
		return single(ctx, a, "comment", r.Comments.ByID)
	}),
	"Query.comments": top(func(ctx context.Context, r *Resolver, a args) (*comment.Page, error) {
		f, err := commentFilter(a)
		if err != nil {
			return nil, err
		}
		return r.Comments.List(ctx, f, a.page())
	}),
	"Comment.subject": one(func(ctx context.Context, r *Resolver, cs []*db.Comment, _ args) ([]view.Node, error) {
		return r.about(ctx, cs)
	}),
	"Comment.parent": one(func(ctx context.Context, r *Resolver, cs []*db.Comment, _ args) ([]*db.Comment, error) {
		id := func(c *db.Comment) uuid.UUID { return or(c.ParentID, uuid.Nil) }
		rows, err := r.Comments.ByID(ctx, ids(cs, id))
		return pick(cs, id, rows), err
	}),
	"Comment.author": one(func(ctx context.Context, r *Resolver, cs []*db.Comment, _ args) ([]party.Stakeholder, error) {
		return r.named(ctx, ids(cs, func(c *db.Comment) uuid.UUID { return c.AuthorID }))
	}),
	"Comment.viewerVote": one(func(ctx context.Context, r *Resolver, cs []*db.Comment, _ args) ([]*string, error) {
		votes, err := r.Comments.VotesOf(ctx, ids(cs, commentID))
		out := make([]*string, len(cs))
		for i, c := range cs {
			if choice, ok := votes[c.ID]; ok {
				out[i] = &choice
			}
		}
		return out, err
	}),
	"Comment.replies": one(func(ctx context.Context, r *Resolver, cs []*db.Comment, a args) ([]*comment.Page, error) {
		pages, err := r.Comments.RepliesTo(ctx, ids(cs, commentID), a.page())
		return pick(cs, commentID, pages), err
	}),
	"Comment.viewerCan": one(func(ctx context.Context, r *Resolver, cs []*db.Comment, _ args) ([][]*policy.Decision, error) {
		return r.Comments.Can(ctx, cs)
	}),
	"CommentPayload.act": payloadAct,
	"CommentPayload.comment": payloadSubject(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Comment, error) {
		return r.Comments.ByID
	}),
}

// commentsOn reads the top-level comments on things of one kind.
func commentsOn[P any](ctx context.Context, r *Resolver, parents []P, id func(P) uuid.UUID, a args) ([]*comment.Page, error) {
	f, err := commentFilter(a)
	if err != nil {
		return nil, err
	}
	pages, err := r.Comments.Of(ctx, ids(parents, id), f, or(a.text("order"), comment.Oldest), a.page())
	return pick(parents, id, pages), err
}

func commentFilter(a args) (comment.Filter, error) {
	in, err := filter[model.CommentFilter](a)
	if err != nil {
		return comment.Filter{}, err
	}
	f := comment.Filter{State: in.State, Stance: in.Stance, Text: or(in.Text, ""), ChangedSince: in.ChangedSince}
	if f.Author, err = optionalKey("stakeholder", in.Author); err != nil {
		return f, err
	}
	f.Dialogue, err = optionalKey("dialogue", in.Dialogue)
	return f, err
}

// about reads what comments are about: one batch read a kind.
func (r *Resolver) about(ctx context.Context, cs []*db.Comment) ([]view.Node, error) {
	byNoun := map[string][]uuid.UUID{}
	for _, c := range cs {
		noun := string(comment.ResourceOf(c.SubjectType))
		byNoun[noun] = append(byNoun[noun], c.SubjectID)
	}
	found := map[typeid.ID]view.Node{}
	for noun, ids := range byNoun {
		if err := r.readNodes(ctx, noun, ids, found); err != nil {
			return nil, err
		}
	}
	out := make([]view.Node, len(cs))
	for i, c := range cs {
		out[i] = found[typeid.New(string(comment.ResourceOf(c.SubjectType)), c.SubjectID)]
	}
	return out, nil
}

func (r *Resolver) post(ctx context.Context, in model.PostCommentInput) (*actlog.Receipt, error) {
	var about *comment.Subject
	if in.Subject != nil {
		id, err := typeid.ParseAny(*in.Subject)
		if err != nil {
			return nil, &fault.Fault{Kind: fault.NotFound, Field: "subject", Message: "not found"}
		}
		about = &comment.Subject{Type: policy.Resource(id.Noun), ID: id.UUID}
	}
	parent, err := optionalKey("comment", in.Parent)
	if err != nil {
		return nil, &fault.Fault{Kind: fault.NotFound, Field: "parent", Message: "not found"}
	}
	d := comment.Draft{Body: in.Body, Stance: or(in.Stance, ""), Language: or(in.Language, "")}
	if q := in.Quote; q != nil {
		d.Quote = &comment.QuoteAt{Start: int(q.Start), End: int(q.End)}
		if q.Version != nil {
			version := int(*q.Version)
			d.Quote.Version = &version
		}
	}
	return r.Comments.Post(ctx, about, parent, d)
}

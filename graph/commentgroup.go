package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/textdiff"
)

var commentGroupNoun = noun{
	name:  "commentgroup",
	types: []string{"CommentGroup"},
	read:  by(groupsByID),
	edges: edges{
		"CommentGroup.size": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]int32, error) {
			return r.Comments.SizesOf(ctx, ids)
		}),
		"CommentGroup.awaitDisposition": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]int32, error) {
			return r.Comments.AwaitingIn(ctx, ids)
		}),
		"CommentGroup.texts": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID][]*comment.GroupText, error) {
			return r.Comments.TextsOf(ctx, ids, a.page())
		}),
		"CommentGroupText.hunks": made(func(t *comment.GroupText) []*textdiff.Hunk { return t.Hunks() }),
	},
}

func groupsByID(r *Resolver) many[db.CommentGroup] { return r.Comments.GroupsByID }

package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var fileNoun = noun{
	name:   "file",
	types:  []string{"File"},
	read:   by(func(r *Resolver) many[db.File] { return r.Files.ByID }),
	tables: []string{"files"},
	posted: []policy.Action{policy.UploadFile},
	edges: edges{
		"File.url":               fileURL(),
		"Dialogue.files":         filesOf(),
		"Proposal.files":         filesOf(),
		"Comment.files":          filesOf(),
		"OfficialResponse.files": filesOf(),
		"Milestone.files":        filesOf(),
		"File.subject": one(func(ctx context.Context, r *Resolver, rows []*db.File, _ args) ([]view.Node, error) {
			ids := make([]typeid.ID, len(rows))
			for i, row := range rows {
				if row.SubjectID != nil && row.SubjectType != nil {
					ids[i] = typeid.New(string(policy.ResourceOf(*row.SubjectType)), *row.SubjectID)
				}
			}
			return r.nodes(ctx, ids)
		}),
	},
}

// filesOf reads the files of things: whoever sees a thing sees its files.
func filesOf() edge {
	return under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID][]*db.File, error) {
		return r.Files.Of(ctx, ids)
	})
}

// fileURL is an address that is good for five minutes.
func fileURL() edge {
	e := madeFor(func(ctx context.Context, r *Resolver, row *db.File) (string, error) {
		return r.Files.URL(ctx, row.ID), nil
	})
	e.needs, e.passing = []string{"id"}, true
	return e
}

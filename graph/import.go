package graph

import (
	"context"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/importing"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var importNoun = noun{
	name:   "import",
	types:  []string{"Import"},
	read:   by(func(r *Resolver) many[db.Imported] { return r.Imports.ByID }),
	tables: []string{"imports", "import_chunks"},
	edges: edges{
		"Query.imports": paged(func(ctx context.Context, r *Resolver, in model.ImportFilter, a args) (*importing.Page, error) {
			return r.Imports.List(ctx, importing.Filter{State: in.State, Kind: in.Kind, ChangedSince: in.ChangedSince}, a.page())
		}),
		"Import.by":     toColleague("member_id"),
		"Import.counts": ofRow(func(_ *Resolver, row *db.Imported, _ args) ([]*intake.Count, error) { return importing.CountsOf(row) }, "counts"),
		"Import.faults": ofRow(func(_ *Resolver, row *db.Imported, a args) ([]*importing.Fault, error) {
			most, err := mostOf(a, "first")
			if err != nil {
				return nil, err
			}
			return importing.FaultsOf(row, most, int(or(a.integer("skip"), 0)))
		}, "faults"),
		"Import.notes":     ofRow(func(_ *Resolver, row *db.Imported, _ args) ([]string, error) { return importing.NotesOf(row) }, "notes"),
		"Import.results":   ofRow(func(_ *Resolver, row *db.Imported, _ args) ([]string, error) { return importing.ResultsOf(row) }, "results"),
		"Import.progress":  passing(ofRow(func(r *Resolver, row *db.Imported, _ args) (*importing.Progress, error) { return r.Imports.Come(row) }, "id", "state", "progress")),
		"Import.expiresAt": made(func(row *db.Imported) *time.Time { return importing.ExpiresAt(row) }, "state", "created_at"),
		"Import.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Imported) ([][]*policy.Decision, error) {
			return r.Imports.Can(ctx, rows), nil
		}),
	},
	mutations: mutations{
		"startImport": with(func(ctx context.Context, r *Resolver, in model.StartImportInput) (*act.Result, error) {
			return r.Imports.Start(ctx, key("import", in.ID), in.Sha256, in.ExpectedRevision)
		}),
	},
	follows: follows{"importUpdated": around},
}

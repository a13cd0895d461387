package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/tie"
)

var tieNoun = noun{
	name:   "tie",
	types:  []string{"Tie"},
	read:   by(func(r *Resolver) many[db.Tie] { return r.Ties.ByID }),
	tables: []string{"ties"},
	inside: []policy.Resource{policy.Stakeholder},
	edges: edges{
		"Tie.party":                toParty("party_id"),
		"Tie.about":                toParty("about_id"),
		"Firm.ties":                under(tiesOf),
		"Customer.ties":            under(tiesOf),
		"Regulator.ties":           under(tiesOf),
		"NGO.ties":                 under(tiesOf),
		"AcademicInstitution.ties": under(tiesOf),
		"Comment.authorTies": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID][]*db.Tie, error) {
			found, err := r.Ties.BesideComments(ctx, ids)
			return each(ids, found), err
		}),
		"Proposal.authorTies": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID][]*db.Tie, error) {
			found, err := r.Ties.BesideProposals(ctx, ids)
			return each(ids, found), err
		}),
		"Tie.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Tie) ([][]*policy.Decision, error) {
			return r.Ties.Can(ctx, rows), nil
		}),
	},
	mutations: mutations{
		"declareTie": with(func(ctx context.Context, r *Resolver, in model.DeclareTieInput) (*act.Result, error) {
			return r.Ties.Declare(ctx, key("stakeholder", in.About), tie.Words{
				Kind: in.Kind, Description: or(in.Description, ""), Since: in.Since, Until: in.Until,
			})
		}),
		"endTie": with(func(ctx context.Context, r *Resolver, in model.EndTieInput) (*act.Result, error) {
			return r.Ties.End(ctx, key("tie", in.ID), in.Until, in.ExpectedRevision)
		}),
	},
}

func tiesOf(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*tie.Page, error) {
	return r.Ties.Of(ctx, ids, a.page())
}

// each gives every id a list, which may be empty.
func each[T any](ids []uuid.UUID, found map[uuid.UUID][]T) map[uuid.UUID][]T {
	lists := make(map[uuid.UUID][]T, len(ids))
	for _, id := range ids {
		if lists[id] = found[id]; lists[id] == nil {
			lists[id] = []T{}
		}
	}
	return lists
}

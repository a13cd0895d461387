package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var authorshipNoun = noun{
	name:   "authorship",
	types:  []string{"Authorship"},
	read:   by(func(r *Resolver) many[db.Authorship] { return r.Authorships.ByID }),
	place:  by(func(r *Resolver) many[db.Authorship] { return r.Authorships.InPlace }),
	tables: []string{"authorships", "sponsors"},
	inside: []policy.Resource{policy.Proposal},
	edges: edges{
		"Proposal.authors": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID][]*db.Authorship, error) {
			return r.Authorships.Of(ctx, ids)
		}),
		"Authorship.proposal": to("proposal_id", proposalsByID),
		"Authorship.party":    toParty("party_id"),
		"Authorship.accepted": made(func(row *db.Authorship) bool { return row.State == enum.AuthorshipStateAccepted }, "state"),
		"Authorship.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Authorship) ([][]*policy.Decision, error) {
			return r.Authorships.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Authorship, error) { return r.Authorships.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Authorship) ([][]*policy.Decision, error) {
			return r.Authorships.Can(ctx, rows)
		}),
	mutations: mutations{
		"inviteCoAuthor": with(func(ctx context.Context, r *Resolver, in model.InviteCoAuthorInput) (*act.Result, error) {
			return r.Authorships.Invite(ctx, key("proposal", in.Proposal), key("stakeholder", in.Party))
		}),
		"acceptCoAuthorship": on(func(r *Resolver) moving { return r.Authorships.Accept }),
		"leaveAuthorship":    on(func(r *Resolver) moving { return r.Authorships.Leave }),
	},
	does: map[string]policy.Action{"inviteCoAuthor": policy.InviteCoAuthor, "acceptCoAuthorship": policy.AcceptCoAuthorship},
}

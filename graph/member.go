package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// memberNoun is the person behind a token. An erasure may change anything, so it names no tables.
var memberNoun = noun{
	name:  "member",
	types: []string{"Member"},
	read:  by(func(r *Resolver) many[db.Member] { return r.Privacy.MembersByID }),
	edges: edges{
		"Member.stakeholder": toParty("stakeholder_id"),
		"Member.viewerCan": can(func(ctx context.Context, r *Resolver, members []*db.Member) ([][]*policy.Decision, error) {
			out := make([][]*policy.Decision, len(members))
			for i, m := range members {
				out[i] = r.Privacy.Can(ctx, m.ID)
			}
			return out, nil
		}),
	},
	mutations: mutations{
		"eraseMember": with(func(ctx context.Context, r *Resolver, in model.EraseMemberInput) (*act.Result, error) {
			id, err := memberKey(ctx, r, in.ID)
			if err != nil {
				return nil, err
			}
			return r.Privacy.Erase(ctx, id, in.Confirm)
		}),
	},
}

// memberKey reads whom to erase: a member's id, or a customer's.
func memberKey(ctx context.Context, r *Resolver, text string) (uuid.UUID, error) {
	id, err := typeid.ParseAny(text)
	switch {
	case err == nil && id.Noun == "member":
		return id.UUID, nil
	case err == nil && id.Noun == "stakeholder":
		return r.Privacy.MemberOf(ctx, id.UUID)
	}
	return uuid.Nil, fault.MissingField("id")
}

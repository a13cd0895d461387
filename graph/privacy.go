package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var privacyEdges = edges{
	"MemberPayload.act": payloadAct,
	"Member.viewerCan": one(func(ctx context.Context, r *Resolver, members []*db.Member, _ args) ([][]*policy.Decision, error) {
		out := make([][]*policy.Decision, len(members))
		for i, m := range members {
			out[i] = r.Privacy.Can(ctx, m.ID)
		}
		return out, nil
	}),
}

// memberKey reads whom to erase: a member's id, or a customer's.
func (r *Resolver) memberKey(ctx context.Context, text string) (uuid.UUID, error) {
	id, err := typeid.ParseAny(text)
	switch {
	case err == nil && id.Noun == "member":
		return id.UUID, nil
	case err == nil && id.Noun == "stakeholder":
		return r.Privacy.MemberOf(ctx, id.UUID)
	}
	return uuid.Nil, &fault.Fault{Kind: fault.NotFound, Field: "id", Message: fault.Missing().Message}
}

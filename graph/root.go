package graph

import (
	"context"
	"maps"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// rootFields are the fields that belong to no noun.
var rootFields = noun{edges: joined(desk, edges{
	"Query.node": top(func(ctx context.Context, r *Resolver, a args) (view.Node, error) {
		ids := []typeid.ID{anyID(or(a.text("id"), ""))}
		if err := mayName(ctx, ids); err != nil {
			return nil, err
		}
		nodes, err := r.nodes(ctx, ids)
		if err == nil && nodes[0] == nil {
			err = fault.Missing()
		}
		if err != nil {
			return nil, err
		}
		return nodes[0], nil
	}),
	"Query.nodes": top(func(ctx context.Context, r *Resolver, a args) ([]view.Node, error) {
		list, ok := a.values["ids"].([]any)
		if !ok { // a single value stands for a list of one
			list = []any{a.values["ids"]}
		}
		if len(list) > 100 {
			return nil, fault.InvalidField("ids", enum.UserErrorCodeTooMany, "at most 100 ids")
		}
		ids := make([]typeid.ID, len(list))
		for i, v := range list {
			text, _ := v.(string)
			ids[i] = anyID(text)
		}
		if err := mayName(ctx, ids); err != nil {
			return nil, err
		}
		return r.nodes(ctx, ids)
	}),
	"Query.viewer": top(func(ctx context.Context, r *Resolver, _ args) (*view.Viewer, error) {
		v := &view.Viewer{Actor: policy.ActorFrom(ctx)}
		if !v.Actor.SignedIn() {
			return v, nil
		}
		var err error
		v.Row, err = r.Parties.MemberByID(ctx, v.Actor.Member)
		return v, err
	}),
	"Viewer.member": madeFor(func(_ context.Context, _ *Resolver, v *view.Viewer) (*db.Member, error) { return v.Row, nil }),
	"Viewer.viewerCan": can(func(_ context.Context, _ *Resolver, viewers []*view.Viewer) ([][]*policy.Decision, error) {
		all := make([][]*policy.Decision, len(viewers))
		for i, v := range viewers {
			all[i] = policy.CanBegin(v.Actor)
		}
		return all, nil
	}),
	"Viewer.stakeholder": one(func(ctx context.Context, r *Resolver, viewers []*view.Viewer, _ args) ([]party.Stakeholder, error) {
		ids := make([]uuid.UUID, len(viewers))
		for i, v := range viewers {
			ids[i] = v.Actor.Stakeholder
		}
		return r.named(ctx, ids)
	}),
})}

func joined(some, others edges) edges {
	all := maps.Clone(some)
	maps.Copy(all, others)
	return all
}

// anyID reads an id of any noun. One that is malformed names nothing.
func anyID(text string) typeid.ID {
	id, _ := typeid.ParseAny(text)
	return id
}

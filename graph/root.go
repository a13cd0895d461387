package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// rootEdges are the fields that belong to no domain.
var rootEdges = edges{
	"Query.node": top(func(ctx context.Context, r *Resolver, a args) (view.Node, error) {
		nodes, err := r.nodes(ctx, []string{or(a.text("id"), "")})
		if err != nil {
			return nil, err
		}
		if nodes[0] == nil {
			return nil, fault.Missing()
		}
		return nodes[0], nil
	}),
	"Query.nodes": top(func(ctx context.Context, r *Resolver, a args) ([]view.Node, error) {
		list, ok := a.values["ids"].([]any)
		if !ok { // a single value stands for a list of one
			list = []any{a.values["ids"]}
		}
		if len(list) > 100 {
			return nil, fault.InvalidField("ids", "at most 100 ids")
		}
		ids := make([]string, len(list))
		for i, v := range list {
			ids[i], _ = v.(string)
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
	"Viewer.stakeholder": one(func(ctx context.Context, r *Resolver, viewers []*view.Viewer, _ args) ([]party.Stakeholder, error) {
		return r.named(ctx, ids(viewers, func(v *view.Viewer) uuid.UUID { return v.Actor.Stakeholder }))
	}),
	"Member.stakeholder": one(func(ctx context.Context, r *Resolver, members []*db.Member, _ args) ([]party.Stakeholder, error) {
		return r.named(ctx, ids(members, func(m *db.Member) uuid.UUID { return or(m.StakeholderID, uuid.Nil) }))
	}),
}

// nodes reads things of any kind by their ids: one batch read a kind. What is missing, hidden or malformed is nil.
func (r *Resolver) nodes(ctx context.Context, list []string) ([]view.Node, error) {
	byNoun := map[string][]uuid.UUID{}
	parsed := make([]typeid.ID, len(list))
	for i, s := range list {
		if id, err := typeid.ParseAny(s); err == nil {
			parsed[i] = id
			byNoun[id.Noun] = append(byNoun[id.Noun], id.UUID)
		}
	}
	found := map[typeid.ID]view.Node{}
	for noun, ids := range byNoun {
		if err := r.readNodes(ctx, noun, ids, found); err != nil {
			return nil, err
		}
	}
	out := make([]view.Node, len(list))
	for i, id := range parsed {
		out[i] = found[id]
	}
	return out, nil
}

func (r *Resolver) readNodes(ctx context.Context, noun string, ids []uuid.UUID, found map[typeid.ID]view.Node) error {
	switch noun {
	case "stakeholder":
		rows, err := r.Parties.ByID(ctx, ids)
		for _, row := range rows {
			found[row.GlobalID()] = party.Of(row)
		}
		return err
	case "member":
		return r.readMembers(ctx, ids, found)
	case "dialogue":
		return collect(ctx, r.Dialogues.ByID, ids, found)
	case "proposal":
		return collect(ctx, r.Proposals.ByID, ids, found)
	case "proposalversion":
		return collect(ctx, r.Proposals.VersionsByID, ids, found)
	case "comment":
		return collect(ctx, r.Comments.ByID, ids, found)
	case "practice":
		return collect(ctx, r.Practices.ByID, ids, found)
	case "assessment":
		return collect(ctx, r.Assessments.ByID, ids, found)
	case "webhook":
		return collect(ctx, r.Webhooks.ByID, ids, found)
	case "act":
		return collect(ctx, r.Feed.ByID, ids, found)
	}
	return nil
}

// readMembers gives a member to itself and to nobody else.
func (r *Resolver) readMembers(ctx context.Context, ids []uuid.UUID, found map[typeid.ID]view.Node) error {
	actor := policy.ActorFrom(ctx)
	for _, id := range ids {
		if !actor.SignedIn() || id != actor.Member {
			continue
		}
		row, err := r.Parties.MemberByID(ctx, id)
		if err != nil {
			return err
		}
		found[row.GlobalID()] = row
	}
	return nil
}

func collect[T view.Node](
	ctx context.Context, byID func(context.Context, []uuid.UUID) (map[uuid.UUID]T, error), ids []uuid.UUID, found map[typeid.ID]view.Node,
) error {
	rows, err := byID(ctx, ids)
	for _, row := range rows {
		found[row.GlobalID()] = row
	}
	return err
}

// named reads the parties that visible things name, in order; nil for no id.
func (r *Resolver) named(ctx context.Context, ids []uuid.UUID) ([]party.Stakeholder, error) {
	rows, err := r.Parties.Named(ctx, ids)
	if err != nil {
		return nil, err
	}
	seen := make(map[uuid.UUID]party.Stakeholder, len(rows))
	for id, row := range rows {
		seen[id] = party.Of(row)
	}
	out := make([]party.Stakeholder, len(ids))
	for i, id := range ids {
		out[i] = seen[id]
	}
	return out, nil
}

// single answers a root field that names one thing by its id.
func single[T any](
	ctx context.Context, a args, noun string, byID func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error),
) (*T, error) {
	id, err := key(noun, or(a.text("id"), ""))
	if err != nil {
		return nil, err
	}
	rows, err := byID(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, err
	}
	if rows[id] == nil {
		return nil, fault.Missing()
	}
	return rows[id], nil
}

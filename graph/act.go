package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var actEdges = edges{
	"Query.acts": top(func(ctx context.Context, r *Resolver, a args) (*feed.Page, error) {
		in, err := filter[model.ActFilter](a)
		if err != nil {
			return nil, err
		}
		f, err := actFilter(in)
		if err != nil {
			return nil, err
		}
		page, err := r.Feed.List(ctx, f, a.integer("first"), a.text("after"))
		if err == nil && a.head {
			page.Head, err = r.Feed.Head(ctx, f)
		}
		return page, err
	}),
	"Act.stakeholder": one(func(ctx context.Context, r *Resolver, as []*feed.Act, _ args) ([]party.Stakeholder, error) {
		return r.named(ctx, ids(as, func(a *feed.Act) uuid.UUID { return or(a.StakeholderID, uuid.Nil) }))
	}),
	"Act.subject": one(func(ctx context.Context, r *Resolver, as []*feed.Act, _ args) ([]view.Node, error) {
		byNoun := map[string][]uuid.UUID{}
		for _, a := range as {
			if a.SubjectType == string(policy.Log) || a.SubjectType == string(policy.Member) {
				continue // no noun of the schema
			}
			byNoun[a.SubjectType] = append(byNoun[a.SubjectType], a.SubjectID)
		}
		found := map[typeid.ID]view.Node{}
		for noun, ids := range byNoun {
			if err := r.readNodes(ctx, noun, ids, found); err != nil {
				return nil, err
			}
		}
		out := make([]view.Node, len(as))
		for i, a := range as {
			out[i] = found[a.About()]
		}
		return out, nil
	}),
}

// actFilter reads the filter of acts. Subjects of any kind may be named; which the viewer may see is asked per act.
func actFilter(in model.ActFilter) (feed.Filter, error) {
	f := feed.Filter{Types: in.Type}
	for _, s := range in.Subject {
		id, err := typeid.ParseAny(s)
		if err != nil {
			return f, &fault.Fault{Kind: fault.NotFound, Field: "filter.subject", Message: "not found"}
		}
		f.Subjects = append(f.Subjects, id.UUID)
	}
	var err error
	f.Dialogue, err = optionalKey("dialogue", in.Dialogue)
	return f, err
}

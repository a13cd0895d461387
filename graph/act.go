package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/gql"
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
		return r.Feed.List(ctx, f, a.integer("first"), a.text("after"))
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

// resume gives the cursor to go on from: the argument, or what a stream's client says it saw last.
func resume(ctx context.Context, after *string) *string {
	if last := gql.RequestOf(ctx).LastEventID; after == nil && last != "" {
		return &last
	}
	return after
}

// follow begins the subscription to one proposal, for those who may see it.
func (r *Resolver) follow(ctx context.Context, id string, after *string) (<-chan *feed.Event, error) {
	k, err := key("proposal", id)
	if err != nil {
		return nil, err
	}
	rows, err := r.Proposals.ByID(ctx, []uuid.UUID{k})
	if err != nil {
		return nil, err
	}
	row := rows[k]
	if row == nil {
		return nil, fault.Missing()
	}
	return r.Feed.Subscribe(ctx, feed.Filter{Dialogue: &row.DialogueID, Proposal: &k}, resume(ctx, after))
}

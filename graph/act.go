package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/ballot"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var actNoun = noun{
	name:  "act",
	types: []string{"Act"},
	read:  by(func(r *Resolver) many[feed.Act] { return r.feed.ByID }),
	edges: edges{
		"Query.acts": top(func(ctx context.Context, r *Resolver, a args) (*feed.Page, error) {
			in, err := filter[model.ActFilter](a)
			if err != nil {
				return nil, err
			}
			return r.feed.List(ctx, actFilter(in), a.page())
		}),
		"Query.head":       logHead,
		"Act.stakeholder":  toParty("stakeholder_id"),
		"Act.subject":      actSubject,
		"Act.reason":       actReason,
		"Act.seatRevision": actSeatRevision,
	},
	follows: follows{
		"acts": func(_ context.Context, _ *Resolver, _ noun, args map[string]any) (feed.Filter, error) {
			in, _ := args["filter"].(*model.ActFilter)
			return actFilter(or(in, model.ActFilter{})), nil
		},
	},
}

// logHead reads where the log ends. It is read before anything else that a query asks for, so that every act after it is newer than
// what the query reads, or is in it already.
var logHead = func() edge {
	e := top(func(ctx context.Context, r *Resolver, _ args) (*string, error) {
		head, err := r.feed.Head(ctx)
		return &head, err
	})
	e.first, e.passing = true, true
	return e
}()

// actSubject reads what acts are about: one batch read a noun. A member is nobody's to see in this way.
var actSubject = func() edge {
	e := one(func(ctx context.Context, r *Resolver, as []*feed.Act, _ args) ([]view.Node, error) {
		ids := make([]typeid.ID, len(as))
		for i, a := range as {
			if a.SubjectType != string(policy.Member) {
				ids[i] = a.About()
			}
		}
		return r.nodes(ctx, ids)
	})
	e.public = true
	return e
}()

// actReason reads why acts were done. Whoever sees an act sees its reason.
var actReason = func() edge {
	e := one(func(ctx context.Context, r *Resolver, as []*feed.Act, _ args) ([]*string, error) {
		ids := make([]uuid.UUID, len(as))
		for i, a := range as {
			ids[i] = a.ActID
		}
		found, err := r.Log.Reasons(ctx, ids)
		reasons := make([]*string, len(as))
		for i, id := range ids {
			reasons[i] = orNil(found[id])
		}
		return reasons, err
	})
	e.public = true
	return e
}()

// actSeatRevision reads which papers acts have cast. Whoever sees such an act may know.
var actSeatRevision = func() edge {
	e := one(func(ctx context.Context, r *Resolver, as []*feed.Act, _ args) ([]*int32, error) {
		var ids []uuid.UUID
		for _, a := range as {
			if a.Type == "ballot.cast" {
				ids = append(ids, a.ActID)
			}
		}
		payloads, err := r.Log.Payloads(ctx, ids)
		if err != nil {
			return nil, err
		}
		revisions := make([]*int32, len(as))
		for i, a := range as {
			if revisions[i], err = ballot.SeatRevision(payloads[a.ActID]); err != nil {
				return nil, err
			}
		}
		return revisions, nil
	})
	e.public = true
	return e
}()

// actFilter reads the filter of acts. Subjects of any kind may be named; which the viewer may see is asked per act.
func actFilter(in model.ActFilter) feed.Filter {
	f := feed.Filter{Types: act.NamesOf(in.Type)}
	for _, s := range in.Subject {
		id, err := typeid.ParseAny(s)
		if err != nil {
			id.UUID = nothing
		}
		f.Subjects = append(f.Subjects, id.UUID)
	}
	f.Dialogue = optionalKey("dialogue", in.Dialogue)
	f.Actor, f.Concerning = optionalKey("stakeholder", in.Actor), optionalKey("stakeholder", in.Concerning)
	f.Since, f.Until = in.Since, in.Until
	return f
}

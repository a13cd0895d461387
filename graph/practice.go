package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
)

func practiceID(p *db.Practice) uuid.UUID { return p.ID }

var practiceEdges = edges{
	"Query.practice": top(func(ctx context.Context, r *Resolver, a args) (*db.Practice, error) {
		return single(ctx, a, "practice", r.Practices.ByID)
	}),
	"Query.practices": top(func(ctx context.Context, r *Resolver, a args) (*practice.Page, error) {
		in, err := filter[model.PracticeFilter](a)
		if err != nil {
			return nil, err
		}
		f := practice.Filter{State: in.State, Kind: in.Kind, Text: or(in.Text, ""), ChangedSince: in.ChangedSince}
		if f.Firm, err = optionalKey("stakeholder", in.Firm); err != nil {
			return nil, err
		}
		return r.Practices.List(ctx, f, a.page())
	}),
	"Practice.firm": one(func(ctx context.Context, r *Resolver, ps []*db.Practice, _ args) ([]*party.Firm, error) {
		return r.firms(ctx, ids(ps, func(p *db.Practice) uuid.UUID { return p.FirmID }))
	}),
	"Practice.assessments": one(func(ctx context.Context, r *Resolver, ps []*db.Practice, a args) ([]*assessment.Page, error) {
		pages, err := r.Assessments.Of(ctx, ids(ps, practiceID), a.page())
		return pick(ps, practiceID, pages), err
	}),
	"Practice.dialogues": one(func(ctx context.Context, r *Resolver, ps []*db.Practice, a args) ([]*dialogue.Page, error) {
		pages, err := r.Dialogues.About(ctx, ids(ps, practiceID), a.page())
		return pick(ps, practiceID, pages), err
	}),
	"Practice.comments": one(func(ctx context.Context, r *Resolver, ps []*db.Practice, a args) ([]*comment.Page, error) {
		return commentsOn(ctx, r, ps, practiceID, a)
	}),
	"Practice.viewerCan": one(func(ctx context.Context, r *Resolver, ps []*db.Practice, _ args) ([][]*policy.Decision, error) {
		return r.Practices.Can(ctx, ps), nil
	}),
	"PracticePayload.act": payloadAct,
	"PracticePayload.practice": payloadSubject(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Practice, error) {
		return r.Practices.ByID
	}),
}

// firms reads the firms that visible things name, in order.
func (r *Resolver) firms(ctx context.Context, ids []uuid.UUID) ([]*party.Firm, error) {
	parties, err := r.named(ctx, ids)
	if err != nil {
		return nil, err
	}
	firms := make([]*party.Firm, len(parties))
	for i, p := range parties {
		firms[i], _ = p.(*party.Firm)
	}
	return firms, nil
}

func (r *Resolver) revise(ctx context.Context, in model.RevisePracticeInput) (*actlog.Receipt, error) {
	id, err := key("practice", in.ID)
	if err != nil {
		return nil, err
	}
	return r.Practices.Revise(ctx, id, practice.Change{
		Title: in.Title, Description: in.Description, DataCategories: in.DataCategories, AffectedGroups: in.AffectedGroups,
	}, &in.ExpectedVersion)
}

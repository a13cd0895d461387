package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/assignment"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/mitigation"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var mitigationNoun = noun{
	name:   "mitigation",
	types:  []string{"Mitigation"},
	read:   by(func(r *Resolver) many[db.Mitigation] { return r.Mitigations.ByID }),
	tables: []string{"mitigations", "mitigation_steps", "assessments", "assessment_authors"},
	inside: []policy.Resource{policy.Risk},
	edges: edges{
		"Risk.mitigations": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*mitigation.Page, error) {
			return r.Mitigations.Of(ctx, ids, a.page())
		}),
		"Mitigation.risk":    to("risk_id", func(r *Resolver) many[db.Risk] { return r.Risks.ByID }),
		"Mitigation.owner":   toColleague("owner_id"),
		"Mitigation.history": under(history),
		"Mitigation.assignments": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*assignment.Page, error) {
			return r.Assignments.Of(ctx, ids, a.page())
		}),
		"Mitigation.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Mitigation) ([][]*policy.Decision, error) {
			return r.Mitigations.Can(ctx, rows)
		}),
	},
	mutations: mutations{
		"addMitigation": with(func(ctx context.Context, r *Resolver, in model.AddMitigationInput) (*act.Result, error) {
			return r.Mitigations.Add(ctx, key("risk", in.Risk), mitigation.Plan{
				Title: in.Title, Description: or(in.Description, ""), Owner: optionalKey("member", in.Owner), Due: in.DueAt,
				LowersLikelihood: int(or(in.LowersLikelihood, 0)), LowersSeverity: int(or(in.LowersSeverity, 0)),
			})
		}),
		"editMitigation": with(func(ctx context.Context, r *Resolver, in model.EditMitigationInput) (*act.Result, error) {
			return r.Mitigations.Edit(ctx, key("mitigation", in.ID), mitigation.Change{
				Title: in.Title, Description: in.Description, Owner: optionalKey("member", in.Owner), Due: in.DueAt,
				LowersLikelihood: whole(in.LowersLikelihood), LowersSeverity: whole(in.LowersSeverity),
			}, &in.ExpectedRevision)
		}),
		"removeMitigation": on(func(r *Resolver) moving { return r.Mitigations.Remove }),
		"recordMitigation": with(func(ctx context.Context, r *Resolver, in model.RecordMitigationInput) (*act.Result, error) {
			return r.Mitigations.Record(ctx, key("mitigation", in.ID), in.State, or(in.Note, ""), in.ExpectedRevision)
		}),
		"verifyMitigation": because("Note", func(r *Resolver) reasoned { return r.Mitigations.Verify }),
	},
}

// history reads the last acts on each thing, oldest first.
func history(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID][]*feed.Act, error) {
	most, err := mostOf(a, "last")
	if err != nil {
		return nil, err
	}
	found, err := r.feed.About(ctx, ids, most)
	return each(ids, found), err
}

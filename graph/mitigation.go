package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/assignment"
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
		"Mitigation.risk":        to("risk_id", func(r *Resolver) many[db.Risk] { return r.Risks.ByID }),
		"Mitigation.owner":       toColleague("owner_id"),
		"Mitigation.title":       planned(func(m *mitigation.Shown) *string { return m.Title.Pointer() }),
		"Mitigation.description": planned(func(m *mitigation.Shown) *string { return m.Description.Pointer() }),
		"Mitigation.dueAt":       planned(func(m *mitigation.Shown) *time.Time { return m.Due }),
		"Mitigation.withheld":    planned(func(m *mitigation.Shown) bool { return m.Withheld }),
		"Mitigation.history": one(func(ctx context.Context, r *Resolver, rows []*db.Mitigation, a args) ([][]*mitigation.Record, error) {
			most, err := mostOf(a, "last")
			if err != nil {
				return nil, err
			}
			return r.Mitigations.History(ctx, rows, most)
		}),
		"MitigationRecord.by": one(func(ctx context.Context, r *Resolver, all []*mitigation.Record, _ args) ([]view.Node, error) {
			return partiesOf(ctx, r, all, func(one *mitigation.Record) uuid.UUID { return one.Party })
		}),
		"MitigationRecord.member": one(func(ctx context.Context, r *Resolver, all []*mitigation.Record, _ args) ([]*db.Member, error) {
			return colleagues(ctx, r, all, func(one *mitigation.Record) uuid.UUID { return one.Member })
		}),
		"Mitigation.assignments": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*assignment.Page, error) {
			return r.Assignments.Of(ctx, ids, a.page())
		}),
		"Mitigation.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Mitigation) ([][]*policy.Decision, error) {
			return r.Mitigations.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Mitigation, error) { return r.Mitigations.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Mitigation) ([][]*policy.Decision, error) {
			return r.Mitigations.Can(ctx, rows)
		}),
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

// planned makes a field of what the viewer reads of the words of a mitigation.
func planned[C any](part func(*mitigation.Shown) C) edge {
	e := one(func(ctx context.Context, r *Resolver, rows []*db.Mitigation, _ args) ([]C, error) {
		shown, err := r.Mitigations.Shown(ctx, rows)
		out := make([]C, len(shown))
		for i, one := range shown {
			out[i] = part(one)
		}
		return out, err
	})
	e.needs = []string{"id", "risk_id", "title", "description", "due_at", "withheld"}
	return e
}

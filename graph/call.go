package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/call"
	"github.com/plenary-dialogue/plenary/internal/calledfirm"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var callNoun = noun{
	name:   "call",
	types:  []string{"AssessmentCall"},
	read:   by(func(r *Resolver) many[db.Call] { return r.Calls.ByID }),
	tables: []string{"calls", "called_firms"},
	edges: edges{
		"Query.assessmentCalls": paged(func(ctx context.Context, r *Resolver, in model.AssessmentCallFilter, a args) (*call.Page, error) {
			return r.Calls.List(ctx, call.Filter{
				State: in.State, Caller: optionalKey("stakeholder", in.Caller), Firm: optionalKey("stakeholder", in.Firm), Template: in.TemplateKey,
				Dialogue: optionalKey("dialogue", in.Dialogue), ChangedSince: in.ChangedSince,
			}, a.page())
		}),
		"AssessmentCall.caller":   toParty("caller_id"),
		"AssessmentCall.dialogue": to("dialogue_id", func(r *Resolver) many[db.Dialogue] { return r.Dialogues.ByID }),
		"AssessmentCall.practiceKinds": made(func(row *db.Call) []enum.PracticeKind {
			kinds := make([]enum.PracticeKind, len(row.PracticeKinds))
			for i, k := range row.PracticeKinds {
				kinds[i] = enum.PracticeKind(k)
			}
			return kinds
		}, "practice_kinds"),
		"AssessmentCall.addressed":     counts(calledfirm.Count.All),
		"AssessmentCall.filed":         standing(enum.CalledFirmStatusFiled),
		"AssessmentCall.late":          standing(enum.CalledFirmStatusLate),
		"AssessmentCall.notApplicable": standing(enum.CalledFirmStatusNotApplicable),
		"AssessmentCall.silent":        standing(enum.CalledFirmStatusSilent),
		"AssessmentCall.firms": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*calledfirm.Page, error) {
			return r.CalledFirms.Of(ctx, ids, a.page())
		}),
		"AssessmentCall.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Call) ([][]*policy.Decision, error) {
			return r.Calls.Can(ctx, rows), nil
		}),
	},
	mutations: mutations{
		"openCall": with(func(ctx context.Context, r *Resolver, in model.OpenCallInput) (*act.Result, error) {
			return r.Calls.Open(ctx, call.Terms{
				Dialogue: optionalKey("dialogue", in.Dialogue), Template: in.TemplateKey, Reason: in.Reason, Jurisdictions: in.Jurisdictions, Sectors: in.Sectors,
				Kinds: in.PracticeKinds, Due: in.DueAt,
			})
		}),
		"extendCall": with(func(ctx context.Context, r *Resolver, in model.ExtendCallInput) (*act.Result, error) {
			return r.Calls.Extend(ctx, key("call", in.ID), in.DueAt, in.Reason, in.ExpectedRevision)
		}),
		"addFirmToCall": with(func(ctx context.Context, r *Resolver, in model.AddFirmToCallInput) (*act.Result, error) {
			return r.Calls.AddFirm(ctx, key("call", in.ID), key("stakeholder", in.Firm), in.ExpectedRevision)
		}),
		"closeCall":    because("Reason", func(r *Resolver) reasoned { return r.Calls.Close }),
		"withdrawCall": because("Reason", func(r *Resolver) reasoned { return r.Calls.Withdraw }),
	},
	does: map[string]policy.Action{"addFirmToCall": policy.AddFirmToCall},
}

// counts makes a field of how many firms of a call stand how; it changes with the time.
func counts(part func(calledfirm.Count) int) edge {
	return passing(forAll(func(ctx context.Context, r *Resolver, rows []*db.Call) ([]int32, error) {
		found, err := r.CalledFirms.CountsOf(ctx, rows)
		out := make([]int32, len(found))
		for i, c := range found {
			out[i] = int32(part(c)) //nolint:gosec // ten thousand at most
		}
		return out, err
	}, "id"))
}

func standing(status enum.CalledFirmStatus) edge {
	return counts(func(c calledfirm.Count) int { return c[status] })
}

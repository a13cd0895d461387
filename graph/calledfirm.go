package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var calledFirmNoun = noun{
	name:   "calledfirm",
	types:  []string{"CalledFirm"},
	read:   by(func(r *Resolver) many[db.CalledFirm] { return r.CalledFirms.ByID }),
	tables: []string{"called_firms"},
	inside: []policy.Resource{policy.Call},
	edges: edges{
		"CalledFirm.call": to("call_id", func(r *Resolver) many[db.Call] { return r.Calls.ByID }),
		"CalledFirm.firm": toParty("firm_id"),
		"CalledFirm.status": passing(forAll(func(ctx context.Context, r *Resolver, rows []*db.CalledFirm) ([]enum.CalledFirmStatus, error) {
			return r.CalledFirms.Statuses(ctx, rows)
		}, "id")),
		"CalledFirm.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.CalledFirm) ([][]*policy.Decision, error) {
			return r.CalledFirms.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.CalledFirm, error) { return r.CalledFirms.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.CalledFirm) ([][]*policy.Decision, error) {
			return r.CalledFirms.Can(ctx, rows)
		}),
	mutations: mutations{
		"answerCall": with(func(ctx context.Context, r *Resolver, in model.AnswerCallInput) (*act.Result, error) {
			return r.CalledFirms.Claim(ctx, key("calledfirm", in.ID), in.NotApplicable, in.ExpectedRevision)
		}),
		"decideExemption": with(func(ctx context.Context, r *Resolver, in model.DecideExemptionInput) (*act.Result, error) {
			return r.CalledFirms.Decide(ctx, key("calledfirm", in.ID), in.Accepted, in.Reason, in.ExpectedRevision)
		}),
	},
	does: map[string]policy.Action{"answerCall": policy.AnswerCall, "decideExemption": policy.DecideExemption},
}

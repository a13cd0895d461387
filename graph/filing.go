package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/filing"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var filingNoun = noun{
	name:   "filing",
	types:  []string{"Filing"},
	read:   by(func(r *Resolver) many[db.Filing] { return r.Filings.ByID }),
	tables: []string{"filings", "assessments"},
	inside: []policy.Resource{policy.Assessment},
	edges: edges{
		"Query.filings": paged(func(ctx context.Context, r *Resolver, in model.FilingFilter, a args) (*filing.Page, error) {
			return r.Filings.List(ctx, filing.Filter{
				State: in.State, Firm: optionalKey("stakeholder", in.Firm), Regulator: optionalKey("stakeholder", in.Regulator),
				Assessment: optionalKey("assessment", in.Assessment), ChangedSince: in.ChangedSince,
			}, a.page())
		}),
		"ImpactAssessment.filings": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*filing.Page, error) {
			return r.Filings.Of(ctx, ids, a.page())
		}),
		"Filing.assessment": to("assessment_id", func(r *Resolver) many[db.Assessment] { return r.Assessments.ByID }),
		"Filing.firm":       toParty("firm_id"),
		"Filing.regulator":  toParty("regulator_id"),
		"Filing.receipt": passing(one(func(ctx context.Context, r *Resolver, rows []*db.Filing, _ args) ([]*string, error) {
			return r.Filings.Receipts(ctx, rows)
		})),
		"Filing.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Filing) ([][]*policy.Decision, error) {
			return r.Filings.Can(ctx, rows), nil
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Filing, error) { return r.Filings.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Filing) ([][]*policy.Decision, error) {
			return r.Filings.Can(ctx, rows), nil
		}),
	mutations: mutations{
		"fileAssessment": with(func(ctx context.Context, r *Resolver, in model.FileAssessmentInput) (*act.Result, error) {
			return r.Filings.File(ctx, key("assessment", in.Assessment), key("stakeholder", in.Regulator), in.ContentHash)
		}),
		"acknowledgeFiling": on(func(r *Resolver) moving { return r.Filings.Acknowledge }),
		"returnFiling":      because("Reason", func(r *Resolver) reasoned { return r.Filings.Return }),
	},
	does: map[string]policy.Action{"fileAssessment": policy.FileAssessment},
}

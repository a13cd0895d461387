package graph

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/risk"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var riskNoun = noun{
	name:   "risk",
	types:  []string{"Risk"},
	read:   by(func(r *Resolver) many[db.Risk] { return r.Risks.ByID }),
	tables: []string{"risks", "risk_acceptances", "assessments", "assessment_authors"},
	inside: []policy.Resource{policy.Assessment},
	edges: edges{
		"Query.riskMatrix": paged(func(ctx context.Context, r *Resolver, in model.RiskMatrixFilter, _ args) (*risk.Matrix, error) {
			return r.Risks.Matrix(ctx, risk.MatrixFilter{
				Firm: optionalKey("stakeholder", in.Firm), Jurisdiction: in.Jurisdiction, Sector: in.Sector, TemplateKey: in.TemplateKey,
			})
		}),
		"ImpactAssessment.risks": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*risk.Page, error) {
			return r.Risks.Of(ctx, ids, a.page())
		}),
		"Risk.assessment": to("assessment_id", func(r *Resolver) many[db.Assessment] { return r.Assessments.ByID }),
		"Risk.inherent": made(func(row *db.Risk) *risk.Grade {
			g := risk.GradeOf(row.Likelihood, row.Severity)
			return &g
		}, "likelihood", "severity"),
		"Risk.residual": forAll(func(ctx context.Context, r *Resolver, rows []*db.Risk) ([]*risk.Grade, error) {
			return r.Risks.Residuals(ctx, rows)
		}, "id", "likelihood", "severity"),
		"Risk.acceptedBy": one(func(ctx context.Context, r *Resolver, rows []*db.Risk, _ args) ([]*db.Member, error) {
			found, err := r.Risks.Accepted(ctx, rows)
			if err != nil {
				return nil, err
			}
			return colleagues(ctx, r, found, func(a *db.RiskAcceptance) uuid.UUID {
				if a == nil {
					return uuid.Nil
				}
				return a.MemberID
			})
		}),
		"Risk.acceptedAt":  accepted(func(a *db.RiskAcceptance) time.Time { return a.AcceptedAt }),
		"Risk.title":       said(func(s *risk.Shown) *string { return s.Title.Pointer() }),
		"Risk.description": said(func(s *risk.Shown) *string { return s.Description.Pointer() }),
		"Risk.withheld":    said(func(s *risk.Shown) []enum.RiskPart { return s.Withheld }),
		"Risk.acceptedBecause": one(func(ctx context.Context, r *Resolver, rows []*db.Risk, _ args) ([]*string, error) {
			return r.Risks.AcceptedBecause(ctx, rows)
		}),
		"Risk.acceptedUntil": accepted(func(a *db.RiskAcceptance) time.Time { return a.Until }),
		"Risk.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Risk) ([][]*policy.Decision, error) {
			return r.Risks.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Risk, error) { return r.Risks.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Risk) ([][]*policy.Decision, error) {
			return r.Risks.Can(ctx, rows)
		}),
	mutations: mutations{
		"addRisk": with(func(ctx context.Context, r *Resolver, in model.AddRiskInput) (*act.Result, error) {
			return r.Risks.Add(ctx, key("assessment", in.Assessment), risk.Words{
				Title: in.Title, Description: or(in.Description, ""), Likelihood: int(in.Likelihood), Severity: int(in.Severity),
				Reversibility: in.Reversibility, Scope: in.Scope, Treatment: in.Treatment,
			})
		}),
		"editRisk": with(func(ctx context.Context, r *Resolver, in model.EditRiskInput) (*act.Result, error) {
			return r.Risks.Edit(ctx, key("risk", in.ID), risk.Change{
				Title: in.Title, Description: in.Description, Likelihood: whole(in.Likelihood), Severity: whole(in.Severity),
				Reversibility: in.Reversibility, Scope: in.Scope,
			}, &in.ExpectedRevision)
		}),
		"treatRisk": with(func(ctx context.Context, r *Resolver, in model.TreatRiskInput) (*act.Result, error) {
			return r.Risks.Treat(ctx, key("risk", in.ID), in.Treatment, in.ExpectedRevision)
		}),
		"removeRisk": on(func(r *Resolver) moving { return r.Risks.Remove }),
		"acceptRisk": with(func(ctx context.Context, r *Resolver, in model.AcceptRiskInput) (*act.Result, error) {
			return r.Risks.Accept(ctx, key("risk", in.ID), in.Until, in.Reason, in.ExpectedRevision)
		}),
	},
}

// accepted makes a field of the acceptance of a risk; it is null where there is none.
func accepted(part func(*db.RiskAcceptance) time.Time) edge {
	return forAll(func(ctx context.Context, r *Resolver, rows []*db.Risk) ([]*time.Time, error) {
		found, err := r.Risks.Accepted(ctx, rows)
		out := make([]*time.Time, len(found))
		for i, a := range found {
			if a != nil {
				at := part(a)
				out[i] = &at
			}
		}
		return out, err
	}, "id")
}

// said makes a field of what the viewer reads of the words of a risk.
func said[C any](part func(*risk.Shown) C) edge {
	e := one(func(ctx context.Context, r *Resolver, rows []*db.Risk, _ args) ([]C, error) {
		shown, err := r.Risks.Shown(ctx, rows)
		out := make([]C, len(shown))
		for i, one := range shown {
			out[i] = part(one)
		}
		return out, err
	})
	e.needs = []string{"id", "assessment_id", "title", "description", "withheld"}
	return e
}

// whole is a number of an input that may be left out.
func whole(n *int32) *int {
	if n == nil {
		return nil
	}
	i := int(*n)
	return &i
}

package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/opinion"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var opinionNoun = noun{
	name:   "opinion",
	types:  []string{"Opinion"},
	read:   by(func(r *Resolver) many[db.Opinion] { return r.Opinions.ByID }),
	tables: []string{"opinions"},
	inside: []policy.Resource{policy.Assessment},
	edges: edges{
		"ImpactAssessment.opinions": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*opinion.Page, error) {
			in, err := filter[model.OpinionFilter](a)
			if err != nil {
				return nil, err
			}
			return r.Opinions.Of(ctx, ids, opinion.Filter{
				State: in.State, Stance: in.Stance, Question: in.Question, Risk: optionalKey("risk", in.Risk), Version: in.Version,
			}, a.page())
		}),
		"Opinion.assessment": to("assessment_id", func(r *Resolver) many[db.Assessment] { return r.Assessments.ByID }),
		"Opinion.risk":       to("risk_id", func(r *Resolver) many[db.Risk] { return r.Risks.ByID }),
		"Opinion.by":         toParty("party_id"),
		"Opinion.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Opinion) ([][]*policy.Decision, error) {
			return r.Opinions.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Opinion, error) { return r.Opinions.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Opinion) ([][]*policy.Decision, error) {
			return r.Opinions.Can(ctx, rows)
		}),
	mutations: mutations{
		"giveOpinion": with(func(ctx context.Context, r *Resolver, in model.GiveOpinionInput) (*act.Result, error) {
			return r.Opinions.Give(ctx, key("assessment", in.Assessment), optionalKey("risk", in.Risk), opinion.Words{
				Question: in.Question, Stance: in.Stance, Text: or(in.Text, ""),
			})
		}),
		"replyToOpinion": onWith(func(ctx context.Context, r *Resolver, id uuid.UUID, in input) (*act.Result, error) {
			return r.Opinions.Reply(ctx, id, in.text("Reply"), in.expected())
		}),
		"markOpinionRead": on(func(r *Resolver) moving { return r.Opinions.MarkRead }),
	},
}

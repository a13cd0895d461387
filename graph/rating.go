package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/rating"
)

var ratingNoun = noun{
	name:    "rating",
	types:   []string{"Rating"},
	read:    by(func(r *Resolver) many[db.Rating] { return r.Ratings.ByID }),
	tables:  []string{"ratings"},
	inside:  []policy.Resource{policy.Risk},
	between: true, // how many acts there are would tell how many have rated
	edges: edges{
		"Risk.ratings": forAll(func(ctx context.Context, r *Resolver, rows []*db.Risk) ([][]*rating.SideRating, error) {
			return r.Ratings.Together(ctx, rows)
		}, "id", "likelihood", "severity"),
		"Risk.viewerRating": one(func(ctx context.Context, r *Resolver, rows []*db.Risk, _ args) ([]*db.Rating, error) {
			return r.Ratings.OfViewer(ctx, rows)
		}),
		"Rating.risk": to("risk_id", func(r *Resolver) many[db.Risk] { return r.Risks.ByID }),
	},
	mutations: mutations{
		"rateRisk": with(func(ctx context.Context, r *Resolver, in model.RateRiskInput) (*act.Result, error) {
			return r.Ratings.Give(ctx, key("risk", in.Risk), int(in.Likelihood), int(in.Severity))
		}),
	},
	does: map[string]policy.Action{"rateRisk": policy.GiveRating},
}

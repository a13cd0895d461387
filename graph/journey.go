package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/journey"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/touchpoint"
)

var journeyNoun = noun{
	name:   "journey",
	types:  []string{"Journey"},
	read:   by(journeysByID),
	tables: []string{"journeys", "touchpoints", "links"},
	edges: edges{
		"Query.journeys": paged(func(ctx context.Context, r *Resolver, in model.JourneyFilter, a args) (*journey.Page, error) {
			return r.Journeys.List(ctx, journey.Filter{
				Firm: optionalKey("stakeholder", in.Firm), Mode: in.Mode, State: in.State, Text: or(in.Text, ""), ChangedSince: in.ChangedSince,
			}, a.page())
		}),
		"Firm.journeys": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*journey.Page, error) {
			return r.Journeys.Of(ctx, ids, a.page())
		}),
		"Journey.firm": toParty("firm_id"),
		"Journey.plan": to("plan_id", journeysByID),
		"Journey.actual": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*journey.Page, error) {
			return r.Journeys.ActualOf(ctx, ids, a.page())
		}),
		"Journey.touchpoints": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID][]*db.Touchpoint, error) {
			most, err := mostOf(a, "first")
			if err != nil {
				return nil, err
			}
			return r.Journeys.Steps(ctx, ids, new(int32(most)))
		}),
		"Journey.footprint": forAll(func(ctx context.Context, r *Resolver, rows []*db.Journey) ([]*journey.Footprint, error) {
			return r.Journeys.Footprints(ctx, rows)
		}, "id", "mode"),
		"Footprint.rows": one(func(_ context.Context, _ *Resolver, all []*journey.Footprint, a args) ([][]*journey.FootprintRow, error) {
			most, err := mostOf(a, "first")
			out := make([][]*journey.FootprintRow, len(all))
			for i, f := range all {
				out[i] = f.All[:min(most, len(f.All))]
			}
			return out, err
		}),
		"FootprintRow.touchpoint": ofDiff(func(row *journey.FootprintRow) uuid.UUID { return row.ID }, touchpointsByID),
		"Journey.walked": ofRow(func(_ *Resolver, row *db.Journey, a args) ([]*journey.WalkedPath, error) {
			most, err := mostOf(a, "first")
			if err != nil {
				return nil, err
			}
			return journey.Walked(row, most, int(or(a.integer("skip"), 0)))
		}, "id", "walked"),
		"Journey.deviation": one(func(ctx context.Context, r *Resolver, rows []*db.Journey, a args) ([][]*journey.Deviation, error) {
			most, err := mostOf(a, "first")
			if err != nil {
				return nil, err
			}
			return r.Journeys.Deviations(ctx, rows, most, int(or(a.integer("skip"), 0)))
		}),
		"Deviation.touchpoint": ofDiff(func(d *journey.Deviation) uuid.UUID { return d.ID }, touchpointsByID),
		"Journey.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Journey) ([][]*policy.Decision, error) {
			return r.Journeys.Can(ctx, rows), nil
		}),
	},
	mutations: mutations{
		"planJourney": with(func(ctx context.Context, r *Resolver, in model.PlanJourneyInput) (*act.Result, error) {
			return r.Journeys.Plan(ctx, journey.Words{Name: in.Name, Steps: stepsIn(in.Touchpoints)})
		}),
		"editJourney": with(func(ctx context.Context, r *Resolver, in model.EditJourneyInput) (*act.Result, error) {
			return r.Journeys.Edit(ctx, key("journey", in.ID), journey.Change{Name: in.Name, Steps: stepsIn(in.Touchpoints)}, &in.ExpectedRevision)
		}),
		"publishJourney": on(func(r *Resolver) moving { return r.Journeys.Publish }),
		"retireJourney":  because("Reason", func(r *Resolver) reasoned { return r.Journeys.Retire }),
	},
	posted: []policy.Action{policy.ImportJourney},
}

var touchpointNoun = noun{
	name:  "touchpoint",
	types: []string{"Touchpoint"},
	read:  by(touchpointsByID),
	edges: edges{
		"Practice.touchpoints": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*touchpoint.Page, error) {
			return r.Touchpoints.WithPractice(ctx, ids, a.page())
		}),
		"Touchpoint.journey": to("journey_id", journeysByID),
		"Touchpoint.practices": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*practice.Page, error) {
			return r.Practices.With(ctx, ids, a.page())
		}),
		"Touchpoint.comments": under(commentsOn),
		"Touchpoint.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Touchpoint) ([][]*policy.Decision, error) {
			return r.Touchpoints.Can(ctx, rows)
		}),
	},
}

func journeysByID(r *Resolver) many[db.Journey] { return r.Journeys.ByID }

func touchpointsByID(r *Resolver) many[db.Touchpoint] { return r.Touchpoints.ByID }

// stepsIn are the steps of an input; nil where it has none, which leaves those that there are.
func stepsIn(in []*model.TouchpointInput) []journey.Step {
	if in == nil {
		return nil
	}
	all := make([]journey.Step, len(in))
	for i, t := range in {
		s := journey.Step{
			Name: t.Name, Kind: t.Kind, Initiator: t.Initiator, Channel: t.Channel, ServiceCategory: or(t.ServiceCategory, ""), Weight: int(or(t.Weight, 1)),
			Stimulus: or(t.Stimulus, ""), CollectedBy: or(t.CollectedBy, ""), DataCategories: t.DataCategories, ReactsWithin: or(t.ReactsWithin, ""),
			GapGoal: or(t.GapGoal, ""), GapGoalDueAt: t.GapGoalDueAt,
		}
		if t.ID != nil {
			s.ID = key("touchpoint", *t.ID)
		}
		if t.KeepsDays != nil {
			s.KeepsDays = new(int(*t.KeepsDays))
		}
		if t.Practices != nil {
			s.Practices = keys("practice", t.Practices)
		}
		all[i] = s
	}
	return all
}

package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/journey"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// rideSteps are the steps of a ride as the firm plans it; with each goes the practice that riders meet there.
var rideSteps = []struct {
	journey.Step
	practice string
}{
	{journey.Step{
		Name: "Ask for a ride", Kind: enum.TouchpointKindAction, Initiator: enum.InitiatorCustomer, Channel: enum.ChannelApp, ServiceCategory: "booking", Weight: 1,
		Stimulus: "A map that opens where the rider stands.", CollectedBy: "the phone's position", DataCategories: []string{"location"}, ReactsWithin: "PT1S", KeepsDays: new(90),
	}, ""},
	{journey.Step{
		Name: "See the price", Kind: enum.TouchpointKindCommunication, Initiator: enum.InitiatorProvider, Channel: enum.ChannelApp, ServiceCategory: "booking", Weight: 3,
		Stimulus: "A price that may be higher than a minute ago.", CollectedBy: "earlier rides", DataCategories: []string{"location", "ride history"}, ReactsWithin: "PT5S", KeepsDays: new(365),
		GapGoal: "10",
	}, "surge"},
	{journey.Step{
		Name: "Ride", Kind: enum.TouchpointKindAction, Initiator: enum.InitiatorProvider, Channel: enum.ChannelInPerson, ServiceCategory: "transport", Weight: 2,
		CollectedBy: "the driver's phone", DataCategories: []string{"location"}, KeepsDays: new(90),
	}, ""},
	{journey.Step{
		Name: "Pay", Kind: enum.TouchpointKindCommunication, Initiator: enum.InitiatorCustomer, Channel: enum.ChannelApp, ServiceCategory: "payment", Weight: 1,
		CollectedBy: "the card", DataCategories: []string{"means of payment"}, KeepsDays: new(3650),
	}, ""},
	{journey.Step{
		Name: "Ask for help", Kind: enum.TouchpointKindCommunication, Initiator: enum.InitiatorCustomer, Channel: enum.ChannelPhone, ServiceCategory: "support", Weight: 2,
		Stimulus: "A number that is answered day and night.",
	}, "returns"},
}

// ridesTaken are the ways that riders went, with how many did.
var ridesTaken = []struct {
	cases int
	steps string
}{
	{212, "Ask for a ride,See the price,Ride,Pay"},
	{61, "Ask for a ride,See the price,See the price,Ride,Pay"},
	{38, "Ask for a ride,See the price"},
	{17, "Ask for a ride,See the price,Ride,Pay,Ask for help"},
	{9, "Ask for a ride,See the price,Ask for help,Ride,Pay"},
	{4, "Ask for a ride,Cancel,Ask for help"},
	{2, "Ask for help"},
}

// planRide plans the journey and shows it.
func (w *writer) planRide(ctx context.Context) error {
	as := w.as(ctx, "firm")
	due := w.now.AddDate(1, 0, 0)
	steps := make([]journey.Step, len(rideSteps))
	for i, s := range rideSteps {
		steps[i] = s.Step
		if s.GapGoal != "" {
			steps[i].GapGoalDueAt = &due
		}
		if s.practice != "" {
			steps[i].Practices = []uuid.UUID{w.made[s.practice]}
		}
	}
	result, err := w.domains.Journeys.Plan(as, journey.Words{Name: "A ride, as we mean it", Steps: steps})
	if err := w.did("ride", result, err); err != nil {
		return err
	}
	_, err = w.domains.Journeys.Publish(as, w.made["ride"], nil)
	return err
}

// bringRides brings the log of how riders went, and shows it.
func (w *writer) bringRides(ctx context.Context) error {
	kind, err := w.domains.Imports.Kind("journey")
	if err != nil {
		return err
	}
	var log strings.Builder
	log.WriteString("case,activity,time\n")
	ride, at := 0, w.now.AddDate(0, -1, 0)
	for _, way := range ridesTaken {
		for range way.cases {
			ride++
			for _, step := range strings.Split(way.steps, ",") {
				at = at.Add(time.Minute)
				fmt.Fprintf(&log, "%d,%s,%s\n", ride, step, at.UTC().Format(time.RFC3339))
			}
		}
	}
	plan, firm := typeid.New("journey", w.made["ride"]), typeid.New("stakeholder", policy.ActorFrom(w.as(ctx, "firm")).Stakeholder)
	_, results, err := w.domains.Imports.Put(policy.WithActor(ctx, policy.SystemActor("demo")), kind, intake.Source{
		File: strings.NewReader(log.String()),
		Options: intake.Options{
			"form": {"csv"}, "name": {"Rides in the last month"}, "plan": {plan.String()}, "firm": {firm.String()},
			"mapping": {`{"case": "case", "activity": "activity", "time": "time"}`},
		},
	})
	if err != nil {
		return fmt.Errorf("bring the rides: %w", err)
	}
	id, _, _ := strings.Cut(results[0], ":")
	went, err := typeid.Parse("journey", id)
	if err != nil {
		return err
	}
	_, err = w.domains.Journeys.Publish(w.as(ctx, "firm"), went, nil)
	return err
}

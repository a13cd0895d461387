package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/framework"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var rideFramework = framework.Words{
	Title: "How we treat riders", Scope: "Every ride, and everything that the app shows before, during and after it.", ReviewEveryMonths: 12,
	Principles: []framework.Principle{
		{Key: "plain-price", Statement: "Who asks for a ride sees the whole price before, and what it depends on.", Requirement: enum.RequirementTransparency},
		{Key: "no-profile", Statement: "What a ride costs never depends on who asks.", Requirement: enum.RequirementDiversityNonDiscriminationAndFairness},
		{Key: "little-data", Statement: "We keep where somebody went for as long as the law asks for it, and no longer.", Requirement: enum.RequirementPrivacyAndDataGovernance},
		{Key: "a-person", Statement: "Whoever is refused something can reach a person within a day.", Requirement: enum.RequirementHumanAgencyAndOversight},
		{Key: "low-cost", Statement: "Rides stay cheap enough to be used on an ordinary day.", Value: "cost"},
	},
}

// rideInput is what was said of the framework: about a principle, by its key, or about the whole.
var rideInput = []struct{ by, about, body string }{
	{"customer", "plain-price", "Show it before I type in where I go, not after."},
	{"customer2", "low-cost", "Cheap for whom? On a rainy evening nothing is cheap."},
	{"customer3", "little-data", "Say how long that is."},
	{"customer5", "", "I miss something about drivers who are rude."},
	{"customer6", "a-person", "A day is long when I stand in the rain."},
	{"service", "a-person", "We can do it within an hour if the line is staffed at night."},
	{"approver", "low-cost", "It must not stand against what drivers earn."},
	{"ngo", "no-profile", "Say that it holds for what a phone tells about its owner, too."},
	{"academic", "no-profile", "A price can depend on who asks without anybody meaning it: publish how you test that."},
	{"regulator", "little-data", "The law sets the longest time here, not the best one."},
}

// writeFramework writes a framework and opens it to input.
func (w *writer) writeFramework(ctx context.Context) error {
	as := w.as(ctx, "firm")
	result, err := w.domains.Frameworks.Draft(as, rideFramework, nil)
	if err := w.did("riders", result, err); err != nil {
		return err
	}
	_, err = w.domains.Frameworks.Submit(as, w.made["riders"], nil)
	return err
}

// giveInput has all chambers say what they think of the framework.
func (w *writer) giveInput(ctx context.Context) error {
	rows, err := w.store.Client().Principle.Query().All(ctx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		w.made[row.Key] = row.ID
	}
	for i, one := range rideInput {
		about := comment.Subject{Type: policy.Framework, ID: w.made["riders"]}
		if one.about != "" {
			about = comment.Subject{Type: policy.Principle, ID: w.made[one.about]}
		}
		result, err := w.domains.Comments.Post(w.as(ctx, one.by), &about, nil, comment.Draft{Body: one.body, Language: "en"}, nil)
		if err := w.did(fmt.Sprint("input ", i), result, err); err != nil {
			return err
		}
	}
	return nil
}

// adoptFramework answers the input, and has another member adopt the framework.
func (w *writer) adoptFramework(ctx context.Context) error {
	ids := make([]uuid.UUID, len(rideInput))
	for i := range rideInput {
		ids[i] = w.made[fmt.Sprint("input ", i)]
	}
	_, err := w.domains.Comments.Dispose(w.as(ctx, "firm"), ids, comment.Decision{
		Outcome: enum.DispositionOutcomePartlyAccepted, Reason: "We have read all of it, and say in the notes to each principle what we changed and what we did not.",
	})
	if err != nil {
		return err
	}
	_, err = w.domains.Frameworks.Adopt(w.as(ctx, "approver"), w.made["riders"], nil)
	return err
}

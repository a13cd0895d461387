package story_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// TestAcceptancesExpire: an assessment is out of date once a risk of it is still to be accepted, was accepted, and is accepted by nobody
// any more.
func TestAcceptancesExpire(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		ctx, client := context.Background(), w.Store.Client()
		until := w.clock.Now().Add(time.Hour)
		risk := func(treatment enum.RiskTreatment, edition int, accepted ...time.Time) uuid.UUID {
			row := client.Assessment.Create().SetTemplateID(w.templateKey("short-form@1")).SetSubjectType("PRACTICE").SetSubjectID(uuid.New()).SetSubjectVersion(1).
				SetFirmID(stakeholder("firm")).SetMemberID(uuid.New()).SetTitle("A").SetState("PUBLISHED").SaveX(ctx)
			r := client.Risk.Create().SetAssessmentID(row.ID).SetNumber(1).SetTitle("R").SetLikelihood(1).SetSeverity(1).SetTreatment(treatment).SetAuthorID(uuid.New()).SaveX(ctx)
			for _, at := range accepted {
				client.RiskAcceptance.Create().SetRiskID(r.ID).SetEdition(edition).SetMemberID(uuid.New()).SetAcceptedAt(w.clock.Now()).SetUntil(at).SaveX(ctx)
			}
			return row.ID
		}
		gone := risk("ACCEPT", 1, until.Add(-time.Minute), until)
		for name, kept := range map[string]uuid.UUID{
			"accepted again": risk("ACCEPT", 1, until, until.Add(time.Hour)), "of what it said before": risk("ACCEPT", 2, until),
			"treated otherwise": risk("MITIGATE", 1, until), "never accepted": risk("ACCEPT", 1),
		} {
			t.Cleanup(func() {
				if state := client.Assessment.GetX(ctx, kept).State; state != "PUBLISHED" {
					t.Errorf("the one that is %s is %s", name, state)
				}
			})
		}
		w.clock.Advance(time.Hour - time.Microsecond)
		for _, want := range []enum.ImpactAssessmentState{"PUBLISHED", "OUTDATED"} {
			if _, err := w.Domains.Assessments.Turn(ctx, "one"); err != nil {
				t.Fatal(err)
			}
			if state := client.Assessment.GetX(ctx, gone).State; state != want {
				t.Errorf("at %v it is %s, want %s", w.clock.Now(), state, want)
			}
			w.clock.Advance(time.Microsecond)
		}
		causes := client.Staleness.Query().AllX(ctx)
		if len(causes) != 1 || causes[0].AssessmentID != gone || causes[0].Cause != enum.StaleCauseKindAcceptanceExpired {
			t.Errorf("causes = %v", causes)
		}
	})
}

// TestRatingsAtTheSameTimeCountOnce: one party rates a risk several times at once, on two replicas: one rating counts.
func TestRatingsAtTheSameTimeCountOnce(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		ctx, client := context.Background(), w.Store.Client()
		practice := client.Practice.Create().SetFirmID(stakeholder("firm")).SetTitle("Rated").SetKind("OTHER").SetState("TRIAL").SetContentHash("0").SetShownVersion(1).SaveX(ctx)
		row := client.Assessment.Create().SetTemplateID(w.templateKey("short-form@1")).SetSubjectType("PRACTICE").SetSubjectID(practice.ID).SetSubjectVersion(1).
			SetFirmID(practice.FirmID).SetMemberID(uuid.New()).SetTitle("A").SetState("IN_CONSULTATION").SetContentHash("0").SetOpenedAt(w.clock.Now()).SaveX(ctx)
		risk := client.Risk.Create().SetAssessmentID(row.ID).SetNumber(1).SetTitle("R").SetLikelihood(1).SetSeverity(1).SetTreatment("AVOID").SetAuthorID(uuid.New()).SaveX(ctx)
		done := make(chan string)
		for n := range 4 {
			go func() {
				a := w.post(call{token: w.token(persona("customer")), query: fmt.Sprintf(`mutation{rateRisk(input: {risk: %q, likelihood: %d, severity: 1}){userErrors{code}}}`,
					typeid.New("risk", risk.ID), n+1)})
				done <- a.code()
			}()
		}
		for range 4 {
			if code := <-done; code != "" {
				t.Errorf("a rating was refused: %s", code)
			}
		}
		states := map[enum.RatingState]int{}
		for _, one := range client.Rating.Query().AllX(ctx) {
			states[one.State]++
		}
		if states[enum.RatingStateGiven] != 1 || states[enum.RatingStateReplaced] != 3 {
			t.Errorf("ratings by state: %v", states)
		}
	})
}

package story_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
)

// TestALogAgainstItsPlan: a firm brings a real log over the network, and sees what a count by brute force has found. No case is kept.
func TestALogAgainstItsPlan(t *testing.T) {
	log := shareddata.Read(t, "experience", "journeys", "patients-1-150.csv")
	var expected struct {
		Plan []string
		Want struct {
			Cases, AsPlanned          int
			Missing, Added, Reordered map[string]int
			Variants                  int
		}
	}
	if err := json.Unmarshal(shareddata.Read(t, "experience", "journeys", "patients-1-150.expected.json"), &expected); err != nil {
		t.Fatal(err)
	}
	each(t, true, func(t *testing.T, w *world) {
		steps := []map[string]any{}
		for _, name := range expected.Plan {
			steps = append(steps, map[string]any{"name": name, "kind": "ACTION", "initiator": "PROVIDER", "channel": "IN_PERSON"})
		}
		plan := w.ask(persona("firm"), `mutation($s: [TouchpointInput!]!){planJourney(input: {name: "A visit", touchpoints: $s}){journey{id}}}`, "s", steps).
			at("planJourney", "journey", "id").text()
		mapping := `{"case": "patient", "activity": "handling", "time": "time", "transition": "registration_type"}`
		w.brings(persona("firm"), "journey", url.Values{"form": {"csv"}, "name": {"Visits"}, "plan": {plan}, "mapping": {mapping}}, log)

		one := w.ask(persona("firm"), `query($p: ID!){journey(id: $p){actual{nodes{cases otherCases walked{steps cases} deviation{step kind cases}}}}}`, "p", plan).
			at("journey", "actual", "nodes", 0)
		got := map[string]map[string]int{"MISSING": {}, "ADDED": {}, "REORDERED": {}, "REPEATED": {}}
		for _, d := range one.at("deviation").list() {
			got[d.at("kind").text()][d.at("step").text()] = int(must(d.at("cases").v.(json.Number).Int64()))
		}
		want := map[string]map[string]int{"MISSING": expected.Want.Missing, "ADDED": expected.Want.Added, "REORDERED": expected.Want.Reordered, "REPEATED": {}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("want (-), got (+):\n%s", diff)
		}
		if n := len(one.at("walked").list()); n != expected.Want.Variants || one.at("cases").text() != "150" && one.at("cases").v != json.Number("150") {
			t.Errorf("it has %d paths and %v cases, want %d and %d", n, one.at("cases").v, expected.Want.Variants, expected.Want.Cases)
		}
		for _, row := range w.Store.Client().Journey.Query().AllX(t.Context()) {
			if strings.Contains(string(row.Walked), "2017-01") || strings.Contains(string(row.Walked), "r1") {
				t.Errorf("what is kept of the log names its times or who did something: %.300s", row.Walked)
			}
		}
		if n := w.Store.Client().ImportChunk.Query().CountX(t.Context()); n != 0 {
			t.Errorf("%d pieces of files are kept after the import", n)
		}
	})
}

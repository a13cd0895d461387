package story_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/demo"
)

// TestTheExampleHasAPast: what serve --demo fills shows what came of each kind of proposal, a queue of moderation, and what is under way.
func TestTheExampleHasAPast(t *testing.T) {
	eachURL(t, false, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, nil)
		now := w.clock.Now()
		if filled, err := demo.FillWithPast(context.Background(), w.Store, w.Log, w.Domains, auth.DevURL, w.clock); err != nil || !filled {
			t.Fatalf("filled: %v, %v", filled, err)
		}
		if !w.clock.Now().Equal(now) {
			t.Errorf("the clock stands at %v, and stood at %v", w.clock.Now(), now)
		}
		d := w.ask(visitor, `{dialogues(first: 1, filter: {text: "Fares at night"}){nodes{responseRate{answered total} syntheses(first: 2){nodes{objections(first: 2){nodes{answer}}}}
			practices{commitments(first: 1){nodes{status}}} proposals(first: 6){nodes{title state responses(first: 2){nodes{state late}} ballots(first: 1){nodes{id state secrecy}}
			commitment{status late milestones(first: 3){nodes{state late}}} guideline{id}}}}}}`).at("dialogues", "nodes", 0)
		if r := d.at("responseRate"); r.at("answered").number() != r.at("total").number() || r.at("total").number() == 0 {
			t.Errorf("%v of %v comments have been answered", r.at("answered").v, r.at("total").v)
		}
		for i, answered := range []bool{false, true} { // the newest first
			objections := d.at("syntheses", "nodes", i, "objections", "nodes")
			if len(objections.list()) != 1 || objections.at(0, "answer").isNull() == answered {
				t.Errorf("synthesis %d: %v", i, objections.v)
			}
		}
		figures := w.ask(visitor, `{comments(first: 1, filter: {text: "41,000 fares"}){nodes{disposition{version{number} outcome} dispositions(first: 5){totalCount}}}}`).at("comments", "nodes", 0)
		if figures.at("disposition", "version", "number").number() != 1 || figures.at("dispositions", "totalCount").number() != 2 {
			t.Errorf("what became of the figures: %v", figures.v)
		}
		if d.at("practices", 0, "commitments", "nodes", 0, "status").text() != "ON_TRACK" {
			t.Error("no commitment is about the practice")
		}
		got := map[string]string{}
		var counted []string
		for _, p := range d.at("proposals", "nodes").list() {
			b := p.at("ballots", "nodes", 0)
			what := fmt.Sprint(p.at("state").v, " ", b.at("state").v)
			if b.at("secrecy").text() == "SECRET" {
				what += " secret"
			}
			if p.at("guideline").v != nil {
				what += " guideline"
			}
			if c := p.at("commitment"); c.v != nil {
				what += fmt.Sprint(" ", c.at("status").v, " late ", c.at("late").v)
			}
			for _, r := range p.at("responses", "nodes").list() {
				what += fmt.Sprint(" response ", r.at("state").v, " late ", r.at("late").v)
			}
			got[p.at("title").text()] = what
			if b.at("state").text() == "COUNTED" {
				counted = append(counted, b.at("id").text())
			}
		}
		want := map[string]string{
			"A cap after late shifts":          "IN_IMPLEMENTATION COUNTED ON_TRACK late true response ANSWERED late false",
			"The same night in every district": "ADOPTED COUNTED guideline",
			"No surcharge at night":            "REJECTED COUNTED",
			"No fare by battery":               "ADOPTED COUNTED secret guideline response REQUESTED late true",
			"No fare by telephone":             "BALLOT OPEN secret",
			"A receipt that says why":          "BALLOT OPEN",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("what became of the proposals (-want +got):\n%s", diff)
		}
		w.settle()
		for _, id := range counted {
			if status, _, text := w.fetch("/ballots/"+id+"/result.jsonl", ""); status != http.StatusOK || text == "" {
				t.Errorf("the result of %s was answered %d", id, status)
			}
		}
		queue := w.ask(persona("facilitator"), `{moderationQueue(first: 5){totalCount} acts(first: 5, filter: {type: [HIDING_APPEALED]}){nodes{type}}}`)
		if queue.at("moderationQueue", "totalCount").number() == 0 || len(queue.at("acts", "nodes").list()) != 1 {
			t.Errorf("the queue and the appeals: %v", queue.v)
		}
		for _, name := range []string{"customer", "customer2", "customer3", "customer4"} {
			if status, _, text := w.fetch("/me/data.zip", w.token(persona(name))); status != http.StatusOK {
				t.Errorf("the data of %s was answered %d %.300s", name, status, text)
			}
		}
		newTeller(t, w).checkHistory()
	})
}

package story_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// TestWhatFailsInARootFieldLeavesTheOthers: a page of a client asks for many lists at once, and one cursor that is refused
// empties its own list.
func TestWhatFailsInARootFieldLeavesTheOthers(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		bad := []string{`nodes(ids: [` + strings.Repeat(`"x" `, 101) + `]){id}`, `proposal(id: "x"){id}`}
		for _, f := range w.Schema.Schema().Query.Fields {
			if f.Arguments.ForName("after") != nil {
				bad = append(bad, f.Name+`(after: "nonsense"){pageInfo{endCursor}}`)
			}
			if order := f.Arguments.ForName("order"); order != nil {
				for _, v := range w.Schema.Schema().Types[order.Type.Name()].EnumValues {
					bad = append(bad, f.Name+`(first: 101, order: `+v.Name+`){pageInfo{endCursor}}`)
				}
			}
		}
		if len(bad) < 10 {
			t.Fatalf("%d root fields can fail: the schema has more lists", len(bad))
		}
		for _, one := range bad {
			for _, send := range transports {
				a := send.send(w, call{query: fmt.Sprintf(`{first: viewer{roles} failed: %s last: dialogues{nodes{id}}}`, one), token: w.token(persona("firm"))})
				var got struct {
					Data   map[string]any
					Errors []wireError
				}
				if err := json.Unmarshal([]byte(a.text), &got); err != nil {
					t.Fatal(err)
				}
				failed, there := got.Data["failed"]
				if len(got.Errors) != 1 || len(got.Errors[0].Path) != 1 || got.Errors[0].Path[0] != "failed" || !there || failed != nil {
					t.Errorf("%s over %s answered %s, want null and one error at its path", one, send.name, a.text)
				}
				if len(a.data.at("first", "roles").list()) == 0 || len(a.data.at("last", "nodes").list()) == 0 {
					t.Errorf("%s over %s answered %s, want the fields beside it", one, send.name, a.text)
				}
			}
		}
	})
}

// TestWhatFailsInAListLeavesWhatItIsOf: the same of every list of a thing, or of the viewer.
func TestWhatFailsInAListLeavesWhatItIsOf(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		hook := s.ask(persona("firm"), `mutation{registerWebhook(input: {url: "https://hooks.example/"}){webhook{id}}}`).at("registerWebhook", "webhook", "id").text()
		called := w.Store.Client().Call.Create().SetCallerID(stakeholder("regulator")).SetTemplateKey("short-form").SetReason("R").SetJurisdictions([]string{}).SetSectors([]string{}).
			SetPracticeKinds([]string{}).SetDueAt(start).SaveX(context.Background()).GlobalID().String()
		asked := w.Store.Client().OfficialResponse.Create().SetProposalID(must(typeid.Parse("proposal", s.id("A ceiling")))).SetRequesterID(stakeholder("regulator")).
			SetAddresseeID(stakeholder("firm")).SetDueAt(start).SaveX(context.Background()).GlobalID().String()
		polled := s.polled("plenary.simple-majority", enum.BallotStateOpen, 0).GlobalID().String()
		amending := w.Store.Client().Amendment.Create().SetProposalID(must(typeid.Parse("proposal", s.id("A ceiling")))).SetAuthorID(stakeholder("firm")).
			SetMemberID(uuid.New()).SetBase(1).SetBody("B").SaveX(context.Background()).GlobalID().String()
		frameworks, journeys := s.frameworks(), s.journeys()
		subjects := map[string]string{
			"Journey": journeys[1], "Touchpoint": journeys[len(journeys)-1],
			"EthicalFramework": frameworks[2], "Principle": frameworks[len(frameworks)-1],
			"Amendment":      amending,
			"Ballot":         polled,
			"Synthesis":      s.synthesis(enum.SynthesisStatePublished, 0).GlobalID().String(),
			"Commitment":     s.outcomes()[0],
			"AssessmentCall": called, "OfficialResponse": asked,
			"Dialogue": s.id("What may"), "Proposal": s.id("A ceiling"), "Comment": s.id("Night workers"), "Practice": s.id("Shorter way"),
			"ImpactAssessment": s.id("assessment: Offers from"), "Firm": persona("firm").Stakeholder, "Webhook": hook,
			"Risk": s.id("risk: Diet and health"), "Mitigation": s.id("mitigation: Health categories"),
		}
		tried := 0
		for name, def := range w.Schema.Schema().Types {
			parent := fmt.Sprintf("node(id: %q)", subjects[name])
			switch {
			case def.Kind != ast.Object || name == "Query" || strings.HasSuffix(name, "Edge"):
				continue
			case name == "Viewer":
				parent = "viewer"
			case subjects[name] == "":
				if subjects["Firm"] != "" && slices.Contains(def.Interfaces, "Stakeholder") {
					continue // it has the fields of a firm
				}
				if def.Fields.ForName("id") != nil && slices.ContainsFunc(def.Fields, func(f *ast.FieldDefinition) bool { return f.Arguments.ForName("after") != nil }) {
					t.Errorf("%s has lists: name one here", name)
				}
				continue
			}
			for _, f := range def.Fields {
				if f.Arguments.ForName("first") == nil {
					continue
				}
				tried++
				bad := f.Name + "(first: 101){__typename}"
				for _, send := range transports {
					a := send.send(w, call{query: fmt.Sprintf(`{of: %s{... on %s{__typename failed: %s}} last: dialogues{nodes{id}}}`, parent, name, bad), token: w.token(persona("auditor"))})
					if len(a.codes) != 1 || a.data.at("of", "__typename").text() != name || !a.data.at("of", "failed").isNull() || len(a.data.at("last", "nodes").list()) == 0 {
						t.Errorf("%s of a %s over %s answered %s, want null and one error, and what is beside it", bad, name, send.name, a.text)
					}
				}
			}
		}
		if tried < 20 {
			t.Errorf("%d lists were tried: the schema has more", tried)
		}
	})
}

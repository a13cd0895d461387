package story_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// heard writes what was heard in a phase in which the customer and the NGO commented: before and after the time for objections, replaced, and
// with an objection of the NGO's.
func (p *prober) heard() (ids []string) {
	for _, one := range []*db.Synthesis{
		p.synthesis(enum.SynthesisStatePublished, time.Hour), p.synthesis(enum.SynthesisStatePublished, -time.Hour), p.synthesis(enum.SynthesisStateReplaced, time.Hour),
	} {
		ids = append(ids, one.GlobalID().String())
	}
	answered := p.synthesis(enum.SynthesisStatePublished, time.Hour)
	p.Store.Client().SynthesisObjection.Create().SetSynthesisID(answered.ID).SetPartyID(stakeholder("ngo")).SetText("Words.").SaveX(context.Background())
	return append(ids, answered.GlobalID().String())
}

// synthesis writes one, of a phase of its own that is over.
func (s *scene) synthesis(state enum.SynthesisState, until time.Duration) *db.Synthesis {
	ctx, client := context.Background(), s.Store.Client()
	dialogue := client.Dialogue.Create().SetTitle("Heard").SetConvenorID(stakeholder("facilitator")).SetState("OPEN").SaveX(ctx)
	phase := client.Phase.Create().SetDialogueID(dialogue.ID).SetPosition(0).SetKind("CONSULTATION").SetOpensAt(start.Add(-2 * time.Hour)).SetClosesAt(start.Add(-time.Hour)).
		SetMayComment(true).SaveX(ctx)
	for _, name := range []string{"customer", "ngo"} {
		client.Comment.Create().SetSubjectType("DIALOGUE").SetSubjectID(dialogue.ID).SetDialogueID(dialogue.ID).SetPhaseID(phase.ID).SetOwed(true).
			SetAuthorID(stakeholder(name)).SetBody("Words.").SetOutcome("ACCEPTED").SaveX(ctx)
	}
	return client.Synthesis.Create().SetDialogueID(dialogue.ID).SetPhaseID(phase.ID).SetConvenorID(dialogue.ConvenorID).SetNumber(1).SetContentHash("0").
		SetState(state).SetObjectionsUntil(start.Add(until)).SaveX(ctx)
}

// TestWhoWasNotHeardIsExportedAndErased: what a customer says that was not heard is in the copy of its data, and its words go with it; that it
// was not heard stays, with the answer.
func TestWhoWasNotHeardIsExportedAndErased(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s, c := newScene(w), w.leaver()
		row, party := s.synthesis(enum.SynthesisStatePublished, time.Hour), w.ask(c.Identity, "{viewer{stakeholder{id}}}").at("viewer", "stakeholder", "id").text()
		w.Store.Client().Comment.Create().SetSubjectType("DIALOGUE").SetSubjectID(row.DialogueID).SetDialogueID(row.DialogueID).SetPhaseID(row.PhaseID).
			SetAuthorID(must(typeid.Parse("stakeholder", party))).SetBody("Words.").SaveX(context.Background())
		of := row.GlobalID().String()
		w.did(c.Identity, "objectNotHeard", "id: %q, text: %q", "synthesis{id}", of, "I mean "+c.word)
		w.did(persona("facilitator"), "answerNotHeard", "id: %q, party: %q, text: %q", "synthesis{id}", of, party, "So it stands now.")

		if status, _, data := w.fetch("/me/data.zip", w.token(c.Identity)); status != http.StatusOK || !strings.Contains(data, "not-heard.csv") {
			t.Errorf("the copy of the data answered %d, with not-heard.csv: %v", status, strings.Contains(data, "not-heard.csv"))
		}
		w.ask(c.Identity, `mutation($id: ID!){eraseMember(input: {id: $id, confirm: "ERASE"}){userErrors{code message}}}`, "id", c.member)
		got := w.ask(visitor, fmt.Sprintf(`{node(id: %q){... on Synthesis{objections{nodes{text answer}}}}}`, of)).at("node", "objections", "nodes", 0)
		if !got.at("text").isNull() || got.at("answer").text() != "So it stands now." {
			t.Errorf("after the erasure the objection is %v", got.v)
		}
		if found := w.rows(c.word); len(found) > 0 {
			t.Errorf("words of the objection stay in %v", found)
		}
	})
}

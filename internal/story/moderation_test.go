package story_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/contentreport"
	"github.com/plenary-dialogue/plenary/internal/hiding"
)

// hidden posts a comment for a person, hides it, and gives the comment and its hiding.
func (s *scene) hidden(who auth.Identity, words string) (comment, id string) {
	s.t.Helper()
	comment = s.did(who, "postComment", `subject: %q, body: %q`, "comment{id}", s.id("What may"), words).at("comment", "id").text()
	s.did(persona("facilitator"), "hideComment", `id: %q, reason: "A published reason."`, "", comment)
	return comment, s.ask(who, fmt.Sprintf("{comment(id: %q){hiding{id}}}", comment)).at("comment", "hiding", "id").text()
}

// TestAnOverdueAppealIsNotedOnce: by the database's clock, by one of the servers that look, and not once it is decided.
func TestAnOverdueAppealIsNotedOnce(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		turn := func(holder string, want int) {
			t.Helper()
			if n := must(w.Domains.Hidings.Turn(context.Background(), holder)); n != want {
				t.Errorf("%s noted %d appeals, want %d", holder, n, want)
			}
		}
		_, late := s.hidden(persona("firm2"), "Buy our fish!")
		_, decided := s.hidden(persona("firm2"), "Buy our bread!")
		for _, id := range []string{late, decided} {
			w.did(persona("firm2"), "appealHiding", `id: %q, text: "It was a joke."`, "", id)
		}
		w.did(persona("admin"), "decideAppeal", `id: %q, outcome: UPHELD, reason: "It was none."`, "", decided)
		w.clock.Advance(hiding.DecideFor - time.Microsecond)
		turn("one", 0)
		w.clock.Advance(time.Microsecond)
		turn("another", 0) // the other has the lease
		turn("one", 1)
		turn("one", 0)
		w.clock.Advance(time.Hour)
		turn("another", 0)
		w.settle()
		var acts int
		for _, a := range w.acts(0) {
			if a.Type == "hiding.overdue" {
				acts++
			}
		}
		log := w.ask(visitor, `{moderationLog(filter: {overdue: true}){nodes{id state overdueAt}}}`).at("moderationLog", "nodes").list()
		if acts != 1 || len(log) != 1 || log[0].at("id").text() != late || log[0].at("overdueAt").isNull() {
			t.Errorf("%d acts, and the log has %v", acts, log)
		}
		// It can still be decided.
		w.did(persona("admin"), "decideAppeal", `id: %q, outcome: OVERTURNED, reason: "It was one."`, "", late)
	})
}

// TestTheLogOfModerationIsExported: with what was decided, and without what was hidden, whose it was, who reported it and what the appeal says.
func TestTheLogOfModerationIsExported(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		const words = "Buy our fish!"
		comment, id := s.hidden(persona("firm2"), words)
		w.did(persona("firm2"), "appealHiding", `id: %q, text: "Fish is a joke."`, "", id)
		w.did(persona("admin"), "decideAppeal", `id: %q, outcome: UPHELD, reason: "=SUM(1)"`, "", id)
		for _, dialogue := range []string{"", "?dialogue=" + s.id("What may")} {
			status, header, text := w.fetch("/exports/moderation.jsonl"+dialogue, "")
			lines := strings.Split(strings.TrimSpace(text), "\n")
			if status != http.StatusOK || !strings.HasPrefix(header.Get("Content-Type"), "application/jsonl") || strings.Contains(text, "fish") || strings.Contains(text, "Fish") ||
				strings.Contains(text, persona("firm2").Stakeholder) {
				t.Fatalf("the export answers %d %s", status, text)
			}
			var last, end map[string]any
			must(0, json.Unmarshal([]byte(lines[len(lines)-2]), &last))
			must(0, json.Unmarshal([]byte(lines[len(lines)-1]), &end))
			if last["subject"] != comment || last["state"] != "UPHELD" || last["decision"] != "=SUM(1)" || end["count"] != float64(len(lines)-1) {
				t.Errorf("the export ends with %v and %v", last, end)
			}
			_, _, text = w.fetch("/exports/moderation.csv"+dialogue, "")
			rows := must(csv.NewReader(strings.NewReader(text)).ReadAll())
			if len(rows) != len(lines)+1 || rows[len(rows)-2][11] != "'=SUM(1)" || rows[len(rows)-1][0] != "END" {
				t.Errorf("the table is %v", rows)
			}
		}
		for query, want := range map[string]int{"?dialogue=" + id: 400, "?since=1": 400, "?dialogue=" + s.id("What may") + "&dialogue=" + s.id("What may"): 400} {
			if status, _, text := w.fetch("/exports/moderation.jsonl"+query, ""); status != want {
				t.Errorf("%s answers %d %s, want %d", query, status, text, want)
			}
		}
	})
}

// TestReportsByTheThousands: a party makes so many a day, and hears so.
func TestReportsByTheThousands(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		ids := w.owed(s.id("What may"), contentreport.MostADay+1)
		report := func(id string) data {
			return w.ask(persona("customer"), fmt.Sprintf(`mutation{reportComment(input: {id: %q, reason: "No."}){userErrors{code message values{limit}}}}`, id)).at("reportComment", "userErrors")
		}
		for _, id := range ids[:contentreport.MostADay] {
			if errs := report(id); len(errs.list()) > 0 {
				t.Fatalf("a report is refused: %v", errs.v)
			}
		}
		last := ids[contentreport.MostADay]
		if errs := report(last); errs.at(0, "code").text() != "LIMIT_REACHED" || errs.at(0, "values", "limit").number() != contentreport.MostADay {
			t.Errorf("one too many: %v", errs.v)
		}
		w.clock.Advance(24 * time.Hour)
		if errs := report(last); len(errs.list()) > 0 {
			t.Errorf("a day later: %v", errs.v)
		}
	})
}

// TestAHiddenProposalIsCountedExactly: while comments come and a ballot is voted in, a proposal is hidden and shown again, and one of its
// comments is hidden meanwhile; the dialogue counts what is shown in it, before and after.
func TestAHiddenProposalIsCountedExactly(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		proposal, facilitator := s.id("A ceiling"), persona("facilitator")
		comment := func() string {
			return w.did(persona("ngo"), "postComment", `subject: %q, body: "What of those who pay cash?"`, "comment{id}", proposal).at("comment", "id").text()
		}
		counted := func(when string) {
			t.Helper()
			const all = `SELECT COUNT(*) FROM proposals p WHERE p.id = (SELECT subject_id FROM comments WHERE body LIKE 'What of those%%' LIMIT 1)
				AND (SELECT COALESCE(SUM(n.comments), 0) FROM discussions n WHERE n.subject_id = p.dialogue_id) = (SELECT COUNT(*) FROM comments c
				WHERE c.dialogue_id = p.dialogue_id AND c.state = 'VISIBLE' AND (c.subject_id <> p.id OR p.state <> 'HIDDEN'))`
			if w.counted(strings.ReplaceAll(all, "%%", "%")) != 1 {
				t.Errorf("%s, the dialogue counts other comments than are shown", when)
			}
		}
		first := comment()
		counted("with a comment")
		var posting sync.WaitGroup
		posting.Go(func() {
			for range 10 {
				w.send(persona("customer"), fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "Meanwhile."}){userErrors{code}}}`, proposal))
			}
		})
		for range 3 {
			w.did(facilitator, "hideProposal", `id: %q, reason: "A reason."`, "", proposal)
			w.did(facilitator, "restoreProposal", `id: %q, reason: "Another."`, "", proposal)
			w.did(facilitator, "hideProposals", `proposals: [%q], reason: "A reason."`, "", proposal)
			w.did(facilitator, "restoreProposals", `proposals: [%q], reason: "Another."`, "", proposal)
		}
		posting.Wait()
		counted("shown again")
		w.did(facilitator, "hideProposal", `id: %q, reason: "A reason."`, "", proposal)
		counted("hidden")
		w.did(facilitator, "hideComment", `id: %q, reason: "A reason."`, "", first)
		counted("with a comment hidden, too")
		w.did(facilitator, "restoreProposal", `id: %q, reason: "Another."`, "", proposal)
		counted("shown again without that comment")
		w.did(facilitator, "restoreComment", `id: %q, reason: "Another."`, "", first)
		counted("with all of it")
	})
}

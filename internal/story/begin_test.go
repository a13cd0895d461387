package story_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAPageBeginsItsSubscriptionWithoutAGap: the cursor that a page reads with what it shows is good for every subscription, and the
// subscription gives what happened since, with the things that it is about.
func TestAPageBeginsItsSubscriptionWithoutAGap(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		s := newScene(w)
		who, writer := persona("ngo"), persona("customer")
		assessment := s.ask(visitor, `{impactAssessments(first: 1){nodes{id}}}`).at("impactAssessments", "nodes", 0, "id").text()
		for _, tt := range []struct{ page, on, subscription, selects string }{
			{`proposal(id: "ID"){comments{totalCount}}`, s.id("A ceiling"), `proposalUpdated(id: "ID", after: "HEAD")`, `about: proposal{id}`},
			{`impactAssessment(id: "ID"){comments{totalCount}}`, assessment, `impactAssessmentUpdated(id: "ID", after: "HEAD")`, `about: impactAssessment{id}`},
			{`dialogue(id: "ID"){comments{totalCount}}`, s.id("What may"), `dialogueActivity(id: "ID", after: "HEAD")`, `about: dialogue{id} proposal{id}`},
		} {
			fill := func(text, head string) string { return strings.NewReplacer("ID", tt.on, "HEAD", head).Replace(text) }
			page := s.ask(who, fill(`{head `+tt.page+`}`, ""))
			comment := s.ask(writer, `mutation($s: ID!){postComment(input: {subject: $s, body: "Since then."}){comment{id}}}`, "s", tt.on).at("postComment", "comment", "id").text()
			f := s.follow(who, fill(fmt.Sprintf(`subscription{event: %s{act{type} comment{id} %s}}`, tt.subscription, tt.selects), page.at("head").text()))
			event := f.event().data.at("event")
			f.stop()
			want := []string{"COMMENT_POSTED", comment, tt.on}
			if diff := cmp.Diff(want, []string{event.at("act", "type").text(), event.at("comment", "id").text(), event.at("about", "id").text()}); diff != "" {
				t.Errorf("%s begins with (-want +got):\n%s", tt.subscription, diff)
			}
		}
		head := s.ask(who, `{head}`).at("head").text()
		f := s.follow(who, fmt.Sprintf(`subscription{dialogueActivity(id: %q, after: %q){act{type} comment{id} proposal{title}}}`, s.id("What may"), head))
		defer f.stop()
		s.ask(writer, `mutation($s: ID!){postComment(input: {subject: $s, body: "On a proposal."}){comment{id}}}`, "s", s.id("A ceiling"))
		if event := f.event().data.at("dialogueActivity"); event.at("proposal", "title").text() == "" || event.at("comment").isNull() {
			t.Errorf("a comment on a proposal = %v, want the proposal and the comment", event.v)
		}
	})
}

// TestTheHeadIsReadFirst: wherever it stands in a query, the cursor of the log's end is read before the rest: else what happens
// between the two would be in neither.
func TestTheHeadIsReadFirst(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		w.sql.take()
		w.ask(visitor, `{proposals(first: 1){nodes{title}} head}`)
		var order []string
		for _, text := range w.sql.take() {
			for _, table := range []string{"proposals", "acts"} {
				if strings.Contains(text, "FROM "+table+" ") {
					order = append(order, table)
				}
			}
		}
		if diff := cmp.Diff([]string{"acts", "proposals"}, slices.Compact(order)); diff != "" {
			t.Errorf("what is read (-want +got):\n%s", diff)
		}
	})
}

package story_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestListsGiveWhatChangedSince: every list gives what changed at a time or later and nothing else; a vote changes its comment.
func TestListsGiveWhatChangedSince(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		voted := w.ask(persona("customer"), `mutation($p: ID!){postComment(input: {subject: $p, body: "Before."}){comment{id}}}`, "p", s.id("A ceiling")).at("postComment", "comment", "id").text()
		w.clock.Advance(time.Hour)
		since := w.clock.Now().Format(time.RFC3339)
		changed := func(list string) []string {
			ids := w.ask(persona("auditor"), fmt.Sprintf(`query($t: DateTime){%s(first: 100, filter: {changedSince: $t}){nodes{id}}}`, list), "t", since).at(list, "nodes").texts("id")
			slices.Sort(ids)
			return ids
		}
		lists := []string{"stakeholders", "dialogues", "practices", "impactAssessments", "proposals", "comments"}
		for _, list := range lists {
			if got := changed(list); len(got) > 0 {
				t.Errorf("%s that changed just now = %v, want none", list, got)
			}
		}
		do := func(who, mutation, field string, variables ...any) string {
			w.t.Helper()
			a := w.ask(persona(who), mutation, variables...).at("it")
			if a.at(field).isNull() {
				t.Fatalf("%s: %v", mutation, a.v)
			}
			return a.at(field, "id").text()
		}
		want := map[string][]string{
			"stakeholders": {do("admin", `mutation{it: registerStakeholder(input: {kind: NGO, name: "Latecomers"}){stakeholder{id}}}`, "stakeholder")},
			"practices":    {do("firm", `mutation{it: proposePractice(input: {title: "P", description: "D", kind: PRICING}){practice{id}}}`, "practice")},
			"proposals":    {do("customer", `mutation($d: ID!){it: draftProposal(input: {dialogue: $d, kind: POLICY, title: "T", body: "B"}){proposal{id}}}`, "proposal", "d", s.id("What may"))},
			"comments":     {do("firm2", `mutation($c: ID!){it: voteOnComment(input: {id: $c, choice: AGREE}){comment{id}}}`, "comment", "c", voted)},
		}
		for _, list := range lists {
			if diff := cmp.Diff(append([]string{}, want[list]...), changed(list)); diff != "" {
				t.Errorf("%s that changed since (-want +got):\n%s", list, diff)
			}
		}
	})
}

// TestTheHeadIsTheEndOfTheLog: no act with a sequence number comes after the head, and every act that gets one later does.
func TestTheHeadIsTheEndOfTheLog(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		s := newScene(w)
		head := func() string { return w.ask(visitor, "{head}").at("head").text() }
		after := func(cursor string) []string {
			return w.ask(visitor, `query($a: String){acts(after: $a){nodes{type}}}`, "a", cursor).at("acts", "nodes").texts("type")
		}
		before := head()
		if got := after(before); len(got) > 0 {
			t.Errorf("after the head come %v, want nothing", got)
		}
		w.ask(persona("customer"), `mutation($s: ID!){postComment(input: {subject: $s, body: "x"}){comment{id}}}`, "s", s.id("What may"))
		if again := head(); again != before {
			t.Errorf("the head moved for an act without a sequence number")
		}
		w.settle()
		if diff := cmp.Diff([]string{"COMMENT_POSTED"}, after(before)); diff != "" {
			t.Errorf("after the old head (-want +got):\n%s", diff)
		}
		if got := after(head()); len(got) > 0 {
			t.Errorf("after the new head come %v, want nothing", got)
		}
	})
}

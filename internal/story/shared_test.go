package story_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// shown are selections of an act: the part that is the same for everybody, and each part that depends on the viewer.
var shown = []string{
	`id seq reason type subjectId subjectRevision at policyVersion commitment stakeholder{id name} subject{__typename
		... on Dialogue{id title d: state convenor{name}} ... on Practice{id title p: state firm{name sizeBand}}
		... on Proposal{id title q: state author{name} dialogue{id state}}
		... on ImpactAssessment{id a: state practice{id state} firm{name} risks{nodes{title}}}
		... on Comment{id body c: state author{name} tally{total} quote{text} parent{id state} subject{__typename ... on Proposal{id q: state} ... on Practice{id p: state}}}
		... on Stakeholder{id name status}}`,
	`id subject{... on Dialogue{viewerCan{action allowed}} ... on Practice{viewerCan{action allowed}} ... on Stakeholder{viewerCan{action allowed}}}`,
	`id subject{... on Proposal{viewerCan{action allowed reason}}}`,
	`id subject{... on Comment{viewerVote subject{... on Proposal{viewerCan{allowed}}}}}`,
	`id subject{... on Comment{viewerCan{action allowed} replies{nodes{id}}}}`,
	`id subject{... on Dialogue{practices{id}}}`,
	`id subject{... on Dialogue{proposals{totalCount nodes{id}}} ... on Proposal{comments{nodes{id}} versions{nodes{number}}}}`,
}

// TestEachViewerGetsTheEventsItMayRead: on random data, public and hidden, each viewer gets exactly the events that it reads
// in the log, with the same text: an event that is rendered once for many viewers leaks nothing and omits nothing.
func TestEachViewerGetsTheEventsItMayRead(t *testing.T) {
	eachURL(t, false, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		w.parties()
		var all []*listener
		for i, name := range viewers {
			for j, what := range shown {
				if (i+j)%2 == 0 { // half of them; every round chooses again
					all = append(all, w.listen(name, what))
				}
			}
		}
		events, hidden := 0, 0
		rapid.Check(t, func(rt *rapid.T) {
			draw(rt, w)
			w.happen(rt) // an act that everybody may see comes last, so that an extra event before it is found
			w.quiet()
			counts := map[int]bool{}
			for _, l := range all {
				n := l.compare(rt)
				counts[n] = true
				events += n
			}
			if len(counts) > 1 {
				hidden++
			}
		})
		if events == 0 || hidden == 0 {
			t.Errorf("%d events; in %d rounds some viewer could not see something", events, hidden)
		}
	})
}

// listener is a viewer that follows the acts and also reads them as pages.
type listener struct {
	w           *world
	name, shown string
	after       any
	next        func() answer
}

func (w *world) listen(name, shown string) *listener {
	w.t.Helper()
	l := &listener{w: w, name: name, shown: shown}
	if _, end := l.page(); end != "" {
		l.after = end
	}
	query := `subscription($after: String){acts(after: $after){cursor act{` + shown + `}}}`
	var stop func()
	l.next, stop = w.overWS(viewer(name), query, map[string]any{"after": l.after})
	w.t.Cleanup(stop)
	return l
}

func (l *listener) page() (edges []data, end string) {
	page := l.w.ask(viewer(l.name), `query($after: String){acts(first: 25, after: $after){edges{cursor node{`+l.shown+`}} pageInfo{endCursor}}}`, "after", l.after).at("acts")
	return page.at("edges").list(), page.at("pageInfo", "endCursor").text()
}

// compare reads pages to the end of the log, and as many events.
func (l *listener) compare(rt *rapid.T) int {
	n := 0
	for {
		edges, end := l.page()
		for _, e := range edges {
			got := l.next().data.at("acts")
			if diff := cmp.Diff(text(e.at("cursor"))+text(e.at("node")), text(got.at("cursor"))+text(got.at("act"))); diff != "" {
				rt.Fatalf("the events of the %s for %.20s… are not what it reads (-read +events):\n%s", l.name, l.shown, diff)
			}
		}
		n += len(edges)
		if l.after == end {
			return n
		}
		l.after = end
	}
}

func text(d data) string { return string(must(json.Marshal(d.v))) }

// happen writes an act that everybody may see.
func (w *world) happen(rt *rapid.T) {
	err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		p, err := tx.Practice.Create().SetFirmID(stakeholder("firm")).SetTitle("Shown").SetKind("OTHER").SetState("ACTIVE").SetContentHash("0").SetShownVersion(1).Save(ctx)
		if err != nil {
			return err
		}
		_, err = w.Log.Append(ctx, tx, policy.SystemActor("test"), act.Entry{
			Type: "practice.revised", Subject: act.Subject{Type: policy.Practice, ID: p.ID, Revision: 1}, Payload: map[string]any{"n": fmt.Sprint(uuid.New())},
		})
		return err
	})
	if err != nil {
		rt.Fatal(err)
	}
	w.Log.Wake()
}

// TestEachSubjectIsFollowedByItself: subscriptions to one dialogue, one proposal and one assessment give the events of that
// subject and no others, with its current state.
func TestEachSubjectIsFollowedByItself(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		w.quiet()
		s := newScene(w)
		ask := persona("customer")
		assessment := w.ask(ask, `{impactAssessments(first: 1, filter: {state: PUBLISHED}){nodes{id title}}}`).at("impactAssessments", "nodes", 0)
		dialogue := s.id("What may")
		other := w.ask(ask, `{dialogues(first: 10, filter: {state: OPEN}){nodes{id}}}`).at("dialogues", "nodes").texts("id")
		inside := w.follow(ask, `subscription($d: ID!){dialogueActivity(id: $d){cursor act{type} dialogue{id}}}`, "d", dialogue)
		about := w.follow(ask, `subscription($a: ID!){impactAssessmentUpdated(id: $a){cursor act{type subject{... on Comment{body}}} impactAssessment{id title}}}`, "a", assessment.at("id").text())
		comment := func(on, words string) {
			a := w.send(ask, `mutation($s: ID!, $b: String!){postComment(input: {subject: $s, body: $b}){userErrors{code}}}`, "s", on, "b", words)
			if a.code() != "" {
				t.Fatalf("a comment = %s", a.text)
			}
		}
		comment(s.id("A ceiling"), "On a proposal of the dialogue.")
		comment(assessment.at("id").text(), "On the assessment.")
		for _, id := range other {
			if id != dialogue {
				w.send(ask, `mutation($s: ID!){postComment(input: {subject: $s, body: "Elsewhere."}){userErrors{code}}}`, "s", id)
			}
		}
		comment(dialogue, "On the dialogue.")
		comment(assessment.at("id").text(), "Again.")
		for range 2 {
			if e := inside.event().data.at("dialogueActivity"); e.at("dialogue", "id").text() != dialogue || e.at("act", "type").text() != "COMMENT_POSTED" {
				t.Errorf("in the dialogue: %s", text(e))
			}
		}
		for _, words := range []string{"On the assessment.", "Again."} {
			e := about.event().data.at("impactAssessmentUpdated")
			if diff := cmp.Diff(assessment.at("title").text()+words, e.at("impactAssessment", "title").text()+e.at("act", "subject", "body").text()); diff != "" {
				t.Errorf("on the assessment (-want +got):\n%s", diff)
			}
		}
	})
}

package story_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// all pages through a list to its end, a few entries at a time, and gives every entry.
func (s *scene) all(who auth.Identity, list, args, fields string, size int) (entries []data) {
	s.t.Helper()
	after := ""
	for {
		page := s.ask(who, fmt.Sprintf(`{list: %s(first: %d%s%s){nodes{id %s} pageInfo{hasNextPage endCursor}}}`, list, size, args, after, fields)).at("list")
		entries = append(entries, page.at("nodes").list()...)
		if page.at("pageInfo", "hasNextPage").v != true {
			return entries
		}
		if len(entries) > 1000 {
			s.t.Fatalf("%s%s has no end", list, args)
		}
		after = fmt.Sprintf(", after: %q", page.at("pageInfo", "endCursor").text())
	}
}

// vary adds to the example what differs from it: two dialogues with deadlines, one in French, with a proposal and a comment, and each
// an hour after the one before.
func (s *scene) vary() {
	s.t.Helper()
	do := func(who auth.Identity, mutation, input string) data {
		s.t.Helper()
		s.clock.Advance(time.Hour)
		a := s.ask(who, fmt.Sprintf(`mutation{done: %s(input: %s){userErrors{message} act{subjectId}}}`, mutation, input)).at("done")
		if a.at("act").isNull() {
			s.t.Fatalf("%s = %v", mutation, a.v)
		}
		return a.at("act", "subjectId")
	}
	now := s.clock.Now()
	for i, language := range []string{"fr", "de"} {
		id := do(persona("facilitator"), "conveneDialogue", fmt.Sprintf(
			`{title: "Varied %d", languages: [%q], timeZone: "Europe/Dublin", phases: [{kind: DELIBERATION, opensAt: %q, closesAt: %q, mayComment: true, mayPropose: true}]}`,
			i, language, now.Format(time.RFC3339), now.Add(time.Duration(60-i)*24*time.Hour).Format(time.RFC3339))).text()
		do(persona("facilitator"), "openDialogue", fmt.Sprintf("{id: %q}", id))
		proposal := do(persona("ngo"), "draftProposal", fmt.Sprintf(`{dialogue: %q, kind: GUIDELINE, title: "Varied", body: "Varied.", language: %q}`, id, language)).text()
		do(persona("ngo"), "submitProposal", fmt.Sprintf("{id: %q}", proposal))
		do(persona("facilitator"), "takeUpProposal", fmt.Sprintf("{id: %q}", proposal))
		do(persona("facilitator"), "openProposal", fmt.Sprintf("{id: %q}", proposal))
		do(persona("customer"), "postComment", fmt.Sprintf(`{subject: %q, body: "Varied.", language: %q}`, proposal, language))
	}
	do(persona("firm"), "proposePractice", `{title: "Varied", kind: OTHER}`)
}

// TestListsAreInTheOrderThatIsAskedFor: a list by a time is sorted by it, whatever the size of its pages, and holds what has such a
// time.
func TestListsAreInTheOrderThatIsAskedFor(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s, who := newScene(w), persona("auditor")
		s.vary()
		for _, tt := range []struct{ list, order, field string }{
			{"dialogues", "UPDATED", "updatedAt"},
			{"dialogues", "PUBLISHED", "openedAt"},
			{"proposals", "UPDATED", "updatedAt"},
			{"proposals", "PUBLISHED", "openedAt"},
			{"practices", "UPDATED", "updatedAt"},
			{"stakeholders", "UPDATED", "updatedAt"},
			{"impactAssessments", "UPDATED", "updatedAt"},
			{"impactAssessments", "PUBLISHED", "publishedAt"},
		} {
			var want []data
			for _, e := range s.all(who, tt.list, "", tt.field, 100) {
				if !e.at(tt.field).isNull() {
					want = append(want, e)
				}
			}
			slices.SortFunc(want, func(a, b data) int {
				return cmp.Or(strings.Compare(b.at(tt.field).text(), a.at(tt.field).text()), strings.Compare(b.at("id").text(), a.at("id").text()))
			})
			if len(want) == 0 {
				t.Errorf("%s: no entry has %s: this test shows nothing", tt.list, tt.field)
			}
			for _, size := range []int{1, 3, 100} {
				got := s.all(who, tt.list, ", order: "+tt.order, "", size)
				if diff := gocmp.Diff(ids(want), ids(got)); diff != "" {
					t.Errorf("%s by %s in pages of %d (-want +got):\n%s", tt.list, tt.order, size, diff)
				}
			}
		}
	})
}

func ids(entries []data) []string {
	all := make([]string, len(entries))
	for i, e := range entries {
		all[i] = e.at("id").text()
	}
	return all
}

// TestFiltersKeepWhatTheySay: each filter keeps the entries of the whole list for which a look at their own fields says so, some
// but not all of them.
func TestFiltersKeepWhatTheySay(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s, who := newScene(w), persona("auditor")
		s.vary()
		one := func(path ...any) func(data) []string {
			return func(e data) []string { return []string{e.at(path...).text()} }
		}
		many := func(path ...any) func(data) []string {
			return func(e data) (all []string) {
				for _, v := range e.at(path...).list() {
					all = append(all, v.text())
				}
				return all
			}
		}
		const party = `{... on Firm{kind jurisdictions sectorCode} ... on Customer{kind jurisdictions} ... on Regulator{kind jurisdictions} ... on NGO{kind jurisdictions} ... on AcademicInstitution{kind jurisdictions}}`
		for _, tt := range []struct {
			list, filter, fields string
			values               func(data) []string
			keep                 string // one of the values
		}{
			{"dialogues", `language: ["FR"]`, "languages", many("languages"), "fr"},
			{"dialogues", `jurisdiction: ["ie"]`, "convenor" + party, many("convenor", "jurisdictions"), "IE"},
			{"dialogues", `chamber: [REGULATOR]`, "convenor" + party, one("convenor", "kind"), "REGULATOR"},
			{"dialogues", `phase: [DELIBERATION]`, "phase{kind}", one("phase", "kind"), "DELIBERATION"},
			{"proposals", `language: ["fr"]`, "language", one("language"), "fr"},
			{"proposals", `jurisdiction: ["FR"]`, "author" + party, many("author", "jurisdictions"), "FR"},
			{"proposals", `chamber: [NGO]`, "author" + party, one("author", "kind"), "NGO"},
			{"practices", `sector: ["SECTOR"]`, "firm{sectorCode}", one("firm", "sectorCode"), "SECTOR"},
			{"practices", `jurisdiction: ["FR"]`, "firm{jurisdictions}", many("firm", "jurisdictions"), "FR"},
			{"impactAssessments", `templateKey: ["TEMPLATE"]`, "template{key}", one("template", "key"), "TEMPLATE"},
			{"stakeholders", `jurisdiction: ["FR"]`, strings.Trim(party, "{}") + "}", many("jurisdictions"), "FR"},
			{"comments", `chamber: [CUSTOMER]`, "author" + party, one("author", "kind"), "CUSTOMER"},
			{"comments", `language: ["fr"]`, "language", one("language"), "fr"},
		} {
			whole := s.all(who, tt.list, "", tt.fields, 100)
			keep := tt.keep
			if keep == "SECTOR" || keep == "TEMPLATE" { // whatever the first has
				keep = tt.values(whole[0])[0]
			}
			want := []string{}
			for _, e := range whole {
				if slices.Contains(tt.values(e), keep) {
					want = append(want, e.at("id").text())
				}
			}
			filter := strings.NewReplacer("SECTOR", keep, "TEMPLATE", keep).Replace(tt.filter)
			got := ids(s.all(who, tt.list, ", filter: {"+filter+"}", "", 100))
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("%s {%s} (-want +got):\n%s", tt.list, filter, diff)
			}
			if len(want) == 0 {
				t.Errorf("%s {%s}: nothing in the example is kept: this row shows nothing", tt.list, filter)
			}
		}
		for list, field := range map[string]string{"dialogues": "openedAt", "proposals": "openedAt", "comments": "createdAt"} {
			whole := s.all(who, list, "", field, 100)
			times := []string{}
			for _, e := range whole {
				if !e.at(field).isNull() {
					times = append(times, e.at(field).text())
				}
			}
			slices.Sort(times)
			from, before := times[len(times)/3], times[len(times)-1]
			want := []string{}
			for _, e := range whole {
				if at := e.at(field).text(); at >= from && at < before {
					want = append(want, e.at("id").text())
				}
			}
			if len(want) == 0 {
				t.Errorf("%s: nothing lies between %s and %s: this shows nothing", list, from, before)
			}
			got := ids(s.all(who, list, fmt.Sprintf(", filter: {publishedAfter: %q, publishedBefore: %q}", from, before), "", 100))
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("%s from %s, before %s (-want +got):\n%s", list, from, before, diff)
			}
		}
	})
}

// TestWhatAFilterCannotNameIsNotThere: an id of the wrong form answers as one that is unknown does, in every filter.
func TestWhatAFilterCannotNameIsNotThere(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		for _, f := range filtersByID(w) {
			for _, id := range []string{"garbage", "proposal_00000000000000000000000000", ""} {
				value := fmt.Sprintf("%q", id)
				if f.list {
					value = "[" + value + "]"
				}
				a := w.send(visitor, fmt.Sprintf(`{list: %s(first: 5, filter: {%s: %s}){nodes{__typename}}}`, f.root, f.field, value))
				if len(a.codes) > 0 || len(a.data.at("list", "nodes").list()) > 0 {
					t.Errorf("%s(filter: {%s: %s}) = %s, want an empty list", f.root, f.field, value, a.text)
				}
			}
		}
	})
}

type idFilter struct {
	root, field string
	list        bool
}

// filtersByID finds the fields of filters that name things, for every list of the schema that has a filter.
func filtersByID(w *world) (all []idFilter) {
	schema := w.Schema.Schema()
	for _, root := range schema.Query.Fields {
		f := root.Arguments.ForName("filter")
		if f == nil || !strings.HasSuffix(root.Type.Name(), "Connection") { // figures list nothing
			continue
		}
		for _, field := range schema.Types[f.Type.Name()].Fields {
			if field.Type.Name() == "ID" {
				all = append(all, idFilter{root.Name, field.Name, field.Type.Elem != nil})
			}
		}
	}
	if len(all) < 8 {
		w.t.Fatalf("only %d filters name things: %v", len(all), all)
	}
	return all
}

// TestACatchUpGoesOnFromTheLastChange: whoever reads what changed since a time, is interrupted, and begins again at the last change
// that came misses nothing, though everything changed is changed again meanwhile.
func TestACatchUpGoesOnFromTheLastChange(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s, who := newScene(w), persona("auditor")
		since := w.clock.Now().Add(time.Second)
		w.clock.Advance(2 * time.Second)
		var posted []string
		for i := range 6 {
			posted = append(posted, s.ask(persona("customer"), `mutation($s: ID!, $b: String!){postComment(input: {subject: $s, body: $b}){comment{id}}}`,
				"s", s.id("What may"), "b", fmt.Sprint("Catch ", i)).at("postComment", "comment", "id").text())
			w.clock.Advance(time.Second)
		}
		read := func(since string, first int) ([]string, string) {
			nodes := s.ask(who, fmt.Sprintf(`{comments(first: %d, filter: {changedSince: %q}){nodes{id updatedAt}}}`, first, since)).at("comments", "nodes")
			list := nodes.list()
			return nodes.texts("id"), list[len(list)-1].at("updatedAt").text()
		}
		got, last := read(since.Format(time.RFC3339Nano), 3)
		if diff := gocmp.Diff(posted[:3], got); diff != "" {
			t.Errorf("what changed comes in the order of the changes (-want +got):\n%s", diff)
		}
		s.ask(persona("ngo"), `mutation($c: ID!){voteOnComment(input: {id: $c, choice: AGREE}){act{id}}}`, "c", posted[0])
		more, _ := read(last, 100)
		if diff := gocmp.Diff(append(slices.Clone(posted[2:]), posted[0]), more); diff != "" {
			t.Errorf("what comes after the interruption (-want +got):\n%s", diff)
		}
	})
}

// TestAnOrderThatMovesIsReadAsItWas: votes change the order by agreement while it is paged through; every entry comes once, in the
// order of the beginning, on every replica, for a quarter of an hour.
func TestAnOrderThatMovesIsReadAsItWas(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		subject := s.id("A ceiling")
		voters := []auth.Identity{persona("customer"), persona("ngo"), persona("academic"), persona("regulator"), persona("firm2"), persona("customer2")}
		var comments []string
		for i := range 9 {
			comments = append(comments, s.ask(persona("firm"), `mutation($s: ID!, $b: String!){postComment(input: {subject: $s, body: $b}){comment{id}}}`,
				"s", subject, "b", fmt.Sprint("Entry ", i)).at("postComment", "comment", "id").text())
			for _, v := range voters[:i%4] {
				s.vote(v, comments[i], "AGREE")
			}
		}
		page := func(w *world, args string) data {
			return w.ask(visitor, fmt.Sprintf(`{proposal(id: %q){comments(order: AGREEMENT, filter: {text: "Entry"}%s){nodes{id} edges{cursor} pageInfo{hasNextPage hasPreviousPage startCursor endCursor}}}}`, subject, args)).at("proposal", "comments")
		}
		want := page(w, ", first: 100").at("nodes").texts("id")
		if len(want) != 9 {
			t.Fatalf("there are %d entries, want 9", len(want))
		}
		first := page(w, ", first: 3")
		for _, v := range voters {
			s.vote(v, want[8], "AGREE")
			s.vote(v, want[0], "DISAGREE")
		}
		if moved := page(w, ", first: 1").at("nodes").texts("id"); moved[0] != want[8] {
			t.Errorf("the list begins with %s, want %s, which everybody agrees with", moved[0], want[8])
		}
		replica := w
		if w.kind() == "postgres" {
			replica = open(t, w.database, func(c *app.Config) { c.DevKey, c.Keys, c.Clock = w.devKey, w.devKey+".keys", w.clock })
		}
		next := page(replica, fmt.Sprintf(", first: 3, after: %q", first.at("pageInfo", "endCursor").text()))
		last := page(w, fmt.Sprintf(", first: 3, after: %q", next.at("pageInfo", "endCursor").text()))
		got := slices.Concat(first.at("nodes").texts("id"), next.at("nodes").texts("id"), last.at("nodes").texts("id"))
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("page by page (-want +got):\n%s", diff)
		}
		if info := last.at("pageInfo"); info.at("hasNextPage").v != false || info.at("hasPreviousPage").v != true {
			t.Errorf("the last page says %v", info.v)
		}
		back := page(w, fmt.Sprintf(", last: 3, before: %q", last.at("pageInfo", "startCursor").text()))
		if diff := gocmp.Diff(want[3:6], back.at("nodes").texts("id")); diff != "" {
			t.Errorf("back from the last page (-want +got):\n%s", diff)
		}
		s.ask(persona("facilitator"), `mutation($c: ID!){hideComment(input: {id: $c, reason: "A test."}){act{id}}}`, "c", want[4])
		rest := page(w, fmt.Sprintf(", first: 3, after: %q", first.at("pageInfo", "endCursor").text()))
		if diff := gocmp.Diff([]string{want[3], want[5], want[6]}, rest.at("nodes").texts("id")); diff != "" {
			t.Errorf("with one that was hidden meanwhile (-want +got):\n%s", diff)
		}
		cursor := first.at("pageInfo", "endCursor").text()
		w.clock.Advance(store.ViewLife)
		a := w.send(visitor, fmt.Sprintf(`{proposal(id: %q){id comments(order: AGREEMENT, after: %q){nodes{id}}}}`, subject, cursor))
		if a.code() != "CURSOR_EXPIRED" || a.data.at("proposal", "id").text() != subject {
			t.Errorf("after a quarter of an hour the cursor answers %s, want CURSOR_EXPIRED and the proposal", a.text)
		}
	})
}

func (s *scene) vote(who auth.Identity, comment, choice string) {
	s.t.Helper()
	s.ask(who, `mutation($c: ID!, $v: VoteChoice!){voteOnComment(input: {id: $c, choice: $v}){userErrors{message} act{id}}}`, "c", comment, "v", choice)
}

// TestWhatIsDiscussedMostComesFirst: by the comments that are shown, replies counted.
func TestWhatIsDiscussedMostComesFirst(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		check := func(list, of string) {
			t.Helper()
			counts := map[string]int{}
			for _, c := range s.all(visitor, "comments", "", "subject{... on Dialogue{id} ... on Proposal{id dialogue{id}}}", 100) {
				counts[c.at("subject", "id").text()]++
				if !c.at("subject", "dialogue").isNull() {
					counts[c.at("subject", "dialogue", "id").text()]++
				}
			}
			got := s.all(visitor, list, ", order: MOST_DISCUSSED"+of, "", 2)
			for i := 1; i < len(got); i++ {
				if a, b := counts[got[i-1].at("id").text()], counts[got[i].at("id").text()]; a < b {
					t.Errorf("%s: entry %d has %d comments, and the next %d", list, i, a, b)
				}
			}
			if len(got) < 2 || counts[got[0].at("id").text()] == counts[got[len(got)-1].at("id").text()] {
				t.Errorf("%s: all are discussed alike: this test shows nothing", list)
			}
		}
		check("dialogues", "")
		check("proposals", "")
		first := s.all(visitor, "proposals", ", order: MOST_DISCUSSED", "", 100)
		least := first[len(first)-1].at("id").text()
		var posted []string
		for range 12 {
			posted = append(posted, s.ask(persona("customer"), `mutation($s: ID!){postComment(input: {subject: $s, body: "More."}){comment{id}}}`, "s", least).at("postComment", "comment", "id").text())
		}
		check("proposals", "")
		for _, c := range posted {
			s.ask(persona("facilitator"), `mutation($c: ID!){hideComment(input: {id: $c, reason: "A test."}){act{id}}}`, "c", c)
		}
		check("proposals", "")
		s.ask(persona("facilitator"), `mutation($c: ID!){restoreComment(input: {id: $c, reason: "A test."}){act{id}}}`, "c", posted[0])
		check("dialogues", "")
	})
}

// TestWhatClosesSoonComesFirst: the open dialogue whose phase ends next, then those without a deadline.
func TestWhatClosesSoonComesFirst(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		s.vary()
		now := w.clock.Now().Format(time.RFC3339)
		var last string
		ended := false
		for _, d := range s.all(persona("auditor"), "dialogues", ", order: CLOSING_SOON", "state phases{closesAt}", 2) {
			next := ""
			for _, p := range d.at("phases").list() {
				if at := p.at("closesAt").text(); d.at("state").text() == "OPEN" && at > now && (next == "" || at < next) {
					next = at
				}
			}
			switch {
			case next == "":
				ended = true
			case ended:
				t.Errorf("%v comes after those without a deadline", d.v)
			case next < last:
				t.Errorf("%v closes before the one above it", d.v)
			}
			last = cmp.Or(next, last)
		}
		if last == "" || !ended {
			t.Errorf("deadlines: %q, none: %v; this test shows nothing", last, ended)
		}
	})
}

// TestWhatPassesIsNotKept: the phase of a dialogue begins and ends without an act, so an answer that depends on it is read afresh; and
// a phase without an end of its own ends when the next one begins.
func TestWhatPassesIsNotKept(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		convene := func(title, phases string) string {
			id := s.ask(persona("facilitator"), fmt.Sprintf(`mutation{conveneDialogue(input: {title: %q, phases: [%s]}){dialogue{id}}}`, title, phases)).
				at("conveneDialogue", "dialogue", "id").text()
			s.ask(persona("facilitator"), `mutation($d: ID!){openDialogue(input: {id: $d}){act{id}}}`, "d", id)
			return id
		}
		at := func(in time.Duration) string { return w.clock.Now().Add(in).Format(time.RFC3339) }
		explicit := convene("Explicit", fmt.Sprintf(`{kind: FOLLOW_UP, opensAt: %q, closesAt: %q}`, at(-time.Minute), at(2*time.Hour)))
		implicit := convene("Implicit", fmt.Sprintf(`{kind: FRAMING, opensAt: %q}, {kind: DECISION, opensAt: %q}`, at(-time.Minute), at(time.Hour)))
		w.settle()
		listed := func(args string) []string {
			a := w.get(call{query: `{dialogues(first: 100` + args + `){nodes{id} pageInfo{endCursor}}}`})
			return a.data.at("dialogues", "nodes").texts("id")
		}
		const soon, framing, followUp = ", order: CLOSING_SOON", ", filter: {phase: [FRAMING]}", ", filter: {phase: [FOLLOW_UP]}"
		if got := listed(soon); !slices.Equal(got[:2], []string{implicit, explicit}) {
			t.Errorf("what closes soon begins with %v, want %s and %s", got[:2], implicit, explicit)
		}
		for range 2 {
			if got := listed(framing); !slices.Equal(got, []string{implicit}) {
				t.Errorf("in framing are %v, want %s", got, implicit)
			}
			if got := listed(followUp); !slices.Contains(got, explicit) {
				t.Errorf("in follow-up are %v, want %s", got, explicit)
			}
		}
		w.clock.Advance(90 * time.Minute)
		if got := listed(framing); len(got) > 0 {
			t.Errorf("in framing are %v when it is over, want none", got)
		}
		if got := listed(soon); got[0] != explicit {
			t.Errorf("what closes soon begins with %s, want %s", got[0], explicit)
		}
		w.clock.Advance(time.Hour)
		if got := listed(followUp); slices.Contains(got, explicit) {
			t.Errorf("in follow-up are %v when it is over, want no %s", got, explicit)
		}
	})
}

// TestTimesOfAnyOffsetAreTaken: PostgreSQL itself takes none beyond 16 hours.
func TestTimesOfAnyOffsetAreTaken(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		for _, at := range []string{"2026-11-29T15:00:00+16:00", "2026-11-29T15:00:00-23:59"} {
			for _, list := range []string{
				`acts(filter: {since: AT}){nodes{id}}`, `acts(filter: {until: AT}){nodes{id}}`, `comments(filter: {changedSince: AT}){nodes{id}}`,
				`dialogues(filter: {publishedAfter: AT, publishedBefore: AT}){nodes{id}}`,
			} {
				w.ask(visitor, "{"+strings.ReplaceAll(list, "AT", fmt.Sprintf("%q", at))+"}")
			}
		}
	})
}

// TestAnOrderThatMovesIsReadWhileNothingIsWritten: the order is stored for later pages, and whoever cannot store it reads all the same.
func TestAnOrderThatMovesIsReadWhileNothingIsWritten(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		query := fmt.Sprintf(`{dialogue(id: %q){comments(first: 1, order: AGREEMENT){nodes{id} pageInfo{endCursor}}}}`, s.id("What may"))
		err := w.Store.InTx(t.Context(), func(context.Context, *db.Tx) error { // which is the one writer of SQLite
			if got := w.ask(visitor, query).at("dialogue", "comments", "nodes").list(); len(got) != 1 {
				t.Errorf("the page has %d entries, want 1", len(got))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/bench/seed"
)

func TestASizeHoldsAsManyCommentsAsItSays(t *testing.T) {
	for _, comments := range sizes {
		s := sizeOf(comments)
		if got := s.Dialogues*s.Proposals*s.Comments + s.Thread; got != comments {
			t.Errorf("sizeOf(%d) = %s, which is %d", comments, s, got)
		}
		if s.Dialogues < 11 {
			t.Errorf("sizeOf(%d) has %d dialogues, too few for a page after a cursor", comments, s.Dialogues)
		}
	}
	if got, want := (seed.Size{Dialogues: 2, Proposals: 3, Comments: 4, Thread: 5}).String(), "2 dialogues, 6 proposals, 29 comments"; got != want {
		t.Errorf("String = %q, want %q", got, want)
	}
}

func TestAPageDeclaresTheVariablesItUses(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"{ a }", "{ a }"},
		{"{ a(after: $after) }", "query ($after: String) { a(after: $after) }"},
		{"{ node(id: $thread) { a(after: $after) } }", "query ($thread: ID!, $after: String) { node(id: $thread) { a(after: $after) } }"},
	} {
		if got := (page{query: c.query}).written(); got != c.want {
			t.Errorf("written = %q, want %q", got, c.want)
		}
	}
	for _, pg := range pages {
		if deep := strings.Contains(pg.query, "$after"); deep != (pg.cursor != "") || deep != (pg.ids != "") {
			t.Errorf("%s begins after a cursor: %v, but requests one with %q and checks with %q", pg.name, deep, pg.cursor, pg.ids)
		}
	}
}

func TestUnder(t *testing.T) {
	for _, c := range []struct {
		rule, in, want string
	}{
		{"at the top", `{"edges":[1]}`, `[1]`},
		{"deeper", `{"node":{"comments":{"edges":[2]}}}`, `[2]`},
		{"beside others", `{"node":{"id":"x","edges":[3]}}`, `[3]`},
		{"not past a fork", `{"a":{"edges":[4]},"b":{}}`, `null`},
		{"not in a list", `[{"edges":[5]}]`, `null`},
		{"nowhere", `{"a":{"b":1}}`, `null`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var v any
			if err := json.Unmarshal([]byte(c.in), &v); err != nil {
				t.Fatal(err)
			}
			if got, _ := json.Marshal(under(v, "edges")); string(got) != c.want {
				t.Errorf("under(%s) = %s, want %s", c.in, got, c.want)
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	for x, want := range map[float64]float64{0.3: 1, 7.4: 7.4, 66.6: 67, 252: 250, 3107: 3100} {
		if got := rounded(x); got-want > 1e-9 || want-got > 1e-9 {
			t.Errorf("rounded(%g) = %g, want %g", x, got, want)
		}
	}
	for n, want := range map[int]string{7: "7", 999: "999", 5000: "5,000", 5_000_000: "5,000,000"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %q, want %q", n, got, want)
		}
	}
}

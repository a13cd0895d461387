package story_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

// TestInjectionInMutations tells all stories again with injections in what people send: who calls which mutation on what comes
// from the stories. What is not a text of people's own, such as an id or a state, must be refused; their words may be taken, and
// the story goes on with them.
func TestInjectionInMutations(t *testing.T) { // A103
	const texts = 4 // that an input has at most
	first, rounds := rand.IntN(texts), texts
	if testing.Short() {
		rounds = 1
	}
	t.Logf("rounds from %d", first)
	for _, file := range must(filepath.Glob("testdata/*.txtar")) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			each(t, true, func(t *testing.T, w *world) {
				for round := range rounds {
					if round > 0 {
						w = open(t, copied(t, lasting.urls[w.kind()]), nil)
					}
					attackStory(t, w, must(txtar.ParseFile(file)), first+round)
				}
			})
		})
	}
}

// attacker tells a story in which one of the texts of each input is an injection.
type attacker struct {
	*teller
	round int
	sent  int
}

func attackStory(t *testing.T, w *world, archive *txtar.Archive, round int) {
	t.Helper()
	s := &attacker{teller: newTeller(t, w), round: round}
	s.queries = []string{} // what is kept in memory is compared when the stories are told as they are
	s.begin(string(archive.Comment))
	settings := w.count("settings", "")
	for _, f := range archive.Files {
		one := parse(t, f)
		if d := one.sections["clock"]; d != "" {
			w.clock.Advance(must(time.ParseDuration(d)))
		}
		if s.knows(one.sections["do"] + one.sections["with"] + one.sections["send"]) {
			s.tell(one)
		}
	}
	if n := w.count("settings", ""); n != settings {
		t.Errorf("%d settings, want %d", n, settings)
	}
	if s.sent == 0 && strings.Contains(string(txtar.Format(archive)), "\ndo ") {
		t.Error("nothing was sent with an injection")
	}
}

var namesKept = regexp.MustCompile(`"\$(\w+)"`)

// knows tells whether all kept values are there that a step needs: those of a step that was refused are not.
func (s *attacker) knows(text string) bool {
	for _, m := range namesKept.FindAllStringSubmatch(text, -1) {
		if _, ok := s.kept[m[1]]; !ok {
			return false
		}
	}
	return true
}

func (s *attacker) tell(one step) {
	c := call{query: one.sections["ask"], token: s.w.token(s.who(one.sections["as"])), header: http.Header{}}
	if c.query != "" {
		if with := one.sections["with"]; with != "" {
			c.variables = s.value(with).(map[string]any)
		}
		s.keep(one, s.w.post(c).data.v)
		s.newActs()
		return
	}
	if one.sections["send"] != "" {
		s.keep(one, s.file(one, c.token))
	}
	if one.sections["do"] == "" {
		return
	}
	var field string
	delete(one.sections, "key")
	s.w.post(call{query: "{viewer{roles}}", token: c.token}) // a person's first request makes their party
	s.newActs()
	field, c.query, c.variables = s.mutation(one)
	typ := s.w.Schema.Schema().Mutation.Fields.ForName(field).Arguments[0].Type
	var words []*leaf
	for i, l := range textsOf(s.w.Schema.Schema(), typ, c.variables["input"], nil) {
		if l.free {
			words = append(words, l)
			continue
		}
		l.set(injections[(i+s.round)%len(injections)])
		if a := s.attack(one, c, l); a.code() == "" {
			s.t.Errorf("%s with %q in %s is taken: %s", field, l.get(), l.path, a.text)
		}
		l.set(l.was)
	}
	var a answer
	if len(words) > 0 {
		l := words[s.round%len(words)]
		l.set(injections[(len(one.name)+s.round)%len(injections)])
		if a = s.attack(one, c, l); a.code() != "" {
			l.set(l.was)
		}
	}
	if len(words) == 0 || a.code() != "" {
		a = s.w.post(c) // so that the story can go on
		s.newActs()
	}
	if one.sections["work"] != "" {
		s.w.work()
		s.newActs()
	}
	if status := one.sections["deliver"]; status != "" {
		s.w.deliver(204)
		s.newActs()
	}
	s.keep(one, a.data.at(field).v)
}

// attack sends a mutation, which either does one thing or changes nothing and says why.
func (s *attacker) attack(one step, c call, l *leaf) answer {
	s.sent++
	a := s.w.post(c)
	if a.status >= 500 || a.code() == gql.CodeInternal || a.code() == gql.CodeDeadlineExceeded {
		s.t.Errorf("%s, with %q in %s = %d %s", one.name, l.get(), l.path, a.status, a.text)
	}
	if acts := s.newActs(); (len(acts) > 0) != (a.code() == "") {
		s.t.Errorf("%s, with %q in %s, writes the acts %v and answers %s", one.name, l.get(), l.path, acts, a.text)
	}
	return a
}

// keep keeps the values that a step names, whatever else it answers.
func (s *attacker) keep(one step, got any) {
	if want := one.sections["want"]; want != "" {
		var v any
		if err := json.Unmarshal([]byte(want), &v); err != nil {
			s.t.Fatalf("want: %v", err)
		}
		known := len(s.kept)
		s.matched(v, got)
		for name, v := range s.kept {
			if v == nil && len(s.kept) > known {
				delete(s.kept, name)
			}
		}
	}
}

// leaf is a text somewhere in an input.
type leaf struct {
	path string
	free bool // words of the client's own
	was  string
	get  func() string
	set  func(string)
}

func textsOf(s *ast.Schema, typ *ast.Type, v any, path []string) []*leaf {
	var all []*leaf
	visit := func(typ *ast.Type, v any, path []string, set func(any)) {
		text, ok := v.(string)
		if !ok {
			all = append(all, textsOf(s, typ, v, path)...)
			return
		}
		now := text
		all = append(all, &leaf{
			path: strings.Join(path, "."), free: s.Types[typ.Name()].Name == "String", was: text,
			get: func() string { return now }, set: func(to string) { now = to; set(to) },
		})
	}
	switch v := v.(type) {
	case map[string]any:
		for _, f := range s.Types[typ.Name()].Fields {
			if one, ok := v[f.Name]; ok {
				visit(f.Type, one, append(path[:len(path):len(path)], f.Name), func(to any) { v[f.Name] = to })
			}
		}
	case []any:
		for i := range v {
			visit(typ.Elem, v[i], append(path[:len(path):len(path)], fmt.Sprint(i)), func(to any) { v[i] = to })
		}
	}
	return all
}

package story_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/app"
)

// changes finds the tables that a text writes to.
var changes = regexp.MustCompile(`(?i)\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+["` + "`" + `]?([a-z_]+)`)

// checkTouches checks that every change of a table that a noun declares has an act whose noun declares it: the answer cache
// relies on that.
func checkTouches(t *testing.T, w *world, ran []string, touched []actlog.Touch) {
	t.Helper()
	var known, said []string // tables that visitors read, and those that the acts say they changed
	for _, n := range graph.Declarations() {
		known = append(known, n.Tables...)
	}
	for _, one := range touched {
		tables, ok := w.Resolver.Changes(one)
		if !ok {
			return // the act may change anything
		}
		said = append(said, tables...)
	}
	for _, text := range ran {
		for _, m := range changes.FindAllStringSubmatch(text, -1) {
			table := strings.ToLower(m[1])
			if slices.Contains(known, table) && !slices.Contains(said, table) {
				t.Errorf("acts %v changed %[3]s, but their nouns in package graph declare only the tables %[2]v: %[4].120s", touched, said, table, text)
			}
		}
	}
}

// TestCachedAnswersAreNeverStale: a client that has seen a change, or got the answer to its own, never gets an answer from
// before the change, on any replica and with any number of writers. At the end, the cached answers equal the uncached ones.
func TestCachedAnswersAreNeverStale(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		replicas := []*world{w}
		if strings.HasPrefix(databaseURL, "postgres") { // SQLite serves one process
			replicas = append(replicas, live(t, databaseURL, func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }))
		}
		s := newScene(w)
		subjects := []string{s.id("What may"), s.id("A ceiling")}
		queries := make([]string, 0, 2*len(subjects)+1)
		for _, id := range subjects {
			queries = append(queries,
				fmt.Sprintf(`{node(id: %q){... on Dialogue{comments(first: 100){nodes{body author{name}}}} ... on Proposal{comments(first: 100){nodes{body author{name}}}}}}`, id),
				fmt.Sprintf(`{node(id: %q){... on Dialogue{comments{totalCount} proposals(first: 5){nodes{comments(first: 100){nodes{body}}}}} ... on Proposal{comments(last: 100){totalCount nodes{body}}}}}`, id))
		}
		queries = append(queries, `{comments(first: 100){nodes{body}}}`)
		const last = `{acts(first: 100, filter: {type: COMMENT_POSTED}){nodes{subject{... on Comment{body}}}}}` // only acts with a sequence number
		const writers, each, readers = 4, 8, 6
		var mu sync.Mutex
		var made []string // bodies of comments whose writer has an answer
		var wrote, read sync.WaitGroup
		done := make(chan struct{})
		for i := range writers {
			r := replicas[i%len(replicas)]
			token := r.token(persona([]string{"customer", "firm", "ngo", "academic"}[i]))
			wrote.Go(func() {
				for n := range each {
					body := fmt.Sprintf("%d of writer %d on %d.", n, i, i%len(subjects))
					query := fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: %q}){act{id}}}`, subjects[i%len(subjects)], body)
					if a := r.post(call{query: query, token: token}); a.code() != "" {
						t.Errorf("a comment = %s", a.text)
					}
					mu.Lock()
					made = append(made, body)
					mu.Unlock()
				}
			})
		}
		for i := range readers {
			read.Go(func() {
				for n := i; ; n++ {
					select {
					case <-done:
						return
					default:
					}
					at := n % len(queries)
					mu.Lock()
					before := slices.Clone(made)
					mu.Unlock()
					a := replicas[n%len(replicas)].get(call{query: queries[at]})
					replicas[n%len(replicas)].get(call{query: last})
					for _, body := range before {
						about := at == len(queries)-1 || strings.HasSuffix(body, fmt.Sprintf("on %d.", at/2))
						if about && at != 1 && !strings.Contains(a.text, body) {
							t.Errorf("an answer lacks %q, which was written before the request: %.300s", body, a.text)
						}
					}
				}
			})
		}
		wrote.Wait()
		close(done)
		read.Wait()
		w.quiet() // or the last query could give one act more each time
		for _, r := range replicas {
			for _, q := range append(queries, last) {
				first, again := r.get(call{query: q}), r.get(call{query: q})
				want := r.post(call{query: q})
				if diff := cmp.Diff(text(want.data), text(again.data)); diff != "" || text(first.data) != text(again.data) {
					t.Errorf("%s\ncached (-uncached +cached):\n%s", q, diff)
				}
			}
			if n := r.Answers.Counts(); n.Hits < int64(len(queries)) || n.Dropped == 0 {
				t.Errorf("answers: %+v; the test has shown nothing", n)
			}
		}
	})
}

// TestEachChangeReachesTheCache: after each change, everything that visitors have read before reads the same with and without
// the cache.
func TestEachChangeReachesTheCache(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		queries := everything(s.Schema.Schema())
		for _, q := range queries {
			s.get(call{query: q})
		}
		hits := s.Answers.Counts().Hits
		for _, q := range queries {
			s.get(call{query: q})
		}
		if n := s.Answers.Counts().Hits - hits; n < int64(len(queries))*3/4 {
			t.Fatalf("%d of %d answers were cached", n, len(queries))
		}
		proposal, dialogue := s.id("A ceiling"), s.id("What may")
		comment := s.ask(persona("customer"), `{proposal(id: "`+proposal+`"){comments(first: 1){nodes{id}}}}`).at("proposal", "comments", "nodes", 0, "id").text()
		firm := s.ask(persona("firm"), `{viewer{stakeholder{id}}}`).at("viewer", "stakeholder", "id").text()
		practice := ""
		for _, change := range []struct{ who, query string }{
			{"ngo", `mutation{voteOnComment(input: {id: "` + comment + `", choice: DISAGREE}){userErrors{message} comment{id}}}`},
			{"academic", `mutation{postComment(input: {subject: "` + dialogue + `", body: "New here."}){userErrors{message} comment{id}}}`},
			{"academic", `mutation{postComment(input: {parent: "` + comment + `", body: "An answer."}){userErrors{message} comment{id}}}`},
			{"facilitator", `mutation{hideComment(input: {id: "` + comment + `", reason: "off topic"}){userErrors{message} comment{id}}}`},
			{"facilitator", `mutation{restoreComment(input: {id: "` + comment + `", reason: "on topic"}){userErrors{message} comment{id}}}`},
			{"firm", `mutation{proposePractice(input: {title: "New", kind: OTHER}){userErrors{message} practice{id}}}`},
			{"firm", `mutation{activatePractice(input: {id: "$practice"}){userErrors{message} practice{id}}}`},
			{"admin", `mutation{suspendStakeholder(input: {id: "` + firm + `", reason: "for a test"}){userErrors{message} stakeholder{id}}}`},
			{"facilitator", `mutation{closeDialogue(input: {id: "` + dialogue + `", outcome: "Settled."}){userErrors{message} dialogue{id}}}`},
		} {
			a := s.send(persona(change.who), strings.ReplaceAll(change.query, "$practice", practice))
			if a.code() != "" || len(a.codes) > 0 {
				t.Errorf("%s\n= %s", change.query, a.text)
			}
			if id := a.data.at("proposePractice", "practice", "id").text(); id != "" {
				practice = id
			}
			for _, q := range queries {
				kept, want := s.get(call{query: q}), s.post(call{query: q})
				if diff := cmp.Diff(text(want.data), text(kept.data)); diff != "" {
					t.Fatalf("%s\nthen %s (-uncached +cached):\n%s", change.query, q, diff)
				}
			}
		}
	})
}

// TestTimeAloneChangesNoCachedAnswer: no cached answer depends on the clock.
func TestTimeAloneChangesNoCachedAnswer(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		queries := everything(s.Schema.Schema())
		before := map[string]string{}
		for _, q := range queries {
			before[q] = text(s.post(call{query: q}).data)
		}
		const passes = `{dialogues(first: 50){nodes{phase{kind}}}}`
		phases := text(s.get(call{query: passes}).data)
		s.clock.Advance(-20 * 365 * 24 * time.Hour)
		if earlier := text(s.get(call{query: passes}).data); earlier == phases {
			t.Error("twenty years change no answer: this test shows nothing")
		}
		for _, q := range queries {
			if diff := cmp.Diff(before[q], text(s.post(call{query: q}).data)); diff != "" {
				t.Errorf("%s changes with time but is cached (-before +after):\n%s", q, diff)
			}
		}
	})
}

// everything gives queries for all that may be cached: each root field without required arguments, each field of its entries,
// and the fields directly below those.
func everything(schema *ast.Schema) []string {
	var all []string
	for _, f := range schema.Query.Fields {
		if strings.HasPrefix(f.Name, "__") || f.Arguments.ForName("id") != nil || needsArguments(f) || f.Name == "actLog" || f.Name == "viewer" || f.Name == "webhooks" {
			continue
		}
		around, def := "{"+f.Name+"{%s}}", schema.Types[f.Type.Name()]
		if nodes := def.Fields.ForName("nodes"); nodes != nil {
			all = append(all, fmt.Sprintf(around, "totalCount pageInfo{startCursor endCursor hasNextPage}"))
			if def.Fields.ForName("totalCount") == nil {
				all[len(all)-1] = fmt.Sprintf(around, "head pageInfo{endCursor}")
			}
			around, def = "{"+f.Name+"{nodes{__typename %s}}}", schema.Types[nodes.Type.Name()]
		}
		all = append(all, fmt.Sprintf(around, leaves(schema, def)))
		for _, one := range def.Fields {
			if below := schema.Types[one.Type.Name()]; !isLeaf(below) && !needsArguments(one) && lasts(def, one) {
				all = append(all, fmt.Sprintf(around, one.Name+"{"+leaves(schema, below)+"}"))
			}
		}
	}
	return all
}

func needsArguments(f *ast.FieldDefinition) bool {
	return slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return a.Type.NonNull && a.DefaultValue == nil })
}

func isLeaf(def *ast.Definition) bool { return def.Kind == ast.Scalar || def.Kind == ast.Enum }

func lasts(def *ast.Definition, f *ast.FieldDefinition) bool {
	return f.Name != "viewerCan" && (def.Name != "Dialogue" || f.Name != "phase")
}

// leaves selects the scalar fields of a type, and of a connection those of its nodes and its counts.
func leaves(schema *ast.Schema, def *ast.Definition) string {
	parts := []string{"__typename"}
	if def.Kind == ast.Union {
		return "__typename ... on Node{id}"
	}
	for _, f := range def.Fields {
		switch below := schema.Types[f.Type.Name()]; {
		case strings.HasPrefix(f.Name, "__") || needsArguments(f) || !lasts(def, f):
		case isLeaf(below):
			parts = append(parts, f.Name)
		case f.Name == "nodes":
			parts = append(parts, "nodes{"+leaves(schema, below)+"}")
		}
	}
	return strings.Join(parts, " ")
}

package graph_test

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/randquery"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var queries = flag.Int("queries", 5000, "how many random queries are compared")

// A read takes the columns that are selected. One field that does not say which columns it is made of makes every list that
// selects it read whole rows, which is correct and half as fast.
func TestFieldsOfRowsSayWhichColumnsTheyAreMadeOf(t *testing.T) {
	if whole := newPair(t, testdb.SQLite(t)).resolver.Whole(); len(whole) > 0 {
		slices.Sort(whole)
		t.Errorf("these fields have their rows read with all columns; a method of a row needs an edge that names its columns:\n%s", strings.Join(whole, "\n"))
	}
}

// Every query is answered alike by gqlgen and by graph/lean, byte for byte, whoever asks and whatever fails.
func TestRandomQueriesAreAnsweredAlike(t *testing.T) {
	for name, test := range map[string]struct {
		url   func(testing.TB) string
		share int
	}{"sqlite": {testdb.SQLite, 1}, "postgres": {testdb.Postgres, 5}} {
		t.Run(name, func(t *testing.T) {
			p := newPair(t, test.url(t))
			n := *queries / test.share
			if testing.Short() {
				n /= 5
			}
			for seed := range n {
				p.compare(t, rand.New(rand.NewPCG(uint64(seed), 17)), fmt.Sprint("seed ", seed))
			}
			t.Logf("%+v", p.seen)
			p.seen.check(t, n)
			p.testSize(t, n/20)
		})
	}
}

// testSize compares answers that are longer than one may be, and some that would have been but for what was null.
func (p *pair) testSize(t *testing.T, n int) {
	t.Helper()
	small := *p
	small.reference, small.lean = p.executors(t, 200)
	small.seen = tally{}
	for seed := range n {
		small.compare(t, rand.New(rand.NewPCG(uint64(seed), 18)), fmt.Sprint("small, seed ", seed))
	}
	if small.seen.TooLarge < n/40 {
		t.Errorf("%d of %d answers were too large, want at least %d", small.seen.TooLarge, n, n/40)
	}
}

// One program answers many requests at once, whose objects may be of types that it has not met.
func TestAProgramServesManyAtOnce(t *testing.T) {
	p := newPair(t, testdb.SQLite(t))
	var queries []randquery.Query
	var want []string
	for _, noun := range []string{"Stakeholder", "Dialogue", "Proposal", "Comment", "Practice", "ImpactAssessment"} {
		q := randquery.Query{
			Text: "query($ids: [ID!]!, $n: Int){nodes(ids: $ids){id __typename ...F}} fragment F on Node{... on Stakeholder{name} ... on Dialogue{title proposals(first: $n){nodes{title author{id name}}}}" +
				" ... on Proposal{title comments(first: $n){nodes{body subject{... on Node{id}}}}} ... on Comment{author{... on Firm{legalName} ... on Customer{handle}}}}",
			Variables: map[string]any{"ids": []any{p.ids[noun][0], p.ids["Comment"][1], p.ids[noun][len(p.ids[noun])-1]}, "n": int64(3)},
		}
		queries, want = append(queries, q), append(want, p.answer(p.viewers[0], p.reference, q, true).text)
	}
	for range 5 {
		_, x := p.executors(t, 1<<20) // a new one, which has compiled nothing
		var together sync.WaitGroup
		for i := range 4 * len(queries) {
			together.Go(func() {
				if got := p.answer(p.viewers[0], x, queries[i%len(queries)], false).text; got != want[i%len(queries)] {
					t.Errorf("%s\nlean   %s\ngqlgen %s", queries[i%len(queries)].Variables, got, want[i%len(queries)])
				}
			})
		}
		together.Wait()
	}
}

// An answer is measured when it is whole: what was taken back, because a null took what it lay in, does not count.
func TestWhatWasTakenBackIsNotTooLarge(t *testing.T) {
	p := newPair(t, testdb.SQLite(t))
	q := randquery.Query{Text: "{viewer{roles} nodes(ids: [" + strconv.Quote(p.ids["Dialogue"][0]) +
		"]){... on Dialogue{id proposals(first: 20){nodes{title summary body} edges{node{title summary body author{id}}}}}} practices(first: 2){nodes{title}}}"}
	for size, large := range map[int]bool{100: true, 200: false} {
		small := *p
		small.reference, small.lean = p.executors(t, size)
		f := faults{kind: orphans}
		want, got := small.answer(f.in(p.viewers[0]), small.reference, q, true), small.answer(f.in(p.viewers[0]), small.lean, q, false)
		if got.text != want.text {
			t.Errorf("at most %d bytes\nlean   %s\ngqlgen %s", size, got.text, want.text)
		}
		if strings.Contains(got.text, gql.CodeResponseTooLarge) != large {
			t.Errorf("at most %d bytes: %s, want it refused: %t", size, got.text, large)
		}
	}
}

// What is not answered by graph/lean is listed here.
func TestOnlyIntrospectionFallsToGqlgen(t *testing.T) {
	p := newPair(t, testdb.SQLite(t))
	if missing := p.resolver.Missing(); len(missing) > 0 {
		t.Errorf("no noun in package graph declares how these fields are read: %v: add each to the edges of its noun", missing)
	}
	for _, one := range []struct {
		query string
		falls bool
	}{
		{"{__schema{queryType{name}}}", true},
		{`{__type(name: "Query"){name}}`, true},
		{"{viewer{roles} ...F} fragment F on Query{__schema{queryType{name}}}", true},
		{"query($no: Boolean = true){viewer{roles} ... @skip(if: $no){__schema{queryType{name}}}}", true},
		{`mutation{openDialogue(input: {id: "nothing"}){userErrors{code}}}`, false}, // is no query
		{"{__typename}", false},
		{"{a: __typename ...F} fragment F on Query{viewer{__typename ... on Viewer{roles}}}", false},
		{`{node(id: "nothing"){id __typename ... on ActSubject{... on Firm{sizeBand}}}}`, false},
		{"query($yes: Boolean!){comments{edges{cursor node{tally{total} quote{text} subject @include(if: $yes){__typename}}}}}", false},
	} {
		before := p.lean.Fallbacks()
		q := randquery.Query{Text: one.query, Variables: map[string]any{}}
		if strings.Contains(one.query, "$yes") {
			q.Variables["yes"] = true
		}
		want, got := p.answer(p.viewers[0], p.reference, q, true), p.answer(p.viewers[0], p.lean, q, false)
		if got.text != want.text || got.refused {
			t.Errorf("%s = %s, want as gqlgen has it %s", one.query, got.text, want.text)
		}
		if fell := p.lean.Fallbacks() > before; fell != one.falls {
			t.Errorf("%s fell to gqlgen: %t, want %t", one.query, fell, one.falls)
		}
	}
}

func FuzzQueriesAreAnsweredAlike(f *testing.F) {
	p := newPair(f, testdb.SQLite(f))
	for seed := range 50 {
		r := rand.New(rand.NewPCG(uint64(seed), 3))
		bytes := make([]byte, 40+seed*8)
		for i := range bytes {
			bytes[i] = byte(r.IntN(256))
		}
		f.Add(bytes)
	}
	f.Fuzz(func(t *testing.T, bytes []byte) { p.compare(t, &randquery.Bytes{Left: bytes}, "fuzzed") })
}

// pair are two executors over the same resolver: one lets gqlgen answer queries, one graph/lean.
type pair struct {
	schema     *ast.Schema
	executable graphql.ExecutableSchema
	resolver   *graph.Resolver
	reference  *gql.Executor
	lean       *gql.Executor
	viewers    []context.Context
	ids        map[string][]string
	cursors    map[string][]string // of a visitor's lists
	seen       tally
}

// tally says what the random queries were like.
type tally struct {
	Queries, Refused, Errors, ManyErrors, Nulls, Emptied, Deep, Conditional, TooLarge, Fallbacks int
	Faults                                                                                       [7]int // answers with an error, by what was disturbed
}

// hasEmptyField tells whether a root field of an answer is null.
func hasEmptyField(data string) bool {
	var fields map[string]json.RawMessage
	return json.Unmarshal([]byte(data), &fields) == nil && slices.ContainsFunc(slices.Collect(maps.Values(fields)), func(v json.RawMessage) bool {
		return string(v) == "null"
	})
}

// check wants each kind of query among n, so that the comparison compares what it says.
// check asks for some of each sort, so that the comparison shows something. It asks for few: what is random shifts with every
// type and field that the schema gets.
func (s tally) check(t *testing.T, n int) {
	t.Helper()
	for what, got := range map[string][2]int{
		"answers": {s.Queries - s.Refused, n / 4}, "errors": {s.Errors, n / 20}, "more errors than are reported": {s.ManyErrors, n / 2000},
		"nulls": {s.Nulls, n / 20}, "a root field that an error had emptied": {s.Emptied, n / 100}, "deep answers": {s.Deep, n / 50}, "conditions": {s.Conditional, n / 20},
	} {
		if got[0] < got[1] {
			t.Errorf("%d of %d queries had %s, want at least %d", got[0], n, what, got[1])
		}
	}
	if s.Fallbacks > 0 {
		t.Errorf("%d queries fell to gqlgen, want none: there is no introspection among them", s.Fallbacks)
	}
	for kind, n := range s.Faults[1:] {
		if n == 0 {
			t.Errorf("no query was disturbed in the way %d", kind+1)
		}
	}
}

func newPair(t testing.TB, databaseURL string) *pair {
	t.Helper()
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	dir := t.TempDir()
	a, err := app.Open(context.Background(), app.Config{
		Database: databaseURL, Migrate: true, Mode: "dev", DevKey: dir + "/dev.key", Keys: dir + "/keys", Clock: clock.NewFixed(now),
		Store: store.Options{Relaxed: true, Pool: 64}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Close() })
	ctx := context.Background()
	if _, err := demo.Fill(ctx, a.Store, a.Log, a.Domains, auth.DevURL, now); err != nil {
		t.Fatal(err)
	}
	p := &pair{schema: a.Schema.Schema(), resolver: a.Resolver, executable: a.Schema, ids: map[string][]string{}, cursors: map[string][]string{}}
	a.Resolver.Disturb(p.schema, disturb)
	p.reference, p.lean = p.executors(t, gql.DefaultLimits().ResponseBytes)
	p.people(t, a.Resolver)
	p.learn(t, a)
	return p
}

// executors makes both, for answers of at most so many bytes.
func (p *pair) executors(t testing.TB, size int) (reference, lean *gql.Executor) {
	t.Helper()
	c := gql.Config{Schema: p.executable, Prepare: p.resolver.Prepare, Limits: gql.DefaultLimits(), Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	c.Limits.Aliases, c.Limits.Directives, c.Limits.Fields, c.Limits.ResponseBytes = 200, 200, 10_000, size
	all := c
	// gqlgen renders the elements of a list at once, so which of too many errors it tells is chance: here it tells all.
	all.Limits.Errors = 1 << 30
	c.Compile = p.resolver.Compile
	return executor(t, all), executor(t, c)
}

func executor(t testing.TB, c gql.Config) *gql.Executor {
	t.Helper()
	x, err := gql.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// people are a visitor and everybody of the example.
func (p *pair) people(t testing.TB, r *graph.Resolver) {
	t.Helper()
	ctx := context.Background()
	p.viewers = []context.Context{policy.WithActor(ctx, policy.Anonymous)}
	for _, one := range demo.Personas {
		c := party.Claims{Issuer: auth.DevURL, Subject: one.Subject(), Reach: party.Reach{All: true}}
		for _, role := range one.Roles {
			c.Roles = append(c.Roles, string(role))
		}
		if one.Party != "" {
			c.Stakeholder = one.Stakeholder()
		}
		actor, err := r.Parties.Provision(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		p.viewers = append(p.viewers, policy.WithActor(ctx, actor))
	}
}

// learn keeps the ids of everything, by the types of what they name, and the cursors of every list.
func (p *pair) learn(t testing.TB, a *app.App) {
	t.Helper()
	ctx := context.Background()
	for _, n := range graph.Declarations() {
		var ids []string
		if table, ok := db.TableOf[n.Name]; ok {
			err := a.Store.Query(ctx, "SELECT id FROM "+table+" ORDER BY id", nil, func(r *sql.Rows) error {
				var id uuid.UUID
				err := r.Scan(&id)
				ids = append(ids, typeid.New(n.Name, id).String())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		of := map[string]bool{}
		for _, name := range n.Types {
			of[name] = true
			for _, i := range p.schema.GetImplements(p.schema.Types[name]) {
				of[i.Name] = true
			}
		}
		for name := range of {
			p.ids[name] = append(p.ids[name], ids...)
		}
	}
	for _, one := range a.Store.Client().Act.Query().Limit(20).AllX(ctx) {
		p.ids["LogEntry"] = append(p.ids["LogEntry"], one.GlobalID().String())
	}
	p.ids["Node"] = append(p.ids["Node"], p.ids["LogEntry"]...)
	p.ids["InclusionProof"] = p.ids["LogEntry"]
	for _, f := range p.schema.Query.Fields {
		if connection := p.schema.Types[f.Type.Name()]; connection.Fields.ForName("edges") != nil {
			op := randquery.Query{Text: "{" + f.Name + "{edges{cursor}}}"}
			for _, part := range strings.Split(p.answer(p.viewers[0], p.reference, op, true).text, `"cursor":"`)[1:] {
				cursor, _, _ := strings.Cut(part, `"`)
				p.cursors[connection.Name] = append(p.cursors[connection.Name], cursor)
			}
		}
	}
}

// text gives the value of an argument: now and then one that is refused.
func (p *pair) text(c randquery.Chooser, argument, gives string) string {
	if c.IntN(8) == 1 {
		return []string{"nothing", "x\\u0001y", "dialogue_01h455vb4pex5vsknk084sn02q"}[c.IntN(3)]
	}
	of := p.ids[gives]
	switch argument {
	case "text", "kind":
		return []string{"a", "the", "price", "zzz"}[c.IntN(4)]
	case "changedSince", "from", "to":
		return []string{"2026-01-01T00:00:00Z", "2026-03-02T12:00:00Z", "1", "2"}[c.IntN(4)]
	case "size":
		return []string{"1", "5", "10", "20"}[c.IntN(4)]
	case "after", "before":
		if all := p.cursors[gives]; len(all) > 0 && c.IntN(3) > 0 {
			return all[c.IntN(len(all))]
		}
		return ""
	case "firm", "convenor":
		of = p.ids["Stakeholder"]
	case "practice", "dialogue":
		of = p.ids[strings.ToUpper(argument[:1])+argument[1:]]
	}
	if len(of) == 0 || c.IntN(6) == 1 {
		of = p.ids["Node"]
	}
	return of[c.IntN(len(of))]
}

// compare writes a query, has both answer it and wants the same bytes.
func (p *pair) compare(t *testing.T, c randquery.Chooser, name string) {
	t.Helper()
	q := randquery.Write(c, randquery.Config{Schema: p.schema, Text: p.text, Budget: 30, Depth: 8})
	f := faults{kind: max(0, c.IntN(13)-6), seed: uint64(c.IntN(1 << 16))}
	viewer := p.viewers[c.IntN(len(p.viewers))]
	want, got := p.answer(f.in(viewer), p.reference, q, true), p.answer(f.in(viewer), p.lean, q, false)
	if want.text != got.text {
		t.Fatalf("%s: %s\nvariables %v, disturbed in the way %d\ngqlgen %s\nlean   %s", name, q.Text, q.Variables, f.kind, want.text, got.text)
	}
	p.seen.add(q, f.kind, got)
	p.seen.Fallbacks = int(p.lean.Fallbacks())
}

type answered struct {
	text    string
	refused bool
	errors  int
	data    string
}

// answer is what a client gets.
func (p *pair) answer(ctx context.Context, x *gql.Executor, q randquery.Query, reference bool) answered {
	op, errs := x.CreateOperationContext(ctx, &graphql.RawParams{Query: q.Text, Variables: q.Variables})
	if errs != nil {
		return answered{text: string(gql.AppendResponse(nil, x.DispatchError(ctx, errs), nil)), refused: true}
	}
	next, ctx := x.DispatchOperation(ctx, op)
	resp := next(ctx)
	a := answered{errors: len(resp.Errors), data: string(resp.Data)}
	if reference {
		resp.Errors = inOrder(resp.Errors)
		if limit := gql.DefaultLimits().Errors; len(resp.Errors) > limit {
			resp.Errors = resp.Errors[:limit]
		}
	}
	a.text = string(gql.AppendResponse(nil, resp, gql.CostOf(op)))
	return a
}

// inOrder puts errors into the order in which they come when the elements of a list are rendered one after the other. What
// does not part at an element was in this order before.
func inOrder(errs gqlerror.List) gqlerror.List {
	slices.SortStableFunc(errs, func(a, b *gqlerror.Error) int {
		for i := range min(len(a.Path), len(b.Path)) {
			if a.Path[i] == b.Path[i] {
				continue
			}
			x, isIndex := a.Path[i].(ast.PathIndex)
			y, both := b.Path[i].(ast.PathIndex)
			if isIndex && both {
				return cmp.Compare(x, y)
			}
			break
		}
		return 0
	})
	return errs
}

func (s *tally) add(q randquery.Query, kind int, a answered) {
	s.Queries++
	if a.refused {
		s.Refused++
		return
	}
	for n, ok := range map[*int]bool{
		&s.TooLarge: strings.Contains(a.text, gql.CodeResponseTooLarge),
		&s.Errors:   a.errors > 0, &s.ManyErrors: a.errors == gql.DefaultLimits().Errors, &s.Nulls: strings.Contains(a.data, ":null"),
		&s.Emptied: a.errors > 0 && hasEmptyField(a.data), &s.Deep: strings.Count(a.data, "{") > 10, &s.Conditional: strings.Contains(q.Text, "(if: $"),
	} {
		if ok {
			*n++
		}
	}
	if a.errors > 0 {
		s.Faults[kind]++
	}
}

type faultsKey struct{}

// faults say how edges are disturbed. What happens depends on the seed, the edge and the place among its values alone.
type faults struct {
	kind  int
	seed  uint64
	leave context.CancelFunc
}

// in gives the context of one answer that is disturbed.
func (f faults) in(ctx context.Context) context.Context {
	ctx, f.leave = context.WithCancel(ctx)
	return context.WithValue(ctx, faultsKey{}, &f)
}

// The ways in which edges are disturbed.
const (
	fails    = 1 + iota // some edges fail
	lacks               // some values are missing
	panics              // some edges panic
	empties             // some values are of the right type and empty, elements of lists are missing
	mistakes            // some values are of a type that does not belong there
	leaves              // the client leaves while some edges are read
	orphans             // no author is found of a proposal
)

func (f *faults) hit(one int, name string, i int) bool {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, f.seed, name, i)
	return h.Sum64()%uint64(one) == 0
}

func disturb(ctx context.Context, name string, values []any, err error) ([]any, error) {
	f, _ := ctx.Value(faultsKey{}).(*faults)
	if f == nil || err != nil {
		return values, err
	}
	switch {
	case f.kind == fails && f.hit(4, name, -1):
		return nil, errors.New("the edge is disturbed")
	case f.kind == fails && f.hit(4, name, -2):
		return nil, fault.InvalidField("first", "", "the edge is disturbed")
	case f.kind == orphans && name == "Proposal.author":
		return nil, errors.New("the edge is disturbed")
	case f.kind == panics && f.hit(10, name, -1):
		panic("the edge is disturbed")
	case f.kind == leaves && f.hit(2, name, -1):
		f.leave()
	}
	out := slices.Clone(values)
	for i, v := range out {
		if v == nil {
			continue
		}
		rv := reflect.ValueOf(v)
		switch {
		case f.kind == lacks && rv.Kind() == reflect.Pointer && f.hit(5, name, i):
			out[i] = reflect.Zero(rv.Type()).Interface()
		case f.kind == empties && rv.Kind() == reflect.Slice:
			out[i] = thinned(f, name, rv)
		case f.kind == empties && rv.Kind() == reflect.Pointer && rv.Elem().Kind() == reflect.Struct && f.hit(2, name, i):
			out[i] = timeless(f, name, rv)
		case f.kind == mistakes && (name == "Comment.subject" || name == "Act.subject" || name == "Query.node") && f.hit(2, name, i):
			out[i] = &db.Phase{}
		case f.kind == mistakes && name == "Query.nodes":
			nodes := reflect.MakeSlice(rv.Type(), rv.Len(), rv.Len())
			reflect.Copy(nodes, rv)
			if rv.Len() > 0 && f.hit(2, name, i) {
				nodes.Index(rv.Len() / 2).Set(reflect.ValueOf(&db.Phase{}))
			}
			out[i] = nodes.Interface()
		}
	}
	return out, nil
}

// thinned is a list with some elements missing.
func thinned(f *faults, name string, list reflect.Value) any {
	out := reflect.MakeSlice(list.Type(), list.Len(), list.Len())
	reflect.Copy(out, list)
	for i := range out.Len() {
		if k := out.Index(i).Kind(); (k == reflect.Pointer || k == reflect.Interface) && f.hit(4, name, i) {
			out.Index(i).SetZero()
		}
	}
	return out.Interface()
}

// timeless is a row, or a page of rows, without the times at which they were made.
func timeless(f *faults, name string, v reflect.Value) any {
	out := reflect.New(v.Elem().Type())
	out.Elem().Set(v.Elem())
	if at := out.Elem().FieldByName("CreatedAt"); at.IsValid() && at.CanSet() {
		at.SetZero()
	}
	if nodes := out.Elem().FieldByName("Nodes"); nodes.IsValid() && nodes.Kind() == reflect.Slice {
		all := reflect.MakeSlice(nodes.Type(), nodes.Len(), nodes.Len())
		for i := range nodes.Len() {
			all.Index(i).Set(nodes.Index(i))
			if e := nodes.Index(i); e.Kind() == reflect.Pointer && f.hit(3, name, i) {
				all.Index(i).Set(reflect.ValueOf(timeless(f, name, e)))
			}
		}
		nodes.Set(all)
	}
	return out.Interface()
}

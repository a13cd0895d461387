package gql_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/gql/gqltest"
)

func newExecutor(t testing.TB, change func(*gql.Config)) (*gql.Executor, *gqltest.Schema) {
	t.Helper()
	schema := gqltest.New()
	cfg := gql.Config{Schema: schema}
	if change != nil {
		change(&cfg)
	}
	x, err := gql.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return x, schema
}

// ask runs an operation through every step, like a transport, and gives its first response.
func ask(t testing.TB, x *gql.Executor, params *graphql.RawParams) *graphql.Response {
	t.Helper()
	ctx := context.Background()
	op, errs := x.CreateOperationContext(ctx, params)
	if errs != nil {
		return x.DispatchError(ctx, errs)
	}
	next, ctx := x.DispatchOperation(ctx, op)
	return next(ctx)
}

func codes(errs gqlerror.List) []string {
	var out []string
	for _, err := range errs {
		out = append(out, gql.CodeOf(err))
	}
	return out
}

func variables(t testing.TB, s string) map[string]any {
	t.Helper()
	if s == "" {
		return nil
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func repeat(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i))
		b.WriteByte(' ')
	}
	return b.String()
}

func nested(open, inner, end string, n int) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

// spreadBomb is a query whose fragments double at each of n levels.
func spreadBomb(n int) string {
	var b strings.Builder
	b.WriteString("{me{...F0}}")
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on User{...F%d ...F%d}", i, i+1, i+1)
	}
	fmt.Fprintf(&b, " fragment F%d on User{id}", n)
	return b.String()
}

var refusals = []struct {
	rule, query, variables, code string
}{
	// attacks-and-faults.json: area cost
	{"A01 directives are bounded", "{__typename " + strings.Repeat("@mark ", 60) + "}", "", gql.CodeQueryTooLarge},
	{"A01 directives by the thousand exceed the token limit", "{__typename " + strings.Repeat("@a ", 6000) + "}", "", gql.CodeQueryTooLarge},
	{"A01 directives are counted after fragments are spread", "{me{...A ...A}} fragment A on User{" + strings.Repeat("...B ", 30) + "} fragment B on User{id @mark}", "", gql.CodeQueryTooLarge},
	{"A02 duplicate directives give few errors", "{me{id " + strings.Repeat("@x ", 45) + "}}", "", gql.CodeValidationFailed},
	{"A03 cheap aliases are bounded", "{me{" + repeat(31, func(i int) string { return fmt.Sprintf("a%d:id", i) }) + "}}", "", gql.CodeQueryTooLarge},
	{"A03 root fields are bounded", "{" + repeat(11, func(i int) string { return fmt.Sprintf("a%d:__typename", i) }) + "}", "", gql.CodeQueryTooLarge},
	{"A03 aliases are counted after fragments are spread", "{me{" + strings.Repeat("...A ", 8) + "}} fragment A on User{a:id b:id c:id d:id}", "", gql.CodeQueryTooLarge},
	{"A04 expensive root fields add up", "{" + repeat(10, func(i int) string {
		return fmt.Sprintf("a%d:proposals(first:100){edges{node{author{id} comments{nodes{id}}}}}", i)
	}) + "}", "", gql.CodeCostLimit},
	{"A07 a fragment cycle is no valid document", "{me{...A}} fragment A on User{friends{...B}} fragment B on User{friends{...A}}", "", gql.CodeValidationFailed},
	{"A07 an unused fragment cycle is refused", "{me{id}} fragment A on User{...A}", "", gql.CodeValidationFailed},
	{"A08 depth is bounded", "{me" + nested("{best{author", "{id}", "}}", 25) + "}", "", gql.CodeDepthLimit},
	{"A08 thirteen levels are too deep", "{me" + nested("{best{author", "{id name}", "}}", 6) + "}", "", gql.CodeDepthLimit},
	{"A08 depth counts through fragments", "{me{...A}} fragment A on User{best{author{best{author{...B}}}}} fragment B on User{best{author{best{author{best{author{best{author{id}}}}}}}}}", "", gql.CodeDepthLimit},
	{"A10 inline fragments by the thousand exceed the token limit", "{me" + nested("{...", "{id}", "}", 4000) + "}", "", gql.CodeQueryTooLarge},
	{"A11 duplicate fields by the thousand exceed the token limit", "{me{" + strings.Repeat("id name ", 2000) + "}}", "", gql.CodeQueryTooLarge},
	{"A15 nested pages multiply", "{proposals(first:100){nodes{author{proposals(first:100){nodes{author{proposals(first:100){nodes{id}}}}}}}}}", "", gql.CodeCostLimit},
	{"A15 pages multiply through fragments", "{proposals(first:100){...C}} fragment C on ProposalConnection{nodes{author{proposals(first:100){...D}}}} fragment D on ProposalConnection{nodes{id}}", "", gql.CodeCostLimit},
	{"A15 pages multiply when their sizes are variables", "query($n:Int){proposals(first:$n){nodes{author{proposals(last:$n){nodes{id}}}}}}", `{"n":100}`, gql.CodeCostLimit},
	{"A13 a larger page counts as a full page", "{proposals(first:2000000000){nodes{comments(first:2000000000){nodes{id}}}}}", "", gql.CodeCostLimit},
	{"A14 a page has a default size", "{proposals{nodes{comments{nodes{replies{replies{id}}}}}}}", "", gql.CodeCostLimit},
	{"values are bounded as well as objects", "{proposals(first:100){nodes{" + repeat(600, func(int) string { return "id" }) + "}}}", "", gql.CodeCostLimit},
	{"A18 input literals are bounded in depth", "{echo(filter:" + nested("{not:", "{}", "}", 300) + ")}", "", gql.CodeBadUserInput},
	{"A18 thirteen levels of lists are too deep", "{echo(any:" + nested("[", "1", "]", 13) + ")}", "", gql.CodeBadUserInput},
	{"A19 variables are bounded in depth", "query($a:Any){echo(any:$a)}", `{"a":` + nested("[", "1", "]", 60) + "}", gql.CodeBadUserInput},
	{"A19 typed variables are bounded in depth", "query($f:Filter){echo(filter:$f)}", `{"f":` + nested(`{"not":`, "{}", "}", 60) + "}", gql.CodeBadUserInput},
	{"A20 introspection does not nest lists", "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}", "", gql.CodeValidationFailed},
	{"A20 introspection is costed", "{" + repeat(9, func(i int) string {
		return fmt.Sprintf("a%d:__schema{types{...T fields{args{type{...T}} type{...T}}}}", i)
	}) + "} fragment T on __Type{ofType{ofType{ofType{ofType{ofType{ofType{ofType{ofType{ofType{name}}}}}}}}}}", "", gql.CodeCostLimit},
	{"A20 introspection is bounded in depth", "{__type(name:\"User\"){" + nested("ofType{", "name", "}", 20) + "}}", "", gql.CodeDepthLimit},
	{"A21 a long document is refused", "{echo(text:\"" + strings.Repeat("x", 20_001) + "\")}", "", gql.CodeQueryTooLarge},
	{"A21 a document of commas is refused", "{me{id}}" + strings.Repeat(",", 20_001), "", gql.CodeQueryTooLarge},
	{"A21 comments are tokens", "{me{id}}\n" + strings.Repeat("#\n", 2001), "", gql.CodeQueryTooLarge},
	{"A22 operations are bounded", repeat(11, func(i int) string { return fmt.Sprintf("query q%d{me{id}}", i) }), "", gql.CodeQueryTooLarge},
	{"fields are counted after fragments are spread", spreadBomb(150), "", gql.CodeQueryTooLarge},
	{"depth counts through fragments that multiply", "{me{...F0}}" + repeat(20, func(i int) string {
		return fmt.Sprintf("fragment F%d on User{best{author{...F%d ...F%d}}}", i, i+1, i+1)
	}) + "fragment F20 on User{id}", "", gql.CodeDepthLimit},
	{"a mutation runs at most five fields", "mutation{" + repeat(6, func(i int) string { return fmt.Sprintf("a%d:rename(name:\"x\"){id}", i) }) + "}", "", gql.CodeQueryTooLarge},
	{"lists in literals are bounded", "{nodes(ids:[" + strings.Repeat("1 ", 251) + "]){id}}", "", gql.CodeBadUserInput},
	{"lists in variables are bounded", "query($l:[Int!]){echo(list:$l)}", `{"l":[` + strings.Repeat("1,", 250) + "1]}", gql.CodeBadUserInput},
	{"lists in custom scalars are bounded", "query($a:Any){echo(any:$a)}", `{"a":[` + strings.Repeat("1,", 250) + "1]}", gql.CodeBadUserInput},
	{"ids count by their number", "query($ids:[ID!]!){nodes(ids:$ids){... on User{proposals(first:100){nodes{id}}}}}", `{"ids":[` + strings.Repeat("1,", 99) + "1]}", gql.CodeCostLimit},

	// area input
	{"A98 an Int literal has 32 bits", "{proposals(first:99999999999){totalCount}}", "", gql.CodeValidationFailed},
	{"A98 no number has more than 64 bits", "{echo(any:99999999999999999999999)}", "", gql.CodeValidationFailed},
	{"A98 no number is infinite", "{echo(ratio:1e999)}", "", gql.CodeValidationFailed},
	{"A98 an Int variable has 32 bits", "query($n:Int){echo(number:$n)}", `{"n":2147483648}`, gql.CodeBadUserInput},
	{"A98 an Int inside an input has 32 bits", "query($f:Filter){echo(filter:$f)}", `{"f":{"limit":2147483648}}`, gql.CodeBadUserInput},
	{"a fraction is no Int", "query($n:Int){echo(number:$n)}", `{"n":1.5}`, gql.CodeBadUserInput},
	{"a text is no Int", "query($n:Int){echo(number:$n)}", `{"n":"7"}`, gql.CodeBadUserInput},
	{"a number is no String", "query($s:String){echo(text:$s)}", `{"s":7}`, gql.CodeBadUserInput},
	{"a text is no Boolean", "query($b:Boolean){echo(flag:$b)}", `{"b":"true"}`, gql.CodeBadUserInput},
	{"an enum value is written exactly", "query($s:State){proposals(state:$s){totalCount}}", `{"s":"open"}`, gql.CodeBadUserInput},
	{"an unknown input field is refused", "query($f:Filter){echo(filter:$f)}", `{"f":{"txt":"x"}}`, gql.CodeBadUserInput},
	{"null is refused where a value is required", "query($id:ID!){node(id:$id){id}}", `{"id":null}`, gql.CodeBadUserInput},
	{"a required variable may not be missing", "query($id:ID!){node(id:$id){id}}", "", gql.CodeBadUserInput},
	{"A99 U+0000 is refused in literals", `{echo(text:"a\u0000b")}`, "", gql.CodeBadUserInput},
	{"A99 half a surrogate pair is refused in literals", `{echo(text:"\ud800")}`, "", gql.CodeBadUserInput},
	{"A99 a surrogate pair is refused rather than garbled", `{echo(text:"\uD83D\uDE00")}`, "", gql.CodeBadUserInput},

	// area transport and leak, as far as they concern this package
	{"A36 a hash alone registers nothing", "", "", gql.CodeParseFailed},
	{"an unknown field is refused", "{mee}", "", gql.CodeValidationFailed},
	{"an unknown operation is refused", "query a{me{id}} query b{me{id}}", "", gql.CodeValidationFailed},
	{"@defer is unknown", "{...@defer{me{id}}}", "", gql.CodeValidationFailed},
	{"a text that is no GraphQL is refused", "{", "", gql.CodeParseFailed},
	{"a document without operation is refused", "fragment A on User{id}", "", gql.CodeValidationFailed},
	{"a subscription selects one field", "subscription{a:wait{value} b:wait{value}}", "", gql.CodeValidationFailed},
	{"a subscription cannot skip its field", "subscription{wait@skip(if:true){value}}", "", gql.CodeBadUserInput},
}

func TestRefusals(t *testing.T) {
	x, schema := newExecutor(t, nil)
	for _, tt := range refusals {
		t.Run(tt.rule, func(t *testing.T) {
			resp := ask(t, x, &graphql.RawParams{Query: tt.query, Variables: variables(t, tt.variables)})
			if got := codes(resp.Errors); len(got) == 0 || got[0] != tt.code {
				t.Fatalf("got %v %v, want %s", got, resp.Errors, tt.code)
			}
			if resp.Data != nil {
				t.Errorf("data = %s, want none", resp.Data)
			}
			if n := schema.Ran.Swap(0); n != 0 {
				t.Errorf("%d resolvers ran, want 0", n)
			}
			if len(resp.Errors) > 5 {
				t.Errorf("%d errors, want at most 5", len(resp.Errors))
			}
			text, err := json.Marshal(resp)
			if err != nil {
				t.Fatal(err)
			}
			if len(text) > 4000 {
				t.Errorf("%d bytes of errors, want at most 4000", len(text))
			}
			if strings.Contains(string(text), "Did you mean") {
				t.Errorf("suggests a name: %s", text)
			}
		})
	}
}

func TestAccepted(t *testing.T) {
	for _, tt := range []struct {
		rule, query, variables, operation string
		cost                              int64
	}{
		{"an operation costs at least one", "{__typename}", "", "", 1},
		{"an object costs one and its leaves nothing", "{me{id name}}", "", "", 1},
		{"a page costs its items", "{proposals(first:10){nodes{id}}}", "", "", 1 + 10},
		{"edges and nodes are objects", "{proposals(first:10){edges{node{id}} pageInfo{hasNextPage}}}", "", "", 1 + 10 + 10 + 1},
		{"a page has 20 items by default", "{proposals{nodes{id}}}", "", "", 1 + 20},
		{"a page has at most 100 items", "{proposals(first:5000){nodes{id}}}", "", "", 1 + 100},
		{"a page of negative size has none", "{proposals(first:-5){nodes{id}}}", "", "", 1},
		{"a count alone costs no page", "{proposals(first:100){totalCount}}", "", "", 1},
		{"the size may be a variable", "query($n:Int){proposals(last:$n){nodes{id}}}", `{"n":7}`, "", 1 + 7},
		{"the size may be a variable's default", "query($n:Int=9){proposals(last:$n){nodes{id}}}", "", "", 1 + 9},
		{"the size may be an argument's default", "{recent{id}}", "", "", 10},
		{"a fragment costs where it is spread", "{a:proposals(first:2){...C} b:proposals(first:3){...C}} fragment C on ProposalConnection{nodes{author{id}}}", "", "", 1 + 4 + 1 + 6},
		{"a list without a size counts five", "{me{friends{id}}}", "", "", 1 + 5},
		{"ids count by their number, literal", `{nodes(ids:["a","b","c"]){id}}`, "", "", 3},
		{"ids count by their number, variable", "query($ids:[ID!]!){nodes(ids:$ids){id}}", `{"ids":["a","b"]}`, "", 2},
		{"twelve levels are deep enough", "{me" + nested("{best{author", "{id name}", "}}", 5) + "}", "", "", 11},
		{"the wrappers of connections are no levels", "{proposals(first:1){edges{node{comments(first:1){edges{node{author{proposals(first:1){edges{node{comments(first:1){edges{node{author{best{author{id}}}}}}}}}}}}}}}}}", "", "", 16},
		{"the named operation runs", "query a{me{id}} query b{me{id best{id}}}", "", "b", 2},
		{"undeclared variables are left out", "{me{id}}", `{"x":1}`, "", 1},
		{"250 items are allowed", "{nodes(ids:[" + strings.Repeat("1 ", 250) + "]){id}}", "", "", 250},
		{"an ID may be a number", "query($id:ID!){node(id:$id){id}}", `{"id":7}`, "", 1},
		{"a list may be given as its only item", "query($l:[Int!]){echo(list:$l)}", `{"l":3}`, "", 1},
		{"a mutation of five fields runs", "mutation{" + repeat(5, func(i int) string { return fmt.Sprintf("a%d:rename(name:\"x\"){id}", i) }) + "}", "", "", 5},
		{"escapes of characters are accepted", `{echo(text:"\u00e9 \\ud800")}`, "", "", 1},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			x, _ := newExecutor(t, nil)
			for _, when := range []string{"first", "again, from the cache"} {
				op, errs := x.CreateOperationContext(context.Background(), &graphql.RawParams{
					Query: tt.query, Variables: variables(t, tt.variables), OperationName: tt.operation,
				})
				if errs != nil {
					t.Fatalf("%s: refused: %v", when, errs)
				}
				if got := gql.CostOf(op).Requested; got != tt.cost {
					t.Errorf("%s: cost = %d, want %d", when, got, tt.cost)
				}
			}
		})
	}
}

// standard is the introspection of graphql-js 16 with all options, which nests ofType nine deep.
func standard(t testing.TB) string {
	t.Helper()
	return gql.StandardIntrospection
}

func TestStandardIntrospectionPasses(t *testing.T) {
	x, _ := newExecutor(t, nil)
	op, errs := x.CreateOperationContext(context.Background(), &graphql.RawParams{Query: standard(t)})
	if errs != nil {
		t.Fatalf("refused: %v", errs)
	}
	if got, want := gql.CostOf(op).Requested, x.Limits().Cost/4+1; got != want {
		t.Errorf("cost = %d, want %d", got, want)
	}
}

func TestDocuments(t *testing.T) {
	const registered, other = "{me{id}}", "{me{name}}"
	id := gql.DocumentID(registered)
	apq := func(hash string) map[string]any {
		return map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": hash}}
	}
	for _, tt := range []struct {
		rule    string
		trusted bool
		query   string
		ext     map[string]any
		want    []string
	}{
		{"a registered id runs its document", false, "", map[string]any{gql.DocumentIDKey: id}, nil},
		{"an id may name its hash", false, "", map[string]any{gql.DocumentIDKey: "sha256:" + id}, nil},
		{"an unknown id is refused", false, "", map[string]any{gql.DocumentIDKey: gql.DocumentID(other)}, []string{gql.CodeDocumentNotFound}},
		{"an id does not run another text", false, other, map[string]any{gql.DocumentIDKey: id}, []string{gql.CodeDocumentNotFound}},
		{"A36 a hash that is not registered is refused", false, "", apq(gql.DocumentID(other)), []string{gql.CodeDocumentNotFound}},
		{"A36 a text is not registered by sending its hash", false, other, apq(gql.DocumentID(other)), []string{gql.CodeDocumentNotFound}},
		{"A36 a hash of another text is refused", false, other, apq(id), []string{gql.CodeDocumentNotFound}},
		{"a registered hash runs its document", false, "", apq(id), nil},
		{"any text runs unless only trusted ones may", false, other, nil, nil},
		{"first-party mode refuses what is not registered", true, other, nil, []string{gql.CodeDocumentNotFound}},
		{"first-party mode runs what is registered", true, registered, nil, nil},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			x, _ := newExecutor(t, func(c *gql.Config) { c.Documents, c.TrustedOnly = map[string]string{id: registered}, tt.trusted })
			resp := ask(t, x, &graphql.RawParams{Query: tt.query, Extensions: tt.ext})
			if diff := cmp.Diff(tt.want, codes(resp.Errors)); diff != "" {
				t.Errorf("codes (-want +got):\n%s", diff)
			}
		})
	}
}

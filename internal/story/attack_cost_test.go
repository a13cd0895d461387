package story_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// small bounds the size of the answer to an operation that is too large.
const small = 4 << 10

func TestCostAttacks(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		s.run(t, slices.Concat(costAttacks(), pageAttacks(s)))
		s.checkRefusedUnrun(t, costAttacks())
	})
}

func costAttacks() []attack {
	return []attack{
		{id: "A01", rule: "ten thousand directives", query: "{__typename " + strings.Repeat("@a ", 6000) + "}", want: "QUERY_TOO_LARGE", over: "POST SSE WS"},
		{id: "A01", rule: "as many directives as tokens allow", query: "{__typename " + strings.Repeat("@a ", 990) + "}", want: "QUERY_TOO_LARGE"},
		{id: "A02", rule: "one directive many times", query: "{viewer{roles" + strings.Repeat(" @skip(if: false)", 45) + "}}", want: "GRAPHQL_VALIDATION_FAILED"},
		{id: "A02", rule: "unknown directives", query: "{viewer{roles" + strings.Repeat(" @x", 45) + "}}", want: "GRAPHQL_VALIDATION_FAILED"},
		{id: "A03", rule: "ten thousand aliases", query: "{" + repeated(10_000, "a%d: __typename ") + "}", want: "QUERY_TOO_LARGE", over: "POST SSE WS"},
		{id: "A03", rule: "forty aliases", query: "{viewer{" + repeated(40, "a%d: roles ") + "}}", want: "QUERY_TOO_LARGE"},
		{id: "A03", rule: "aliases hidden in a fragment", query: "{viewer{...F ...F}} fragment F on Viewer{" + repeated(16, "a%d: roles ") + "}", want: "QUERY_TOO_LARGE"},
		{
			id: "A04", rule: "ten expensive aliases", want: "COST_LIMIT_EXCEEDED",
			query: "{" + repeated(10, "a%d: proposals(first: 100){nodes{author{id} dialogue{id} versions(first: 5){nodes{id}}}} ") + "}",
		},
		{id: "A04", rule: "many root fields", query: "{" + repeated(11, "a%d: dialogues(first: 1){totalCount} ") + "}", want: "QUERY_TOO_LARGE"},
		{id: "A04", rule: "many mutations", query: "mutation{" + repeated(6, `a%d: submitProposal(input: {id: "x"}){userErrors{code}} `) + "}", want: "QUERY_TOO_LARGE"},
		{id: "A07", rule: "two fragments in a circle", query: "{viewer{...A}} fragment A on Viewer{...B} fragment B on Viewer{...A}", want: "GRAPHQL_VALIDATION_FAILED"},
		{id: "A07", rule: "a fragment in itself", query: "{viewer{...A}} fragment A on Viewer{roles ...A}", want: "GRAPHQL_VALIDATION_FAILED"},
		{
			id: "A07", rule: "a circle nobody enters", want: "GRAPHQL_VALIDATION_FAILED",
			query: "{viewer{roles}} fragment A on Viewer{...B} fragment B on Viewer{...C} fragment C on Viewer{...A}",
		},
		{id: "A07", rule: "two to the fortieth fields", query: "{viewer{...F0}}" + doubling(40), want: "QUERY_TOO_LARGE"},
		{id: "A08", rule: "back and forth fifty levels", query: nested(25, "{proposals(first: 1){nodes", "{dialogue{proposals(first: 1){nodes", "{id}"), want: "DEPTH_LIMIT_EXCEEDED"},
		{id: "A08", rule: "thirteen levels of replies", query: `{comment(id: "x")` + strings.Repeat("{replies(first: 1){nodes", 13) + "{id}" + strings.Repeat("}}", 13) + "}", want: "DEPTH_LIMIT_EXCEEDED"},
		{id: "A10", rule: "five thousand inline fragments", query: "{viewer" + strings.Repeat("{...", 5000) + "{roles}" + strings.Repeat("}", 5000) + "}", want: "QUERY_TOO_LARGE", over: "POST SSE WS"},
		{id: "A11", rule: "two thousand fields of one name", query: "{viewer{" + strings.Repeat("roles ", 2100) + "}}", want: "QUERY_TOO_LARGE"},
		{
			id: "A11", rule: "fields of one name and different arguments", want: "GRAPHQL_VALIDATION_FAILED",
			query: "{dialogues(first: 1){totalCount} dialogues(first: 2){totalCount}}",
		},
		{
			id: "A15", rule: "four nested pages of a hundred", want: "COST_LIMIT_EXCEEDED",
			query: "{dialogues(first: 100){nodes{proposals(first: 100){nodes{comments(first: 100){nodes{replies(first: 100){nodes{id}}}}}}}}}",
		},
		{
			id: "A15", rule: "page sizes in variables", want: "COST_LIMIT_EXCEEDED", variables: map[string]any{"n": 100},
			query: "query($n: Int){dialogues(first: $n){nodes{proposals(first: $n){nodes{comments(first: $n){nodes{id}}}}}}}",
		},
		{
			id: "A15", rule: "page sizes by default of a variable", want: "COST_LIMIT_EXCEEDED",
			query: "query($n: Int = 100){dialogues(first: $n){nodes{proposals(last: $n){nodes{comments(first: $n){nodes{id}}}}}}}",
		},
		{
			id: "A15", rule: "what changed in a hundred texts", want: "COST_LIMIT_EXCEEDED",
			query: "{proposals(first: 100){nodes{diff(from: 1, to: 2){op text}}}}",
		},
		{
			id: "A15", rule: "pages in a payload", who: persona("firm"), want: "COST_LIMIT_EXCEEDED",
			query: `mutation{submitProposal(input: {id: "x"}){proposal{dialogue{proposals(first: 100){nodes{comments(first: 100){nodes{id}}}}}}}}`,
		},
		{
			id: "A18", rule: "an input three hundred deep", want: "BAD_USER_INPUT", who: persona("firm"),
			query: "mutation{postComment(input: " + strings.Repeat("{quote: ", 300) + "1" + strings.Repeat("}", 300) + "){userErrors{code}}}",
		},
		{
			id: "A18", rule: "a list three hundred deep", want: "BAD_USER_INPUT",
			query: "{nodes(ids: " + strings.Repeat("[", 300) + `"x"` + strings.Repeat("]", 300) + "){id}}",
		},
		{id: "A18", rule: "a list of a thousand", query: "{nodes(ids: [" + strings.Repeat(`"x" `, 900) + "]){id}}", want: "BAD_USER_INPUT"},
		{
			id: "A20", rule: "an introspection that goes round", want: "DEPTH_LIMIT_EXCEEDED COST_LIMIT_EXCEEDED GRAPHQL_VALIDATION_FAILED",
			query: "{__schema{types" + strings.Repeat("{fields{type", 8) + "{name}" + strings.Repeat("}}", 8) + "}}",
		},
		{
			id: "A20", rule: "an introspection that goes wide", want: "DEPTH_LIMIT_EXCEEDED COST_LIMIT_EXCEEDED QUERY_TOO_LARGE GRAPHQL_VALIDATION_FAILED",
			query: "{" + repeated(10, "a%d: __schema{types{fields{type{ofType{fields{type{ofType{fields{name}}}}}}}}} ") + "}",
		},
		{id: "A22", rule: "a thousand operations", query: repeated(1000, "query Q%d{__typename} "), want: "QUERY_TOO_LARGE", over: "POST SSE WS"},
		{id: "A22", rule: "eleven operations", query: repeated(11, "query Q%d{__typename} "), want: "QUERY_TOO_LARGE"},
		{id: "A24", rule: "a search of a thousand wildcards", query: `{dialogues(filter: {text: "` + strings.Repeat("%_", 500) + `"}){totalCount}}`, want: "BAD_USER_INPUT"},
	}
}

// repeated writes a text n times, each time with its number.
func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// doubling gives fragments, each of which spreads the next twice.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " fragment F%d on Viewer{...F%d ...F%d}", i, i+1, i+1)
	}
	return b.String() + fmt.Sprintf(" fragment F%d on Viewer{roles}", n)
}

// nested puts n inner parts into an outer one.
func nested(n int, outer, inner, leaf string) string {
	return outer + strings.Repeat(inner, n) + leaf + strings.Repeat("}}}", n) + "}}"
}

// connections are all fields that give pages, with the text before and after them.
func connections(s *scene) [][2]string {
	of := func(begin, field string) [2]string {
		return [2]string{`{node(id: "` + s.id(begin) + `"){` + field, `}}`}
	}
	return [][2]string{
		{"{dialogues", "}"},
		{"{proposals", "}"},
		{"{practices", "}"},
		{"{impactAssessments", "}"},
		{"{stakeholders", "}"},
		of("What may a price", "... on Dialogue{proposals"), of("What may a price", "... on Dialogue{comments"), of("What may a price", "... on Dialogue{invited"),
		of("A ceiling", "... on Proposal{comments"), of("A ceiling", "... on Proposal{versions"), of("I do not mind", "... on Comment{replies"),
		of("Prices that follow demand", "... on Practice{impactAssessments"), of("Prices that follow demand", "... on Practice{dialogues"),
		of("Prices that follow demand", "... on Practice{comments"), of("Northwind", "... on Firm{practices"),
		of("assessment: Prices that follow", "... on ImpactAssessment{comments"),
	}
}

func pageAttacks(s *scene) []attack {
	var attacks []attack
	for _, c := range connections(s) {
		name := c[0][strings.LastIndexByte(c[0], '{')+1:]
		closing := "){totalCount}" + c[1]
		if strings.Contains(c[0], "... on") {
			closing = "){totalCount}}" + c[1]
		}
		for _, args := range []string{
			"first: -1", "first: 0", "first: 101", "first: 1000000000", "last: -1", "last: 0", "last: 1000000000", "first: 1, last: 1",
			`first: 1, before: "x"`, `last: 1, after: "x"`, `after: "x"`, `before: "x"`, `first: 1, after: "AAAA"`,
		} {
			attacks = append(attacks, attack{id: "A13", rule: name + "(" + args + ")", query: c[0] + "(" + args + closing, want: "BAD_USER_INPUT", over: "POST"})
		}
	}
	for _, args := range []string{"first: -1", "first: 0", "first: 101", "first: 1000000000", `after: "x"`, `after: ""`} {
		attacks = append(attacks, attack{id: "A13", rule: "acts(" + args + ")", query: "{acts(" + args + "){nodes{id}}}", want: "BAD_USER_INPUT"})
	}
	attacks = append(attacks, attack{id: "A13", rule: "both over each transport", query: "{dialogues(first: 1, last: 1){totalCount}}", want: "BAD_USER_INPUT"})
	return attacks
}

// checkRefusedUnrun sends the attacks again: the server must refuse a too large operation before any resolver runs, and briefly.
func (s *scene) checkRefusedUnrun(t *testing.T, attacks []attack) {
	for _, a := range attacks {
		if a.id == "A24" {
			continue // a resolver refuses this
		}
		s.sql.take()
		got := s.post(call{query: a.query, variables: a.variables, token: s.token(a.who)})
		if ran := s.sql.take(); len(ran) > 0 {
			t.Errorf("%s %s ran %d statements: %s", a.id, a.rule, len(ran), ran[0])
		}
		if len(got.text) > small || len(got.codes) > 5 {
			t.Errorf("%s %s: an answer of %d bytes with %d errors, want at most %d and 5", a.id, a.rule, len(got.text), len(got.codes), small)
		}
	}
}

func TestPagesAreBoundedByDefault(t *testing.T) { // A14
	onScene(t, func(t *testing.T, s *scene) {
		if n := len(s.ask(persona("auditor"), "{acts{nodes{id}}}").at("acts", "nodes").list()); n != 20 {
			t.Errorf("acts without a size = %d entries, want 20", n)
		}
		s.addMany(21)
		for _, list := range []string{"dialogues", "practices", "stakeholders"} {
			if n := len(s.ask(persona("auditor"), "{"+list+"{nodes{id}}}").at(list, "nodes").list()); n != 20 {
				t.Errorf("%s without a size = %d entries, want 20", list, n)
			}
		}
	})
}

func TestDeepVariablesAreRefused(t *testing.T) { // A19
	onScene(t, func(t *testing.T, s *scene) {
		body := `{"query":"query($ids: [ID!]!){nodes(ids: $ids){id}}","variables":{"ids":` + strings.Repeat("[", 9999) + strings.Repeat("]", 9999) + `}}`
		for _, transport := range transports {
			if transport.name == "GET" {
				continue // too long for a URL
			}
			a := transport.send(s.world, call{raw: body})
			if a.code() != "BAD_USER_INPUT" && a.closed != "4400 Invalid message" {
				t.Errorf("over %s = %s %s, want BAD_USER_INPUT", transport.name, a.text, a.closed)
			}
		}
	})
}

func TestHugeBodiesAreRefused(t *testing.T) { // A21
	onScene(t, func(t *testing.T, s *scene) {
		for name, filler := range map[string]string{"comment": "#" + canary, "commas": ",", "block string": `\"\"\"` + canary} {
			body := `{"query":"` + strings.Repeat(filler, (5<<20)/len(filler)) + `"}`
			for _, transport := range transports {
				if transport.name == "GET" {
					continue
				}
				a := transport.send(s.world, call{raw: body})
				if a.status != 413 && !strings.HasPrefix(a.closed, "1009") && !strings.HasPrefix(a.closed, "broken") {
					t.Errorf("5 MB of %s over %s = %d %s %s, want 413", name, transport.name, a.status, a.text, a.closed)
				}
			}
		}
		for _, body := range []string{`{"query":"{__typename}#` + strings.Repeat("x", 500_000) + `"}`, `{"query":"{viewer{roles(a: \"` + strings.Repeat("x", 500_000) + `\")}}"}`} {
			if a := s.post(call{raw: body}); a.code() != "QUERY_TOO_LARGE" || len(a.text) > small {
				t.Errorf("a document of 500 kB = %.300s, want QUERY_TOO_LARGE", a.text)
			}
		}
	})
}

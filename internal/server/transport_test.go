package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/gql"
)

func repeat(n int, f func(i int) string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(f(i) + " ")
	}
	return b.String()
}

func nested(open, inner, end string, n int) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

// everywhere are rules that hold on every transport: the same operation gets the same answer. GET is left out where the
// operation is too long for a URL.
var everywhere = []struct {
	rule   string
	call   call
	data   string
	codes  []string
	ran    bool
	noURL  bool
	closes string // a socket is closed instead
}{
	{rule: "a query is answered", call: call{query: "{me{id}}"}, data: `{"me":{"id":"user_1"}}`, ran: true},
	{rule: "the named operation runs", call: call{query: "query a{me{id}} query b{me{name}}", operation: "b"}, data: `{"me":{"name":"Ada"}}`, ran: true},
	{rule: "variables are used", call: call{query: "query($n:Int){echo(number:$n)}", variables: `{"n":7}`}, data: `{"echo":"number=7"}`, ran: true},
	{rule: "a trusted document runs by its id", call: call{document: gql.DocumentID("{me{id}}")}, data: `{"me":{"id":"user_1"}}`, ran: true},
	{rule: "resolvers know the viewer", call: call{query: "{viewer{subject}}", token: "sub=ada"}, data: `{"viewer":{"subject":"ada"}}`, ran: true},
	{rule: "a visitor has no subject", call: call{query: "{viewer{subject}}"}, data: `{"viewer":{"subject":""}}`, ran: true},

	{rule: "A01 directives are bounded", call: call{query: "{__typename " + strings.Repeat("@mark ", 60) + "}"}, codes: []string{gql.CodeQueryTooLarge}},
	{rule: "A03 aliases are bounded", call: call{query: "{me{" + repeat(31, func(i int) string { return fmt.Sprintf("a%d:id", i) }) + "}}"}, codes: []string{gql.CodeQueryTooLarge}},
	{rule: "A04 expensive fields add up", call: call{query: "{" + repeat(10, func(i int) string {
		return fmt.Sprintf("a%d:proposals(first:100){nodes{author{id} comments{nodes{id}}}}", i)
	}) + "}"}, codes: []string{gql.CodeCostLimit}},
	{rule: "A07 fragments do not cycle", call: call{query: "{me{...A}} fragment A on User{friends{...A}}"}, codes: []string{gql.CodeValidationFailed}},
	{rule: "A08 depth is bounded", call: call{query: "{me" + nested("{best{author", "{id}", "}}", 25) + "}"}, codes: []string{gql.CodeDepthLimit}},
	{rule: "A10 tokens are bounded", call: call{query: "{me" + nested("{...", "{id}", "}", 3000) + "}"}, codes: []string{gql.CodeQueryTooLarge}},
	{rule: "A11 duplicates are bounded", call: call{query: "{me{" + strings.Repeat("id name ", 2000) + "}}"}, codes: []string{gql.CodeQueryTooLarge}},
	{rule: "A13 a page size out of range is bad input", call: call{query: "{proposals(first:-1){totalCount}}"}, data: "null", codes: []string{gql.CodeBadUserInput}, ran: true},
	{rule: "A15 pages multiply", call: call{query: "query($n:Int){proposals(first:$n){nodes{author{proposals(first:$n){nodes{id}}}}}}", variables: `{"n":100}`}, codes: []string{gql.CodeCostLimit}},
	{rule: "A18 literals do not nest deep", call: call{query: "{echo(filter:" + nested("{not:", "{}", "}", 300) + ")}"}, codes: []string{gql.CodeBadUserInput}},
	{rule: "A20 introspection is bounded", call: call{query: "{__schema{types{fields{type{fields{type{fields{name}}}}}}}}"}, codes: []string{gql.CodeValidationFailed}},
	{rule: "A22 operations are bounded", call: call{query: repeat(500, func(i int) string { return fmt.Sprintf("query q%d{a}", i) })}, codes: []string{gql.CodeQueryTooLarge}},
	{rule: "A36 an unregistered document is refused", call: call{document: gql.DocumentID("{me{name}}")}, codes: []string{gql.CodeDocumentNotFound}},
	{rule: "A41 no name is suggested", call: call{query: "{mee}"}, codes: []string{gql.CodeValidationFailed}},
	{rule: "A41 nor an argument", call: call{query: `{echo(txt:"x")}`}, codes: []string{gql.CodeValidationFailed}},
	{rule: "A41 nor an enum value", call: call{query: "{proposals(state:OPE){totalCount}}"}, codes: []string{gql.CodeValidationFailed}},
	{rule: "A41 nor an input field", call: call{query: "{echo(filter:{txt:1})}"}, codes: []string{gql.CodeValidationFailed}},
	{rule: "A41 nor an enum value in a variable", call: call{query: "query($s:State){proposals(state:$s){totalCount}}", variables: `{"s":"OPE"}`}, codes: []string{gql.CodeBadUserInput}},
	{rule: "A42 the schema is public, and every transport allows introspection", call: call{query: "{...A} fragment A on Query{s:__schema{queryType{name}}}"}, data: `{"s":{"queryType":{"name":"Query"}}}`, ran: true},
	{rule: "A43 a panic shows nothing", call: call{query: `{fails(how:"panic")}`}, data: `{"fails":null}`, codes: []string{gql.CodeInternal}, ran: true},
	{rule: "A44 SQL shows nothing", call: call{query: `{fails(how:"sql")}`}, data: `{"fails":null}`, codes: []string{gql.CodeInternal}, ran: true},
	{rule: "A98 an Int has 32 bits", call: call{query: "query($n:Int){echo(number:$n)}", variables: `{"n":2147483648}`}, codes: []string{gql.CodeBadUserInput}},
	{rule: "A99 U+0000 in a literal is bad input", call: call{query: `{echo(text:"\u0000")}`}, codes: []string{gql.CodeBadUserInput}},
	{rule: "A99 half a pair in a literal is bad input", call: call{query: `{echo(text:"\ud800")}`}, codes: []string{gql.CodeBadUserInput}},
	{rule: "A99 U+0000 in a variable is bad input", call: call{query: "query($s:String){echo(text:$s)}", variables: `{"s":"a\u0000b"}`}, codes: []string{gql.CodeBadUserInput}},
	{rule: "A99 half a pair in a variable is bad input", call: call{query: "query($s:String){echo(text:$s)}", variables: `{"s":"\ud800"}`}, codes: []string{gql.CodeBadUserInput}},
	{rule: "A19 variables do not nest deep", call: call{query: "query($a:Any){echo(any:$a)}", variables: `{"a":` + nested("[", "1", "]", 9900) + `}`}, codes: []string{gql.CodeBadUserInput}},
	{rule: "a bad token is refused", call: call{query: "{me{id}}", token: "bad"}, codes: []string{gql.CodeUnauthenticated}, closes: "4403 Forbidden"},
	{rule: "a token that has expired is refused", call: call{query: "{me{id}}", token: "sub=ada&life=-1s"}, codes: []string{gql.CodeUnauthenticated}, closes: "4403 Forbidden"},
}

func TestEverywhere(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport.name, func(t *testing.T) {
			r := start(t, nil)
			for _, tt := range everywhere {
				t.Run(tt.rule, func(t *testing.T) {
					if strings.Contains(transport.name, "GET") && len(tt.call.url()) > 60_000 {
						t.Skip("too long for a URL")
					}
					r.schema.Ran.Store(0)
					got := transport.send(t, r, tt.call)
					if transport.name == "WS" && tt.closes != "" {
						if got.close != tt.closes {
							t.Errorf("closed %q, want %q", got.close, tt.closes)
						}
					} else {
						if diff := cmp.Diff(tt.codes, got.codes); diff != "" || got.data != tt.data {
							t.Errorf("data = %s, want %s; %s codes (-want +got):\n%s", got.data, tt.data, got.text, diff)
						}
					}
					if ran := r.schema.Ran.Load() > 0; ran != tt.ran {
						t.Errorf("resolvers ran = %v, want %v", ran, tt.ran)
					}
					for _, leak := range []string{"Did you mean", "pq:", "goroutine", "secrets", ".go:"} {
						if strings.Contains(got.text, leak) {
							t.Errorf("leaks %q: %s", leak, got.text)
						}
					}
				})
			}
		})
	}
}

package story_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

func TestSubscriptionAttacks(t *testing.T) { // A83, A88
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		s := newScene(w)
		firm, ngo, proposal := persona("firm"), persona("ngo"), s.id("A ceiling")
		following := func(who auth.Identity, query string) string {
			f := s.follow(who, query)
			defer f.stop()
			s.ask(who, `mutation($p: ID!){postComment(input: {subject: $p, body: "An event."}){userErrors{code}}}`, "p", proposal)
			return f.event().data.at(strings.Fields(strings.NewReplacer("{", " ", "(", " ").Replace(query))[1], "cursor").text()
		}
		acts := following(firm, `subscription{acts{cursor}}`)
		updates := following(firm, fmt.Sprintf(`subscription{proposalUpdated(id: %q){cursor}}`, proposal))
		dialogue := s.id("What may")
		activity := following(firm, fmt.Sprintf(`subscription{dialogueActivity(id: %q){cursor}}`, dialogue))
		list := s.end(s.ask(firm, `{proposals(first: 1){pageInfo{endCursor}}}`))
		s.quiet()
		s.rows = s.content()
		s.run(t, []attack{
			{id: "A83", rule: "a page too many in an event", who: firm, query: `subscription{acts{act{subject{... on Dialogue{proposals(first: 100){nodes{comments(first: 100){nodes{id}}}}}}}}}`, want: "COST_LIMIT_EXCEEDED", over: "SSE WS"},
			{id: "A83", rule: "an event too deep", who: firm, query: `subscription{acts{act{subject{... on Comment` + strings.Repeat("{parent", 12) + "{id}" + strings.Repeat("}", 12) + `}}}}`, want: "DEPTH_LIMIT_EXCEEDED", over: "SSE WS"},
			{id: "A83", rule: "two subscriptions in one", who: firm, query: `subscription{a: acts{cursor} b: acts{cursor}}`, want: "GRAPHQL_VALIDATION_FAILED", over: "SSE WS"},
			{id: "A83", rule: "introspection in place of an event", who: firm, query: `subscription{__schema{types{name}}}`, want: "GRAPHQL_VALIDATION_FAILED", over: "SSE WS"},
			{id: "A83", rule: "no subscription left", who: firm, query: `subscription{acts @skip(if: true){cursor}}`, want: "GRAPHQL_VALIDATION_FAILED BAD_USER_INPUT", over: "SSE WS"},
			{id: "A83", rule: "a subscription for one answer", who: firm, query: `subscription{acts{cursor}}`, want: "BAD_USER_INPUT", over: "POST GET"},
			{id: "A83", rule: "too many types", who: firm, query: `subscription{acts(filter: {type: [` + strings.Repeat(`COMMENT_POSTED `, 51) + `]}){cursor}}`, want: "BAD_USER_INPUT", over: "SSE WS"},
			{id: "A83", rule: "too many subjects", who: firm, query: `subscription($s: [ID!]){acts(filter: {subject: $s}){cursor}}`, variables: map[string]any{"s": strings.Split(strings.Repeat(proposal+" ", 101)[:len(proposal+" ")*101-1], " ")}, want: "BAD_USER_INPUT", over: "SSE WS"},
			{id: "A88", rule: "of another viewer", who: ngo, query: fmt.Sprintf(`subscription{acts(after: %q){cursor}}`, acts), want: "CURSOR_MISMATCH", over: "SSE WS"},
			{id: "A88", rule: "of a member, for a visitor", query: fmt.Sprintf(`subscription{acts(after: %q){cursor}}`, acts), want: "CURSOR_MISMATCH", over: "SSE WS"},
			{id: "A88", rule: "of another viewer's proposal", who: ngo, query: fmt.Sprintf(`subscription{proposalUpdated(id: %q, after: %q){cursor}}`, proposal, updates), want: "CURSOR_MISMATCH", over: "SSE WS"},
			{id: "A88", rule: "of another viewer's dialogue", who: ngo, query: fmt.Sprintf(`subscription{dialogueActivity(id: %q, after: %q){cursor}}`, dialogue, activity), want: "CURSOR_MISMATCH", over: "SSE WS"},
			{id: "A88", rule: "of a list", who: firm, query: fmt.Sprintf(`subscription{acts(after: %q){cursor}}`, list), want: "BAD_USER_INPUT", over: "SSE WS"},
			{id: "A88", rule: "changed in one bit", who: firm, query: fmt.Sprintf(`subscription{acts(after: %q){cursor}}`, acts[:len(acts)-2]+string(acts[len(acts)-2]^1)+acts[len(acts)-1:]), want: "BAD_USER_INPUT", over: "SSE WS"},
			{id: "A88", rule: "a place in the clear", who: firm, query: `subscription{acts(after: "1"){cursor}}`, want: "BAD_USER_INPUT", over: "SSE WS"},
			{id: "A88", rule: "nothing", who: firm, query: `subscription{acts(after: ""){cursor}}`, want: "BAD_USER_INPUT", over: "SSE WS"},
			{id: "A65", rule: "a proposal that is hidden", who: persona("customer3"), query: fmt.Sprintf(`subscription{proposalUpdated(id: %q){cursor}}`, s.id("A person within")), want: "NOT_FOUND", over: "SSE WS"},
			{id: "A65", rule: "a proposal that is missing", who: persona("customer3"), query: `subscription{proposalUpdated(id: "proposal_01h455vb4pex5vsknk084sn02q"){cursor}}`, want: "NOT_FOUND", over: "SSE WS"},
			{id: "A65", rule: "a dialogue that is missing", who: firm, query: `subscription{dialogueActivity(id: "dialogue_01h455vb4pex5vsknk084sn02q"){cursor}}`, want: "NOT_FOUND", over: "SSE WS"},
			{id: "A65", rule: "an assessment that is missing", who: firm, query: `subscription{impactAssessmentUpdated(id: "assessment_01h455vb4pex5vsknk084sn02q"){cursor}}`, want: "NOT_FOUND", over: "SSE WS"},
			{id: "A66", rule: "a dialogue", who: firm, query: fmt.Sprintf(`subscription{proposalUpdated(id: %q){cursor}}`, s.id("What may")), want: "NOT_FOUND", over: "SSE WS"},
		})
	})
}

func TestASocketMustAuthenticateFirst(t *testing.T) { // A82
	onScene(t, func(t *testing.T, s *scene) {
		for name, c := range map[string]call{
			"a query": {query: "{viewer{roles}}"}, "a mutation": {query: `mutation{submitProposal(input: {id: "x"}){userErrors{code}}}`}, "a subscription": {query: "subscription{acts{cursor}}"},
		} {
			k, _, err := s.dial(nil)
			if err != nil {
				t.Fatal(err)
			}
			if a := k.run(c); a.closed != "4401 Unauthorized" {
				t.Errorf("%s before connection_init = %+v, want the socket closed with 4401", name, a)
			}
		}
		k, _, err := s.dial(nil)
		if err != nil {
			t.Fatal(err)
		}
		k.write(map[string]any{"id": "1", "type": "start", "payload": map[string]any{"query": "{viewer{roles}}"}})
		if f := k.read(); f.closed != "4400 Invalid message" {
			t.Errorf("a message of the older protocol = %+v, want the socket closed with 4400", f)
		}
	})
}

func TestPagesOfOtherSitesOpenNoSocket(t *testing.T) { // A84
	onScene(t, func(t *testing.T, s *scene) {
		for name, header := range map[string]http.Header{
			"another site":       {"Origin": {"https://evil.example"}, "Cookie": {"session=1"}},
			"a hidden site":      {"Origin": {"null"}},
			"half of our name":   {"Origin": {s.url + ".evil.example"}},
			"two sites":          {"Origin": {s.url, "https://evil.example"}},
			"our name elsewhere": {"Origin": {"https://" + strings.TrimPrefix(s.url, "http://") + "@evil.example"}},
		} {
			if _, resp, err := s.dial(header); err == nil || resp == nil || resp.StatusCode != http.StatusForbidden {
				t.Errorf("a page of %s: %v, want 403", name, err)
			}
		}
	})
}

func TestTheSocketsOfAViewerAreBounded(t *testing.T) { // A87
	onScene(t, func(t *testing.T, s *scene) {
		token := s.token(persona("firm"))
		first, _ := s.socket(token, nil)
		for i := range 60 {
			if err := first.start(fmt.Sprint(i), call{query: "subscription{acts{cursor}}"}); err != nil {
				t.Fatal(err)
			}
		}
		for range 10 {
			f := first.read()
			if f.Type != "error" || !strings.Contains(string(f.Payload), gql.CodeRateLimited) {
				t.Fatalf("got %+v %s, want RATE_LIMITED for the 51st operation and all later ones", f, f.Payload)
			}
		}
		for range 19 {
			if _, f := s.socket(token, nil); f.Type != "connection_ack" {
				t.Fatalf("got %+v, want room for 20 sockets", f)
			}
		}
		if _, f := s.socket(token, nil); f.closed != "4429 Too many connections" {
			t.Errorf("the 21st socket = %+v, want it closed with 4429", f)
		}
		other, f := s.socket(s.token(persona("ngo")), nil)
		if f.Type != "connection_ack" {
			t.Errorf("another viewer's socket = %+v, want it acknowledged", f)
		}
		if a := other.run(call{query: "{viewer{roles}}"}); a.code() != "" {
			t.Errorf("another viewer's query = %s", a.text)
		}
		_ = first.conn.Close(websocket.StatusNormalClosure, "")
	})
}

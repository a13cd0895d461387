package story_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/internal/auth"
)

// within is somebody of the example whose token names scopes.
func within(name string, scopes ...string) auth.Identity {
	who := persona(name)
	who.Scopes = scopes
	return who
}

// tokens are the scopes of tokens, with what they open: all queries, some queries, subscriptions, and changes of webhooks.
var tokens = map[string]struct{ queries, events, hooks bool }{
	"":                             {true, true, true},
	"openid profile email":         {true, true, true},
	"REPORTS:READ":                 {true, true, true}, // words of others, as far as we can tell
	"reports:* events":             {true, true, true},
	"reports:read":                 {queries: true},
	"reports:read reports:read":    {queries: true},
	"openid reports:read":          {queries: true},
	"events:read":                  {events: true},
	"EVENTS:READ events:read":      {events: true},
	"webhooks:write":               {hooks: true},
	"reports:read webhooks:write":  {queries: true, hooks: true},
	"reports:read events:read":     {queries: true, events: true},
	"webhooks:write events:read x": {events: true, hooks: true},
}

// opened are the queries of those who do not read by all.
func opened(field string, events, hooks bool) bool {
	switch field {
	case "webhooks", "eventCatalog", "viewer":
		return events || hooks
	case "acts", "head", "actLog":
		return events
	}
	return false
}

// bare asks for a root field with simple values of what it requires.
func (s *scene) bare(kind string, f *ast.FieldDefinition, known map[string]any) call {
	c := call{variables: map[string]any{}}
	var declared, given []string
	for _, a := range f.Arguments {
		v, ok := known[a.Name]
		if !a.Type.NonNull && !ok {
			continue
		}
		if !ok {
			v = s.simple(a.Type)
		}
		c.variables[a.Name] = v
		declared = append(declared, "$"+a.Name+": "+a.Type.String())
		given = append(given, a.Name+": $"+a.Name)
	}
	list := func(of []string) string {
		if len(of) == 0 {
			return ""
		}
		return "(" + strings.Join(of, ", ") + ")"
	}
	below := "{__typename}"
	if def := s.Schema.Schema().Types[f.Type.Name()]; def.Kind == ast.Scalar {
		below = ""
	} else if strings.HasSuffix(def.Name, "Payload") {
		below = "{act{id} userErrors{code message values{scopes}}}"
	}
	c.query = kind + list(declared) + "{" + f.Name + list(given) + below + "}"
	return c
}

// TestScopesBoundEveryRootField goes through the schema: every query, mutation and subscription, with tokens of all kinds of scopes; with
// those of one scope over each transport.
func TestScopesBoundEveryRootField(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		schema := s.Schema.Schema()
		free := s.token(persona("firm"))
		for _, scopes := range slices.Sorted(maps.Keys(tokens)) {
			opens, token := tokens[scopes], s.token(within("firm", strings.Fields(scopes)...))
			reading, following := []sender{(*world).post}, []sender{(*world).stream}
			if scopes == "reports:read" || scopes == "events:read" || scopes == "webhooks:write" {
				socket, _ := s.socket(token, nil)
				over := func(_ *world, c call) answer { return socket.run(c) }
				reading, following = []sender{(*world).post, (*world).get, (*world).stream, over}, []sender{(*world).stream, over}
			}
			for _, f := range schema.Query.Fields {
				if strings.HasPrefix(f.Name, "__") || f.Name == "node" || f.Name == "nodes" {
					continue // TestScopesBoundWhatIsBelow
				}
				s.checkScope(scopes, s.bare("query", f, nil), f.Name, free, token, opens.queries || opened(f.Name, opens.events, opens.hooks), reading)
			}
			for _, f := range schema.Subscription.Fields {
				c := s.bare("subscription", f, map[string]any{"after": "none"}) // what is let in is refused for its cursor, or finds nothing
				s.checkScope(scopes, c, f.Name, free, token, opens.events, following)
			}
			if opens.queries && opens.events && opens.hooks {
				continue
			}
			written := s.actsWritten()
			for _, f := range schema.Mutation.Fields {
				if opens.queries && f.Name == "requestReport" { // TestATokenForReportsHasThemMade
					continue
				}
				if !opens.hooks || !strings.Contains(f.Name, "Webhook") { // TestScopesLetWebhooksBeWritten
					s.checkChange(scopes, f, token, reading)
				}
			}
			if n := s.actsWritten(); n != written {
				t.Errorf("with %q %d acts were written", scopes, n-written)
			}
		}
	})
}

type sender func(*world, call) answer

// checkScope compares what a field answers with what it answers to the same person without scopes, or sees that it is refused.
func (s *scene) checkScope(scopes string, c call, field, free, token string, open bool, over []sender) {
	s.t.Helper()
	var want answer
	if c.token = free; open {
		want = over[0](s.world, c)
	}
	c.token = token
	for i, send := range over {
		a := send(s.world, c)
		switch {
		case open && (!slices.Equal(a.codes, want.codes) || !cmp.Equal(a.data.v, want.data.v)):
			s.t.Errorf("%s with %q over transport %d answered %s, want as without scopes: %s", field, scopes, i, a.text, want.text)
		case !open && (!slices.Equal(a.codes, []string{"FORBIDDEN"}) || !a.data.at(field).isNull() || !strings.HasPrefix(a.message, "your token is for ")):
			s.t.Errorf("%s with %q over transport %d answered %s, want FORBIDDEN and nothing else", field, scopes, i, a.text)
		}
	}
}

// checkChange sees that a mutation is refused, over all that take mutations.
func (s *scene) checkChange(scopes string, f *ast.FieldDefinition, token string, over []sender) {
	s.t.Helper()
	c := s.bare("mutation", f, map[string]any{"input": s.example(f.Arguments[0].Type, nil, "", nil)})
	c.token = token
	for i, send := range over {
		if i == 1 { // GET, which takes none
			continue
		}
		a := send(s.world, c)
		if len(a.codes) > 0 || a.code() != "SCOPE" || len(a.data.at(f.Name, "userErrors").list()) != 1 || !a.data.at(f.Name, "act").isNull() {
			s.t.Errorf("%s with %q over transport %d answered %s, want SCOPE", f.Name, scopes, i, a.text)
		}
	}
}

// TestScopesBoundWhatIsBelow: things by their ids, what leads on from a webhook, and fields beside a refused one.
func TestScopesBoundWhatIsBelow(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		events, hooks := within("firm", "events:read"), within("firm", "webhooks:write")
		made := s.ask(hooks, `mutation($d: ID!){registerWebhook(input: {url: "https://hooks.example/", dialogue: $d}){webhook{id viewerCan{allowed}} act{id} userErrors{code}}}`, "d", s.id("What may")).at("registerWebhook")
		hook, act := made.at("webhook", "id").text(), made.at("act", "id").text()
		if hook == "" || act == "" {
			t.Fatalf("webhooks:write registers no webhook: %v", made.v)
		}
		proposal, missing := s.id("A ceiling"), "proposal_01h455vb4pex5vsknk084sn02q"
		for _, row := range []struct {
			name, query string
			who         auth.Identity
			want        []string // codes
		}{
			{"an act by id", fmt.Sprintf(`{node(id: %q){id ... on Act{subject{... on Webhook{id}}}}}`, act), events, nil},
			{"a webhook by id", fmt.Sprintf(`{nodes(ids: [%q]){id}}`, hook), events, nil},
			{"a webhook by id, by who writes it", fmt.Sprintf(`{node(id: %q){id ... on Webhook{dialogue{title} stakeholder{name} deliveries{totalCount} deadLetters{totalCount}}}}`, hook), hooks, nil},
			{"an act by id, by who writes webhooks", fmt.Sprintf(`{node(id: %q){id}}`, act), hooks, []string{"FORBIDDEN"}},
			{"a proposal by id", fmt.Sprintf(`{node(id: %q){id}}`, proposal), events, []string{"FORBIDDEN"}},
			{"no proposal by id", fmt.Sprintf(`{node(id: %q){id}}`, missing), events, []string{"FORBIDDEN"}},
			{"a proposal among ids", fmt.Sprintf(`{nodes(ids: [%q, %q]){id}}`, act, proposal), events, []string{"FORBIDDEN"}},
			{"no id", `{node(id: "x"){id}}`, events, []string{"FORBIDDEN"}},
			{"what an act is about", `{acts(first: 1, filter: {type: [PROPOSAL_OPENED]}){nodes{subject{... on Proposal{title author{name} comments{totalCount}}}}}}`, events, nil},
			{"the desk", `{viewer{proposals{nodes{id}} votes{nodes{castAt}} waitingForMe{since}}}`, events, []string{"FORBIDDEN", "FORBIDDEN", "FORBIDDEN"}},
			{"who it is", `{viewer{roles scopes member{id} stakeholder{name} viewerCan{allowed}}}`, events, nil},
			{"through the dialogue of a webhook", `{webhooks{nodes{dialogue{title comments{totalCount}}}}}`, hooks, []string{"FORBIDDEN"}},
			{"through the party of a webhook", `{webhooks{nodes{stakeholder{name ... on Firm{practices{totalCount}}}}}}`, hooks, []string{"FORBIDDEN"}},
			{"through the viewer's party", `{viewer{stakeholder{name ... on Firm{practices{totalCount}}}}}`, hooks, []string{"FORBIDDEN"}},
			{"fields beside", `{head proposals{totalCount} eventCatalog{type}}`, events, []string{"FORBIDDEN"}},
			{"under another name", `{acts: proposals{nodes{title}} ... on Query{viewer: dialogues{nodes{title}}}}`, events, []string{"FORBIDDEN", "FORBIDDEN"}},
			{"through a payload", fmt.Sprintf(`mutation{verifyWebhook(input: {id: %q}){webhook{state dialogue{comments{totalCount}}} userErrors{code}}}`, hook), hooks, []string{"FORBIDDEN"}},
		} {
			if a := s.send(row.who, row.query); !slices.Equal(a.codes, row.want) {
				t.Errorf("%s answered %s, want the errors %v", row.name, a.text, row.want)
			}
		}
	})
}

// TestAScopedTokenTakesNoAnswerFromMemory: neither what is kept for visitors, nor what is kept under an idempotency key.
func TestAScopedTokenTakesNoAnswerFromMemory(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		list := call{query: "{proposals(first: 1){nodes{title}}}"}
		first := s.get(list)
		scoped := list
		scoped.token = s.token(within("firm", "webhooks:write"))
		if a := s.get(scoped); !slices.Equal(a.codes, []string{"FORBIDDEN"}) || !a.data.at("proposals").isNull() {
			t.Errorf("after a visitor, the list answers a token with webhooks:write %s", a.text)
		}
		if a := s.get(list); a.text != first.text || len(a.codes) > 0 {
			t.Errorf("after a scoped token, the list answers a visitor %s, want %s", a.text, first.text)
		}
		post := fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "Once."}) @idempotent(key: "scoped"){act{id} userErrors{code}}}`, s.id("A ceiling"))
		act := s.ask(persona("firm"), post).at("postComment", "act", "id").text()
		if act == "" {
			t.Fatal("the comment was not posted")
		}
		for _, scope := range []string{"reports:read", "events:read", "webhooks:write"} {
			if a := s.send(within("firm", scope), post); a.code() != "SCOPE" || !a.data.at("postComment", "act").isNull() {
				t.Errorf("a repeat with %s answered %s, want SCOPE and nothing of the first answer", scope, a.text)
			}
		}
		if got := s.ask(persona("firm"), post).at("postComment", "act", "id").text(); got != act {
			t.Errorf("a repeat without scopes gave the act %q, want %q", got, act)
		}
	})
}

// TestScopesBoundPaths: what is read and sent beside GraphQL.
func TestScopesBoundPaths(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		id := w.sends(persona("firm"), "one.txt", "One.")
		for _, row := range []struct {
			who  string
			path string
			lets []string // scopes
		}{
			{"firm", "/files/" + id, []string{"reports:read"}},
			{"firm", "/files/file_01h455vb4pex5vsknk084sn02q", nil},
			{"firm", "/me/data.zip", []string{"reports:read"}},
			{"auditor", "/log/bundle.jsonl", []string{"reports:read", "events:read"}},
			{"firm", "/log/bundle.jsonl", nil},
		} {
			free, _, _ := w.fetch(row.path, w.token(persona(row.who)))
			for _, scope := range []string{"reports:read", "events:read", "webhooks:write"} {
				status, header, text := w.fetch(row.path, w.token(within(row.who, scope)))
				switch let := slices.Contains(row.lets, scope); {
				case free == http.StatusOK && let && status != http.StatusOK:
					t.Errorf("%s to %s with %s answered %d %s", row.path, row.who, scope, status, text)
				case free != http.StatusOK && status == http.StatusOK:
					t.Errorf("%s to %s with %s answered what it does not answer without", row.path, row.who, scope)
				case free == http.StatusOK && !let && (status != http.StatusForbidden || !strings.Contains(text, `"SCOPE"`) || !strings.Contains(header.Get("WWW-Authenticate"), "insufficient_scope")):
					t.Errorf("%s to %s with %s answered %d %v %s, want 403", row.path, row.who, scope, status, header, text)
				}
			}
		}
		for _, scope := range []string{"reports:read", "events:read", "webhooks:write"} {
			files := w.count("files", "")
			a := w.upload(w.token(within("firm", scope)), upload{name: "two.txt", kind: "text/plain", content: []byte("Two.")})
			if a.status != http.StatusForbidden || a.data.at("errors", 0, "extensions", "code").text() != "SCOPE" || w.count("files", "") != files {
				t.Errorf("a file was sent with %s: %d %s", scope, a.status, a.text)
			}
			a = w.checks(within("regulator", scope), "template", nil, fmt.Sprintf(smallTemplate, "scoped", "IE"))
			if a.status != http.StatusForbidden || a.data.at("errors", 0, "extensions", "code").text() != "SCOPE" || w.count("imports", "") != 0 {
				t.Errorf("a file was sent to be imported with %s: %d %s", scope, a.status, a.text)
			}
		}
		// An address has the bounds of the token for which it was made.
		for scopes, want := range map[string]int{"reports:read": http.StatusOK, "events:read": http.StatusForbidden, "reports:read events:read": http.StatusOK} {
			if at := w.addressFor(within("firm", strings.Fields(scopes)...)); at == "" {
				t.Errorf("with %s there is no address", scopes)
			} else if status, _, text := w.fetch(at, ""); status != want {
				t.Errorf("an address made with %s answered %d %s, want %d", scopes, status, text, want)
			}
		}
	})
}

// addressFor attaches a file to a draft and gives the address of it that an act leads somebody to.
func (w *world) addressFor(who auth.Identity) string {
	w.t.Helper()
	assessment := w.drafted()
	if a := w.attach(assessment, w.sends(persona("firm"), "evidence.txt", "Evidence of "+strings.Join(who.Scopes, " "))); a.code() != "" {
		w.t.Fatalf("the file was not attached: %s", a.text)
	}
	w.settle()
	return w.ask(who, `query($id: ID!){acts(first: 1, filter: {subject: [$id]}){nodes{subject{... on ImpactAssessment{answerHistory(question: "purpose"){evidence{url}}}}}}}`, "id", assessment).
		at("acts", "nodes", 0, "subject", "answerHistory", 0, "evidence", 0, "url").text()
}

// TestWhatAViewerCanKnowsScopes: viewerCan says of scoped tokens, too, what mutations do.
func TestWhatAViewerCanKnowsScopes(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		p := newProber(t, newScene(w))
		all := slices.Concat(p.hooks(), []string{"", p.id("What may"), p.id("A ceiling"), p.id("Night"), p.id("Prices that")})
		p.everybody(map[string]auth.Identity{
			"reader": within("firm", "reports:read"), "writer": within("firm", "webhooks:write", "reports:read"), "everything": within("firm", "reports:read", "events:read", "webhooks:write"),
			"facilitator": within("facilitator", "reports:read"), "admin": within("admin", "reports:read", "openid"),
		}, all)
		for _, action := range []string{"WEBHOOK_REGISTER", "WEBHOOK_REPLAY", "WEBHOOK_DELETE"} {
			if p.said[action][0] == 0 || p.said[action][1] == 0 {
				t.Errorf("%s was refused and allowed %v times, want both", action, p.said[action])
			}
		}
		for _, action := range []string{"COMMENT_POST", "DIALOGUE_CONVENE", "STAKEHOLDER_REGISTER"} {
			if p.said[action][1] != 0 {
				t.Errorf("%s was allowed to a scoped token", action)
			}
		}
	})
}

// TestScopedSubscribersGetWhatIsTheirs: two of one person share the hub, and each event says what its own token can do.
func TestScopedSubscribersGetWhatIsTheirs(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		s := newScene(live(t, databaseURL, nil))
		query := `subscription{acts(filter: {type: [COMMENT_POSTED]}){act{subject{... on Comment{body author{name} viewerCan(actions: [COMMENT_POST]){allowed code values{scopes}}}}}}}`
		firm, scoped, both := s.follow(persona("firm"), query), s.follow(within("firm", "events:read"), query), s.follow(within("firm", "events:read", "reports:read"), query)
		s.ask(persona("ngo"), `mutation($s: ID!){postComment(input: {subject: $s, body: "An event."}){userErrors{code}}}`, "s", s.id("A ceiling"))
		for name, one := range map[string]struct {
			*followed
			code string
		}{"without scopes": {firm, ""}, "events:read": {scoped, "SCOPE"}, "both": {both, "SCOPE"}} {
			subject := one.event().data.at("acts", "act", "subject")
			if got := subject.at("viewerCan", 0, "code").text(); got != one.code || subject.at("body").text() != "An event." || subject.at("author", "name").text() == "" {
				t.Errorf("%s got %v, want the comment and the code %q", name, subject.v, one.code)
			}
		}
	})
}

// TestScopesLetWebhooksBeWritten: a token with webhooks:write does all that webhooks need, by id of what it has made itself.
func TestScopesLetWebhooksBeWritten(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		p := newProber(t, newScene(w))
		who := within("firm", "webhooks:write")
		for _, id := range p.hooks() {
			one := p.look(who, id)
			if one == nil { // nobody sees a deleted one
				continue
			}
			for _, can := range one.can {
				p.try("the writer", who, one, can, -1)
			}
		}
		for _, f := range p.Schema.Schema().Mutation.Fields {
			if !strings.Contains(f.Name, "Webhook") {
				continue
			}
			input := p.example(f.Arguments[0].Type, nil, "", map[string]any{"id": p.hooks()[0]})
			c := p.bare("mutation", f, map[string]any{"input": input})
			c.token = w.token(who)
			if a := w.post(c); a.code() == "SCOPE" || slices.Contains(a.codes, "FORBIDDEN") {
				t.Errorf("%s with webhooks:write answered %s", f.Name, a.text)
			}
		}
	})
}

package policy

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestScopesOfATokensWords(t *testing.T) {
	for _, row := range []struct{ name, words, want string }{
		{"none", "", ""},
		{"one", "events:read", "events:read"},
		{"the same twice", "events:read events:read", "events:read"},
		{"in another order", "webhooks:write reports:read", "reports:read webhooks:write"},
		{"beside words of others", "openid reports:read email", "reports:read"},
		{"words of others alone", "openid profile email", ""},
		{"upper case is another word", "REPORTS:READ", ""},
		{"there are no patterns", "reports:* *:read *", ""},
		{"a part of one", "reports events:rea webhooks:write:all", ""},
		{"a scope that there is not", "events:write", ""},
		{"a letter that looks alike", "repοrts:read", ""},
		{"a very long word", strings.Repeat("reports:read", 1000), ""},
		{"very many words", strings.Repeat("x ", 4000) + "events:read", "events:read"},
	} {
		t.Run(row.name, func(t *testing.T) {
			a := Actor{Scopes: ScopesOf(strings.Split(row.words, " "))}
			if got := a.ScopeText(); got != row.want {
				t.Errorf("the scopes of %.60q are %q, want %q", row.words, got, row.want)
			}
		})
	}
}

func scoped(roles []Role, scopes ...Scope) Actor {
	a := member("FIRM", roles...)
	a.Scopes = scopes
	return a
}

func TestWhereScopesLetIn(t *testing.T) {
	for _, row := range []struct {
		way  Way
		want string // the scopes that let in
	}{
		{"Query.proposals", "reports:read"},
		{"Query.impactAssessment", "reports:read"},
		{"Viewer.votes", "reports:read"},
		{"Viewer.viewerCan", "reports:read events:read webhooks:write"},
		{"Query.viewer", "reports:read events:read webhooks:write"},
		{"Query.webhooks", "reports:read events:read webhooks:write"},
		{"Query.acts", "reports:read events:read"},
		{"Query.head", "reports:read events:read"},
		{"Subscription.acts", "events:read"},
		{"Subscription.proposalUpdated", "events:read"},
		{OwnData, "reports:read"},
		{Download, "reports:read"},
		{Exports, "reports:read"},
		{"GET /elsewhere", ""},
		{"Elsewhere.field", ""},
		{"Query", ""},
		{"", ""},
	} {
		var let []string
		for _, b := range bounds {
			if Enter(WithActor(context.Background(), scoped(nil, b.Scope)), row.way) == nil {
				let = append(let, string(b.Scope))
			}
		}
		if got := strings.Join(let, " "); got != row.want {
			t.Errorf("%s lets in %q, want %q", row.way, got, row.want)
		}
		if err := Enter(WithActor(context.Background(), scoped(nil)), row.way); err != nil {
			t.Errorf("%s keeps out a token without scopes: %v", row.way, err)
		}
	}
}

// TestScopesBoundEveryAction: whatever the roles, the state and the facts, a token does no more than its scopes allow, and never more
// than without them.
func TestScopesBoundEveryAction(t *testing.T) {
	webhooks := func(a Action) bool { return resourceOf(a) == Webhook && a != ConfirmWebhook }
	allows := map[Scope]func(Action) bool{
		ReportsRead:   func(a Action) bool { return a == BundleLog || a == RequestReport },
		EventsRead:    func(a Action) bool { return a == BundleLog },
		WebhooksWrite: webhooks,
	}
	all := [][]Scope{{ReportsRead}, {EventsRead}, {WebhooksWrite}, {ReportsRead, WebhooksWrite}, {ReportsRead, EventsRead, WebhooksWrite}}
	for _, action := range actions() {
		if action.reads() {
			continue
		}
		for _, scopes := range all {
			may := slices.ContainsFunc(scopes, func(s Scope) bool { return allows[s](action) })
			for _, state := range statesOf(resourceOf(action)) {
				for _, facts := range []Facts{none, everything(), everything().Without(These(Writer, Self, Own))} {
					s := Subject{Resource: resourceOf(action), State: state, Facts: facts}
					free, bound := Decide(scoped(Roles), action, s), Decide(scoped(Roles, scopes...), action, s)
					switch {
					case may && (bound.Allowed != free.Allowed || bound.code != free.code):
						t.Errorf("%v: %s while %q is %+v, want as without scopes: %+v", scopes, action, state, bound, free)
					case !may && (bound.Allowed || bound.code != enum.UserErrorCodeScope):
						t.Errorf("%v: %s while %q is %+v, want SCOPE", scopes, action, state, bound)
					}
				}
			}
		}
	}
}

func TestAScopeGivesNoRight(t *testing.T) {
	visitor := Actor{Scopes: []Scope{WebhooksWrite, ReportsRead}}
	if d := Decide(visitor, RegisterWebhook, Subject{Resource: Webhook, Facts: everything()}); d.Allowed || d.code != enum.UserErrorCodeSignIn {
		t.Errorf("a scope without a member registers a webhook: %+v", d)
	}
	if d := Decide(scoped([]Role{Firm}, ReportsRead), BundleLog, Subject{Resource: Log}); d.Allowed || d.code != enum.UserErrorCodeRole {
		t.Errorf("a firm with reports:read gets the bundle of the log: %+v", d)
	}
	if d := Decide(scoped([]Role{Auditor}, ReportsRead), BundleLog, Subject{Resource: Log}); !d.Allowed {
		t.Errorf("an auditor with reports:read gets no bundle of the log: %+v", d)
	}
}

func TestRefusalsSayWhichScopeWouldDo(t *testing.T) {
	for _, row := range []struct {
		action Action
		want   string
		scopes []string
	}{
		{RegisterWebhook, "your token is for reports:read events:read only: this takes one with the scope webhooks:write", []string{"webhooks:write"}},
		{PostComment, "your token is for reports:read events:read only: this takes one without a scope of this server's", nil},
	} {
		d := Decide(scoped(Roles, ReportsRead, EventsRead), row.action, Subject{Resource: resourceOf(row.action)})
		if d.Reason != row.want || !slices.Equal(d.values.Scopes, row.scopes) {
			t.Errorf("%s is refused with %q %v, want %q %v", row.action, d.Reason, d.values.Scopes, row.want, row.scopes)
		}
	}
}

// TestTheTableOfScopesIsShownAndKnown: each row names actions and nouns that there are, and both forms of the policy show all rows.
func TestTheTableOfScopesIsShownAndKnown(t *testing.T) {
	var text, object bytes.Buffer
	if err := Text(&text); err != nil {
		t.Fatal(err)
	}
	if err := JSON(&object); err != nil {
		t.Fatal(err)
	}
	var shown struct {
		Scopes []struct {
			Scope  Scope
			Allows string
			Does   []Action
		}
	}
	if err := json.Unmarshal(object.Bytes(), &shown); err != nil {
		t.Fatal(err)
	}
	if len(shown.Scopes) != len(bounds) {
		t.Fatalf("the policy as JSON shows %d scopes, want %d", len(shown.Scopes), len(bounds))
	}
	for i, b := range bounds {
		if !strings.Contains(text.String(), string(b.Scope)) || !strings.Contains(text.String(), b.Allows) || b.Allows == "" {
			t.Errorf("the policy as text does not show %s: %s", b.Scope, b.Allows)
		}
		if s := shown.Scopes[i]; s.Scope != b.Scope || s.Allows != b.Allows || !slices.Equal(s.Does, b.Does) {
			t.Errorf("the policy as JSON shows %+v, want %+v", s, b)
		}
		for _, action := range b.Does {
			if rules[action] == nil || action.reads() {
				t.Errorf("%s allows %s, which the policy does not have or which only reads", b.Scope, action)
			}
		}
	}
}

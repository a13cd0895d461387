package policy

import (
	"context"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Scope is a word of a token's claim scope that this server knows. A token that names some can do what they allow together, as far
// as its roles allow it, and nothing else. Other words mean nothing: a token that names none of these has its roles alone as bounds.
type Scope string

// The scopes.
const (
	ReportsRead   Scope = "reports:read"
	EventsRead    Scope = "events:read"
	WebhooksWrite Scope = "webhooks:write"
)

// Way is a way in: a field of the API, as Query.acts or Subscription.acts, or a path, as GET /files/. In a Bound, Query.* is every
// field of that type.
type Way string

// The ways in that are no fields of the API.
const (
	OwnData  Way = "GET /me/data.zip"
	Download Way = "GET /files/"
	Exports  Way = "GET /exports/"
	Reports  Way = "GET /reports/"
)

// Bound is a row of the table of scopes: what a token with this scope can do.
type Bound struct {
	Scope  Scope
	Allows string     // in a sentence
	Opens  []Way      // where it can begin to read: root fields, fields of the viewer, paths
	Nodes  []Resource // what it reads by id alone; nil for everything that Opens leads to
	Below  []string   // the types from which it reads on to other things; nil for all
	Does   []Action   // all it can do beside reading
}

// bounds are the table of scopes. What no row allows is refused: a new action, path or query is closed to scoped tokens until a row has
// it, but for queries with reports:read and subscriptions with events:read.
var bounds = []Bound{
	{
		Scope:  ReportsRead,
		Allows: "queries, files, exports, reports, the copy of one's own data and the bundle of the log; no subscription and no change but to have a report made",
		Opens:  []Way{"Query.*", "Viewer.*", OwnData, Download, Exports, Reports},
		Does:   []Action{BundleLog, RequestReport},
	},
	{
		Scope: EventsRead,
		Allows: "every subscription with all that its events lead to, the act log with its proofs and its bundle, what acts are about, " +
			"and webhooks with their deliveries; no other query and no change",
		Opens: []Way{
			"Subscription.*", "Query.acts", "Query.head", "Query.actLog", "Query.node", "Query.nodes", "Query.webhooks", "Query.eventCatalog",
			"Query.viewer", "Viewer.member", "Viewer.stakeholder", "Viewer.viewerCan",
		},
		Nodes: []Resource{Act, Webhook, "webhookdelivery", "deadletter"},
		Does:  []Action{BundleLog},
	},
	{
		Scope:  WebhooksWrite,
		Allows: "every change of webhooks, and webhooks with their deliveries, without what their parties, dialogues and acts lead to; no other query and no subscription",
		Opens: []Way{
			"Query.webhooks", "Query.eventCatalog", "Query.node", "Query.nodes", "Query.viewer", "Viewer.member", "Viewer.stakeholder", "Viewer.viewerCan",
		},
		Nodes: []Resource{Webhook, "webhookdelivery", "deadletter"},
		Below: []string{"Webhook", "WebhookDelivery", "DeadLetter"},
		Does: []Action{
			RegisterWebhook, VerifyWebhook, UpdateWebhook, RotateWebhookSecret, EnableWebhook, DisableWebhook, DeleteWebhook, ReplayWebhook,
			RetryDelivery, SkipDelivery,
		},
	},
}

// ScopesOf are those of ours among the words of a token, each once and in the order of the table.
func ScopesOf(words []string) []Scope {
	var scopes []Scope
	for _, b := range bounds {
		if slices.Contains(words, string(b.Scope)) {
			scopes = append(scopes, b.Scope)
		}
	}
	return scopes
}

// opens tells whether a token with the scope can begin to read there.
func (b Bound) opens(w Way) bool {
	of, _, field := strings.Cut(string(w), ".")
	return slices.Contains(b.Opens, w) || field && slices.Contains(b.Opens, Way(of+".*"))
}

// names tells whether it reads things of a noun by id alone.
func (b Bound) names(r Resource) bool {
	return b.opens("Query.node") && (b.Nodes == nil || slices.Contains(b.Nodes, r))
}

// follows tells whether it reads on from a thing of a type to others.
func (b Bound) follows(typ string) bool { return b.Below == nil || slices.Contains(b.Below, typ) }

func (b Bound) does(action Action) bool { return slices.Contains(b.Does, action) }

// Enter is the check at every way in: nil, or why the scopes of the viewer's token keep it out. It says nothing of rights.
func Enter(ctx context.Context, w Way) error {
	return ActorFrom(ctx).admit(func(b Bound) bool { return b.opens(w) })
}

// EnterNode is Enter for what is named by its id alone, whether there is such a thing or not.
func EnterNode(ctx context.Context, r Resource) error {
	return ActorFrom(ctx).admit(func(b Bound) bool { return b.names(r) })
}

// EnterBelow is Enter for what is read on from things of a type.
func EnterBelow(ctx context.Context, typ string) error {
	return ActorFrom(ctx).admit(func(b Bound) bool { return b.follows(typ) })
}

// EnterChange is Enter for a mutation. Decide says the same; this is asked before the answer to a repeat is looked up.
func EnterChange(ctx context.Context, action Action) error { return ActorFrom(ctx).mayDo(action) }

// mayDo is a fault where the scopes of the actor's token do not allow an action, whatever it is about.
func (a Actor) mayDo(action Action) error {
	return a.admit(func(b Bound) bool { return b.does(action) })
}

// admit is the one place that decides by scope.
func (a Actor) admit(allows func(Bound) bool) error {
	if len(a.Scopes) == 0 {
		return nil
	}
	var would []string
	for _, b := range bounds {
		switch {
		case !allows(b):
		case slices.Contains(a.Scopes, b.Scope):
			return nil
		default:
			would = append(would, string(b.Scope))
		}
	}
	return a.outOfScope(would)
}

// outOfScope says what the token is for, and which scopes would do.
func (a Actor) outOfScope(would []string) *fault.Fault {
	with := "without a scope of this server's"
	if len(would) > 0 {
		with = "with the scope " + strings.Join(would, " or ")
	}
	return fault.Coded(fault.Forbidden, enum.UserErrorCodeScope, "your token is for %s only: this takes one %s", a.ScopeText(), with).
		With(fault.Values{Scopes: would})
}

// OutOfScope gives the refusal inside err if that is because of scope, and else nil.
func OutOfScope(err error) *fault.Fault {
	if f := fault.Of(err); f != nil && f.Code == enum.UserErrorCodeScope {
		return f
	}
	return nil
}

// ScopeText are the scopes of the actor's token as a token has them; empty for none.
func (a Actor) ScopeText() string {
	words := make([]string, len(a.Scopes))
	for i, s := range a.Scopes {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

// bounded is the refusal of an action that the scopes of the actor's token do not allow; false where they do. Reading is bounded at
// the ways in, so that an event shows all that its viewer may see.
func bounded(a Actor, action Action) (Decision, bool) {
	if len(a.Scopes) == 0 || action.reads() {
		return Decision{}, false
	}
	f := fault.Of(a.mayDo(action))
	if f == nil {
		return Decision{}, false
	}
	return Decision{Action: action, Reason: f.Message, kind: f.Kind, code: f.Code, values: f.Values}, true
}

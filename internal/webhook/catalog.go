package webhook

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// EventType is a type of act that webhooks can send.
type EventType struct {
	Type        string // noun.verb in the past
	Description string
	about       string // the noun such acts are about, where it is not the type's own
}

// Noun is what acts of the type are about, and the prefix of their subject's id.
func (e *EventType) Noun() string {
	if e.about != "" {
		return e.about
	}
	noun, _, _ := strings.Cut(e.Type, ".")
	return noun
}

// Schema is the path of the schema of its events.
func (e *EventType) Schema() string { return SchemaPath(e.Type) }

// catalog lists every type of act that the domains write, by noun.
var catalog = []*EventType{
	{Type: "stakeholder.registered", Description: "A party was registered."},
	{Type: "stakeholder.approved", Description: "A party was admitted."},
	{Type: "stakeholder.suspended", Description: "A party was suspended, with a published reason."},
	{Type: "dialogue.convened", Description: "A dialogue was convened."},
	{Type: "dialogue.invited", Description: "Parties were invited to a dialogue."},
	{Type: "dialogue.opened", Description: "A dialogue was opened."},
	{Type: "dialogue.closed", Description: "A dialogue was closed, with its outcome."},
	{Type: "dialogue.reopened", Description: "A dialogue continues in a further round."},
	{Type: "dialogue.imported", Description: "A dialogue held elsewhere was imported."},
	{Type: "proposal.drafted", Description: "A proposal was drafted."},
	{Type: "proposal.edited", Description: "A proposal's text has changed."},
	{Type: "proposal.submitted", Description: "A proposal was submitted."},
	{Type: "proposal.taken_up", Description: "A proposal is under review."},
	{Type: "proposal.returned", Description: "A proposal was returned, with a reason."},
	{Type: "proposal.opened", Description: "A proposal was opened to all."},
	{Type: "proposal.withdrawn", Description: "A proposal was withdrawn, with a reason."},
	{Type: "comment.posted", Description: "A comment was posted."},
	{Type: "comment.imported", Description: "A comment made elsewhere was imported."},
	{Type: "comment.voted", Description: "Your party has voted on a comment."},
	{Type: "comment.hidden", Description: "A comment was hidden, with a reason."},
	{Type: "comment.restored", Description: "A comment was restored, with a reason."},
	{Type: "practice.proposed", Description: "A firm plans a practice."},
	{Type: "practice.revised", Description: "A practice's text has changed."},
	{Type: "practice.tried", Description: "A practice is on trial with some customers."},
	{Type: "practice.activated", Description: "A practice is in use."},
	{Type: "practice.paused", Description: "A practice was paused."},
	{Type: "practice.withdrawn", Description: "A practice was withdrawn."},
	{Type: "assessment.drafted", Description: "An impact assessment was drafted."},
	{Type: "assessment.edited", Description: "An impact assessment has changed."},
	{Type: "assessment.submitted", Description: "An impact assessment was submitted for review."},
	{Type: "assessment.returned", Description: "An impact assessment was returned."},
	{Type: "assessment.approved", Description: "An impact assessment was approved."},
	{Type: "assessment.published", Description: "An impact assessment was published."},
	{Type: "webhook.registered", Description: "Your party has registered a webhook."},
	{Type: "webhook.challenged", Description: "A challenge was requested."},
	{Type: "webhook.verified", Description: "A webhook's receiver has echoed its challenge."},
	{Type: "webhook.updated", Description: "A webhook was changed."},
	{Type: "webhook.secret_rotated", Description: "A webhook has a new secret."},
	{Type: "webhook.enabled", Description: "A webhook was enabled."},
	{Type: "webhook.disabled", Description: "A webhook was disabled, by your party or by the server."},
	{Type: "webhook.deleted", Description: "A webhook was deleted."},
	{Type: "webhook.replayed", Description: "A part of the log is sent to a webhook again."},
	{Type: "webhook.delivery_retried", Description: "A dead letter is sent again."},
	{Type: "webhook.delivery_skipped", Description: "An event was skipped by hand."},
	{Type: "log.keyAdded", Description: "A key starts to sign the log."},
	{Type: "log.keyRetired", Description: "A key no longer signs the log."},
	{Type: "log.reopened", Description: "The log continues under another name after a restore."},
	{Type: "person.erased", Description: "A person's data was erased; only auditors see this act.", about: "member"},
}

// Catalog gives every type of event.
func Catalog() []*EventType { return slices.Clone(catalog) }

// IsType reports whether there are acts of this type.
func IsType(t string) bool {
	return slices.ContainsFunc(catalog, func(e *EventType) bool { return e.Type == t })
}

// schemas is where the schemas of events are served.
const schemas = "/schemas/events/"

// SchemaPath is where the schema of a type's events is.
func SchemaPath(typ string) string { return schemas + typ + ".json" }

// schemaOf writes the JSON Schema of a type's events.
func schemaOf(source, typ, noun, description string) map[string]any {
	id := func(noun string) map[string]any {
		return map[string]any{"type": "string", "pattern": "^" + noun + "_[0-7][0-9a-hjkmnp-tv-z]{25}$"}
	}
	text := map[string]any{"type": "string", "minLength": 1}
	object := func(properties map[string]any, optional ...string) map[string]any {
		required := []string{}
		for name := range properties {
			if !slices.Contains(optional, name) {
				required = append(required, name)
			}
		}
		slices.Sort(required)
		return map[string]any{"type": "object", "properties": properties, "required": required}
	}
	data := object(map[string]any{
		"act": id("act"), "subject": id(noun), "revision": map[string]any{"type": "integer", "minimum": 0}, "cursor": text,
		"link": map[string]any{"type": "string", "format": "uri"},
	}, "cursor")
	if typ == ChallengeType {
		data = object(map[string]any{"webhook": id("webhook"), "challenge": text})
	}
	s := object(map[string]any{
		"specversion": map[string]any{"const": "1.0"}, "id": id("msg"), "source": map[string]any{"type": "string", "format": "uri"},
		"type": map[string]any{"const": typ}, "subject": id(noun), "time": map[string]any{"type": "string", "format": "date-time"},
		"datacontenttype": map[string]any{"const": "application/json"}, "dataschema": map[string]any{"const": source + SchemaPath(typ)}, "data": data,
	})
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = source + SchemaPath(typ)
	s["title"] = typ
	s["description"] = description
	return s
}

// Schemas serves the JSON Schema of every event type, and their catalogue at its root; source is the server's address.
func Schemas(source string) (http.Handler, error) {
	type entry struct {
		Type        string `json:"type"`
		Description string `json:"description"`
		Schema      string `json:"schema"`
	}
	pages := map[string][]byte{}
	list := []entry{}
	add := func(typ, noun, description string) error {
		list = append(list, entry{typ, description, source + SchemaPath(typ)})
		b, err := json.MarshalIndent(schemaOf(source, typ, noun, description), "", "  ")
		pages[SchemaPath(typ)] = b
		return err
	}
	for _, e := range catalog {
		if err := add(e.Type, e.Noun(), e.Description); err != nil {
			return nil, err
		}
	}
	if err := add(ChallengeType, "webhook", "The receiver must answer with the challenge."); err != nil {
		return nil, err
	}
	b, err := json.MarshalIndent(map[string]any{"events": list}, "", "  ")
	if err != nil {
		return nil, err
	}
	pages[schemas] = b
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		switch {
		case !ok:
			http.NotFound(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "read only", http.StatusMethodNotAllowed)
		default:
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.Header().Set("Cache-Control", "public, max-age=300")
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
			_, _ = w.Write(page)
		}
	}), nil
}

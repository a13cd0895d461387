package webhook

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// EventType is a type of act that can be told of.
type EventType struct {
	Type        string // noun.verb in the past
	Description string
}

// Noun is what acts of the type are about, as in their subject's id.
func (e *EventType) Noun() string {
	noun, _, _ := strings.Cut(e.Type, ".")
	return noun
}

// Schema is where the schema of its events is, below the server's address.
func (e *EventType) Schema() string { return SchemaPath(e.Type) }

// catalog lists every type of act that the domains write, by noun in the order of things.
var catalog = []*EventType{
	{"stakeholder.registered", "A party has registered, or was entered."},
	{"stakeholder.approved", "A party was admitted."},
	{"stakeholder.suspended", "A party was barred, with a published reason."},
	{"dialogue.convened", "A dialogue was made."},
	{"dialogue.invited", "Parties were invited to a dialogue."},
	{"dialogue.opened", "A dialogue was opened."},
	{"dialogue.closed", "A dialogue was closed, with its outcome."},
	{"dialogue.reopened", "A dialogue goes on in a further round."},
	{"dialogue.imported", "A dialogue held elsewhere was loaded."},
	{"proposal.drafted", "A proposal was begun."},
	{"proposal.edited", "A proposal's words have changed."},
	{"proposal.submitted", "A proposal was handed in."},
	{"proposal.taken_up", "A proposal is under review."},
	{"proposal.returned", "A proposal was given back, with a reason."},
	{"proposal.opened", "A proposal was opened to all."},
	{"proposal.withdrawn", "A proposal was withdrawn, with a reason."},
	{"comment.posted", "A comment was made."},
	{"comment.imported", "A comment made elsewhere was loaded."},
	{"comment.voted", "Your party has voted on a comment."},
	{"comment.hidden", "A comment was hidden, with a reason."},
	{"comment.restored", "A comment is shown again, with a reason."},
	{"practice.proposed", "A firm plans a practice."},
	{"practice.revised", "A practice's words have changed."},
	{"practice.tried", "A practice is tried with some customers."},
	{"practice.activated", "A practice is in use."},
	{"practice.paused", "A practice has stopped for now."},
	{"practice.withdrawn", "A practice was given up."},
	{"assessment.drafted", "An impact assessment was begun."},
	{"assessment.edited", "An impact assessment has changed."},
	{"assessment.submitted", "An impact assessment was handed in for review."},
	{"assessment.returned", "An impact assessment was given back."},
	{"assessment.approved", "An impact assessment was approved."},
	{"assessment.published", "An impact assessment was published."},
	{"webhook.registered", "Your party has registered a webhook."},
	{"webhook.challenged", "A challenge was asked for."},
	{"webhook.verified", "A webhook's receiver has echoed its challenge."},
	{"webhook.updated", "A webhook was changed."},
	{"webhook.secret_rotated", "A webhook has a new secret."},
	{"webhook.enabled", "A webhook was enabled."},
	{"webhook.disabled", "A webhook was disabled, by your party or by the server."},
	{"webhook.deleted", "A webhook was deleted."},
	{"webhook.replayed", "A part of the log is sent to a webhook again."},
	{"webhook.delivery_retried", "A dead letter is sent again."},
	{"webhook.delivery_skipped", "An event was given up by hand."},
}

// Catalog gives every type of event.
func Catalog() []*EventType { return slices.Clone(catalog) }

// IsType tells whether there are acts of this type.
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

// Schemas serves the JSON Schema of every type of event, and the catalogue of them at its root; source is the address of
// the server.
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
	if err := add(ChallengeType, "webhook", "The receiver is asked to answer with the challenge."); err != nil {
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

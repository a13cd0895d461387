package webhook

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/post"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// EventType is a type of act that webhooks can send.
type EventType struct {
	Name        string // noun.verb in the past
	Description string
	Noun        string // what acts of the type are about, and the prefix of their subject's id
}

// Type is the type of act.
func (e *EventType) Type() enum.ActType { return act.Word(e.Name) }

// Schema is the path of the schema of its events.
func (e *EventType) Schema() string { return SchemaPath(e.Name) }

// Catalog is every type of event.
type Catalog []*EventType

// CatalogOf makes the catalogue of the types of act that the domains declare.
func CatalogOf(types []act.Type) Catalog {
	c := make(Catalog, len(types))
	for i, t := range types {
		c[i] = &EventType{Name: t.Name, Description: t.Description(), Noun: t.Noun()}
	}
	return c
}

const challengeDescription = "The receiver must answer with the challenge."

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
func (c Catalog) Schemas(source string) (http.Handler, error) {
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
	for _, e := range c {
		if err := add(e.Name, e.Noun, e.Description); err != nil {
			return nil, err
		}
	}
	if err := add(ChallengeType, "webhook", challengeDescription); err != nil {
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
			post.Missing(w)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			post.NotAllowed(w, "GET, HEAD", "this is read with GET")
		default:
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.Header().Set("Cache-Control", "public, max-age=300")
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
			_, _ = w.Write(page)
		}
	}), nil
}

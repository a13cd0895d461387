package webhook

import (
	"net/http"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/openapi"
)

// The tags of the operations here.
const (
	TagEvents   = "Events"
	TagWebhooks = "Webhooks"
)

// Described is what the handler of Schemas answers.
func (c Catalog) Described() []openapi.Operation {
	page := func(id, path, summary string, schema openapi.Schema) openapi.Operation {
		return openapi.Operation{
			Method: http.MethodGet, Path: path, ID: id, Tag: TagEvents, Summary: summary, Head: true,
			Responses: []openapi.Response{{Status: http.StatusOK, Description: "The document.", Content: openapi.Content{"application/json": schema}}},
		}
	}
	list := page("listEventSchemas", schemas, "The types of events", openapi.Object("", openapi.Fields{
		"events": openapi.List("All types of events that webhooks can send.", openapi.Object("", openapi.Fields{
			"type": openapi.Text("The type."), "description": openapi.Text("What has happened."), "schema": openapi.Text("Where its JSON Schema is."),
		})),
	}))
	one := page("readEventSchema", SchemaPath("{type}"), "The JSON Schema of a type of events", openapi.Any("A JSON Schema of the draft 2020-12."))
	one.Parameters = []openapi.Parameter{{In: openapi.Path, Name: "type", Description: "The type, such as proposal.opened.", Schema: openapi.Text(""), Example: c[0].Name}}
	one.Responses = append(one.Responses, openapi.Refusal(http.StatusNotFound, "There is no such type."))
	return []openapi.Operation{list, one}
}

// Sent are the requests that webhooks send, by the type of the event; source is the server's address.
func (c Catalog) Sent(source string) map[string]openapi.Operation {
	all := map[string]openapi.Operation{}
	for _, e := range c {
		all[e.Name] = sent(source, e.Name, e.Noun, e.Description,
			openapi.Response{Status: http.StatusOK, Description: "The event is taken, as by every status from 200 to 299."},
			openapi.Response{Status: http.StatusGone, Description: "The webhook is disabled."},
			openapi.Response{Description: "The event is sent again later; `Retry-After` asks for a longer pause."})
	}
	echo := openapi.Content{"text/plain": openapi.Text("The challenge."), "application/json": openapi.Object("", openapi.Fields{"challenge": openapi.Text("The challenge.")})}
	all[ChallengeType] = sent(source, ChallengeType, "webhook", challengeDescription,
		openapi.Response{Status: http.StatusOK, Description: "The webhook is active from now on.", Content: echo},
		openapi.Response{Description: "The challenge has failed. It is tried twice more."})
	return all
}

func sent(source, typ, noun, description string, responses ...openapi.Response) openapi.Operation {
	schema := schemaOf(source, typ, noun, description)
	delete(schema, "$schema")
	delete(schema, "$id") // it would be the base of references
	return openapi.Operation{
		Method: http.MethodPost, Path: typ, ID: "on" + words(typ), Tag: TagWebhooks, Summary: typ, Description: description,
		Parameters: []openapi.Parameter{
			{In: openapi.Header, Name: headerID, Must: true, Description: "The same for every attempt to send an event.", Schema: openapi.ID("msg", "")},
			{In: openapi.Header, Name: headerTimestamp, Must: true, Description: "When this attempt was made, in seconds since 1970.", Schema: openapi.Number("")},
			{
				In: openapi.Header, Name: headerSignature, Must: true, Schema: openapi.Text("").Like(`^v1a?,[A-Za-z0-9+/=]+( v1a?,[A-Za-z0-9+/=]+)*$`),
				Description: "Signatures of the id, a dot, the timestamp, a dot and the bytes of the body (Standard Webhooks 1.0): `v1` by HMAC-SHA-256, `v1a` by Ed25519. One that is valid is enough.",
			},
		},
		Body:      &openapi.Body{Description: "CloudEvents 1.0 in structured JSON.", Content: openapi.Content{"application/cloudevents+json": openapi.Component{Name: "event." + typ, Of: schema}}},
		Responses: responses,
	}
}

// words is a type as a part of a name: ProposalTakenUp.
func words(typ string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(typ, func(r rune) bool { return r == '.' || r == '_' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

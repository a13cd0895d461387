package server

import (
	"net/http"
	"slices"

	"github.com/plenary-dialogue/plenary/internal/openapi"
)

// The tags of the server's own operations.
const (
	TagHealth  = "Health"
	TagSchemas = "Schemas"
	TagPages   = "Pages"
)

// route is a path that the server answers itself.
type route struct {
	serve      func(*Server, http.ResponseWriter, *http.Request)
	operations []openapi.Operation // nil for GraphQL, which has a schema of its own
}

// routes are the paths that the server answers itself. Config.Pages has the others.
var routes = map[string]route{
	"/graphql":        {serve: (*Server).serveGraphQL},
	"/graphql/stream": {serve: (*Server).streamOnly},
	"/schema.graphql": {getOnly((*Server).sdl), []openapi.Operation{{
		Method: http.MethodGet, Path: "/schema.graphql", ID: "readGraphQLSchema", Tag: TagSchemas, Summary: "The schema of the GraphQL API",
		Description: "What is served at `/graphql`, in GraphQL's schema definition language.",
		Responses: []openapi.Response{{
			Status: http.StatusOK, Description: "The schema.", Content: openapi.Content{"application/graphql": openapi.Text("")},
		}, later},
		Head: true, Tagged: true, Ranges: true,
	}}},
	"/livez": {getOnly((*Server).livez), []openapi.Operation{{
		Method: http.MethodGet, Path: "/livez", ID: "isAlive", Tag: TagHealth, Summary: "Whether the process answers",
		Description: "It checks nothing else: a restart does not help when the database is down.",
		Responses:   []openapi.Response{{Status: http.StatusOK, Description: "It does.", Content: openapi.Content{"application/json": healthSchema}}},
		Head:        true,
	}}},
	"/readyz": {getOnly((*Server).readyz), []openapi.Operation{{
		Method: http.MethodGet, Path: "/readyz", ID: "isReady", Tag: TagHealth, Summary: "Whether this server should get requests",
		Responses: []openapi.Response{
			{Status: http.StatusOK, Description: "It should.", Content: openapi.Content{"application/json": healthSchema}},
			{Status: http.StatusServiceUnavailable, Description: "It should not now.", Content: openapi.Content{"application/json": healthSchema}},
		},
		Head: true,
	}}},
	"/": {getOnly((*Server).welcome), []openapi.Operation{{
		Method: http.MethodGet, Path: "/", ID: "begin", Tag: TagPages, Summary: "Leads to the explorer",
		Responses: []openapi.Response{{
			Status: http.StatusSeeOther, Description: "Go there.", Content: openapi.Content{"text/html": openapi.Text("")},
			Headers: []openapi.Field{{Name: "Location", Description: "The explorer.", Schema: openapi.Text("")}},
		}, later},
		Head: true,
	}}},
}

var healthSchema = openapi.Component{Name: "Health", Of: openapi.Inline{
	"type": "object", "description": "Whether the server is well, and what each of its checks says.", "required": []string{"status"},
	"properties":           openapi.Fields{"status": openapi.Word("", "ok", "unready", "draining")},
	"additionalProperties": openapi.Text(""),
}}

// The answers that the server gives before a handler is asked.
var (
	later = openapi.Response{
		Status: http.StatusServiceUnavailable, Shared: "Unavailable", Headers: []openapi.Field{openapi.RetryAfter},
		Description: "The server is starting or busy, or cannot reach what it needs. The same request may succeed later.", Content: refusals,
	}
	everywhere = []openapi.Response{
		{
			Status: http.StatusMethodNotAllowed, Shared: "NotAllowed", Headers: []openapi.Field{openapi.Allow},
			Description: "The answer to every method that the path does not have.", Content: refusals,
		},
		{Status: http.StatusMisdirectedRequest, Shared: "Misdirected", Description: "The request is for a host that this server is not.", Content: refusals},
		{Status: http.StatusInternalServerError, Shared: "Internal", Description: "A fault of the server. Report it, with the X-Request-Id.", Content: refusals},
	}
	changing = openapi.Response{
		Status: http.StatusForbidden, Shared: "OtherSite", Description: "A browser sent the request from a page of another site.", Content: refusals,
		Headers: []openapi.Field{{Name: "X-Refused-Because", Description: "Why, for the developer of the page.", Schema: openapi.Text("")}},
	}
	ambiguous = openapi.Response{
		Status: http.StatusBadRequest, Shared: "Ambiguous", Headers: []openapi.Field{openapi.Challenge},
		Description: "The request has two headers Authorization.", Content: refusals,
	}
	unknown = openapi.Response{
		Status: http.StatusUnauthorized, Shared: "Unauthenticated", Headers: []openapi.Field{openapi.Challenge},
		Description: "The token is not valid, or one is needed.", Content: refusals,
	}
	tooLargeAnswer = openapi.Response{
		Status: http.StatusRequestEntityTooLarge, Shared: "TooLarge", Description: "The body has too many bytes.", Content: refusals,
	}
	tooFastAnswer = openapi.Response{
		Status: http.StatusTooManyRequests, Shared: "TooFast", Description: "The caller has used up its allowance for now.", Content: refusals,
		Headers: append([]openapi.Field{openapi.RetryAfter}, allowance...),
	}
	allowance = []openapi.Field{
		{Name: "RateLimit", Description: "What is left of the caller's allowance, and when it is whole again.", Sometimes: true, Schema: openapi.Text("")},
		{Name: "RateLimit-Policy", Description: "The caller's allowance.", Sometimes: true, Schema: openapi.Text("")},
	}
	refusals = openapi.Content{"application/json": openapi.Errors}
)

// Described are the operations of all routes of a server with these pages, by the path of the route, with what the server answers in a
// handler's place. A page that says nothing of itself has none.
func Described(pages map[string]Page) map[string][]openapi.Operation {
	all := map[string][]openapi.Operation{}
	for path, own := range routes {
		if own.operations != nil {
			all[path] = described(own.operations, everywhere, nil)
		}
	}
	for path, p := range pages {
		if p.Absent {
			continue
		}
		var fields []openapi.Field
		if p.Cost > 0 {
			fields = allowance
		}
		all[path] = described(p.Operations, p.before(), fields)
	}
	return all
}

// described adds answers to operations, and headers to those of success.
func described(operations []openapi.Operation, before []openapi.Response, fields []openapi.Field) []openapi.Operation {
	all := slices.Clone(operations)
	for i, o := range all {
		all[i].Responses = append(slices.Clone(o.Responses), before...)
		for j, r := range o.Responses {
			if r.Status >= 200 && r.Status < 300 {
				all[i].Responses[j].Headers = append(slices.Clone(r.Headers), fields...)
			}
		}
		if o.Method != http.MethodGet {
			all[i].Responses = append(all[i].Responses, changing)
		}
	}
	return all
}

// before are the answers that a request for the page may get before its handler is asked.
func (p Page) before() []openapi.Response {
	all := append(slices.Clone(everywhere), later)
	if p.Authenticate {
		all = append(all, ambiguous, unknown)
	}
	if p.Cost > 0 {
		all = append(all, tooFastAnswer)
	}
	if p.Body > 0 {
		all = append(all, tooLargeAnswer)
	}
	return all
}

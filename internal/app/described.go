package app

import (
	"cmp"
	"net/http"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/ballot"
	"github.com/plenary-dialogue/plenary/internal/export"
	"github.com/plenary-dialogue/plenary/internal/file"
	"github.com/plenary-dialogue/plenary/internal/importing"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/privacy"
	"github.com/plenary-dialogue/plenary/internal/register"
	"github.com/plenary-dialogue/plenary/internal/reporting"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// documentPath is where the document of the API is.
const documentPath = "/openapi.json"

const about = `What Plenary answers beside GraphQL: files, imports, exports, the act log, schemas and health, and what it sends to webhooks.
Everything else is at ` + "`/graphql`" + `, whose schema is at ` + "`/schema.graphql`" + `.

Every answer has an ` + "`X-Request-Id`" + `. A refusal has the form of errors over GraphQL; [the page of error codes](/docs/errors) says what each code
means and what to do next.`

// tags group the operations.
var tags = []openapi.Tag{
	{Name: file.Tag, Description: "Files that are attached to what people do here, such as evidence."},
	{Name: importing.Tag, Description: "What was made elsewhere, checked before it is imported."},
	{Name: ballot.Tag, Description: "The results of ballots, to count them again."},
	{Name: reporting.Tag, Description: "Reports over a place of the log, in seven formats, with their signatures."},
	{Name: export.Tag, Description: "Assessments for programs that keep a copy."},
	{Name: register.Tag, Description: "What is published, for everybody."},
	{Name: privacy.Tag, Description: "What is kept about a person."},
	{Name: actlog.Tag, Description: "The log of everything that happens, and its proofs."},
	{Name: server.TagSchemas, Description: "What documents and answers look like."},
	{Name: webhook.TagEvents, Description: "What webhooks can send."},
	{Name: webhook.TagWebhooks, Description: "What the server sends to the systems of parties that ask for it."},
	{Name: server.TagHealth, Description: "For those who run the server."},
	{Name: server.TagPages, Description: "Pages for people."},
}

// describe adds the document of the API, which is made from the pages themselves.
func (a *App) describe(pages map[string]server.Page) error {
	page := server.Page{Operations: []openapi.Operation{{
		Method: http.MethodGet, Path: documentPath, ID: "readOpenAPI", Tag: server.TagSchemas, Summary: "This document", Head: true, Tagged: true, Ranges: true,
		Responses: []openapi.Response{{
			Status: http.StatusOK, Description: "The document.", Content: openapi.Content{"application/json": openapi.Any("OpenAPI 3.1.")},
		}},
	}}}
	pages[documentPath] = page
	text, err := openapi.Document{
		Title: "Plenary", Version: cmp.Or(a.config.Version, "unknown"), Description: about, Server: cmp.Or(a.config.PublicURL, "/"),
		Token: "An access token according to RFC 9068. If its claim `scope` names scopes of this server, it can do no more than those.",
		Tags:  tags, Routes: server.Described(pages), Webhooks: a.Domains.Webhooks.Catalog().Sent(a.source()),
	}.Write()
	page.Handler = fixed(text, "application/json")
	pages[documentPath] = page
	return err
}

var explorerOperations = []openapi.Operation{{
	Method: http.MethodGet, Path: "/explorer/", ID: "openExplorer", Tag: server.TagPages, Summary: "The explorer of the GraphQL API",
	Description: "A page for browsers. What it loads lies below `/explorer/assets/`.", Head: true, Ranges: true,
	Responses: []openapi.Response{
		{Status: http.StatusOK, Description: "The page.", Content: openapi.Content{"text/html": openapi.Text("")}},
		{
			Status: http.StatusMethodNotAllowed, Description: "The page is read only.", Headers: []openapi.Field{openapi.Allow},
			Content: openapi.Content{"text/plain": openapi.Text("")},
		},
	},
}}

var peopleOperations = []openapi.Operation{{
	Method: http.MethodPost, Path: "/explorer/people.json", ID: "listPeople", Tag: server.TagPages, Summary: "People of the example, for the explorer",
	Description: "In dev mode only, and for the explorer's own page only.",
	Responses: []openapi.Response{
		{Status: http.StatusOK, Description: "The people, with tokens, and operations to try.", Content: openapi.Content{"application/json": openapi.Object("", openapi.Fields{
			"people": openapi.List("", openapi.Object("", openapi.Fields{
				"name": openapi.Text(""), "party": openapi.Text(""), "roles": openapi.List("", openapi.Word("", policy.Roles...)), "token": openapi.Text("Valid for an hour."),
			})),
			"operations": openapi.List("", openapi.Object("", openapi.Fields{
				"name": openapi.Text(""), "as": openapi.Text("Who sends it."), "query": openapi.Text(""), "variables": openapi.Null(openapi.Any("")),
			})),
		})}},
		openapi.Refusal(http.StatusForbidden, "Another page asks, or another machine."),
		openapi.Refusal(http.StatusNotFound, "The server is not in dev mode."),
	},
}}

var errorsOperations = []openapi.Operation{{
	Method: http.MethodGet, Path: "/docs/errors", ID: "readErrorCodes", Tag: server.TagPages, Summary: "The error codes", Head: true,
	Description: "Each with a request that causes it, and what to do next.",
	Responses:   []openapi.Response{{Status: http.StatusOK, Description: "The page.", Content: openapi.Content{"text/html": openapi.Text("")}}},
}}

var bundleOperations = []openapi.Operation{{
	Method: http.MethodGet, Path: "/log/bundle.jsonl", ID: "bundleLog", Tag: actlog.Tag, Token: openapi.MustToken, Summary: "The whole log, for auditors",
	Description: "Every act opened, for `plenary verify`. A token with scopes needs `reports:read` or `events:read`.",
	Responses: []openapi.Response{
		{Status: http.StatusOK, Description: "The log. One without its last line is not whole.", Content: openapi.Content{
			"application/jsonl": openapi.Lines("A line for each part, as the page of the act log says.", openapi.Any("")),
		}},
		openapi.Refusal(http.StatusForbidden, "The viewer is no auditor, or the token has other scopes.",
			openapi.Field{Name: "WWW-Authenticate", Description: "The scope that is missing (RFC 6750).", Sometimes: true, Schema: openapi.Text("")}),
	},
}}

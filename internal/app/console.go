package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/internal/server"
)

// Console is what the console is told, which anybody may know.
type Console struct {
	Name      string   // of the place; Plenary when empty
	Languages []string // that it offers, the usual one first; those that it is shipped with when empty
	Links     Links
	SignIn    *SignIn // nil where nobody can sign in with it, or only as the people of the example
}

// Links are addresses of pages that the operator has written; empty where there is none.
type Links struct{ Privacy, Moderation, Accessibility string }

// SignIn is the issuer at which people sign in, and what the console is there.
type SignIn struct {
	Issuer, ClientID, Audience string
	Scopes                     []string
}

// ConsoleLanguages are those that the console is shipped with.
var ConsoleLanguages = []string{"en", "fr"}

const configPath = "/config.json"

// consolePages are those of the console. Where its people may not sign in, the paths for that are kept free.
func (a *App) consolePages(pages map[string]server.Page) error {
	text, err := json.Marshal(a.consoleConfig())
	if err != nil {
		return fmt.Errorf("write what the console is told: %w", err)
	}
	pages["/"] = server.Page{Handler: a.console, Operations: consoleOperations}
	pages[configPath] = server.Page{Handler: cached(text, "application/json", "no-cache"), Operations: configOperations}
	pages[peoplePath], pages[signInPath] = server.Page{Absent: true}, server.Page{Absent: true}
	if a.Dev != nil {
		pages[peoplePath] = server.Page{Handler: http.HandlerFunc(a.listPeople), Operations: devPeopleOperations, Cost: 10}
		pages[signInPath] = server.Page{Handler: http.HandlerFunc(a.signInAs), Operations: devSignInOperations, Cost: 10}
	}
	return nil
}

type consoleConfig struct {
	Mode      string       `json:"mode"`
	Issuer    *string      `json:"issuer"`
	ClientID  *string      `json:"clientId"`
	Audience  *string      `json:"audience"`
	Scopes    []string     `json:"scopes"`
	Name      string       `json:"name"`
	Languages []string     `json:"languages"`
	Links     consoleLinks `json:"links"`
}

type consoleLinks struct {
	Privacy       *string `json:"privacy"`
	Moderation    *string `json:"moderation"`
	Accessibility *string `json:"accessibility"`
}

func (a *App) consoleConfig() consoleConfig {
	c := a.config.Console
	out := consoleConfig{
		Mode: a.config.Mode, Scopes: []string{}, Name: c.Name, Languages: c.Languages,
		Links: consoleLinks{known(c.Links.Privacy), known(c.Links.Moderation), known(c.Links.Accessibility)},
	}
	if out.Name == "" {
		out.Name = "Plenary"
	}
	if len(out.Languages) == 0 {
		out.Languages = ConsoleLanguages
	}
	if in := c.SignIn; in != nil {
		out.Issuer, out.ClientID, out.Audience = known(in.Issuer), known(in.ClientID), known(in.Audience)
		out.Scopes = append(out.Scopes, in.Scopes...)
	}
	return out
}

// known is nil for an empty text.
func known(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

const (
	signInRetry   = 5 * time.Second
	signInRetries = 5 * time.Minute // at most, between two tries
	signInRefresh = time.Hour
)

// startSignIn starts to learn of the issuer at which people sign in, if there is one. What it gives is closed after the first try.
func (a *App) startSignIn(ctx context.Context) <-chan struct{} {
	tried := make(chan struct{})
	first := sync.OnceFunc(func() { close(tried) })
	if a.config.Console.SignIn == nil {
		first()
	} else {
		a.workers.Go(ctx, "sign_in", func(ctx context.Context) { a.learnSignIn(ctx, first) })
	}
	return tried
}

// learnSignIn tells the console which origins it may call to sign people in, and keeps that up to date until the context ends. It calls
// tried after each try. An issuer that cannot be reached is tried again; the server serves meanwhile, and what was known stays.
func (a *App) learnSignIn(ctx context.Context, tried func()) {
	pause := signInRetry
	for {
		e, err := auth.Discover(ctx, a.config.HTTP, a.config.Console.SignIn.Issuer, "", a.config.Mode == "dev")
		wait := signInRefresh
		if err == nil {
			a.console.Connect(e.Origins())
			pause = signInRetry
		} else {
			wait, pause = pause, min(2*pause, signInRetries)
		}
		if err != nil && ctx.Err() == nil {
			a.config.Log.WarnContext(ctx, "sign_in_not_discovered", "error", err, "again_in", wait.String(),
				"remedy", "until then nobody can sign in with the console: plenary doctor looks at its issuer")
		}
		tried()
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

var consoleOperations = []openapi.Operation{{
	Method: http.MethodGet, Path: "/", ID: "openConsole", Tag: server.TagPages, Summary: "The console, in which parties take part",
	Description: "A page for browsers. It answers every path that no other route has, where the path has no file's ending and the request accepts `text/html`. " +
		"What it loads lies below `/assets/`.",
	Head: true, Tagged: true, Ranges: true,
	Responses: []openapi.Response{{Status: http.StatusOK, Description: "The page.", Content: openapi.Content{"text/html": openapi.Text("")}}},
}}

var configOperations = []openapi.Operation{{
	Method: http.MethodGet, Path: configPath, ID: "readConsoleConfig", Tag: server.TagPages, Summary: "What the console needs to know of this server",
	Description: "Nothing in it is secret.", Head: true, Tagged: true, Ranges: true,
	Responses: []openapi.Response{{Status: http.StatusOK, Description: "The settings.", Content: openapi.Content{"application/json": openapi.Object("", openapi.Fields{
		"mode":      openapi.Word("Whether people sign in at the issuer, or as the people of the example.", "dev", "production"),
		"issuer":    openapi.Null(openapi.Text("The issuer at which people sign in.")),
		"clientId":  openapi.Null(openapi.Text("What the console is called there.")),
		"audience":  openapi.Null(openapi.Text("The audience to ask tokens for.")),
		"scopes":    openapi.List("The scopes to ask tokens for.", openapi.Text("")),
		"name":      openapi.Text("The name of this place."),
		"languages": openapi.List("The languages to offer, as BCP 47 tags, the usual one first.", openapi.Text("")),
		"links": openapi.Object("Pages that the operator has written.", openapi.Fields{
			"privacy": openapi.Null(openapi.Text("")), "moderation": openapi.Null(openapi.Text("")), "accessibility": openapi.Null(openapi.Text("")),
		}),
	})}}},
}}

package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/console"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// lastLine ends what the server prints at its start.
const lastLine = "Stop the server with Ctrl-C."

// welcome prints what to do next, once the server can respond.
func (c *serveCmd) welcome(ctx context.Context, w io.Writer, addr string, a *app.App) error {
	page := func(path string, built bool) string {
		if !built {
			path += " (not built: the page explains how)"
		}
		return "http://" + addr + path
	}
	fmt.Fprintf(w, "Console   %s\nGraphQL   http://%s/graphql\nExplorer  %s\nSchema    http://%s/schema.graphql\n",
		page("/", console.Built()), addr, page("/explorer/", console.HasExplorer()), addr)
	if a.Dev == nil {
		return nil
	}
	if !c.Demo {
		fmt.Fprintf(w, "\nTokens    plenary token --as regulator@demo (with --demo), or plenary token --help\n")
		return nil
	}
	fmt.Fprintf(w, "\nDev tokens, valid for an hour (plenary token --as NAME@demo makes more):\n")
	for _, p := range demo.Personas[:len(chamberPersonas)] {
		token, err := mint(a.Dev, p)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %-10s %s\n", p.Name, token)
	}
	place, err := demo.Open(ctx, a.Store, systemClock.Now())
	if err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "nothing_to_try", "error", err) // no reason not to serve
	}
	if place == nil { // or the dialogues of the example are over
		fmt.Fprintf(w, "\n%s\n", lastLine)
		return nil
	}
	return c.task(w, addr, a, *place)
}

// task prints lines to paste that show what the product does, in about a minute.
func (c *serveCmd) task(w io.Writer, addr string, a *app.App, in demo.Place) error {
	id := typeid.New("dialogue", in.Dialogue)
	tokens := map[string]string{}
	for _, name := range []string{"customer", "auditor"} {
		p, _ := demo.PersonaOf(name)
		token, err := mint(a.Dev, p)
		if err != nil {
			return err
		}
		tokens[name] = token
	}
	log := filepath.Join(filepath.Dir(app.DevKeyFile(c.Database, c.DevKey)), "log.jsonl")
	fmt.Fprintf(w, `
Try it, in about a minute. Paste each line into a terminal in this folder.

1. Follow the dialogue %q:
   curl -sN -G http://%s/graphql/stream -H 'Accept: text/event-stream' --data-urlencode 'query=subscription { dialogueActivity(id: "%s") { act { type subject { ... on Comment { body author { name } } } } } }'

2. In a second terminal, say something there as a customer; it appears in the first:
   curl -s http://%s/graphql -H 'Content-Type: application/json' -H 'Authorization: Bearer %s' -d '{"query":"mutation { postComment(input: {subject: \"%s\", body: \"I want to know the price before I sign in.\"}) { comment { id } act { id seq } userErrors { message } } }"}'

3. Take the whole log as its auditor, and verify it without the server:
   curl -s http://%s/log/bundle.jsonl -H 'Authorization: Bearer %s' -o %s
   %s verify %s --key '%s'

%s
`, in.Title, addr, id, addr, tokens["customer"], id, addr, tokens["auditor"], quoted(log), quoted(os.Args[0]), quoted(log), strings.Join(a.Log.Verifiers(), "' --key '"), lastLine)
	return nil
}

// quoted writes a word of a command for a shell.
func quoted(word string) string {
	if !strings.ContainsAny(word, " '\"$`\\*?[]()<>|&;!~#") {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

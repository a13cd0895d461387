package story_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db/migrate"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// revealing matches what no error may contain: SQL, drivers, Go, paths on a machine, help for guessing.
var revealing = regexp.MustCompile(`(?i)did you mean|\bselect .* from\b|\binsert into\b|\bdelete from\b|\bpq:|sqlite|postgres|\brelation\b|constraint|` +
	`violates|syntax error at or near|SQLSTATE|\bent:|\bdb:|\bsql:|no rows|goroutine|panic|runtime error|nil pointer|\.go:\d|/go/|/src/|` +
	strings.Join(tablesOnly(), "|"))

// tablesOnly are names of tables that are not words of the domain.
func tablesOnly() []string {
	var names []string
	for _, t := range migrate.Tables {
		if strings.Contains(t.Name, "_") {
			names = append(names, t.Name)
		}
		for _, c := range t.Columns {
			if strings.Contains(c.Name, "_") {
				names = append(names, `\b`+c.Name+`\b`)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// canary is part of request data that no answer may repeat: bodies, tokens and values.
const canary = "canary-8f3a"

// checkRevealsNothing checks one answer. Its errors contain nothing internal and no value that was sent; no part of it names
// the subject or issuer of a token; and every error has a code of the SDL.
func (w *world) checkRevealsNothing(text string, errs []wireError, failures []any) {
	w.t.Helper()
	if strings.Contains(text, auth.DevURL) || strings.Contains(text, subjects) {
		w.t.Errorf("an answer names an issuer or a subject:\n%s", text)
	}
	shown := []string{}
	for _, e := range errs {
		shown = append(shown, e.Message)
		if !slices.Contains(gql.Codes(), e.Extensions.Code) {
			w.t.Errorf("an error has code %q, which the SDL does not know:\n%s", e.Extensions.Code, text)
		}
		if e.Extensions.Code == gql.CodeInternal && e.Message != "internal error" {
			w.t.Errorf("an internal error says %q", e.Message)
		}
	}
	for _, f := range failures {
		shown = append(shown, data{f}.at("message").text())
	}
	for _, message := range shown {
		if m := revealing.FindString(message); m != "" {
			w.t.Errorf("an error reveals %q: %s", m, message)
		}
		if strings.Contains(message, canary) {
			w.t.Errorf("an error repeats what was sent: %s", message)
		}
	}
	if len(errs) > 0 && strings.Contains(string(must(json.Marshal(errs))), canary) {
		w.t.Errorf("an error repeats what was sent: %s", text)
	}
}

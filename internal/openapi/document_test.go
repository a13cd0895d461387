package openapi

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

func read(path string) Operation {
	return Operation{
		Method: "GET", Path: path, ID: "read" + path, Tag: "Things", Summary: "Read it",
		Responses: []Response{{Status: 200, Description: "It.", Content: Content{"application/json": Errors}}},
	}
}

func document(routes map[string][]Operation) Document {
	return Document{Title: "Toy", Version: "1", Server: "/", Tags: []Tag{{"Things", "All of them."}}, Routes: routes}
}

func TestWhatIsForgottenIsNamed(t *testing.T) {
	change := func(f func(*Operation)) map[string][]Operation {
		o := read("/things")
		f(&o)
		return map[string][]Operation{"/things": {o}}
	}
	for _, row := range []struct {
		rule   string
		routes map[string][]Operation
		want   string
	}{
		{"a whole document", change(func(*Operation) {}), ""},
		{"a route has operations", map[string][]Operation{"/things": nil}, "the route /things has no operation"},
		{"a route serves its operations", map[string][]Operation{"/things": {read("/other")}}, "GET /other stands at the route /things"},
		{"a route without a slash serves one path", map[string][]Operation{"/things": {read("/things/one")}}, "GET /things/one stands at the route /things"},
		{"a folder serves what is below", map[string][]Operation{"/things/": {read("/things/one")}}, ""},
		{"a method is declared once", map[string][]Operation{"/things": {read("/things"), read("/things")}}, "GET /things is declared twice"},
		{"ids differ", map[string][]Operation{"/a": {{ID: "one"}}, "/b": {{ID: "one"}}}, "has no id of its own"},
		{"there is a summary", change(func(o *Operation) { o.Summary = "" }), "lacks a summary"},
		{"there are responses", change(func(o *Operation) { o.Responses = nil }), "or its responses"},
		{"the tag is known", change(func(o *Operation) { o.Tag = "Others" }), `the tag "Others"`},
		{"parameters of the path have a place", change(func(o *Operation) { o.Parameters = []Parameter{{In: Path, Name: "id", Example: 1}} }), "no place in the path"},
		{"a type has one form for a status", change(func(o *Operation) {
			o.Responses = append(o.Responses, Response{Status: 200, Content: Content{"application/json": Text("")}})
		}), "two forms of application/json"},
		{"a shared answer is one", map[string][]Operation{"/a": {sharing("/a", "One.")}, "/b": {sharing("/b", "Another.")}}, "two answers are named Shared"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := document(row.routes).Write()
			if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
				t.Errorf("Write = %v, want %q", err, row.want)
			}
		})
	}
}

func sharing(path, description string) Operation {
	o := read(path)
	o.Responses = append(o.Responses, Response{Status: 503, Shared: "Shared", Description: description})
	return o
}

func TestTheSameRoutesMakeTheSameBytes(t *testing.T) {
	routes := map[string][]Operation{"/a": {read("/a")}, "/b": {read("/b")}, "/c/": {read("/c/d"), read("/c/e")}}
	first, err := document(routes).Write()
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := document(routes).Write(); err != nil || !bytes.Equal(first, again) {
			t.Fatalf("Write = %s (%v), want as before\n%s", again, err, first)
		}
	}
}

// What the handler says of a status and what the server says of it become one answer.
func TestAnswersOfOneStatusAreJoined(t *testing.T) {
	o := read("/a")
	o.Head, o.Tagged, o.Ranges, o.Token = true, true, true, MayToken
	o.Responses = append(o.Responses, Refusal(400, "Wrong."),
		Response{Status: 400, Shared: "Ambiguous", Description: "Ambiguous.", Headers: []Field{Challenge}, Content: Content{"text/plain": Text("")}})
	text, err := document(map[string][]Operation{"/a": {o}}).Write()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Paths map[string]map[string]struct {
			Security  []map[string]any
			Responses map[string]struct {
				Description string
				Content     map[string]any
				Headers     map[string]struct{ Required bool }
			}
		}
		Components struct{ Responses, Schemas map[string]any }
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	one := got.Paths["/a"]["head"]
	wrong := one.Responses["400"]
	_, sometimes := wrong.Headers["WWW-Authenticate"]
	if len(wrong.Content) != 2 || wrong.Description != "Wrong. Ambiguous." || !sometimes || wrong.Headers["WWW-Authenticate"].Required {
		t.Errorf("the answer 400 is %+v", wrong)
	}
	if len(one.Responses) != 5 || !one.Responses["200"].Headers["ETag"].Required || len(one.Security) != 2 || len(got.Components.Responses) != 0 || got.Components.Schemas["Errors"] == nil {
		t.Errorf("the operation is %+v of %s", one, text)
	}
}

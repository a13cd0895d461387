package openapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Document is what the document of an API is made from.
type Document struct {
	Title, Version, Description string
	Server                      string // its address
	Token                       string // what a bearer token is
	Tags                        []Tag
	Routes                      map[string][]Operation // by the path of the route
	Webhooks                    map[string]Operation   // what the server sends to others, by name
}

// Tag is a group of operations.
type Tag struct{ Name, Description string }

// Write writes the document: always the same bytes for the same routes. It fails with a sentence for each route or operation about which
// something is missing or wrong.
func (d Document) Write() ([]byte, error) {
	w := &writer{Document: d, schemas: map[string]any{}, responses: map[string]any{}, ids: map[string]bool{}}
	paths := map[string]any{}
	for _, route := range slices.Sorted(maps.Keys(d.Routes)) {
		if len(d.Routes[route]) == 0 {
			w.wrong("the route %s has no operation: declare what it answers beside its handler", route)
		}
		for _, o := range d.Routes[route] {
			if o.Path != route && (!strings.HasSuffix(route, "/") || !strings.HasPrefix(o.Path, route)) {
				w.wrong("%s %s stands at the route %s, which does not serve it", o.Method, o.Path, route)
			}
			item, _ := paths[o.Path].(map[string]any)
			if item == nil {
				item = map[string]any{}
				paths[o.Path] = item
			}
			w.add(item, o)
		}
	}
	hooks := map[string]any{}
	for name, o := range d.Webhooks {
		item := map[string]any{}
		w.add(item, o)
		hooks[name] = item
	}
	tags := make([]any, len(d.Tags))
	for i, t := range d.Tags {
		tags[i] = map[string]any{"name": t.Name, "description": t.Description}
	}
	text := &bytes.Buffer{}
	enc := json.NewEncoder(text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]any{"title": d.Title, "version": d.Version, "description": d.Description},
		"servers": []any{map[string]any{"url": d.Server}},
		"tags":    tags, "paths": paths, "webhooks": hooks,
		"components": map[string]any{
			"schemas": w.schemas, "responses": w.responses,
			"securitySchemes": map[string]any{scheme: map[string]any{"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": d.Token}},
		},
	})
	return text.Bytes(), errors.Join(append(w.faults, err)...)
}

// scheme is the name of the one way to sign in.
const scheme = "token"

// writer makes the parts of a document, and collects what is named in them.
type writer struct {
	Document
	schemas, responses map[string]any
	ids                map[string]bool
	faults             []error
}

func (w *writer) wrong(format string, args ...any) {
	w.faults = append(w.faults, fmt.Errorf(format, args...))
}

// add adds an operation to a path, and its HEAD.
func (w *writer) add(item map[string]any, o Operation) {
	methods := []Operation{o}
	if o.Head {
		head := o
		head.Method, head.ID, head.Summary = http.MethodHead, o.ID+"Head", o.Summary+", without the body"
		methods = append(methods, head)
	}
	for _, m := range methods {
		method := strings.ToLower(m.Method)
		if item[method] != nil {
			w.wrong("%s %s is declared twice", m.Method, m.Path)
		}
		item[method] = w.operation(m)
	}
}

func (w *writer) operation(o Operation) map[string]any {
	w.check(o)
	o = o.whole()
	out := map[string]any{"operationId": o.ID, "summary": o.Summary, "tags": []string{o.Tag}, "security": security(o.Token)}
	if o.Description != "" {
		out["description"] = o.Description
	}
	if len(o.Parameters) > 0 {
		all := make([]any, len(o.Parameters))
		for i, p := range o.Parameters {
			all[i] = w.parameter(p)
		}
		out["parameters"] = all
	}
	if o.Body != nil {
		out["requestBody"] = map[string]any{"required": true, "description": o.Body.Description, "content": w.content(o.Body.Content)}
	}
	responses := map[string]any{}
	for _, r := range w.joined(o) {
		status := "default"
		if r.Status != 0 {
			status = strconv.Itoa(r.Status)
		}
		responses[status] = w.response(r)
	}
	out["responses"] = responses
	return out
}

// check finds what an author has forgotten.
func (w *writer) check(o Operation) {
	at := o.Method + " " + o.Path
	if w.ids[o.ID] || o.ID == "" {
		w.wrong("%s has no id of its own: %q", at, o.ID)
	}
	w.ids[o.ID] = true
	if o.Summary == "" || len(o.Responses) == 0 {
		w.wrong("%s lacks a summary or its responses", at)
	}
	if !slices.ContainsFunc(w.Tags, func(t Tag) bool { return t.Name == o.Tag }) {
		w.wrong("%s has the tag %q, which the document does not have", at, o.Tag)
	}
	for _, p := range o.Parameters {
		if p.In == Path && (p.Example == nil || !strings.Contains(o.Path, "{"+p.Name+"}")) {
			w.wrong("the parameter %s of %s has no example, or no place in the path", p.Name, at)
		}
	}
}

// whole adds to an operation what its marks say.
func (o Operation) whole() Operation {
	o.Parameters, o.Responses = slices.Clone(o.Parameters), slices.Clone(o.Responses)
	body := slices.IndexFunc(o.Responses, func(r Response) bool { return r.Status == http.StatusOK })
	if body < 0 {
		return o
	}
	whole := &o.Responses[body]
	if o.Tagged {
		tag := Field{Name: "ETag", Description: "Names this answer, for If-None-Match.", Schema: Text("")}
		whole.Headers = append(slices.Clone(whole.Headers), tag)
		o.Parameters = append(o.Parameters, Parameter{In: Header, Name: "If-None-Match", Description: "The ETag of an answer that the client has.", Schema: Text("")})
		o.Responses = append(o.Responses, Response{Status: http.StatusNotModified, Description: "The client has this answer.", Headers: []Field{tag}})
	}
	if o.Ranges {
		ranges := Field{Name: "Content-Range", Description: "Which part of the whole it is.", Schema: Text("")}
		part := Response{Status: http.StatusPartialContent, Description: "The part that was asked for.", Headers: []Field{ranges}, Content: Content{}}
		for media := range o.Responses[body].Content {
			part.Content[media] = Bytes(media)
		}
		o.Parameters = append(o.Parameters, Parameter{In: Header, Name: "Range", Description: "A part of the answer, in bytes (RFC 9110).", Schema: Text("")})
		o.Responses = append(o.Responses, part, Response{
			Status: http.StatusRequestedRangeNotSatisfiable, Description: "The answer has no such part.", Headers: []Field{ranges},
			Content: Content{"text/plain": Text("")},
		})
	}
	return o
}

// joined are the responses of an operation, one for each status. What the handler says of a status and what is shared of it become one.
func (w *writer) joined(o Operation) []Response {
	var all []Response
	for _, r := range o.Responses {
		i := slices.IndexFunc(all, func(have Response) bool { return have.Status == r.Status })
		if i < 0 {
			all = append(all, r)
			continue
		}
		have := all[i]
		if have.Shared == r.Shared && have.Shared != "" {
			continue
		}
		one := Response{Status: r.Status, Description: have.Description + " " + r.Description, Content: Content{}, Headers: headers(have.Headers, r.Headers)}
		maps.Copy(one.Content, have.Content)
		for media, schema := range r.Content {
			if was, ok := one.Content[media]; ok && !reflect.DeepEqual(was, schema) {
				w.wrong("%s %s declares two forms of %s for status %d", o.Method, o.Path, media, r.Status)
			}
			one.Content[media] = schema
		}
		all[i] = one
	}
	return all
}

// headers are those of one or the other of two answers.
func headers(a, b []Field) []Field {
	var all []Field
	for _, of := range [][2][]Field{{a, b}, {b, a}} {
		for _, f := range of[0] {
			named := func(g Field) bool { return g.Name == f.Name }
			if slices.ContainsFunc(all, named) {
				continue
			}
			f.Sometimes = f.Sometimes || !slices.ContainsFunc(of[1], named)
			all = append(all, f)
		}
	}
	return all
}

func security(t Token) []any {
	none, bearer := map[string]any{}, map[string]any{scheme: []any{}}
	switch t {
	case MustToken:
		return []any{bearer}
	case MayToken:
		return []any{none, bearer}
	}
	return []any{}
}

func (w *writer) parameter(p Parameter) map[string]any {
	schema := w.schema(p.Schema)
	if p.Many {
		schema = map[string]any{"type": "array", "items": schema}
	}
	out := map[string]any{"in": p.In, "name": p.Name, "description": p.Description, "required": p.Must || p.In == Path, "schema": schema}
	if p.Example != nil {
		out["example"] = p.Example
	}
	return out
}

func (w *writer) response(r Response) any {
	out := map[string]any{"description": r.Description}
	if len(r.Headers) > 0 {
		all := map[string]any{}
		for _, h := range r.Headers {
			all[h.Name] = map[string]any{"description": h.Description, "required": !h.Sometimes, "schema": w.schema(h.Schema)}
		}
		out["headers"] = all
	}
	if len(r.Content) > 0 {
		out["content"] = w.content(r.Content)
	}
	if r.Shared == "" {
		return out
	}
	if was, ok := w.responses[r.Shared]; ok && !reflect.DeepEqual(was, out) {
		w.wrong("two answers are named %s", r.Shared)
	}
	w.responses[r.Shared] = out
	return map[string]any{"$ref": "#/components/responses/" + r.Shared}
}

func (w *writer) content(c Content) map[string]any {
	all := map[string]any{}
	for media, s := range c {
		all[media] = map[string]any{"schema": w.schema(s)}
	}
	return all
}

func (w *writer) schema(s Schema) any {
	if s == nil {
		return map[string]any{}
	}
	return s.written(w)
}

func (s Inline) written(w *writer) any {
	out := make(map[string]any, len(s))
	for key, v := range s {
		out[key] = w.value(v)
	}
	return out
}

func (c Component) written(w *writer) any {
	if _, known := w.schemas[c.Name]; !known {
		w.schemas[c.Name] = nil // a schema may refer to itself
		w.schemas[c.Name] = c.Of.written(w)
	}
	return map[string]any{"$ref": "#/components/schemas/" + c.Name}
}

// value writes what a key of a schema holds.
func (w *writer) value(v any) any {
	switch v := v.(type) {
	case Schema:
		return v.written(w)
	case map[string]any:
		return Inline(v).written(w)
	case Fields:
		all := make(map[string]any, len(v))
		for name, s := range v {
			all[name] = s.written(w)
		}
		return all
	case []Schema:
		all := make([]any, len(v))
		for i, s := range v {
			all[i] = s.written(w)
		}
		return all
	case []any:
		all := make([]any, len(v))
		for i, s := range v {
			all[i] = w.value(s)
		}
		return all
	}
	return v
}

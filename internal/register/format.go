package register

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/csvtext"
)

// format writes registers.
type format struct {
	name, media string
	head        func(b []byte, of register, l links) []byte
	entry       func(b []byte, of register, l links, e entry, first bool) ([]byte, error)
	end         string
}

// formats are all of them, the usual one first.
func formats() []*format {
	return []*format{
		{"jsonld", "application/ld+json", catalog, dataset, "\n]}\n"},
		{"csv", "text/csv; charset=utf-8; header=present", header, row, ""},
	}
}

// links makes addresses, from that of the server.
type links string

// The names of JSON-LD, which reports use as well. Ours have no place on the web, so that no reader looks for one.
const (
	vocabulary = "urn:plenary:register-1:"
	namespace  = "urn:plenary:"
)

// ref is a reference to a thing, as JSON-LD has it.
func ref(id string) any { return map[string]string{"@id": namespace + id} }

// query is the address at which a query is answered.
func (l links) query(text string) string {
	return string(l) + "/graphql?" + url.Values{"query": {text}}.Encode()
}

// header is the first row: our names, then those of others.
func header(b []byte, of register, _ links) []byte {
	r := csvtext.On(b)
	for _, h := range of.heads {
		if !h.jsonOnly {
			r.Text(h.name)
		}
	}
	for _, t := range foreign {
		r.Text(t.name)
	}
	return r.End()
}

func row(b []byte, of register, _ links, e entry, _ bool) ([]byte, error) {
	r := csvtext.On(b)
	for i, h := range of.heads {
		if h.jsonOnly {
			continue
		}
		if err := cell(r, e.values[i]); err != nil {
			return nil, fmt.Errorf("%s of %s: %w", h.name, e.id, err)
		}
	}
	for _, t := range foreign {
		var v any
		if i := from(of.heads, t); i >= 0 {
			v = e.values[i]
		}
		if err := cell(r, v); err != nil {
			return nil, fmt.Errorf("%s of %s: %w", t.name, e.id, err)
		}
	}
	return r.End(), nil
}

func cell(r *csvtext.Row, v any) error {
	switch v := v.(type) {
	case nil:
		r.Null()
	case string:
		r.Text(v)
	case int:
		r.Int(int64(v))
	case bool:
		r.Bool(v)
	case time.Time:
		r.Time(&v)
	case []string:
		r.List(v)
	case json.RawMessage:
		r.Text(string(v))
	default:
		return fmt.Errorf("a cell cannot hold %T", v)
	}
	return nil
}

// prefixes are the vocabularies of the JSON-LD.
var prefixes = map[string]string{
	"dcat": "http://www.w3.org/ns/dcat#",
	"dct":  "http://purl.org/dc/terms/",
	"foaf": "http://xmlns.com/foaf/0.1/",
	"xsd":  "http://www.w3.org/2001/XMLSchema#",
}

// contextOf says what the terms of a register mean. It is written into each file, so that nobody has to load it.
func contextOf(of register) map[string]any {
	all := map[string]any{"@version": 1.1, "@vocab": vocabulary}
	for name, iri := range prefixes {
		all[name] = iri
	}
	typed := func(term, typ string) {
		if typ != "" {
			id := term
			if !strings.Contains(term, ":") {
				id = vocabulary + term
			}
			all[term] = map[string]string{"@id": id, "@type": typ}
		}
	}
	for _, h := range of.heads {
		typed(h.term(), h.typ)
	}
	for _, t := range foreign {
		if i := from(of.heads, t); i >= 0 {
			typed(t.name, of.heads[i].typ)
		}
	}
	return all
}

// catalog begins the catalog; its datasets follow.
func catalog(b []byte, of register, l links) []byte {
	var files []any
	for _, f := range formats() {
		files = append(files, map[string]any{
			"@type": "dcat:Distribution", "dcat:downloadURL": map[string]string{"@id": string(l) + Path + of.name + "." + f.name}, "dcat:mediaType": f.media,
		})
	}
	text, _ := json.Marshal(map[string]any{ // texts, and lists and maps of them
		"@context": contextOf(of), "@id": string(l) + Path + of.name, "@type": "dcat:Catalog", "dct:identifier": of.name, "dct:title": of.title,
		"dct:description": of.describes, "dcat:distribution": files,
	})
	return append(append(b, text[:len(text)-1]...), `,"dcat:dataset":[`...)
}

// dataset writes an entry: each field under the term of DCAT or else its own, and under the names of others, null where there is nothing.
func dataset(b []byte, of register, _ links, e entry, first bool) ([]byte, error) {
	if !first {
		b = append(b, ',')
	}
	b = append(b, '\n')
	var err error
	if b, err = member(b, '{', "@id", namespace+e.id); err != nil {
		return nil, err
	}
	if b, err = member(b, ',', "@type", "dcat:Dataset"); err != nil {
		return nil, err
	}
	for i, h := range of.heads {
		if b, err = member(b, ',', h.term(), e.linked[i]); err != nil {
			return nil, err
		}
	}
	for _, t := range foreign {
		var v any
		if i := from(of.heads, t); i >= 0 {
			v = e.values[i]
		}
		if b, err = member(b, ',', t.name, v); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// member writes a member of an object. A document is put in as it is stored: in the form of RFC 8785 it has no line of its own.
func member(b []byte, before byte, name string, v any) ([]byte, error) {
	b = append(append(append(b, before, '"'), name...), '"', ':')
	if text, ok := v.(json.RawMessage); ok {
		return append(b, text...), nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return append(b, text...), nil
}

package report

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// The names of JSON-LD. Ours have no place on the web, so that no reader looks for one.
const (
	vocabulary = "urn:plenary:report-1:"
	namespace  = "urn:plenary:"
)

// writeJSONLD writes the report as linked data: an entity of PROV-O with its place in the log, a data set of DCAT with its distributions,
// and the whole document below it. The context is in the file, so that nothing is loaded to read it.
func writeJSONLD(m *making, w io.Writer) error {
	d := m.document
	whole := *d
	whole.Schema, whole.Empty = SchemaVersion, d.isEmpty()
	log := map[string]any{
		"@id": iri("log:" + d.AsOf.Checkpoint.Origin), "@type": "prov:Entity", "dct:title": d.AsOf.Checkpoint.Origin,
	}
	file := map[string]any{
		"@context": context(),
		"@id":      iri(d.ID), "@type": []any{"dcat:Dataset", "prov:Entity"},
		"dct:identifier": d.ID, "dct:title": map[string]any{"@value": d.Title, "@language": d.Language}, "dct:language": d.Language,
		"dct:type": string(d.Type), "dct:issued": map[string]any{"@value": moment(d.AsOf.Time), "@type": "xsd:dateTime"},
		"dct:conformsTo":      iri("report-1.json"),
		"prov:wasDerivedFrom": log,
		"prov:wasGeneratedBy": map[string]any{"@type": "prov:Activity", "prov:used": map[string]any{"@id": iri("log:" + d.AsOf.Checkpoint.Origin)}, "prov:endedAtTime": map[string]any{"@value": moment(d.AsOf.Time), "@type": "xsd:dateTime"}},
		"documentHash":        m.hash,
		"dcat:distribution":   distributions(m),
		"document":            linked(reflect.ValueOf(whole), false),
	}
	b, err := canonical(file)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// iri is the name of a thing. What is no letter of names is escaped, whatever the id is.
func iri(id string) string {
	var b strings.Builder
	b.WriteString(namespace)
	for _, c := range []byte(id) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~:/", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// distributions are the formats of the report.
func distributions(m *making) []any {
	var all []any
	for _, f := range Formats() {
		one := map[string]any{"@type": "dcat:Distribution", "dcat:mediaType": f.MediaType, "dct:format": f.Name}
		if m.options.Address != "" {
			one["dcat:downloadURL"] = map[string]any{"@id": m.options.Address + "." + f.Name}
		}
		all = append(all, one)
	}
	return all
}

// context says what the names mean. Lists keep their order.
func context() map[string]any {
	c := map[string]any{
		"@vocab": vocabulary, "@version": 1.1, "dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#", "prov": "http://www.w3.org/ns/prov#",
		"xsd": "http://www.w3.org/2001/XMLSchema#",
	}
	seen := map[reflect.Type]bool{}
	terms(c, seen, reflect.TypeFor[Document]())
	for name, of := range map[string]string{"by": "prov:wasAttributedTo", "author": "prov:wasAttributedTo", "at": "prov:atTime", "createdAt": "dct:created", "updatedAt": "dct:modified", "publishedAt": "dct:issued"} {
		term, _ := c[name].(map[string]any)
		if term == nil {
			term = map[string]any{}
			c[name] = term
		}
		term["@id"] = of
	}
	return c
}

// terms adds what is not plain: times, and lists.
func terms(c map[string]any, seen map[reflect.Type]bool, t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if !isRecord(t) || seen[t] {
		return
	}
	seen[t] = true
	for _, f := range fieldsOf(t) {
		of := t.Field(f.index).Type
		switch {
		case of == timeType || of == reflect.PointerTo(timeType):
			c[f.name] = map[string]any{"@id": vocabulary + f.name, "@type": "xsd:dateTime"}
		case of.Kind() == reflect.Slice:
			c[f.name] = map[string]any{"@id": vocabulary + f.name, "@container": "@list"}
		}
		terms(c, seen, of)
	}
}

// types are what records are in PROV-O.
var types = map[reflect.Type]string{
	partyType: "prov:Agent", reflect.TypeFor[Assessment](): "prov:Entity", reflect.TypeFor[Opinion](): "prov:Entity", reflect.TypeFor[Comment](): "prov:Entity",
	reflect.TypeFor[SignOff](): "prov:Attribution", reflect.TypeFor[File](): "prov:Entity", reflect.TypeFor[VersionRef](): "prov:Entity",
}

// linked is a value as linked data: ids are names of things, and words have their language.
func linked(v reflect.Value, nullable bool) any {
	switch {
	case v.Kind() == reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return linked(v.Elem(), false)
	case v.Type() == textType:
		t := v.Interface().(Text)
		if lang(t.Language, "") == "" {
			return t.Text
		}
		return map[string]any{"@value": t.Text, "@language": t.Language}
	case v.Kind() == reflect.Slice:
		all := make([]any, v.Len())
		for i := range all {
			all[i] = linked(v.Index(i), false)
		}
		return all
	case !isRecord(v.Type()):
		return tree(v, nullable)
	}
	all := map[string]any{}
	if t, ok := types[v.Type()]; ok {
		all["@type"] = t
	}
	for _, f := range fieldsOf(v.Type()) {
		one := linked(v.Field(f.index), f.nullable)
		if text, ok := one.(string); ok && f.name == "id" && v.Type() != reflect.TypeFor[Document]() && text != "" {
			all["@id"] = iri(text)
		}
		all[f.name] = one
	}
	return all
}

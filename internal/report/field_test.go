package report

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// marker fills a document with values that are nowhere else, and remembers under which path each is.
type marker struct {
	n     int
	paths map[string]string // by what is to be found
	bools []marked
}

type marked struct {
	path  string
	value reflect.Value
}

func (m *marker) fill(path string, v reflect.Value) {
	m.n++
	switch {
	case v.Type() == timeType:
		when := time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC).AddDate(0, 0, m.n)
		v.Set(reflect.ValueOf(when))
		m.paths[when.Format("2006-01-02")] = path
	case v.Kind() == reflect.String:
		text := fmt.Sprintf("m%05dx", m.n)
		v.SetString(text)
		m.paths[text] = path
	case v.CanInt():
		v.SetInt(int64(7_100_000 + m.n))
		m.paths[fmt.Sprint(7_100_000+m.n)] = path
	case v.Kind() == reflect.Bool:
		m.bools = append(m.bools, marked{path, v})
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		m.fill(path, v.Elem())
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		m.fill(path+"[]", v.Index(0))
	default:
		for _, f := range fieldsOf(v.Type()) {
			m.fill(path+"."+f.name, v.Field(f.index))
		}
	}
}

// parts are documents with every field of the model, one for each type.
func parts() map[Type]*marker {
	all := map[Type]*marker{}
	for _, t := range []Type{TypeAssessment, TypePortfolio, TypeConsultation, TypeDiff} {
		all[t] = &marker{paths: map[string]string{}}
	}
	return all
}

func (m *marker) document(t Type) *Document {
	d := &Document{}
	v := reflect.ValueOf(d).Elem()
	for _, f := range fieldsOf(v.Type()) {
		part := isPart(v.Type().Field(f.index).Type)
		switch {
		case f.name == "schemaVersion" || f.name == "empty": // they follow from the rest
		case f.name == "type":
			d.Type = t
		case f.name == "language":
			d.Language = "en"
		case part && f.name != d.part():
		default:
			m.fill(f.name, v.Field(f.index))
		}
	}
	return d
}

// A field that a format drops is what people complain of most in comparable systems.
func TestEveryFieldIsInEveryFormat(t *testing.T) {
	for kind, m := range parts() {
		t.Run(string(kind), func(t *testing.T) {
			d := m.document(kind)
			if len(m.paths) < 40 {
				t.Fatalf("the document has %d values, too few for a test", len(m.paths))
			}
			for _, f := range Formats() {
				file, _ := rendered(t, f.Name, d)
				says := told(t, f.Name, file)
				for value, path := range m.paths {
					if !strings.Contains(says, value) {
						t.Errorf("%s lacks %s", f.Name, path)
					}
				}
			}
			for _, b := range m.bools {
				before := saidInEachWay(t, d)
				b.value.SetBool(!b.value.Bool())
				for way, after := range saidInEachWay(t, d) {
					if before[way] == after {
						t.Errorf("%s says the same whether %s is true or false", way, b.path)
					}
				}
			}
		})
	}
}

// saidInEachWay is what the formats are made of: those for people of blocks, those for programs of tables.
func saidInEachWay(t *testing.T, d *Document) map[string]string {
	t.Helper()
	m, err := begin(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	m.hash = ""
	var rows strings.Builder
	for _, one := range tables(d) {
		rows.Write(csvOf(one))
	}
	linkedData, err := json.Marshal(linked(reflect.ValueOf(*d), false))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"blocks": fmt.Sprint(wordsOf(compose(m))), "tables": rows.String(), "JSON": string(m.json), "JSON-LD": string(linkedData)}
}

// wordsOf are the words of blocks.
func wordsOf(blocks []block) []string {
	var all []string
	for _, b := range blocks {
		all = append(all, plain(b.text), b.markup)
		for _, f := range b.facts {
			all = append(all, f.label, plain(f.value))
		}
		if b.grid != nil {
			for _, r := range b.grid.rows {
				for _, c := range r {
					all = append(all, plain(c))
				}
			}
		}
	}
	return all
}

func TestEveryFieldAndWordHasItsNameInEveryLanguage(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if seen[typ] {
			return
		}
		seen[typ] = true
		if isCode(typ) {
			known, err := codes()
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range known[typ.Name()] {
				if codeWords()[typ.Name()+"."+c.Value] == nil {
					t.Errorf("codes.txt lacks %s.%s", typ.Name(), c.Value)
				}
			}
			return
		}
		if !isRecord(typ) {
			return
		}
		for _, f := range fieldsOf(typ) {
			if labels()[f.name] == nil {
				t.Errorf("labels.txt lacks %s, a field of %s", f.name, typ.Name())
			}
			visit(typ.Field(f.index).Type)
		}
	}
	visit(reflect.TypeFor[Document]())
	for _, lines := range []words{labels(), codeWords(), sentences()} {
		for name, in := range lines {
			for _, language := range Languages() {
				if strings.TrimSpace(in[language]) == "" {
					t.Errorf("%s has no words in %s", name, language)
				}
			}
		}
	}
	for _, lines := range []string{labelLines, codeLines, sentenceLines} {
		if read := readWords(lines); len(read) != strings.Count(lines, "\n")-1 {
			t.Errorf("%d of %d lines of words can be read, each once", len(read), strings.Count(lines, "\n")-1)
		}
	}
}

func TestJSONReportsMatchTheirSchemaAndCanBeReadAgain(t *testing.T) {
	documents := []*Document{example(12, english, chinese)}
	for kind := range parts() {
		documents = append(documents, &Document{Type: kind, Audience: AudienceParty, Language: "fr", Title: "Vide"})
	}
	for _, d := range documents {
		file, _ := rendered(t, "json", d)
		validated(t, file)
		var read struct{ Document Document }
		if err := json.Unmarshal(file, &read); err != nil {
			t.Fatal(err)
		}
		want, err := d.Hash()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := read.Document.Hash(); err != nil || got != want {
			t.Errorf("a report of %s that was read again has the hash %s, want %s (%v)", d.Type, got, want, err)
		}
	}
}

func TestWholeNumbersPastThoseOfJSONKeepTheirDigits(t *testing.T) {
	d := example(1, english)
	d.AsOf.Seq, d.AsOf.Checkpoint.Size = 1<<53, 1<<53-1
	d.Assessment.Sections[0].Questions[0].Answer.Value.Number = new(Whole)
	*d.Assessment.Sections[0].Questions[0].Answer.Value.Number = -9_223_372_036_854_775_808
	for _, f := range Formats() {
		file, _ := rendered(t, f.Name, d)
		says := told(t, f.Name, file)
		for _, digits := range []string{"9007199254740992", "9007199254740991", "-9223372036854775808"} {
			if !strings.Contains(says, digits) {
				t.Errorf("%s lacks %s", f.Name, digits)
			}
		}
	}
	file, _ := rendered(t, "json", d)
	if validated(t, file); !strings.Contains(string(file), `"seq":"9007199254740992"`) || !strings.Contains(string(file), `"size":9007199254740991`) {
		t.Error("a number that not every reader keeps is not written as a text, or one that every reader keeps is")
	}
}

func TestAnEmptyScopeIsSaid(t *testing.T) {
	for kind, languages := range map[Type][]string{TypeAssessment: {"en"}, TypePortfolio: {"fr"}, TypeConsultation: {"fr"}, TypeDiff: {"en"}} {
		for _, language := range languages {
			d := &Document{ID: "report_1", Type: kind, Audience: AudiencePublic, Language: language, Title: "Nothing", Scope: Scope{"Firms in AQ", []string{"AQ"}}}
			if kind == TypePortfolio {
				d.Portfolio = &Portfolio{}
			}
			for _, f := range Formats() {
				file, _ := rendered(t, f.Name, d)
				says := strings.ReplaceAll(told(t, f.Name, file), "\n", " ")
				want := map[string]string{"json": `"empty":true`, "jsonld": `"empty":true`, "csv.zip": ",true", "xlsx": say("en", "emptyReport")}[f.Name]
				if want == "" {
					want = strings.Fields(say(language, "emptyReport"))[0]
				}
				if !strings.Contains(says, want) || !strings.Contains(says, "Firms in AQ") {
					t.Errorf("%s of an empty %s in %s does not say %q", f.Name, kind, language, want)
				}
			}
		}
	}
}

func TestAReportOfAnotherTypeThanItsContentIsRefused(t *testing.T) {
	d := example(1, english)
	for _, kind := range []Type{TypePortfolio, "WEATHER"} {
		d.Type = kind
		for _, f := range Formats() {
			if _, err := Render(f, d, Options{}, new(strings.Builder)); err == nil {
				t.Errorf("a report of type %s with an assessment in it was written as %s", kind, f.Name)
			}
		}
	}
}

// The order of formats is that of the interface, and each has its media type.
func TestFormats(t *testing.T) {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
		if f.MediaType == "" {
			t.Errorf("%s has no media type", f.Name)
		}
	}
	if want := []string{"json", "csv.zip", "xlsx", "html", "pdf", "md", "jsonld"}; !slices.Equal(names, want) {
		t.Errorf("Formats() = %v, want %v", names, want)
	}
}

package survey

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/measure"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	Qualtrics    Format = "QUALTRICS"
	SurveyMonkey Format = "SURVEYMONKEY"
	GoogleForms  Format = "GOOGLE_FORMS"
	Delighted    Format = "DELIGHTED"
	CSV          Format = "CSV"
	JSONL        Format = "JSONL"
)

var formats = []Format{Qualtrics, SurveyMonkey, GoogleForms, Delighted, CSV, JSONL}

// Personal is the code of a mapping that would store what names a person.
const Personal source.Code = "PERSONAL_DATA"

// Mapping says what the columns of a file mean. It is kept with what is made from the file.
type Mapping struct {
	Format Format              `json:"format"`
	Source string              `json:"source"`           // the survey's public name
	Zone   string              `json:"zone,omitempty"`   // in which months are told of times that have a zone; UTC if there is none
	Month  string              `json:"month,omitempty"`  // the column of the time; the format's own if there is none
	Where  map[string][]string `json:"where,omitempty"`  // rows count whose cells of these columns are one of these texts
	Cohort string              `json:"cohort,omitempty"` // the column of the cohort key
	Scale  *measure.Scale      `json:"scale,omitempty"`  // of CUSTOM, in a file of counts
	Values []Value             `json:"values,omitempty"` // none in a file of counts, whose columns have our names
}

// Value says what a column of answers means.
type Value struct {
	Column     string             `json:"column"`
	Touchpoint string             `json:"touchpoint"`
	Side       measure.Side       `json:"side"`
	Aspect     measure.Aspect     `json:"aspect"`     // PERCEPTION if there is none
	Instrument measure.Instrument `json:"instrument"` // its scale is the instrument's, or Scale
	Dimension  measure.Dimension  `json:"dimension"`  // OVERALL if there is none
	Scale      *measure.Scale     `json:"scale,omitempty"`
	Labels     map[string]int     `json:"labels,omitempty"` // values of choices that stand as texts in the file
}

// scale is that of the column's answers.
func (v Value) scale() measure.Scale {
	if s, ok := measure.ScaleOf(v.Instrument); ok || v.Scale == nil {
		return s
	}
	return *v.Scale
}

const (
	mostValues = 200
	mostLabels = 100
	mostText   = 200
)

var mappingLimits = source.Limits{Bytes: 256 << 10, Nodes: 20_000, Depth: 8}

// ParseMapping reads a mapping in JSON. It is nil where faults were noted.
func ParseMapping(text []byte, faults *source.Faults) *Mapping {
	p := parser{faults: faults, before: faults.Count}
	root := source.JSON(text, mappingLimits, faults)
	if root == nil {
		return nil
	}
	m := p.mapping(root.Fields("", faults))
	if faults.Count > p.before {
		return nil
	}
	return m
}

type parser struct {
	faults *source.Faults
	before int
}

func (p *parser) mapping(f *source.Fields) *Mapping {
	m := &Mapping{
		Format: oneOf(p, f, "format", "", formats), Source: p.line(f, "source", 80), Zone: f.Text("zone"),
		Month: p.column(f, "month"), Cohort: p.column(f, "cohort"), Scale: p.scale(f),
	}
	p.zone(f, m.Zone)
	m.Where = p.where(f)
	if f.Has("values") {
		items := f.List("values")
		if len(items) == 0 || len(items) > mostValues {
			p.faults.At(f.Get("values"), f.At("values"), source.OutOfRange, "1 to %d columns of answers", mostValues)
		}
		for i, item := range items[:min(len(items), mostValues)] {
			m.Values = append(m.Values, p.value(f.Of(item, source.Join(f.At("values"), i))))
		}
	} else if m.Format != CSV && m.Format != JSONL && m.Format != "" {
		p.faults.At(f.Node(), f.At("values"), source.Required, "name the columns of answers")
	}
	f.Done()
	p.twice(f, m)
	return m
}

func (p *parser) value(f *source.Fields) Value {
	v := Value{
		Column: p.column(f, "column"), Touchpoint: p.line(f, "touchpoint", mostText),
		Side:       oneOf(p, f, "side", "", measure.Sides),
		Aspect:     oneOf(p, f, "aspect", measure.Perception, measure.Aspects),
		Instrument: oneOf(p, f, "instrument", "", measure.Instruments),
		Dimension:  oneOf(p, f, "dimension", measure.Overall, measure.Dimensions),
		Scale:      p.scale(f),
	}
	if v.Column == "" && !f.Has("column") {
		p.faults.At(f.Node(), f.At("column"), source.Required, "name the column")
	}
	switch custom := v.Instrument == measure.Custom; {
	case custom && v.Scale == nil:
		p.faults.At(f.Node(), f.At("scale"), source.Required, "give the scale of CUSTOM: min, max and step")
	case !custom && v.Instrument != "" && v.Scale != nil:
		p.faults.At(f.Node(), f.At("scale"), source.Invalid, "the scale of %s is its own", v.Instrument)
	}
	v.Labels = p.labels(f, v)
	f.Done()
	return v
}

// oneOf is a word; without one, otherwise. An empty otherwise means that there must be one.
func oneOf[T ~string](p *parser, f *source.Fields, name string, otherwise T, words []T) T {
	given := T(f.Text(name))
	switch {
	case given == "" && otherwise != "":
		return otherwise
	case given == "":
		p.faults.At(f.Node(), f.At(name), source.Required, "this is one of %s", joined(words))
	case !slices.Contains(words, given):
		p.faults.At(f.Get(name), f.At(name), source.Invalid, "this is one of %s", joined(words))
		return ""
	}
	return given
}

func joined[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}

// line is a short text that becomes public.
func (p *parser) line(f *source.Fields, name string, most int) string {
	s := strings.TrimSpace(f.Text(name))
	switch {
	case s == "":
		p.faults.At(f.Node(), f.At(name), source.Required, "this must not be empty")
	case utf8.RuneCountInString(s) > most:
		p.faults.At(f.Get(name), f.At(name), source.TooLong, "at most %d characters", most)
	case strings.ContainsFunc(s, control):
		p.faults.At(f.Get(name), f.At(name), source.Invalid, "this is one line")
	case strings.Contains(s, "@"):
		p.faults.At(f.Get(name), f.At(name), Personal, "this becomes public, and looks like an address")
	}
	return s
}

func control(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }

// column names a column of the file that is looked at. One that is kept or compared as text is looked at strictly; of the others only numbers
// and times are taken.
func (p *parser) column(f *source.Fields, name string) string {
	s := f.Text(name)
	p.allowed(f.Get(name), f.At(name), s, name == "cohort")
	return s
}

func (p *parser) allowed(n *source.Node, path, column string, strict bool) {
	switch {
	case n != nil && column == "":
		p.faults.At(n, path, source.Required, "name the column, or leave this out")
	case utf8.RuneCountInString(column) > 1000:
		p.faults.At(n, path, source.TooLong, "the name of a column has at most 1000 characters")
	case personal(column, strict):
		p.faults.At(n, path, Personal, "a column with e-mail, addresses, names, places, ids or free text is not looked at: nothing of it may be stored")
	}
}

func (p *parser) zone(f *source.Fields, zone string) {
	var form fault.Form
	if form.TimeZone("zone", zone); form.Err() != nil {
		p.faults.At(f.Get("zone"), f.At("zone"), source.Invalid, "give a name of the IANA time zone database, such as Europe/Dublin")
	}
}

func (p *parser) scale(f *source.Fields) *measure.Scale {
	n := f.Object("scale")
	if n == nil {
		return nil
	}
	of := f.Of(n, f.At("scale"))
	s := &measure.Scale{Min: int(of.Whole("min", 0)), Max: int(of.Whole("max", 0)), Step: int(of.Whole("step", 1))}
	of.Done()
	if err := s.Check(); err != nil {
		p.faults.At(n, f.At("scale"), source.Invalid, "%s", err)
	}
	return s
}

func (p *parser) labels(f *source.Fields, v Value) map[string]int {
	n := f.Object("labels")
	if n == nil {
		return nil
	}
	if len(n.Members) > mostLabels {
		p.faults.At(n, f.At("labels"), source.TooMany, "at most %d labels", mostLabels)
		return nil
	}
	out := map[string]int{}
	for _, m := range n.Members {
		at := source.Join(f.At("labels"), source.Excerpt(m.Name))
		value, ok := m.Whole()
		switch {
		case !ok:
			p.faults.At(m.Node, at, source.NotWhole, "the value of a label is a whole number")
		case strings.Contains(m.Name, "@") || utf8.RuneCountInString(m.Name) > mostText:
			p.faults.At(m.Node, at, Personal, "a label is a choice of the question: at most %d characters without an @", mostText)
		case v.Instrument != "" && (v.Instrument != measure.Custom || v.Scale != nil) && !v.scale().Has(int(value)):
			p.faults.At(m.Node, at, source.OutOfRange, "the value of a label is on the scale of its instrument")
		}
		out[strings.TrimSpace(m.Name)] = int(value)
	}
	return out
}

// where is an object from columns to a text, or to a list of texts.
func (p *parser) where(f *source.Fields) map[string][]string {
	n := f.Object("where")
	if n == nil {
		return nil
	}
	out := map[string][]string{}
	for _, m := range n.Members {
		at := source.Join(f.At("where"), source.Excerpt(m.Name))
		p.allowed(m.Node, at, m.Name, true)
		items := []*source.Node{m.Node}
		if m.Kind == source.List {
			items = m.Items
		}
		for _, item := range items {
			if item.Kind == source.List || item.Kind == source.Object || item.Kind == source.Null {
				p.faults.At(item, at, source.WrongType, "this is a text, or a list of texts")
				continue
			}
			out[m.Name] = append(out[m.Name], item.Text)
		}
	}
	return out
}

// twice refuses two columns for one series, and one column for two. Answers of one person to two columns would count as those of two, so
// that figures over five answers could be about a single one.
func (p *parser) twice(f *source.Fields, m *Mapping) {
	seen, columns := map[series]bool{}, map[string]bool{}
	for i, v := range m.Values {
		at := source.Join(f.At("values"), i)
		if v.Touchpoint != "" && seen[v.series()] {
			p.faults.At(f.List("values")[i], at, source.Duplicate, "two columns for the same touchpoint, side, aspect, instrument and dimension: "+
				"whoever answered both would count twice")
		}
		if columns[v.Column] {
			p.faults.At(f.List("values")[i], at, source.Duplicate, "the column is named twice")
		}
		seen[v.series()], columns[v.Column] = true, true
	}
	if m.Cohort != "" && columns[m.Cohort] {
		p.faults.At(f.Get("cohort"), f.At("cohort"), source.Duplicate, "answers are no cohort key")
	}
}

// series is what the answers of a column are about.
type series struct {
	touchpoint string
	side       measure.Side
	aspect     measure.Aspect
	instrument measure.Instrument
	dimension  measure.Dimension
}

func (v Value) series() series {
	return series{v.Touchpoint, v.Side, v.Aspect, v.Instrument, v.Dimension}
}

// Text is the mapping as JSON, as it is kept.
func (m *Mapping) Text() []byte {
	text, _ := json.MarshalIndent(m, "", "  ") // nothing in it can fail
	return text
}

// canonical reads a whole number as it must be written: 5, not 05, 5.0, 1e3 or in digits of another script.
func canonical(s []byte) (int, error) {
	digits := s
	if len(s) > 1 && s[0] == '-' {
		digits = s[1:]
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, errNotWhole
		}
	}
	if len(digits) == 0 || len(digits) > 18 || digits[0] == '0' && len(s) > 1 {
		return 0, errNotWhole
	}
	return strconv.Atoi(string(s))
}

var errNotWhole = errors.New("write whole numbers as they are counted: 5, not 05, 5.0 or 5e0")

// columns lists every column that the mapping names, each once.
func (m *Mapping) columns() []string {
	all := map[string]bool{m.Month: true, m.Cohort: true}
	for c := range m.Where {
		all[c] = true
	}
	for _, v := range m.Values {
		all[v.Column] = true
	}
	delete(all, "")
	return slices.Sorted(maps.Keys(all))
}

// quoted names a column of the mapping in a sentence.
func quoted(column string) string { return fmt.Sprintf("%q", source.Excerpt(column)) }

package report

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// block is a piece of a report as people read it. HTML, PDF and Markdown draw the same blocks, so that none of them says less.
type block struct {
	kind   blockKind
	level  int // of a heading, from 1; of anything else, how far it is indented
	text   []span
	facts  []fact
	grid   *grid
	chart  *chart
	markup string // of help: HTML by the authors of a template
}

type blockKind int

const (
	heading   blockKind = iota
	paragraph           // words of a user or of the report itself
	help                // words of a template that may hold markup
	listing             // facts, one below the other
	aside               // facts in one small line
	rows                // a table
	bars                // a chart
)

// span is words in a language; an empty one is that of the report. Line breaks in it are meant.
type span struct {
	text, language string
	theirs         bool // not the report's own words: they stand apart from what is around them
}

// fact is something that is said of something.
type fact struct {
	label string
	value []span
}

// grid is a table.
type grid struct {
	caption string
	silent  bool // the heading or the chart above says the same
	head    []string
	numbers []bool // which columns are of numbers
	rows    [][][]span
}

// chart is bars, each with its words. What it shows is in its text, too.
type chart struct {
	title, text string
	bars        []bar
}

type bar struct {
	label     string
	value, of int
	note      string
}

// composer makes blocks of a document.
type composer struct {
	language string
	blocks   []block
	parties  []Party
}

func (c *composer) add(b block) { c.blocks = append(c.blocks, b) }

func (c *composer) head(level int, text ...span) {
	c.add(block{kind: heading, level: level, text: text})
}

// title is a heading of our own.
func (c *composer) title(level int, name string) { c.head(level, c.own(name)) }

// own is a word of our own, by its name.
func (c *composer) own(name string) span { return span{text: label(c.language, name)} }

// sentence is a sentence of our own, by its name.
func (c *composer) sentence(name string) {
	c.add(block{kind: paragraph, text: []span{{text: say(c.language, name)}}})
}

func theirs(text, language string) span { return span{text, language, true} }

// said is a longer text of somebody, under its name.
func (c *composer) said(indent int, name, text, language string) {
	if text != "" {
		c.add(block{kind: listing, level: indent, facts: []fact{{label(c.language, name), []span{theirs(text, language)}}}})
	}
}

// listing adds the facts of a record, without the fields that are told elsewhere.
func (c *composer) listing(record any, but ...string) {
	if all := c.factsOf("", reflect.ValueOf(record), but); len(all) > 0 {
		c.add(block{kind: listing, facts: all})
	}
}

// aside adds them as a small line, in which what is so is named, and what is not so is left out.
func (c *composer) aside(indent int, record any, but ...string) {
	v := reflect.Indirect(reflect.ValueOf(record))
	all := c.factsOf("", v, slices.Concat(but, truths(v.Type()), []string{"id"}))
	var ids []fact // last: they are for programs
	for _, f := range fieldsOf(v.Type()) {
		one := v.Field(f.index)
		switch {
		case slices.Contains(but, f.name):
		case f.name == "id":
			ids = append(ids, fact{label(c.language, f.name), c.spans(one)})
		case one.Kind() == reflect.Bool && one.Bool():
			all = append(all, fact{label: label(c.language, f.name)})
		}
	}
	all = append(all, ids...)
	if len(all) > 0 {
		c.add(block{kind: aside, level: indent, facts: all})
	}
}

// truths are the names of the fields that are true or false.
func truths(t reflect.Type) []string {
	var names []string
	for _, f := range fieldsOf(t) {
		if t.Field(f.index).Type.Kind() == reflect.Bool {
			names = append(names, f.name)
		}
	}
	return names
}

// factsOf are the facts of a record; what is missing is not told.
func (c *composer) factsOf(prefix string, v reflect.Value, but []string) []fact {
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	var all []fact
	for _, f := range fieldsOf(v.Type()) {
		if slices.Contains(but, f.name) || f.table != "" {
			continue
		}
		one := v.Field(f.index)
		name := prefix + label(c.language, f.name)
		if inner := reflect.Indirect(one); inner.IsValid() && isRecord(inner.Type()) && !isOneWord(inner.Type()) {
			all = append(all, c.factsOf(name+" – ", inner, nil)...)
			continue
		}
		if value := c.spans(one); len(value) > 0 {
			all = append(all, fact{name, value})
		}
	}
	return all
}

// isOneWord says whether a record reads as one word.
func isOneWord(t reflect.Type) bool { return t == textType || t == valueType || t == partyType }

// spans are a value as people read it; none if it is missing.
func (c *composer) spans(v reflect.Value) []span {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch one := v.Interface().(type) {
	case time.Time:
		return []span{{text: clockTime(one)}}
	case Text:
		return c.words(one)
	case Party:
		return c.party(one)
	case Value:
		return c.value(one)
	case bool:
		return []span{{text: say(c.language, strconv.FormatBool(one))}}
	}
	switch {
	case isCode(v.Type()):
		if v.Len() == 0 {
			return nil
		}
		return []span{{text: word(c.language, v.Type().Name(), v.String())}}
	case v.Kind() == reflect.String:
		if v.Len() == 0 {
			return nil
		}
		return []span{theirs(v.String(), "")}
	case v.Kind() == reflect.Slice:
		return c.enumerated(v)
	}
	return []span{{text: strconv.FormatInt(v.Int(), 10)}}
}

// words are those of a template. Where they are in another language than the report, that is said.
func (c *composer) words(t Text) []span {
	all := []span{theirs(t.Text, t.Language)}
	if t.Language != "" && t.Language != c.language {
		all = append(all, span{text: " (" + t.Language + ")"})
	}
	return all
}

// help adds words of a template that may hold markup.
func (c *composer) help(t *Text) {
	if t != nil {
		b := block{kind: help, text: c.words(*t), markup: t.Text}
		b.text[0].text = "" // it is in the markup
		c.add(b)
	}
}

// enumerated are the values of a list, with commas between them.
func (c *composer) enumerated(v reflect.Value) []span {
	var all []span
	for i := range v.Len() {
		if i > 0 {
			all = append(all, span{text: ", "})
		}
		all = append(all, c.spans(v.Index(i))...)
	}
	return all
}

// party is a party by its name; the whole of it is in the list of parties.
func (c *composer) party(p Party) []span {
	if !slices.Contains(c.parties, p) {
		c.parties = append(c.parties, p)
	}
	return []span{theirs(p.Name, ""), {text: " (" + word(c.language, "StakeholderKind", string(p.Kind)) + ")"}}
}

// value is an answer. The keys of options stand beside their titles.
func (c *composer) value(v Value) []span {
	var all []span
	for i, one := range v.Choices {
		if i > 0 {
			all = append(all, span{text: "\n"})
		}
		all = append(all, c.words(one.Title)...)
		if one.Key != one.Title.Text {
			all = append(all, span{text: " ["}, theirs(one.Key, ""), span{text: "]"})
		}
	}
	if v.Text != "" {
		all = append(all, theirs(v.Text, ""))
	}
	if v.Number != nil {
		all = append(all, span{text: strconv.FormatInt(int64(*v.Number), 10)})
	}
	if v.Boolean != nil {
		all = append(all, span{text: say(c.language, strconv.FormatBool(*v.Boolean))})
	}
	if v.Date != "" {
		all = append(all, theirs(v.Date, ""))
	}
	return all
}

// clockTime is a time as people read it in either language: without a zone that depends on the reader.
func clockTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.999999999") + " UTC" }

// grid adds a table of the records of a list. A column in which nothing is is left out.
func (c *composer) grid(name string, list any) {
	v := reflect.ValueOf(list)
	if v.Len() == 0 {
		return
	}
	g := &grid{caption: label(c.language, name)}
	c.columns(g, "", v.Type().Elem())
	for i := range v.Len() {
		g.rows = append(g.rows, c.cells(v.Index(i), v.Type().Elem()))
	}
	g.dropEmpty()
	switch last := c.blocks[len(c.blocks)-1]; last.kind {
	case heading:
		g.silent = plain(last.text) == g.caption
	case bars:
		g.silent = last.chart.title == g.caption
	}
	c.add(block{kind: rows, grid: g})
}

func (c *composer) columns(g *grid, prefix string, of reflect.Type) {
	for _, f := range fieldsOf(of) {
		if f.table != "" {
			continue
		}
		t := of.Field(f.index).Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if isRecord(t) && !isOneWord(t) {
			c.columns(g, label(c.language, f.name)+" – ", t)
			continue
		}
		g.head = append(g.head, prefix+label(c.language, f.name))
		g.numbers = append(g.numbers, kindOf(t) == isNumber)
	}
}

// cells are the cells of a record; without one they are empty.
func (c *composer) cells(v reflect.Value, of reflect.Type) [][]span {
	var all [][]span
	for _, f := range fieldsOf(of) {
		if f.table != "" {
			continue
		}
		t, one := of.Field(f.index).Type, reflect.Value{}
		if v.IsValid() {
			one = v.Field(f.index)
		}
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
			one = reflect.Indirect(one)
		}
		switch {
		case isRecord(t) && !isOneWord(t):
			all = append(all, c.cells(one, t)...)
		case one.IsValid():
			all = append(all, c.spans(one))
		default:
			all = append(all, nil)
		}
	}
	return all
}

func (g *grid) dropEmpty() {
	for i := len(g.head) - 1; i >= 0; i-- {
		if slices.ContainsFunc(g.rows, func(r [][]span) bool { return len(r[i]) > 0 }) {
			continue
		}
		g.head, g.numbers = slices.Delete(g.head, i, i+1), slices.Delete(g.numbers, i, i+1)
		for k := range g.rows {
			g.rows[k] = slices.Delete(g.rows[k], i, i+1)
		}
	}
}

// plain is the text of spans.
func plain(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.text)
	}
	return b.String()
}

func valueOf(record any) reflect.Value { return reflect.ValueOf(record) }

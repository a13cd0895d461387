package report

import (
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// table is rows of one kind, as the CSV package and the spreadsheet have them.
type table struct {
	name, doc string
	columns   []column
	rows      iter.Seq[[]cell]
}

// column is a column of a table.
type column struct {
	name, doc string
	kind      cellKind
	codes     string // the list of words that its values are from; empty for others
}

// cellKind is what a cell holds.
type cellKind int

const (
	isText cellKind = iota
	isNumber
	isTruth
	isTime
	isList // in JSON
)

// cell is a value in a table.
type cell struct {
	text string // as JSON has it, without quotes
	null bool
	kind cellKind
}

// tables are all tables of a document in the order of the model, those without rows too.
func tables(d *Document) []table {
	whole := *d
	whole.Schema, whole.Empty = SchemaVersion, d.isEmpty()
	a := &assembler{part: d.part()}
	a.add(list{"report", "The report: what it is about, and up to which place of the act log.", reflect.TypeFor[*Document](), reflect.ValueOf(&whole)}, nil)
	return a.tables()
}

// assembler turns records of the model into rows, with the names of the records above in front.
type assembler struct {
	part  string // of the document, which its type asks for
	order []*assembled
}

type assembled struct {
	table
	all [][]cell
}

// key is a cell with its column.
type key struct {
	column column
	cell   cell
}

// list is a list of the model that is a table, or the one record of a part of the document.
type list struct {
	name, doc string
	of        reflect.Type
	value     reflect.Value // of the list, or the pointer to the record; invalid if there is none
}

func (a *assembler) tables() []table {
	var all []table
	for _, t := range a.order {
		t.rows = slices.Values(t.all)
		all = append(all, t.table)
	}
	return all
}

// named finds a table, or makes it.
func (a *assembler) named(name, doc string) *assembled {
	for _, t := range a.order {
		if t.name == name {
			return t
		}
	}
	t := &assembled{table: table{name: name, doc: doc}}
	a.order = append(a.order, t)
	return t
}

// add adds the rows of a list, and those of the lists below. Without rows it only declares the tables.
func (a *assembler) add(l list, keys []key) {
	into := a.named(l.name, l.doc)
	if l.of.Kind() == reflect.Pointer {
		v := reflect.Value{}
		if l.value.IsValid() {
			v = l.value.Elem()
		}
		a.row(into, v, l.of.Elem(), keys, nil)
		return
	}
	if !l.value.IsValid() || l.value.Len() == 0 {
		a.row(into, reflect.Value{}, l.of.Elem(), keys, place(0))
		return
	}
	for i := range l.value.Len() {
		a.row(into, l.value.Index(i), l.of.Elem(), keys, place(i+1))
	}
}

func place(n int) []key {
	return []key{{column{name: "position", doc: "Its place in the list, from 1.", kind: isNumber}, cell{text: strconv.Itoa(n), kind: isNumber}}}
}

// row adds a record; without a value it declares the columns.
func (a *assembler) row(into *assembled, v reflect.Value, of reflect.Type, above, place []key) {
	w := walk{cells: slices.Concat(above, place)}
	w.record("", "", v, of)
	if into.columns == nil {
		for _, k := range w.cells {
			into.columns = append(into.columns, k.column)
		}
	}
	if v.IsValid() {
		cells := make([]cell, len(w.cells))
		for i, k := range w.cells {
			cells[i] = k.cell
		}
		into.all = append(into.all, cells)
	}
	below := append(slices.Clone(above), ids(v, of)...)
	for _, l := range w.below {
		if isPart(l.of) && l.name != a.part {
			continue
		}
		a.add(l, below)
	}
}

// isPart says whether a type is that of the part of a document which only reports of one type have.
func isPart(t reflect.Type) bool {
	return t == reflect.TypeFor[*Assessment]() || t == reflect.TypeFor[*Portfolio]() || t == reflect.TypeFor[*Consultation]() || t == reflect.TypeFor[*Diff]()
}

// ids are what the tables below call a record by.
func ids(v reflect.Value, of reflect.Type) []key {
	var all []key
	for _, f := range fieldsOf(of) {
		if f.id == "" {
			continue
		}
		k := key{column{name: f.id, doc: "The " + f.id + " that it belongs to.", kind: kindOf(of.Field(f.index).Type)}, cell{null: true}}
		if v.IsValid() {
			k.cell = cellOf(v.Field(f.index), f.nullable)
		}
		all = append(all, k)
	}
	return all
}

// walk flattens a record: records within it become columns, lists that are tables are left for later.
type walk struct {
	cells []key
	below []list
}

func (w *walk) record(prefix, side string, v reflect.Value, of reflect.Type) {
	for _, f := range fieldsOf(of) {
		value := reflect.Value{}
		if v.IsValid() {
			value = v.Field(f.index)
		}
		w.field(prefix, side, f, value, of.Field(f.index).Type)
	}
}

func (w *walk) field(prefix, side string, f field, v reflect.Value, of reflect.Type) {
	name := prefix + f.name
	if f.table != "" {
		if v.IsValid() && v.Kind() == reflect.Pointer && v.IsNil() {
			v = reflect.Value{}
		}
		w.below = append(w.below, list{f.table + side, f.doc, of, v})
		return
	}
	if f.split {
		side = "-" + f.name
	}
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
		if v.IsValid() {
			v = v.Elem() // of nil it is invalid, which is null
		}
	}
	switch {
	case of == textType:
		w.text(name, f.doc, v)
	case isRecord(of):
		w.record(name+".", side, v, of)
	default:
		one := cell{null: true, kind: kindOf(of)}
		if v.IsValid() {
			one = cellOf(v, f.nullable)
		}
		w.cells = append(w.cells, key{column{name, f.doc, kindOf(of), codesOfType(of)}, one})
	}
}

// text writes the words, and the language that they are in.
func (w *walk) text(name, doc string, v reflect.Value) {
	words, language := cell{null: true}, cell{null: true}
	if v.IsValid() {
		t := v.Interface().(Text)
		words, language = cell{text: t.Text}, cell{text: t.Language}
	}
	w.cells = append(w.cells, key{column{name: name, doc: doc}, words},
		key{column{name: name + "Language", doc: "The language that " + name + " is in: a tag of BCP 47."}, language})
}

func codesOfType(t reflect.Type) string {
	if t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if isCode(t) {
		return t.Name()
	}
	return ""
}

func kindOf(t reflect.Type) cellKind {
	switch {
	case t == timeType:
		return isTime
	case t.Kind() == reflect.Int, t.Kind() == reflect.Int64:
		return isNumber
	case t.Kind() == reflect.Bool:
		return isTruth
	case t.Kind() == reflect.Slice:
		return isList
	}
	return isText
}

// cellOf is a value that is no record.
func cellOf(v reflect.Value, nullable bool) cell {
	c := cell{kind: kindOf(v.Type())}
	switch c.kind {
	case isTime:
		c.text = moment(v.Interface().(time.Time))
	case isNumber:
		c.text = strconv.FormatInt(v.Int(), 10)
	case isTruth:
		c.text = strconv.FormatBool(v.Bool())
	case isList:
		b, err := canonical(tree(v, false))
		if err != nil {
			panic(err) // the model holds nothing that JSON cannot have
		}
		c.text = string(b)
	case isText:
		c.text, c.null = strings.ToValidUTF8(v.String(), "\uFFFD"), nullable && v.Len() == 0
	}
	return c
}

package survey

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/csvscan"
	"github.com/plenary-dialogue/plenary/internal/measure"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// The codes of files that do not fit their mapping.
const (
	WrongHeader   source.Code = "WRONG_HEADER"   // more or fewer header rows than the format has
	NoSuchColumn  source.Code = "UNKNOWN_COLUMN" // named by the mapping, and not in the file
	DoubledColumn source.Code = "DOUBLED_COLUMN" // named by the mapping, and twice in the file
	NoTouchpoint  source.Code = "UNKNOWN_TOUCHPOINT"
)

// Read counts the answers of a file. It notes every fault, and is nil where there are any. Memory does not grow with the file.
func Read(file io.Reader, m *Mapping, opt Options, faults *source.Faults) *Table {
	before := faults.Count
	c := newCounted(m, opt, faults)
	for i, v := range m.Values {
		if opt.Touchpoint != nil && !opt.Touchpoint(v.Touchpoint) {
			faults.Add(source.Fault{Path: source.Join("values", i, "touchpoint"), Code: NoTouchpoint, Message: "there is no such touchpoint, or it is not yours"})
		}
	}
	var rows rowReader
	if m.Format == Delighted || m.Format == JSONL {
		rows = newLines(file, m, c)
	} else {
		rows = newSheet(file, m, c)
	}
	if faults.Count > before || !rows.header() {
		return nil
	}
	if m.Values == nil {
		c.countsOf(m, rows)
	} else {
		c.answersOf(m, rows)
	}
	if faults.Count > before {
		return nil
	}
	return c.table(m)
}

// rowReader reads the rows of any format. Columns have numbers, in the order in which they are asked for.
type rowReader interface {
	header() bool // false after a fault
	// column gives the number of a column; -1 for one that is not there, which is a fault if it must be.
	column(name string, must bool) int
	next() bool
	cell(column int) []byte
	at(column int) at
	form() form
}

// form is what a format has of its own.
type form struct {
	month    string
	read     func([]byte) (moment, error)
	status   string
	finished string
}

var forms = map[Format]form{
	Qualtrics:    {month: "RecordedDate", read: iso, status: "Status", finished: "Finished"},
	SurveyMonkey: {month: "End Date", read: monkey},
	GoogleForms:  {month: "Timestamp", read: google},
	Delighted:    {month: "created_at", read: unix},
	CSV:          {month: "month", read: iso},
	JSONL:        {month: "month", read: unix},
}

// plan is the numbers of the columns that a mapping names.
type plan struct {
	month, cohort, status, finished int
	where                           []condition
	values                          []planned
	form                            form
}

type condition struct {
	column int
	texts  []string
}

type planned struct {
	value  *Value
	column int
	counts *column
}

func (c *counted) plan(m *Mapping, rows rowReader) plan {
	f := rows.form()
	p := plan{form: f, month: -1, cohort: -1, status: -1, finished: -1}
	if m.Month != "" {
		p.month = rows.column(m.Month, true)
	} else {
		p.month = rows.column(f.month, true)
	}
	if m.Cohort != "" {
		p.cohort = rows.column(m.Cohort, true)
	}
	if f.status != "" {
		p.status, p.finished = rows.column(f.status, false), rows.column(f.finished, false)
	}
	for name, texts := range m.Where {
		p.where = append(p.where, condition{rows.column(name, true), texts})
	}
	for i := range m.Values {
		v := &m.Values[i]
		p.values = append(p.values, planned{v, rows.column(v.Column, true), c.of(v.series(), v.scale())})
	}
	return p
}

// answersOf counts a file of answers: a row is what somebody answered.
func (c *counted) answersOf(m *Mapping, rows rowReader) {
	before := c.faults.Count
	p := c.plan(m, rows)
	if c.faults.Count > before {
		return
	}
	for rows.next() && !c.full {
		c.rows++
		if cause := p.leavesOut(c, rows); cause != "" {
			c.left[cause]++
			continue
		}
		c.row(p, rows)
	}
}

// leavesOut says why a row does not count; empty if it does.
func (p plan) leavesOut(c *counted, rows rowReader) string {
	if p.status >= 0 {
		if cause, known := statuses[string(rows.cell(p.status))]; cause != "" {
			return cause
		} else if !known {
			c.fault(rows.at(p.status), source.Invalid, "this is no status that Qualtrics has")
		}
	}
	if p.finished >= 0 {
		switch string(rows.cell(p.finished)) {
		case "True", "TRUE", "true", "1":
		case "False", "FALSE", "false", "0":
			return Unfinished
		default:
			c.fault(rows.at(p.finished), source.Invalid, "whether a response is finished is True or False")
		}
	}
	for _, w := range p.where {
		if !slices.Contains(w.texts, string(bytes.TrimSpace(rows.cell(w.column)))) {
			return NotWhere
		}
	}
	return ""
}

// statuses are what Qualtrics says of a response, in words or as numbers.
var statuses = map[string]string{
	"IP Address": "", "0": "", "Imported": "", "4": "", "Offline": "", "16": "", "EX": "", "32": "", "Synthetic Response": Previews, "40": Previews,
	"Survey Preview": Previews, "1": Previews, "Survey Test": Previews, "2": Previews, "Offline Survey Preview": Previews, "17": Previews,
	"Spam": Spam, "8": Spam, "Survey Preview/Spam": Spam, "9": Spam, "Imported/Spam": Spam, "12": Spam, "Offline Spam": Spam, "48": Spam,
}

func (c *counted) row(p plan, rows rowReader) {
	var k key
	ready, failed := false, false
	for i := range p.values {
		v := &p.values[i]
		text := bytes.TrimSpace(rows.cell(v.column))
		if len(text) == 0 {
			c.left[NoAnswer]++
			continue
		}
		if !ready {
			ready = true
			var inTime, inCohort bool
			k.month, inTime = c.month(rows.at(p.month), bytes.TrimSpace(rows.cell(p.month)), p.form.read)
			inCohort = true
			if p.cohort >= 0 {
				k.cohort, inCohort = c.cohort(rows.at(p.cohort), rows.cell(p.cohort))
			}
			failed = !inTime || !inCohort
		}
		a := rows.at(v.column)
		if n, ok := c.value(a, v.value, v.counts.scale, text); ok && !failed {
			c.add(a, v.counts, k, n, 1)
		}
	}
}

// sheet is a file of CSV.
type sheet struct {
	csv   *csvscan.Reader
	m     *Mapping
	c     *counted
	names []string // of the columns, as mappings name them

	questions []string // above them, where the format has a row of these
	texts     []bool   // which are free text or about who answered, where the format tells
	columns   []int    // that were asked for
}

func newSheet(file io.Reader, m *Mapping, c *counted) *sheet {
	return &sheet{csv: csvscan.New(file), m: m, c: c}
}

func (s *sheet) form() form { return forms[s.m.Format] }

func (s *sheet) header() bool {
	row, ok := s.headerRow()
	if !ok {
		return false
	}
	if len(row) == 1 && strings.ContainsAny(row[0], ";\t") {
		s.c.fault(at{line: 1}, csvscan.NotCSV, "columns are separated by commas; export the file as CSV with commas, in UTF-8")
		return false
	}
	s.names = row
	switch s.m.Format {
	case Qualtrics:
		return s.qualtrics()
	case SurveyMonkey:
		return s.monkey()
	}
	for i, name := range row {
		row[i] = strings.TrimSpace(name)
	}
	return true
}

// headerRow reads a row of the header; it must be there.
func (s *sheet) headerRow() ([]string, bool) {
	if !s.csv.Next() {
		if f := s.csv.Fault(); f != nil {
			s.c.faults.Add(*f)
		} else {
			s.c.fault(at{line: s.csv.Line()}, WrongHeader, "the file ends before its header does")
		}
		return nil, false
	}
	row := make([]string, s.csv.Cells())
	for i := range row {
		row[i] = string(s.csv.Cell(i))
	}
	return row, true
}

// qualtrics reads the rows with the questions and with the ids, which tell the time zone and which columns are free text.
func (s *sheet) qualtrics() bool {
	text, ok := s.headerRow()
	if !ok {
		return false
	}
	s.questions = text
	begin := s.csv.Line()
	ids, ok := s.headerRow()
	if !ok {
		return false
	}
	if len(text) != len(s.names) || len(ids) != len(s.names) {
		s.c.fault(at{line: begin}, WrongHeader, "exports of Qualtrics have three header rows of the same length")
		return false
	}
	month := s.m.Month
	if month == "" {
		month = s.form().month
	}
	named := s.m.columns()
	s.texts = make([]bool, len(ids))
	for i, id := range ids {
		var of struct {
			ImportID string `json:"ImportId"`
			TimeZone string `json:"timeZone"`
		}
		a := at{s.csv.Line(), csvscan.Path(i)}
		if json.Unmarshal([]byte(id), &of) != nil || of.ImportID == "" {
			s.c.fault(a, WrongHeader, "exports of Qualtrics have three header rows, the third with ImportId in each cell; this one has another number of rows")
			return false
		}
		if s.texts[i] = personal(of.ImportID, true); s.texts[i] && slices.Contains(named, s.names[i]) {
			s.c.fault(a, Personal, "by its id the column %s is free text or about who answered: nothing of it may be stored", quoted(s.names[i]))
		}
		if s.names[i] == month && of.TimeZone != "" && s.m.Zone != "" && of.TimeZone != s.m.Zone {
			s.c.fault(a, source.Invalid, "the mapping names another time zone than the file, in which its months are told")
		}
	}
	return true
}

// monkey joins the two header rows: a question stands over its first option, and the name of a column is "question / option".
func (s *sheet) monkey() bool {
	options, ok := s.headerRow()
	if !ok {
		return false
	}
	if len(options) != len(s.names) || options[0] != "" || !slices.ContainsFunc(options, func(o string) bool { return o != "" }) {
		s.c.fault(at{line: s.csv.Line()}, WrongHeader, "exports of SurveyMonkey have two header rows: questions, and their options or Response")
		return false
	}
	question := ""
	for i, name := range s.names {
		if name = strings.TrimSpace(name); name != "" {
			question = name
		}
		s.names[i] = question
		if o := strings.TrimSpace(options[i]); o != "" && o != "Response" && o != "Open-Ended Response" {
			s.names[i] += " / " + o
		}
	}
	return true
}

func (s *sheet) column(name string, must bool) int {
	i := slices.Index(s.names, name)
	switch {
	case i < 0 && must:
		s.c.fault(at{line: 1}, NoSuchColumn, "the file has no column %s", quoted(name))
	case i >= 0 && slices.Contains(s.names[i+1:], name):
		s.c.fault(at{line: 1, path: csvscan.Path(i + 1 + slices.Index(s.names[i+1:], name))}, DoubledColumn, "the file has two columns %s", quoted(name))
	case i >= 0:
		s.columns = append(s.columns, i)
	}
	return i
}

func (s *sheet) next() bool {
	if s.columns != nil {
		s.csv.Want(s.columns...)
		s.columns = nil
	}
	for s.csv.Next() {
		if s.csv.Cells() == len(s.names) {
			return true
		}
		s.c.fault(at{line: s.csv.Line()}, csvscan.Ragged, "the row has %d cells, and the header %d", s.csv.Cells(), len(s.names))
	}
	if f := s.csv.Fault(); f != nil {
		s.c.faults.Add(*f)
	}
	return false
}

func (s *sheet) cell(column int) []byte { return s.csv.Cell(column) }

func (s *sheet) at(column int) at { return at{s.csv.Line(), csvscan.Path(column)} }

// countsOf reads a file of counts, whose columns have our names.
func (c *counted) countsOf(m *Mapping, rows rowReader) {
	before := c.faults.Count
	cols := map[string]int{}
	for _, name := range []string{"touchpoint", "side", "aspect", "instrument", "dimension", "month", "cohort", "value", "count"} {
		cols[name] = rows.column(name, name != "aspect" && name != "dimension" && name != "cohort")
	}
	if c.faults.Count > before {
		return
	}
	for rows.next() && !c.full {
		c.rows++
		c.countRow(m, rows, cols)
	}
}

func (c *counted) countRow(m *Mapping, rows rowReader, cols map[string]int) {
	text := func(name string) []byte {
		if cols[name] < 0 {
			return nil
		}
		return bytes.TrimSpace(rows.cell(cols[name]))
	}
	at := func(name string) at { return rows.at(cols[name]) }
	s, ok := c.seriesOf(text, at)
	if !ok {
		return
	}
	scale, own := measure.ScaleOf(s.instrument)
	if !own && m.Scale == nil {
		c.fault(at("instrument"), source.Required, "the mapping gives the scale of CUSTOM: min, max and step")
		return
	} else if !own {
		scale = *m.Scale
	}
	month, okMonth := c.month(at("month"), text("month"), rows.form().read)
	cohort, okCohort := c.cohort(at("cohort"), text("cohort"))
	value, okValue := c.value(at("value"), nil, scale, text("value"))
	count, err := canonical(text("count"))
	if err != nil || count < 0 || count > 1e9 {
		c.fault(at("count"), source.NotWhole, "counts are whole numbers from 0 to 1000000000")
	}
	if err != nil || count < 0 || count > 1e9 || !okMonth || !okCohort || !okValue {
		return
	}
	if len(c.series) >= mostSeries && c.series[s] == nil {
		c.tooMany(at("touchpoint"), "at most %d questions in one file", mostSeries)
		return
	}
	col, k := c.of(s, scale), key{month, cohort}
	if col.seen == nil {
		col.seen = map[place]bool{}
	}
	if p := (place{k, value}); col.seen[p] {
		c.fault(at("value"), source.Duplicate, "this value has a count already for the same question, month and cohort")
		return
	} else if c.places++; c.places > mostPlaces {
		c.tooMany(at("value"), "at most %d rows of counts in one file", mostPlaces)
		return
	}
	col.seen[place{k, value}] = true
	if count > 0 {
		c.add(at("count"), col, k, value, int64(count))
	}
}

func (c *counted) seriesOf(text func(string) []byte, at func(string) at) (s series, ok bool) {
	before := c.faults.Count
	s = series{string(text("touchpoint")), measure.Customer, measure.Perception, "", measure.Overall}
	switch {
	case s.touchpoint == "":
		c.fault(at("touchpoint"), source.Required, "name the touchpoint")
	case c.opt.Touchpoint != nil && !c.opt.Touchpoint(s.touchpoint) || len(s.touchpoint) > mostText:
		c.fault(at("touchpoint"), NoTouchpoint, "there is no such touchpoint, or it is not yours")
	}
	s.side = word(c, text, at, "side", "", measure.Sides)
	s.aspect = word(c, text, at, "aspect", measure.Perception, measure.Aspects)
	s.instrument = word(c, text, at, "instrument", "", measure.Instruments)
	s.dimension = word(c, text, at, "dimension", measure.Overall, measure.Dimensions)
	return s, c.faults.Count == before
}

func word[T ~string](c *counted, text func(string) []byte, at func(string) at, name string, otherwise T, words []T) T {
	given := text(name)
	if len(given) == 0 && otherwise != "" {
		return otherwise
	}
	if i := slices.Index(words, T(given)); i >= 0 {
		return words[i]
	}
	c.fault(at(name), source.Invalid, "this is one of %s", joined(words))
	return ""
}

package report

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// The bounds of spreadsheets.
const (
	cellUnits = 32_767 // UTF-16 code units in a cell
	sheetRows = 1_048_576
)

// The sheets beside those of the tables.
const (
	dictionarySheet = "dictionary"
	notesSheet      = "notes"
	longSheet       = "long texts"
)

func writeXLSX(m *making, w io.Writer) error {
	b := book{file: newBook(), making: m, cellUnits: cellUnits, sheetRows: sheetRows}
	defer func() { _ = b.file.Close() }() // it removes temporary files, and the book is written by then
	if err := b.write(tables(m.document)); err != nil {
		return err
	}
	return b.file.Write(w)
}

// newBook makes an empty file whose parts will be in order.
func newBook() *excelize.File {
	return excelize.NewFile().SetZipWriter(func(w io.Writer) excelize.ZipWriter { return &ordered{w: w} })
}

// book is a spreadsheet while it is written. Texts are written as texts in their cells, so that none is ever a formula.
type book struct {
	*making
	file                 *excelize.File
	cellUnits, sheetRows int
	head                 int // the style of the first row
	long                 [][]cell
}

func (b *book) write(all []table) error {
	if err := b.begin(); err != nil {
		return err
	}
	dictionary, err := b.dictionary(all)
	if err != nil {
		return err
	}
	if err := b.table(dictionarySheet, dictionary); err != nil {
		return err
	}
	for _, t := range all {
		if err := b.table(t.name, t); err != nil {
			return err
		}
	}
	if len(b.long) > 0 {
		if err := b.table(longSheet, b.longTexts()); err != nil {
			return err
		}
	}
	if err := b.table(notesSheet, b.notes()); err != nil {
		return err
	}
	return b.file.DeleteSheet("Sheet1")
}

func (b *book) begin() error {
	created := b.document.AsOf.Time.UTC().Format("2006-01-02T15:04:05Z")
	err := b.file.SetDocProps(&excelize.DocProperties{
		Title: legal(b.document.Title), Creator: "Plenary", LastModifiedBy: "Plenary", Created: created, Modified: created,
		Identifier: b.document.ID, Language: b.document.Language, Description: "SHA-256 of the document: " + b.hash,
	})
	if err != nil {
		return err
	}
	b.head, err = b.file.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Color: []string{"E7EBF0"}, Pattern: 1},
		Alignment: &excelize.Alignment{Vertical: "top"},
	})
	return err
}

// source gives the rows of a table one by one; the next one is known before it is taken.
type source struct {
	row  []cell
	more bool
	pull func() ([]cell, bool)
}

func (s *source) advance() { s.row, s.more = s.pull() }

// table writes a table to a sheet, and goes on in another where one is full.
func (b *book) table(name string, t table) error {
	next, stop := iter.Pull(t.rows)
	defer stop()
	from := &source{pull: next}
	from.advance()
	for n := 1; n == 1 || from.more; n++ {
		sheet := name
		if n > 1 {
			sheet = fmt.Sprintf("%s (%d)", name, n)
			b.problem("SHEET_ROWS", name, "The sheet %s has no place for more than %d rows; the table goes on in the sheet %s.", name, b.sheetRows, sheet)
		}
		if err := b.sheet(sheet, t, from); err != nil {
			return fmt.Errorf("sheet %s: %w", sheet, err)
		}
	}
	return nil
}

// sheet writes rows until there are none or the sheet is full.
func (b *book) sheet(name string, t table, from *source) error {
	if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	s, err := b.file.NewStreamWriter(name)
	if err != nil {
		return err
	}
	row, err := b.open(s, t.columns)
	if err != nil {
		return err
	}
	for at := 2; from.more && at <= b.sheetRows; at++ {
		for i, c := range from.row {
			row[i] = b.value(c, name, at, i+1)
		}
		if err := s.SetRow("A"+strconv.Itoa(at), row[:len(from.row)]); err != nil {
			return err
		}
		from.advance()
	}
	return s.Flush()
}

// open writes the first row, which stays in view.
func (b *book) open(s *excelize.StreamWriter, columns []column) ([]any, error) {
	row := make([]any, len(columns))
	for i, c := range slices.Backward(columns) { // the writer puts each width before those that it has
		row[i] = c.name
		if err := s.SetColWidth(i+1, i+1, c.width()); err != nil {
			return nil, err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	return row, s.SetRow("A1", row, excelize.RowOpts{StyleID: b.head})
}

// longer are the names of columns in which people wrote sentences.
var longer = []string{"body", "brief", "description", "help", "note", "reason", "reply", "stateReason", "summary", "text", "title"}

// width is in characters. A time takes 27.
func (c column) width() float64 {
	switch c.kind {
	case isNumber, isTruth:
		return float64(max(8, len(c.name)+2))
	case isTime:
		return 28
	case isText, isList:
	}
	if c.codes != "" {
		return 18
	}
	if slices.Contains(longer, c.name[strings.LastIndexByte(c.name, '.')+1:]) {
		return 60
	}
	return float64(max(24, len(c.name)+2))
}

// value is what a cell is written as. Numbers that a spreadsheet would round are texts.
func (b *book) value(c cell, sheet string, row, col int) any {
	switch {
	case c.null:
		return nil
	case c.kind == isTruth:
		return c.text == "true"
	case c.kind == isNumber:
		if n, err := strconv.ParseInt(c.text, 10, 64); err == nil && n <= exact && n >= -exact {
			return n
		}
		return c.text
	}
	text := legal(c.text)
	if text != c.text {
		b.problem("CONTROL", cellName(sheet, row, col), "The cell %s holds control characters, which a spreadsheet cannot; ␀ to ␟ stand for them.", cellName(sheet, row, col))
	}
	if units(text) <= b.cellUnits {
		return text
	}
	return b.cut(text, cellName(sheet, row, col))
}

func cellName(sheet string, row, col int) string {
	name, _ := excelize.CoordinatesToCellName(col, row)
	return sheet + "!" + name
}

// cut gives the beginning of a text that no cell can hold. The whole of it goes to the sheet of long texts, in parts.
func (b *book) cut(text, where string) string {
	parts := slices.Collect(pieces(text, b.cellUnits))
	for i, p := range parts {
		b.long = append(b.long, []cell{{text: where}, {text: strconv.Itoa(i + 1), kind: isNumber}, {text: p}})
	}
	b.problem("CELL_LENGTH", where, "The text of the cell %s is longer than the %d characters that a cell can hold: it is whole, in %d parts, in the sheet %s.",
		where, b.cellUnits, len(parts), longSheet)
	return parts[0]
}

// pieces cuts a text into parts of so many UTF-16 code units at most, between characters.
func pieces(text string, most int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for text != "" {
			n, end := 0, 0
			for end < len(text) {
				r, size := utf8.DecodeRuneInString(text[end:])
				if n += utf16.RuneLen(r); n > most {
					break
				}
				end += size
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}

// units is how many UTF-16 code units a text has.
func units(text string) int {
	if len(text) <= cellUnits/4 {
		return len(text) // never too few
	}
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// legal is a text that XML can hold: signs stand for control characters.
func legal(text string) string {
	if !strings.ContainsFunc(text, isIllegal) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case !isIllegal(r):
			return r
		case r < ' ':
			return '\u2400' + r
		}
		return '\uFFFD'
	}, text)
}

func isIllegal(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF'
}

// dictionary says of every sheet, column and word what it means.
func (b *book) dictionary(all []table) (table, error) {
	known, err := codes()
	if err != nil {
		return table{}, err
	}
	t := table{columns: []column{{name: "sheet"}, {name: "column"}, {name: "type"}, {name: "value"}, {name: "meaning"}}}
	var rows [][]cell
	row := func(texts ...string) {
		var cells []cell
		for _, text := range texts {
			cells = append(cells, cell{text: text, null: text == ""})
		}
		rows = append(rows, cells)
	}
	for _, one := range all {
		row(one.name, "", "", "", one.doc)
		for _, c := range one.columns {
			row(one.name, c.name, c.kind.frictionless(), "", c.doc)
			for _, w := range known[c.codes] {
				row(one.name, c.name, "", w.Value, w.Meaning)
			}
		}
	}
	t.rows = slices.Values(rows)
	return t, nil
}

func (b *book) longTexts() table {
	return table{columns: []column{{name: "cell"}, {name: "part", kind: isNumber}, {name: "text"}}, rows: slices.Values(b.long)}
}

// notes says which report this is, and what of it the spreadsheet could not hold as it is.
func (b *book) notes() table {
	rows := [][]cell{
		{{text: "REPORT"}, {text: b.document.ID}, {text: b.document.Title}},
		{{text: "SHA256"}, {text: b.hash}, {text: "SHA-256 of the document in the canonical form of RFC 8785, unsigned."}},
	}
	if b.options.Address != "" {
		rows = append(rows, []cell{{text: "ADDRESS"}, {text: b.options.Address}, {text: "Where the report can be had, with its signature under .sig."}})
	}
	if b.document.isEmpty() {
		rows = append(rows, []cell{{text: "EMPTY"}, {text: ""}, {text: say("en", "emptyReport")}})
	}
	for _, p := range b.problems {
		rows = append(rows, []cell{{text: p.Code}, {text: p.Where}, {text: p.Text}})
	}
	return table{columns: []column{{name: "code"}, {name: "where"}, {name: "note"}}, rows: slices.Values(rows)}
}

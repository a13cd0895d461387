// Package csvscan reads CSV that others have written (RFC 4180, UTF-8, with or without a mark) as a stream: row by row, in memory that does
// not grow with the file, at several hundred megabytes a second. Of each row it puts together only the cells that it is asked for; all others
// are passed over without being looked at. What is wrong with the form ends the reading with a fault that names line and column, never a cell.
package csvscan

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// The codes of files that are no CSV.
const (
	NotCSV   source.Code = "NOT_CSV"   // a zip, a web page, UTF-16
	BadQuote source.Code = "BAD_QUOTE" // a quotation mark where none can be
	CutOff   source.Code = "CUT_OFF"
	Ragged   source.Code = "RAGGED" // more or fewer cells than the header
)

const (
	mostCell  = 1 << 20
	mostCells = 20_000
	mostKept  = 4 << 20
	chunk     = 256 << 10
)

// Reader reads rows.
type Reader struct {
	from     io.Reader
	buf      []byte
	pos, end int
	fails    error // of from

	line    int // of the next byte
	start   int // the line on which the row begins
	wanted  []bool
	picks   bool // only wanted cells are kept
	cells   int
	kept    []byte
	spans   []span
	begun   bool
	over    bool
	lineEnd bool
	fault   *source.Fault
}

type span struct{ from, to int }

// New begins to read. Until Want is called, all cells are kept.
func New(from io.Reader) *Reader {
	return &Reader{from: from, buf: make([]byte, chunk), line: 1}
}

// Want names the columns, from 0, whose cells are kept from the next row on.
func (r *Reader) Want(columns ...int) {
	r.picks, r.wanted = true, nil
	for _, c := range columns {
		for len(r.wanted) <= c {
			r.wanted = append(r.wanted, false)
		}
		r.wanted[c] = true
	}
}

// Line is where the row begins, from 1.
func (r *Reader) Line() int { return r.start }

// Cells is how many cells the row has.
func (r *Reader) Cells() int { return r.cells }

// Cell is the cell of a column, from 0, until the next row is read; nil for one that is not there or was not asked for.
func (r *Reader) Cell(column int) []byte {
	if column >= len(r.spans) {
		return nil
	}
	s := r.spans[column]
	return r.kept[s.from:s.to:s.to]
}

// Fault is what ended the reading; nil at the end of the file.
func (r *Reader) Fault() *source.Fault { return r.fault }

// Next reads a row. Empty lines are no rows.
func (r *Reader) Next() bool {
	for r.fault == nil && !r.over {
		r.kept, r.spans, r.cells, r.start = r.kept[:0], r.spans[:0], 0, r.line
		if !r.more() {
			break
		}
		for r.lineEnd = false; !r.lineEnd && r.fault == nil; {
			r.cell()
		}
		if r.fault == nil && (r.cells > 1 || r.spans == nil || r.size() > 0) {
			return true
		}
	}
	return false
}

// size is the length of the row's first cell.
func (r *Reader) size() int {
	if len(r.spans) == 0 {
		return 1
	}
	return r.spans[0].to - r.spans[0].from
}

// more tells whether there is another byte.
func (r *Reader) more() bool {
	for r.pos == r.end {
		if r.fails != nil || r.fault != nil {
			r.finish()
			return false
		}
		r.pos = 0
		r.end, r.fails = r.from.Read(r.buf)
		if !r.begun && r.end > 0 {
			r.begin()
		}
	}
	return r.fault == nil
}

func (r *Reader) finish() {
	r.over = true
	if r.fault == nil && !errors.Is(r.fails, io.EOF) {
		r.refuse(r.line, CutOff, "the file cannot be read to its end")
	}
}

var marks = []struct{ begin, what string }{
	{"PK\x03\x04", "a zip or a spreadsheet"},
	{"\x1f\x8b", "compressed"},
	{"\xd0\xcf\x11\xe0", "an old spreadsheet"},
	{"%PDF", "a PDF"},
	{"\xff\xfe", "in UTF-16"},
	{"\xfe\xff", "in UTF-16"},
	{"<", "a web page or XML"},
}

// begin looks at the first bytes.
func (r *Reader) begin() {
	for r.end < 4 && r.fails == nil {
		var n int
		n, r.fails = r.from.Read(r.buf[r.end:])
		r.end += n
	}
	r.begun = true
	if bytes.HasPrefix(r.buf[:r.end], []byte("\ufeff")) {
		r.pos = 3
	}
	rest := bytes.TrimLeft(r.buf[r.pos:r.end], " \t\r\n")
	for _, m := range marks {
		if bytes.HasPrefix(rest, []byte(m.begin)) {
			r.refuse(1, NotCSV, "this is no CSV in UTF-8: the file is "+m.what)
		}
	}
}

// refuse notes what is wrong with the cell that is being read.
func (r *Reader) refuse(line int, code source.Code, message string) {
	if r.fault == nil {
		r.fault = &source.Fault{Line: line, Path: Path(r.cells), Code: code, Message: message}
		if code == NotCSV {
			r.fault.Path = ""
		}
	}
}

// Path names a column, from 0, as people count them.
func Path(column int) string { return fmt.Sprintf("column %d", column+1) }

func (r *Reader) keeps() bool { return !r.picks || r.cells < len(r.wanted) && r.wanted[r.cells] }

// cell reads a cell and what ends it.
func (r *Reader) cell() {
	if r.cells == mostCells {
		r.refuse(r.line, source.TooMany, fmt.Sprintf("a row has at most %d cells", mostCells))
		return
	}
	from, keep := len(r.kept), r.keeps()
	if r.more() && r.buf[r.pos] == '"' {
		r.quoted(keep)
	} else {
		r.plain(keep)
	}
	r.spans = append(r.spans, span{from, len(r.kept)})
	if len(r.kept) > mostKept {
		r.refuse(r.line, source.TooLarge, fmt.Sprintf("a row has at most %d bytes", mostKept))
	}
	r.cells++
}

// ends are the bytes at which a plain cell can end, or must not go on.
var ends = [256]bool{',': true, '\n': true, '\r': true, '"': true, 0: true}

func (r *Reader) plain(keep bool) {
	size := 0
	for r.more() {
		part := r.buf[r.pos:r.end]
		n := 0
		for n < len(part) && !ends[part[n]] {
			n++
		}
		if keep {
			r.kept = append(r.kept, part[:n]...)
		}
		r.pos += n
		if size += n; size > mostCell {
			r.tooLarge(r.line)
			return
		}
		if n < len(part) {
			r.delimiter()
			return
		}
	}
	r.lineEnd = true
}

func (r *Reader) tooLarge(line int) {
	r.refuse(line, source.TooLarge, fmt.Sprintf("a cell has at most %d bytes", mostCell))
}

func (r *Reader) quoted(keep bool) {
	size, begin := 0, r.line
	r.pos++
	for r.more() {
		part := r.buf[r.pos:r.end]
		n := bytes.IndexByte(part, '"')
		closes := n >= 0
		if closes {
			part = part[:n]
			r.pos++
		}
		r.pos += len(part)
		r.line += bytes.Count(part, []byte{'\n'})
		if keep {
			r.kept = append(r.kept, part...)
		}
		if size += len(part); size > mostCell {
			r.tooLarge(begin)
			return
		}
		if !closes {
			continue
		}
		if !r.more() {
			r.lineEnd = true
			return
		}
		if r.buf[r.pos] != '"' {
			r.delimiter()
			return
		}
		r.pos++
		if keep {
			r.kept = append(r.kept, '"')
		}
	}
	r.refuse(begin, CutOff, "the file ends inside a cell in quotation marks")
}

// delimiter reads what follows a cell.
func (r *Reader) delimiter() {
	c := r.buf[r.pos]
	r.pos++
	switch c {
	case ',':
	case '\r':
		if r.more() && r.buf[r.pos] == '\n' {
			r.pos++
		} else if r.fault == nil && !r.over {
			r.refuse(r.line, source.Syntax, "a carriage return stands alone")
		}
		r.endLine()
	case '\n':
		r.endLine()
	case 0:
		r.refuse(r.line, NotCSV, "this is no CSV: the file has bytes that no text has")
	default:
		r.refuse(r.line, BadQuote, "a quotation mark stands inside a cell: a cell with one is in quotation marks, with each in it doubled")
	}
}

func (r *Reader) endLine() {
	r.line++
	r.lineEnd = true
}

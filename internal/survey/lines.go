package survey

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/plenary-dialogue/plenary/internal/csvscan"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

const mostLine = 1 << 20

// lines is a file of JSON Lines. A column is a member, or a member of a member: person_properties.region.
type lines struct {
	in    *bufio.Reader
	m     *Mapping
	c     *counted
	line  int
	names []string
	cells [][]byte
	found []bool
	over  bool
}

func newLines(file io.Reader, m *Mapping, c *counted) *lines {
	return &lines{in: bufio.NewReaderSize(file, mostLine), m: m, c: c}
}

func (l *lines) form() form { return forms[l.m.Format] }

func (l *lines) header() bool {
	if begin, _ := l.in.Peek(3); bytes.Equal(begin, []byte("\ufeff")) {
		_, _ = l.in.Discard(3)
	}
	return true
}

// column always succeeds: a line may lack any member, and then has no answer there.
func (l *lines) column(name string, _ bool) int {
	l.names, l.cells, l.found = append(l.names, name), append(l.cells, nil), append(l.found, false)
	return len(l.names) - 1
}

func (l *lines) next() bool {
	for !l.over {
		l.line++
		text, err := l.in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			l.c.fault(at{line: l.line}, source.TooLarge, "a line has at most %d bytes", mostLine)
			return false
		case err != nil && !errors.Is(err, io.EOF):
			l.c.fault(at{line: l.line}, csvscan.CutOff, "the file cannot be read to its end")
			return false
		}
		l.over = err != nil
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if l.read(text) {
			return true
		}
		if l.line == 1 {
			return false // it is no JSON at all
		}
	}
	return false
}

// read takes the cells of a line, and false after a fault.
func (l *lines) read(text []byte) bool {
	for i := range l.cells {
		l.cells[i], l.found[i] = l.cells[i][:0], false
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	err := l.object(dec, "", 0)
	if err == nil {
		if _, after := dec.Token(); !errors.Is(after, io.EOF) {
			err = errors.New("something follows the object")
		}
	}
	var d doubled
	switch {
	case err == nil:
		return true
	case errors.As(err, &d):
		l.c.fault(l.at(int(d)), DoubledColumn, "the line has two members %s", quoted(l.names[d]))
	case l.over && errors.Is(err, io.ErrUnexpectedEOF):
		l.c.fault(at{line: l.line}, csvscan.CutOff, "the file ends inside a line")
	default:
		l.c.fault(at{line: l.line}, source.Syntax, "each line is one object in JSON")
	}
	return false
}

type doubled int

func (doubled) Error() string { return "a member is there twice" }

// object reads the members of an object.
func (l *lines) object(dec *json.Decoder, path string, depth int) error {
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fmt.Errorf("an object is meant: %w", noEOF(err))
	}
	return l.members(dec, path, depth)
}

func (l *lines) members(dec *json.Decoder, path string, depth int) error {
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return err
		}
		if err := l.member(dec, path+name.(string), depth); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return noEOF(err)
}

func (l *lines) member(dec *json.Decoder, name string, depth int) error {
	t, err := dec.Token()
	if err != nil {
		return noEOF(err)
	}
	if t == json.Delim('{') && depth < 8 {
		return l.members(dec, name+".", depth+1)
	}
	if d, nested := t.(json.Delim); nested {
		return l.pass(dec, d)
	}
	for i, wanted := range l.names {
		if wanted != name {
			continue
		}
		if l.found[i] {
			return doubled(i)
		}
		l.found[i] = true
		switch t := t.(type) {
		case string:
			l.cells[i] = append(l.cells[i], t...)
		case json.Number:
			l.cells[i] = append(l.cells[i], t...)
		case bool:
			l.cells[i] = fmt.Append(l.cells[i], t)
		}
	}
	return nil
}

// pass reads to the end of a list, or of an object that lies too deep.
func (l *lines) pass(dec *json.Decoder, _ json.Delim) error {
	for depth := 1; depth > 0; {
		t, err := dec.Token()
		if err != nil {
			return noEOF(err)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	return nil
}

// noEOF is an error for the end inside an object.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func (l *lines) cell(column int) []byte { return l.cells[column] }

func (l *lines) at(column int) at {
	if column < 0 {
		return at{line: l.line}
	}
	return at{l.line, source.Excerpt(l.names[column])}
}

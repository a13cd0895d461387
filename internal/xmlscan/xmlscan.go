// Package xmlscan reads the XML of logs and journeys as a stream, in memory that does not grow with the file, ten times as fast as
// encoding/xml. It reads well-formed documents in UTF-8 and no more: no document types, no entities but the five of XML itself and numbers,
// nothing that names another file, bounded depth and size of everything. Faults name the line and never what stands there.
package xmlscan

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// The codes of files that are not read.
const (
	NotXML   source.Code = "NOT_XML"
	Entities source.Code = "ENTITIES" // a document type, or a reference to an entity
	CutOff   source.Code = "CUT_OFF"
)

// Kind is what was read.
type Kind uint8

// The kinds of what is read. An element without content has a Start and an End, too.
const (
	Start Kind = iota + 1
	End
	Text
)

const (
	mostToken = 1 << 20
	mostDepth = 64
	mostAttrs = 100
	first     = 64 << 10
)

// Scanner reads a document piece by piece.
type Scanner struct {
	from     io.Reader
	buf      []byte
	pos, end int
	fails    error // of from
	line     int   // of pos
	at       int   // the line on which the piece begins

	kind    Kind
	name    []byte
	attrs   []attr
	text    []byte
	scratch []byte
	open    []byte // the names of open elements, one after the other
	opens   []int  // where they begin
	rooted  bool
	empty   bool // the element that was opened ends at once
	fault   *source.Fault
}

type attr struct{ name, value []byte }

// New begins to read.
func New(from io.Reader) *Scanner { return &Scanner{from: from, buf: make([]byte, first), line: 1} }

// Kind is what Next has read.
func (s *Scanner) Kind() Kind { return s.kind }

// Name is that of an element, without the prefix of a namespace, until the next piece is read.
func (s *Scanner) Name() []byte { return s.name }

// Text is a piece of text, until the next piece is read. Texts on both sides of a comment are two pieces.
func (s *Scanner) Text() []byte { return s.text }

// Attr is the value of an attribute of an element that was opened, until the next piece is read; nil for none.
func (s *Scanner) Attr(name string) []byte {
	for _, a := range s.attrs {
		if string(a.name) == name {
			return a.value
		}
	}
	return nil
}

// Line is where the piece begins, from 1.
func (s *Scanner) Line() int { return s.at }

// Depth is how many elements are open, the one that was just opened among them.
func (s *Scanner) Depth() int { return len(s.opens) }

// Fault is what ended the reading; nil at the end of a whole document.
func (s *Scanner) Fault() *source.Fault { return s.fault }

func (s *Scanner) refuse(code source.Code, format string, args ...any) bool {
	if s.fault == nil {
		s.fault = &source.Fault{Line: s.at, Code: code, Message: fmt.Sprintf(format, args...)}
	}
	return false
}

// Next reads a piece: an element that opens or closes, or a text inside one.
func (s *Scanner) Next() bool {
	if s.fault != nil {
		return false
	}
	s.attrs, s.text = s.attrs[:0], nil
	if s.empty {
		s.empty = false
		return s.closed()
	}
	for {
		s.at = s.line
		if s.pos == s.end && !s.fill() {
			return s.over()
		}
		if s.buf[s.pos] != '<' {
			if emitted, ok := s.plain(); emitted || !ok {
				return ok
			}
			continue
		}
		if emitted, ok := s.markup(); emitted || !ok {
			return ok
		}
	}
}

// over is the end of the file.
func (s *Scanner) over() bool {
	switch {
	case s.fault != nil:
	case !errors.Is(s.fails, io.EOF):
		s.refuse(CutOff, "the file cannot be read to its end")
	case len(s.opens) > 0:
		s.refuse(CutOff, "the file ends inside an element")
	case !s.rooted:
		s.refuse(NotXML, "this is no XML: there is no element")
	}
	return false
}

// fill reads more after what is there, and false at the end or where that would be too much.
func (s *Scanner) fill() bool {
	if s.pos > 0 {
		s.end = copy(s.buf, s.buf[s.pos:s.end])
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= mostToken {
			return s.refuse(source.TooLarge, "a tag or a text has at most %d bytes", mostToken)
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for s.fails == nil {
		var n int
		n, s.fails = s.from.Read(s.buf[s.end:])
		if s.end += n; n > 0 {
			return true
		}
	}
	return false
}

// until gives what stands before a mark and moves behind it; false at the end of the file.
func (s *Scanner) until(mark string) ([]byte, bool) {
	from := 0
	for {
		if i := bytes.Index(s.buf[s.pos+from:s.end], []byte(mark)); i >= 0 {
			piece := s.buf[s.pos : s.pos+from+i]
			s.pos += from + i + len(mark)
			s.line += bytes.Count(piece, []byte{'\n'})
			return piece, true
		}
		from = max(0, s.end-s.pos-len(mark)+1)
		if !s.fill() {
			if s.fault == nil {
				s.refuse(CutOff, "the file ends inside a tag or a comment")
			}
			return nil, false
		}
	}
}

// plain reads the text before a tag.
func (s *Scanner) plain() (emitted, ok bool) {
	for from := 0; ; {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], '<'); i >= 0 {
			return s.textOf(from + i)
		}
		from = s.end - s.pos
		if !s.fill() {
			if s.fault != nil {
				return false, false
			}
			return s.textOf(from)
		}
	}
}

func (s *Scanner) textOf(n int) (emitted, ok bool) {
	piece := s.buf[s.pos : s.pos+n]
	s.pos += n
	s.line += bytes.Count(piece, []byte{'\n'})
	if len(s.opens) == 0 {
		piece = bytes.TrimPrefix(piece, []byte("\ufeff"))
		if len(bytes.TrimSpace(piece)) > 0 {
			return false, s.refuse(NotXML, "this is no XML: text stands outside of all elements")
		}
		return false, true
	}
	s.scratch = s.scratch[:0]
	text, ok := s.decoded(piece)
	s.kind, s.text = Text, text
	return true, ok
}

// markup reads what begins with <.
func (s *Scanner) markup() (emitted, ok bool) {
	for s.end-s.pos < len("<![CDATA[") && s.fill() {
	}
	switch begin := s.buf[s.pos:s.end]; {
	case bytes.HasPrefix(begin, []byte("<!--")):
		s.pos += 4
		_, ok := s.until("-->")
		return false, ok
	case bytes.HasPrefix(begin, []byte("<![CDATA[")):
		s.pos += 9
		text, ok := s.until("]]>")
		s.kind, s.text = Text, text
		if ok && len(s.opens) == 0 {
			return false, s.refuse(NotXML, "this is no XML: text stands outside of all elements")
		}
		return true, ok && s.valid(text)
	case bytes.HasPrefix(begin, []byte("<!")):
		return false, s.refuse(Entities, "documents with a document type or entities are not read")
	case bytes.HasPrefix(begin, []byte("<?")):
		s.pos += 2
		text, ok := s.until("?>")
		return false, ok && s.declaration(text)
	case bytes.HasPrefix(begin, []byte("</")):
		s.pos += 2
		name, ok := s.until(">")
		return true, ok && s.closes(bytes.TrimRight(name, " \t\r\n"))
	}
	return true, s.opened()
}

// declaration refuses other encodings than UTF-8.
func (s *Scanner) declaration(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("xml")) {
		return true
	}
	if _, after, ok := bytes.Cut(text, []byte("encoding")); ok {
		name := bytes.ToLower(bytes.Trim(after, "= \t\r\n\"'"))
		if !bytes.HasPrefix(name, []byte("utf-8")) && !bytes.HasPrefix(name, []byte("us-ascii")) {
			return s.refuse(NotXML, "the document is in UTF-8; this one says that it is not")
		}
	}
	return true
}

func (s *Scanner) valid(text []byte) bool {
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return s.refuse(NotXML, "the document is in UTF-8; this one is not")
	}
	return true
}

// opened reads a tag that opens an element.
func (s *Scanner) opened() bool {
	n := s.tag()
	if n < 0 {
		return false
	}
	tag := s.buf[s.pos+1 : s.pos+n]
	s.pos += n + 1
	s.line += bytes.Count(tag, []byte{'\n'})
	if !s.valid(tag) {
		return false
	}
	if s.empty = len(tag) > 0 && tag[len(tag)-1] == '/'; s.empty {
		tag = tag[:len(tag)-1]
	}
	name := tag[:nameLength(tag)]
	switch {
	case len(name) == 0:
		return s.refuse(NotXML, "this is no XML: a tag has no name")
	case len(s.opens) == 0 && s.rooted:
		return s.refuse(NotXML, "this is no XML: a second element follows the first")
	case len(s.opens) == mostDepth:
		return s.refuse(source.TooDeep, "elements are nested at most %d deep", mostDepth)
	}
	s.rooted = true
	s.opens = append(s.opens, len(s.open))
	s.open = append(s.open, name...)
	s.kind, s.name = Start, local(name)
	return s.attributes(tag[len(name):])
}

// tag is where the tag that begins here ends; -1 where it does not.
func (s *Scanner) tag() int {
	var quote byte
	for n := 1; ; n++ {
		if s.pos+n == s.end && !s.fill() {
			s.refuse(CutOff, "the file ends inside a tag")
			return -1
		}
		switch c := s.buf[s.pos+n]; {
		case c == '<':
			s.refuse(NotXML, "this is no XML: a tag begins inside another")
			return -1
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return n
		}
	}
}

// nameLength is how long the name is that a text begins with.
func nameLength(text []byte) int {
	for i, c := range text {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c == ':' || c >= 0x80
		later := '0' <= c && c <= '9' || c == '-' || c == '.'
		if !letter && (i == 0 || !later) {
			return i
		}
	}
	return len(text)
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// attributes reads what follows the name of an element.
func (s *Scanner) attributes(rest []byte) bool {
	s.scratch = s.scratch[:0]
	for {
		i := 0
		for i < len(rest) && space(rest[i]) {
			i++
		}
		if i == len(rest) {
			return true
		}
		name := rest[i : i+nameLength(rest[i:])]
		after := bytes.TrimLeft(rest[i+len(name):], " \t\r\n")
		if i == 0 || len(name) == 0 || len(after) < 2 || after[0] != '=' {
			return s.refuse(NotXML, "this is no XML: attributes are as name=\"value\", with a space before them")
		}
		after = bytes.TrimLeft(after[1:], " \t\r\n")
		if len(after) == 0 || after[0] != '"' && after[0] != '\'' {
			return s.refuse(NotXML, "this is no XML: the value of an attribute stands in quotation marks")
		}
		end := bytes.IndexByte(after[1:], after[0]) // there is one: tag has looked for it
		value, ok := s.decoded(after[1 : end+1])
		switch {
		case !ok:
			return false
		case s.Attr(string(name)) != nil:
			return s.refuse(NotXML, "this is no XML: an attribute is there twice")
		case len(s.attrs) == mostAttrs:
			return s.refuse(source.TooMany, "an element has at most %d attributes", mostAttrs)
		}
		if value == nil {
			value = []byte{}
		}
		s.attrs = append(s.attrs, attr{name, value})
		rest = after[end+2:]
	}
}

// closes checks that the tag is that of the element which was opened last.
func (s *Scanner) closes(name []byte) bool {
	if len(s.opens) == 0 || !bytes.Equal(name, s.open[s.opens[len(s.opens)-1]:]) {
		return s.refuse(NotXML, "this is no XML: a tag closes an element that is not open")
	}
	return s.closed()
}

func (s *Scanner) closed() bool {
	from := s.opens[len(s.opens)-1]
	s.kind, s.name = End, local(s.open[from:])
	s.open, s.opens = s.open[:from], s.opens[:len(s.opens)-1]
	return true
}

// references are the entities that XML itself has.
var references = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// decoded replaces references.
func (s *Scanner) decoded(text []byte) ([]byte, bool) {
	if !s.valid(text) {
		return nil, false
	}
	if bytes.IndexByte(text, '&') < 0 {
		return text, true
	}
	from := len(s.scratch)
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			s.scratch = append(s.scratch, text...)
			return s.scratch[from:len(s.scratch):len(s.scratch)], true
		}
		s.scratch = append(s.scratch, text[:i]...)
		end := bytes.IndexByte(text[i:], ';')
		if end < 0 {
			return nil, s.refuse(NotXML, "this is no XML: & begins a reference and is written as &amp;")
		}
		meant, ok := reference(string(text[i+1 : i+end]))
		if !ok {
			return nil, s.refuse(Entities, "entities are not read, except &amp; &lt; &gt; &quot; &apos; and numbers")
		}
		s.scratch = append(s.scratch, meant...)
		text = text[i+end+1:]
	}
}

func reference(name string) (string, bool) {
	if meant, ok := references[name]; ok {
		return meant, true
	}
	if len(name) < 2 || name[0] != '#' {
		return "", false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	r := rune(n)
	if err != nil || n == 0 || !utf8.ValidRune(r) {
		return "", false
	}
	return string(r), true
}

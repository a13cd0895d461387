package bundle

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"
)

// maxInt is the largest integer that every JSON parser represents exactly (RFC 8785, 3.2.2.3; I-JSON).
const maxInt = 1<<53 - 1

// maxDepth is how deep a payload may nest.
const maxDepth = 64

var (
	errJSON      = errors.New("is not JSON")
	errUTF8      = errors.New("is not UTF-8")
	errSurrogate = errors.New("has half a surrogate pair")
	errDuplicate = errors.New("has a duplicate member")
	errDeep      = errors.New("is nested too deeply")
)

// field is one member of an object: its decoded name and the text of its value.
type field struct{ name, raw []byte }

// split reads one JSON object into its members and checks all of it. encoding/json accepts what two parsers may read
// differently: duplicate members, halves of surrogate pairs, invalid UTF-8.
func split(b []byte, into []field) ([]field, error) {
	p := parser{b: b}
	p.space()
	fields, err := p.object(into[:0])
	if err != nil {
		return nil, err
	}
	return fields, p.end()
}

// valid checks one JSON value in the same way.
func valid(b []byte) error {
	p := parser{b: b}
	p.space()
	if err := p.value(); err != nil {
		return err
	}
	return p.end()
}

type parser struct {
	b     []byte
	i     int
	depth int
}

func (p *parser) space() {
	for p.i < len(p.b) && (p.b[p.i] == ' ' || p.b[p.i] == '\t' || p.b[p.i] == '\r' || p.b[p.i] == '\n') {
		p.i++
	}
}

func (p *parser) end() error {
	if p.space(); p.i < len(p.b) {
		return errJSON
	}
	return nil
}

// take consumes a byte if it is next.
func (p *parser) take(c byte) bool {
	if p.i < len(p.b) && p.b[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *parser) value() error {
	if p.i >= len(p.b) {
		return errJSON
	}
	switch c := p.b[p.i]; c {
	case '{':
		var few [8]field
		_, err := p.object(few[:0])
		return err
	case '[':
		return p.array()
	case '"':
		return p.text()
	case 't':
		return p.word("true")
	case 'f':
		return p.word("false")
	case 'n':
		return p.word("null")
	default:
		return p.number()
	}
}

func (p *parser) word(w string) error {
	if !bytes.HasPrefix(p.b[p.i:], []byte(w)) {
		return errJSON
	}
	p.i += len(w)
	return nil
}

func (p *parser) digits() bool {
	start := p.i
	for p.i < len(p.b) && p.b[p.i] >= '0' && p.b[p.i] <= '9' {
		p.i++
	}
	return p.i > start
}

func (p *parser) number() error {
	p.take('-')
	if !p.take('0') && !p.digits() {
		return errJSON
	}
	if p.take('.') && !p.digits() {
		return errJSON
	}
	if p.take('e') || p.take('E') {
		if !p.take('+') {
			p.take('-')
		}
		if !p.digits() {
			return errJSON
		}
	}
	return nil
}

func (p *parser) array() error {
	if p.depth++; p.depth > maxDepth {
		return errDeep
	}
	p.i++
	if p.space(); p.take(']') {
		p.depth--
		return nil
	}
	for {
		p.space()
		if err := p.value(); err != nil {
			return err
		}
		p.space()
		if p.take(']') {
			p.depth--
			return nil
		}
		if !p.take(',') {
			return errJSON
		}
	}
}

func (p *parser) object(fields []field) ([]field, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, errDeep
	}
	if !p.take('{') {
		return nil, errJSON
	}
	if p.space(); p.take('}') {
		p.depth--
		return fields, nil
	}
	var many map[string]bool
	var err error
	for {
		p.space()
		start := p.i
		if err := p.text(); err != nil {
			return nil, err
		}
		name := decode(p.b[start:p.i])
		p.space()
		if !p.take(':') {
			return nil, errJSON
		}
		p.space()
		start = p.i
		if err := p.value(); err != nil {
			return nil, err
		}
		if many, err = once(fields, many, name); err != nil {
			return nil, err
		}
		fields = append(fields, field{name, p.b[start:p.i]})
		p.space()
		if p.take('}') {
			p.depth--
			return fields, nil
		}
		if !p.take(',') {
			return nil, errJSON
		}
	}
}

// once refuses a duplicate name. It scans small objects, and keeps a set of names for large ones.
func once(fields []field, many map[string]bool, name []byte) (map[string]bool, error) {
	if len(fields) < 32 {
		for _, f := range fields {
			if bytes.Equal(f.name, name) {
				return nil, errDuplicate
			}
		}
		return nil, nil
	}
	if many == nil {
		many = make(map[string]bool, 2*len(fields))
		for _, f := range fields {
			many[string(f.name)] = true
		}
	}
	if many[string(name)] {
		return nil, errDuplicate
	}
	many[string(name)] = true
	return many, nil
}

// text consumes a string and checks it.
func (p *parser) text() error {
	if !p.take('"') {
		return errJSON
	}
	for p.i < len(p.b) {
		switch c := p.b[p.i]; {
		case c == '"':
			p.i++
			return nil
		case c < ' ':
			return errJSON
		case c == '\\':
			if err := p.escape(); err != nil {
				return err
			}
		case c < utf8.RuneSelf:
			p.i++
		default:
			r, n := utf8.DecodeRune(p.b[p.i:])
			if r == utf8.RuneError && n == 1 {
				return errUTF8
			}
			p.i += n
		}
	}
	return errJSON
}

func (p *parser) escape() error {
	p.i++
	if p.i >= len(p.b) {
		return errJSON
	}
	if p.b[p.i] != 'u' {
		if bytes.IndexByte([]byte(`"\/bfnrt`), p.b[p.i]) < 0 {
			return errJSON
		}
		p.i++
		return nil
	}
	r, ok := hex4(p.b[p.i+1:])
	if !ok {
		return errJSON
	}
	p.i += 5
	if !utf16.IsSurrogate(r) {
		return nil
	}
	if len(p.b)-p.i < 6 || p.b[p.i] != '\\' || p.b[p.i+1] != 'u' {
		return errSurrogate
	}
	low, ok := hex4(p.b[p.i+2:])
	if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
		return errSurrogate
	}
	p.i += 6
	return nil
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[:4]), 16, 16)
	return rune(n), err == nil
}

// decode returns the text of a checked string. Without escapes it shares memory with the input.
func decode(raw []byte) []byte {
	in := raw[1 : len(raw)-1]
	at := bytes.IndexByte(in, '\\')
	if at < 0 {
		return in
	}
	out := append(make([]byte, 0, len(in)), in[:at]...)
	for i := at; i < len(in); {
		if in[i] != '\\' {
			next := bytes.IndexByte(in[i:], '\\')
			if next < 0 {
				next = len(in) - i
			}
			out = append(out, in[i:i+next]...)
			i += next
			continue
		}
		if in[i+1] != 'u' {
			out = append(out, unescape(in[i+1]))
			i += 2
			continue
		}
		r, _ := hex4(in[i+2:])
		i += 6
		if utf16.IsSurrogate(r) {
			low, _ := hex4(in[i+2:])
			r = utf16.DecodeRune(r, low)
			i += 6
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

func unescape(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}

var (
	errText    = errors.New("is not a string")
	errInteger = errors.New("is not a whole number from 0 to 9007199254740991")
	errBool    = errors.New("is not true or false")
	errHex     = errors.New("is not lower-case hexadecimal of the right length")
	errHashes  = errors.New("is not a list of hashes in base64")
)

func asText(raw []byte) ([]byte, error) {
	if raw[0] != '"' {
		return nil, errText
	}
	return decode(raw), nil
}

func asInt(raw []byte) (int64, error) {
	if len(raw) == 0 || len(raw) > 16 || raw[0] == '0' && len(raw) > 1 {
		return 0, errInteger
	}
	var n int64
	for _, c := range raw {
		if c < '0' || c > '9' {
			return 0, errInteger
		}
		n = n*10 + int64(c-'0')
	}
	if n > maxInt {
		return 0, errInteger
	}
	return n, nil
}

func asBool(raw []byte) (bool, error) {
	switch string(raw) {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, errBool
}

// asHex fills out, whose length is that of the value.
func asHex(raw []byte, out []byte) error {
	text, err := asText(raw)
	if err != nil || len(text) != hex.EncodedLen(len(out)) {
		return errHex
	}
	for _, c := range text {
		if c >= 'A' && c <= 'F' {
			return errHex
		}
	}
	if _, err := hex.Decode(out, text); err != nil {
		return errHex
	}
	return nil
}

// asList returns the text of each element of a list.
func asList(raw []byte, into [][]byte) ([][]byte, error) {
	into = into[:0]
	if raw[0] != '[' {
		return nil, errors.New("is not a list")
	}
	p := parser{b: raw, i: 1}
	if p.space(); p.take(']') {
		return into, nil
	}
	for {
		p.space()
		start := p.i
		if err := p.value(); err != nil {
			return nil, err
		}
		into = append(into, raw[start:p.i])
		p.space()
		if !p.take(',') {
			return into, nil
		}
	}
}

// asHashes reads a proof of at most 64 hashes.
func asHashes(raw []byte, into []tlog.Hash) ([]tlog.Hash, error) {
	var few [64][]byte
	list, err := asList(raw, few[:0])
	if err != nil || len(list) > len(few) {
		return nil, errHashes
	}
	into = into[:0]
	for _, r := range list {
		text, err := asText(r)
		if err != nil {
			return nil, errHashes
		}
		h, ok := hash64(text)
		if !ok {
			return nil, errHashes
		}
		into = append(into, h)
	}
	return into, nil
}

var strict64 = base64.StdEncoding.Strict()

// hash64 reads a hash in base64; each hash has only one spelling.
func hash64(text []byte) (h tlog.Hash, ok bool) {
	if len(text) != base64.StdEncoding.EncodedLen(len(h)) {
		return h, false
	}
	var out [33]byte // the encoding may decode to 33 bytes
	n, err := strict64.Decode(out[:], text)
	return tlog.Hash(out[:32]), err == nil && n == len(h)
}

package server

import (
	"encoding/json"
	"errors"
	"unicode/utf16"
	"unicode/utf8"
)

// encoding/json keeps the last of two members of the same name, replaces half a surrogate pair by U+FFFD, and nests 10,000 deep.
// The server would then run something other than what a gateway checked, and change a participant's words. This decoder
// refuses all three, and U+0000, which PostgreSQL cannot store. Its errors never repeat the input.
var (
	errSyntax    = errors.New("is not valid JSON")
	errTrailing  = errors.New("holds more than one JSON value")
	errDepth     = errors.New("is nested too deeply")
	errDuplicate = errors.New("has two members of the same name in one object")
	errNUL       = errors.New("holds the character U+0000")
	errSurrogate = errors.New("holds half a surrogate pair")
	errUTF8      = errors.New("is not valid UTF-8")
)

// longestNumber bounds the length of a number: none in the schema needs more, and long numbers are slow to parse.
const longestNumber = 128

// decode reads one JSON value: nil, bool, string, json.Number, []any or map[string]any, nested at most depth levels.
func decode(text []byte, depth int) (any, error) {
	d := decoder{text: text}
	v, err := d.value(depth)
	if err != nil {
		return nil, err
	}
	d.space()
	if d.at != len(d.text) {
		return nil, errTrailing
	}
	return v, nil
}

type decoder struct {
	text []byte
	at   int
}

func (d *decoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// take skips spaces and then c, if it comes next.
func (d *decoder) take(c byte) bool {
	d.space()
	if d.at < len(d.text) && d.text[d.at] == c {
		d.at++
		return true
	}
	return false
}

func (d *decoder) value(depth int) (any, error) {
	d.space()
	if d.at == len(d.text) {
		return nil, errSyntax
	}
	switch c := d.text[d.at]; {
	case c == '{' || c == '[':
		if depth == 0 {
			return nil, errDepth
		}
		d.at++
		if c == '{' {
			return d.object(depth - 1)
		}
		return d.array(depth - 1)
	case c == '"':
		d.at++
		return d.string()
	case c == '-' || c >= '0' && c <= '9':
		return d.number()
	case d.word("true"):
		return true, nil
	case d.word("false"):
		return false, nil
	case d.word("null"):
		return nil, nil
	}
	return nil, errSyntax
}

func (d *decoder) word(w string) bool {
	if len(d.text)-d.at < len(w) || string(d.text[d.at:d.at+len(w)]) != w {
		return false
	}
	d.at += len(w)
	return true
}

func (d *decoder) object(depth int) (any, error) {
	out := make(map[string]any)
	if d.take('}') {
		return out, nil
	}
	for {
		if !d.take('"') {
			return nil, errSyntax
		}
		name, err := d.string()
		if err != nil {
			return nil, err
		}
		if _, twice := out[name]; twice {
			return nil, errDuplicate
		}
		if !d.take(':') {
			return nil, errSyntax
		}
		if out[name], err = d.value(depth); err != nil {
			return nil, err
		}
		if d.take('}') {
			return out, nil
		}
		if !d.take(',') {
			return nil, errSyntax
		}
	}
}

func (d *decoder) array(depth int) (any, error) {
	out := []any{}
	if d.take(']') {
		return out, nil
	}
	for {
		v, err := d.value(depth)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
		if d.take(']') {
			return out, nil
		}
		if !d.take(',') {
			return nil, errSyntax
		}
	}
}

func (d *decoder) number() (any, error) {
	start := d.at
	d.sign('-')
	whole := d.digits()
	if whole == 0 || whole > 1 && d.text[d.at-whole] == '0' {
		return nil, errSyntax
	}
	if d.sign('.') && d.digits() == 0 {
		return nil, errSyntax
	}
	if d.sign('e') || d.sign('E') {
		_ = d.sign('+') || d.sign('-')
		if d.digits() == 0 {
			return nil, errSyntax
		}
	}
	if d.at-start > longestNumber {
		return nil, errSyntax
	}
	return json.Number(d.text[start:d.at]), nil
}

func (d *decoder) sign(c byte) bool {
	if d.at < len(d.text) && d.text[d.at] == c {
		d.at++
		return true
	}
	return false
}

func (d *decoder) digits() int {
	start := d.at
	for d.at < len(d.text) && d.text[d.at] >= '0' && d.text[d.at] <= '9' {
		d.at++
	}
	return d.at - start
}

// string reads a string after its opening quote.
func (d *decoder) string() (string, error) {
	start, ascii := d.at, true
	for d.at < len(d.text) {
		switch c := d.text[d.at]; {
		case c == '"':
			raw := d.text[start:d.at]
			d.at++
			if !ascii && !utf8.Valid(raw) {
				return "", errUTF8
			}
			return string(raw), nil
		case c == '\\':
			return d.escaped(append(make([]byte, 0, len(d.text[start:d.at])+64), d.text[start:d.at]...))
		case c < 0x20:
			return "", errSyntax
		case c >= utf8.RuneSelf:
			ascii = false
		}
		d.at++
	}
	return "", errSyntax
}

// escaped reads the rest of a string from its first escape on; out is the text before the escape.
func (d *decoder) escaped(out []byte) (string, error) {
	for d.at < len(d.text) {
		c := d.text[d.at]
		d.at++
		switch {
		case c == '"':
			if !utf8.Valid(out) {
				return "", errUTF8
			}
			return string(out), nil
		case c < 0x20:
			return "", errSyntax
		case c != '\\':
			out = append(out, c)
		default:
			var err error
			if out, err = d.escape(out); err != nil {
				return "", err
			}
		}
	}
	return "", errSyntax
}

// escape reads what follows a backslash.
func (d *decoder) escape(out []byte) ([]byte, error) {
	if d.at == len(d.text) {
		return nil, errSyntax
	}
	c := d.text[d.at]
	d.at++
	switch c {
	case '"', '\\', '/':
		return append(out, c), nil
	case 'b':
		return append(out, '\b'), nil
	case 'f':
		return append(out, '\f'), nil
	case 'n':
		return append(out, '\n'), nil
	case 'r':
		return append(out, '\r'), nil
	case 't':
		return append(out, '\t'), nil
	case 'u':
		r, err := d.rune()
		return utf8.AppendRune(out, r), err
	}
	return nil, errSyntax
}

// rune reads the four digits after \u, and the second escape if they are the first half of a surrogate pair.
func (d *decoder) rune() (rune, error) {
	r, ok := d.hex()
	switch {
	case !ok:
		return 0, errSyntax
	case r == 0:
		return 0, errNUL
	case !utf16.IsSurrogate(r):
		return r, nil
	case !d.word(`\u`):
		return 0, errSurrogate
	}
	low, ok := d.hex()
	if !ok {
		return 0, errSyntax
	}
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, errSurrogate
	}
	return r, nil
}

func (d *decoder) hex() (rune, bool) {
	if len(d.text)-d.at < 4 {
		return 0, false
	}
	var r rune
	for _, c := range d.text[d.at : d.at+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	d.at += 4
	return r, true
}

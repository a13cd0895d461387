package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Limits bound what a document may cost to read. A node takes about 120 bytes.
type Limits struct {
	Bytes, Nodes, Depth int
}

// JSON reads one JSON text. Doubled members, invalid UTF-8 and lone surrogates are faults; so is anything after the text. The tree
// is nil when the text cannot be read to its end.
func JSON(text []byte, most Limits, faults *Faults) *Node {
	if len(text) > most.Bytes {
		faults.At(nil, "", TooLarge, "at most %d bytes; this has %d", most.Bytes, len(text))
		return nil
	}
	r := jsonReader{text: text, dec: json.NewDecoder(bytes.NewReader(text)), most: most, faults: faults, line: 1}
	r.dec.UseNumber()
	if at := firstBroken(text); at >= 0 {
		r.moveTo(int64(at))
		faults.Add(Fault{Line: r.line, Code: Syntax, Message: "the text is not UTF-8, or holds half of a surrogate pair"})
		return nil
	}
	n, err := r.value("", 0)
	if err == nil {
		_, err = r.dec.Token()
		switch {
		case errors.Is(err, io.EOF):
			return n
		case err == nil:
			err = errors.New("something follows the end of the text")
		}
	}
	r.refuse(err)
	return nil
}

type jsonReader struct {
	text   []byte
	dec    *json.Decoder
	most   Limits
	faults *Faults
	nodes  int
	seen   int64 // the lines up to here are counted
	line   int
}

// bounded is the fault of a document that costs too much to read on.
type bounded struct{ fault Fault }

func (b bounded) Error() string { return b.fault.Message }

func (r *jsonReader) refuse(err error) {
	r.moveTo(r.dec.InputOffset())
	var b bounded
	switch {
	case errors.As(err, &b):
		r.faults.Add(b.fault)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r.faults.Add(Fault{Line: r.line, Code: Syntax, Message: "the text is cut off"})
	default:
		r.faults.Add(Fault{Line: r.line, Code: Syntax, Message: "this is not JSON: " + err.Error()})
	}
}

// moveTo counts the lines up to a place.
func (r *jsonReader) moveTo(at int64) {
	at = min(at, int64(len(r.text)))
	if at > r.seen {
		r.line += bytes.Count(r.text[r.seen:at], []byte{'\n'})
		r.seen = at
	}
}

func (r *jsonReader) value(path string, depth int) (*Node, error) {
	t, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	r.moveTo(r.dec.InputOffset())
	n := &Node{Line: r.line}
	if r.nodes++; r.nodes > r.most.Nodes {
		return nil, bounded{Fault{Path: path, Line: r.line, Code: TooLarge, Message: fmt.Sprintf("at most %d values in one document", r.most.Nodes)}}
	}
	switch t := t.(type) {
	case json.Delim:
		if depth++; depth > r.most.Depth {
			return nil, bounded{Fault{Path: path, Line: r.line, Code: TooDeep, Message: fmt.Sprintf("nested deeper than %d", r.most.Depth)}}
		}
		if t == '{' {
			return n, r.object(n, path, depth)
		}
		return n, r.list(n, path, depth)
	case bool:
		n.Kind, n.Text = Bool, strconv.FormatBool(t)
	case json.Number:
		n.Kind, n.Text = Number, t.String()
	case string:
		n.Kind, n.Text = Text, norm.NFC.String(t)
	}
	return n, nil
}

func (r *jsonReader) list(n *Node, path string, depth int) error {
	n.Kind = List
	for r.dec.More() {
		item, err := r.value(Join(path, len(n.Items)), depth)
		if err != nil {
			return err
		}
		n.Items = append(n.Items, item)
	}
	_, err := r.dec.Token()
	return err
}

func (r *jsonReader) object(n *Node, path string, depth int) error {
	n.Kind = Object
	names := map[string]bool{}
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok {
			return errors.New("the name of a member must be a text")
		}
		name = norm.NFC.String(name)
		at := Join(path, Excerpt(name))
		v, err := r.value(at, depth)
		switch {
		case err != nil:
			return err
		case names[name]:
			r.faults.At(v, at, Duplicate, "the member %q is there twice", Excerpt(name))
		default:
			names[name] = true
			n.Members = append(n.Members, Member{name, v})
		}
	}
	_, err := r.dec.Token()
	return err
}

// firstBroken is where the text is not UTF-8, or escapes half of a surrogate pair, which encoding/json would replace in silence;
// -1 when nowhere.
func firstBroken(text []byte) int {
	if !utf8.Valid(text) {
		for i := 0; i < len(text); {
			r, size := utf8.DecodeRune(text[i:])
			if r == utf8.RuneError && size == 1 {
				return i
			}
			i += size
		}
	}
	for i := 0; ; {
		next := bytes.IndexByte(text[i:], '\\')
		if next < 0 {
			return -1
		}
		i += next
		u, ok := escaped(text[i:])
		switch {
		case !ok:
			i += 2
		case !utf16.IsSurrogate(u):
			i += 6
		default:
			low, ok := escaped(text[min(i+6, len(text)):])
			if !ok || utf16.DecodeRune(u, low) == utf8.RuneError {
				return i
			}
			i += 12
		}
		if i >= len(text) {
			return -1
		}
	}
}

// escaped reads \uXXXX.
func escaped(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	u, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(u), err == nil
}

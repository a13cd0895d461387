package filetype

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"regexp"
	"strconv"
)

// mostObjects is how much the objects of a PDF may unpack to, in bytes.
const mostObjects = 64 << 20

// refused are names of a PDF that stand for what runs, what is a file of its own, and what is loaded from elsewhere. Links that a
// reader follows by a click (URI) are none of these.
var refused = map[string]string{
	"JavaScript": "JavaScript", "JS": "JavaScript", "XFA": "a form of XFA, which can hold scripts", "Rendition": "media that can run scripts",
	"Launch": "an action that starts a program", "ImportData": "an action that reads another file", "SubmitForm": "a form that is sent elsewhere",
	"GoToR": "a link to another file", "GoToE": "a link into an embedded file", "RichMedia": "embedded media", "Movie": "embedded media", "Sound": "embedded media",
	"EmbeddedFile": "an embedded file", "EmbeddedFiles": "an embedded file", "EF": "an embedded file", "FileAttachment": "an embedded file",
	"Encrypt": "encryption, so that nobody can look into it",
}

var (
	pdfHead   = regexp.MustCompile(`\A%PDF-(1\.[0-7]|2\.0)[\r\n \t]`)
	pdfEnd    = regexp.MustCompile(`startxref[\r\n\t ]+([0-9]{1,10})[\r\n\t ]+%%EOF[\r\n\t \x00]*\z`)
	pdfTable  = regexp.MustCompile(`\A[\r\n\t ]*(xref[\r\n\t ]|[0-9]+[\r\n\t ]+[0-9]+[\r\n\t ]+obj)`)
	pdfObject = regexp.MustCompile(`[0-9\s]obj[\s<\[(/%0-9]`)
)

// checkPDF takes a PDF that has its end and its table of objects, and none of the refused names anywhere a reader looks for objects.
func checkPDF(content []byte) *Refusal {
	if !pdfHead.Match(content) {
		return isNot(PDF)
	}
	end := pdfEnd.FindSubmatch(content[max(0, len(content)-2048):])
	if end == nil {
		return refuse(CutOff, "the PDF is cut off: it lacks its end, or something follows it")
	}
	if at, err := strconv.Atoi(string(end[1])); err != nil || at >= len(content) || !pdfTable.Match(content[at:min(len(content), at+64)]) {
		return refuse(CutOff, "the PDF is cut off: its table of objects is not where it says")
	}
	p := &pdfReader{left: mostObjects}
	return p.body(content)
}

// pdfReader reads the tokens of a PDF. A reader finds objects by their place in the file, and not by reading it from the beginning: so what
// hides in a comment, a text or a stream is looked at as well if it could be an object.
type pdfReader struct {
	left   int // bytes that objects may still unpack to
	frames []*dict
	last   *dict // the dictionary that has just ended, nil after any other token
}

// dict is what is needed of a dictionary: its keys with the first token of each value, or the tokens of a list.
type dict struct {
	key    string
	list   string // the key of the list that is being read
	deep   int    // how many lists are open
	twice  bool   // a key stands there twice: readers differ in which they take
	values map[string]string
}

func (p *pdfReader) body(b []byte) *Refusal {
	for i := 0; i < len(b); {
		last := p.last
		n, r := p.token(b, i)
		if r != nil {
			return r
		}
		if last != nil && p.last == nil && string(b[i:n]) == "stream" {
			if n, r = p.stream(b, n, last); r != nil {
				return r
			}
		}
		i = n
	}
	return nil
}

// token reads one token or one run of white space, and gives where it ends.
func (p *pdfReader) token(b []byte, i int) (int, *Refusal) {
	c := b[i]
	if isSpace(c) {
		return i + 1, nil
	}
	if c == '%' {
		n := i + 1
		for n < len(b) && b[n] != '\r' && b[n] != '\n' {
			n++
		}
		return n, hidden(b[i:n])
	}
	p.last = nil
	switch {
	case c == '(':
		n, ok := text(b, i)
		if !ok {
			return n, refuse(CutOff, "a text in the PDF does not end")
		}
		p.value("(")
		return n, hidden(b[i:n])
	case c == '<' && i+1 < len(b) && b[i+1] == '<':
		p.value("<<")
		p.frames = append(p.frames, &dict{values: map[string]string{}})
		if len(p.frames) > 1000 {
			return i, refuse(Other, "the objects of the PDF are nested too deeply")
		}
		return i + 2, nil
	case c == '>' && i+1 < len(b) && b[i+1] == '>':
		if n := len(p.frames); n > 0 {
			p.last, p.frames = p.frames[n-1], p.frames[:n-1]
		}
		return i + 2, nil
	case c == '<':
		n := bytes.IndexByte(b[i:], '>')
		if n < 0 {
			return i, refuse(CutOff, "a text in the PDF does not end")
		}
		p.value("<")
		return i + n + 1, hidden(b[i : i+n])
	case c == '/':
		name, n := nameAt(b, i)
		p.name(name)
		return n, banned(name)
	case isDelimiter(c):
		p.value(string(c))
		return i + 1, nil
	}
	n := i
	for n < len(b) && !isSpace(b[n]) && !isDelimiter(b[n]) {
		n++
	}
	switch word := string(b[i:n]); word {
	case "obj", "endobj", "stream":
		p.frames = p.frames[:0]
	default:
		p.value(word)
	}
	return n, nil
}

// name is a key of the dictionary around it, or the value of one.
func (p *pdfReader) name(name string) {
	if n := len(p.frames); n > 0 && p.frames[n-1].key == "" && p.frames[n-1].deep == 0 {
		d := p.frames[n-1]
		_, there := d.values[name]
		d.key, d.values[name], d.twice = name, "", d.twice || there
		return
	}
	p.value("/" + name)
}

// value is the first token of a key's value; what follows until the next key belongs to it.
func (p *pdfReader) value(token string) {
	if len(p.frames) == 0 {
		return
	}
	d := p.frames[len(p.frames)-1]
	switch {
	case d.deep > 0:
		if len(d.values[d.list]) < 100 {
			d.values[d.list] += token
		}
	case d.key != "":
		d.values[d.key], d.list, d.key = token, d.key, ""
	}
	switch token {
	case "[":
		d.deep++
	case "]":
		d.deep = max(0, d.deep-1)
	}
}

// stream walks over the bytes of a stream that begins after the keyword at n, and gives where it ends.
func (p *pdfReader) stream(b []byte, n int, d *dict) (int, *Refusal) {
	if n < len(b) && b[n] == '\r' {
		n++
	}
	if n < len(b) && b[n] == '\n' {
		n++
	}
	length := bytes.Index(b[n:], []byte("endstream"))
	if length < 0 {
		return n, refuse(CutOff, "a stream of the PDF does not end")
	}
	if said, err := strconv.Atoi(d.values["Length"]); err == nil && said > length && said < len(b)-n &&
		bytes.HasPrefix(bytes.TrimLeft(b[n+said:min(len(b), n+said+16)], "\r\n \t"), []byte("endstream")) {
		length = said // the bytes hold the word by chance
	}
	if _, outside := d.values["F"]; outside {
		return n, refuse(Active, "a stream of the PDF is in another file")
	}
	_, counted := d.values["N"]
	_, begins := d.values["First"]
	if counted && begins || d.values["Type"] == "/ObjStm" {
		if r := p.objects(b[n:], d); r != nil {
			return n, r
		}
	}
	return n + length, hidden(b[n : n+length])
}

// objects looks at the objects that are packed into a stream. They are found by their places in it, so each is read from its own.
func (p *pdfReader) objects(b []byte, d *dict) *Refusal {
	if packing := d.values["DecodeParms"]; d.twice || packing != "" && packing != "null" && packing != "[null]" {
		return unusual()
	}
	content, r := p.unpacked(b, d)
	if r != nil {
		return r
	}
	p.left -= len(content)
	first, err := strconv.Atoi(d.values["First"])
	if err != nil || first < 0 || first > len(content) {
		return refuse(Other, "the objects of the PDF cannot be read")
	}
	numbers := bytes.Fields(content[:first])
	work := 4 * len(content)
	for i := 1; i < len(numbers); i += 2 {
		at, err := strconv.Atoi(string(numbers[i]))
		if err != nil || at < 0 || first+at > len(content) {
			return refuse(Other, "the objects of the PDF cannot be read")
		}
		read, r := objectAt(content[first+at:])
		if r != nil {
			return r
		}
		if work -= read; work < 0 {
			return refuse(Other, "the objects of the PDF lie over each other")
		}
	}
	return nil
}

// unpacked gives the bytes of a stream of objects.
func (p *pdfReader) unpacked(b []byte, d *dict) ([]byte, *Refusal) {
	switch filter := d.values["Filter"]; filter {
	case "", "null":
		n, err := strconv.Atoi(d.values["Length"])
		if err != nil || n < 0 || n > len(b) || !bytes.HasPrefix(bytes.TrimLeft(b[n:min(len(b), n+16)], "\r\n \t"), []byte("endstream")) {
			return nil, refuse(Other, "the objects of the PDF cannot be read")
		}
		return b[:n], nil
	case "/FlateDecode", "[/FlateDecode]":
		z, err := zlib.NewReader(bytes.NewReader(b))
		if err != nil {
			return nil, unusual()
		}
		content, err := io.ReadAll(io.LimitReader(z, int64(p.left)+1))
		if err != nil && !errors.Is(err, zlib.ErrChecksum) {
			return nil, refuse(CutOff, "the objects of the PDF cannot be unpacked")
		}
		if len(content) > p.left {
			return nil, refuse(TooLarge, "the objects of the PDF unpack to more than %d MiB", mostObjects>>20)
		}
		return content, nil
	}
	return nil, unusual()
}

func unusual() *Refusal {
	return refuse(Other, "the objects of the PDF are packed in an unusual way: save it again with another program")
}

// objectAt reads one object, and gives how much of the bytes it took.
func objectAt(b []byte) (int, *Refusal) {
	p := new(pdfReader)
	depth := 0
	for i := 0; i < len(b); {
		c := b[i]
		n, r := p.token(b, i)
		if r != nil {
			return n, r
		}
		switch {
		case isSpace(c) || c == '%':
			i = n
			continue
		case c == '[' || c == '<' && n == i+2:
			depth++
		case c == ']' || c == '>' && n == i+2:
			depth--
		}
		if i = n; depth <= 0 {
			return i, nil
		}
	}
	return len(b), nil
}

// hidden looks at bytes that no reader takes for objects, unless it is led there by a table of objects.
func hidden(b []byte) *Refusal {
	if !bytes.Contains(b, []byte("obj")) || !pdfObject.Match(b) {
		return nil
	}
	for i := 0; i < len(b); i++ {
		if b[i] != '/' {
			continue
		}
		name, _ := nameAt(b, i)
		if r := banned(name); r != nil {
			return r
		}
	}
	return nil
}

func banned(name string) *Refusal {
	if what, ok := refused[name]; ok {
		return refuse(Active, "the PDF has %s", what)
	}
	return nil
}

// nameAt reads the name at a slash, with its escapes undone, and gives where it ends.
func nameAt(b []byte, i int) (string, int) {
	i++
	start := i
	var name []byte
	for ; i < len(b) && !isSpace(b[i]) && !isDelimiter(b[i]) && i-start < 400; i++ {
		c := b[i]
		if c == '#' && i+2 < len(b) {
			if v, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				c, i = byte(v), i+2
			}
		}
		name = append(name, c)
	}
	return string(name), i
}

// text gives where the text in brackets ends that begins at i.
func text(b []byte, i int) (int, bool) {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
	}
	return len(b), false
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

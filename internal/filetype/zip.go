package filetype

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	mostEntries  = 5000
	mostUnpacked = 128 << 20 // of all entries together
	mostDepth    = 512       // of elements in each other
)

// entry is a part of an office document.
type entry struct {
	name    string // in lower case: office programs find parts whatever the case of their names
	content []byte
}

// unzip reads every entry to its end. It takes only archives that say the same in both of their tables, with nothing before, between
// or after the entries: programs differ in which table they believe.
func unzip(t Type, content []byte) ([]entry, *Refusal) {
	if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return nil, isNot(t)
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, refuse(CutOff, "the document is cut off, or is no zip archive")
	}
	if len(z.File) > mostEntries {
		return nil, refuse(TooLarge, "the document has more than %d parts", mostEntries)
	}
	if r := contiguous(z, content); r != nil {
		return nil, r
	}
	left, seen, entries := int64(mostUnpacked), map[string]bool{}, make([]entry, 0, len(z.File))
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case !isClean(f.Name) || seen[name]:
			return nil, refuse(Other, "the document has the part %q, whose name is there twice or leads out of it", named(f.Name))
		case f.Flags&0x1 != 0:
			return nil, refuse(Active, "the document is encrypted, so that nobody can look into it: save it without a password")
		case f.Method != zip.Store && f.Method != zip.Deflate:
			return nil, refuse(Other, "the part %q of the document is packed in an unusual way", named(f.Name))
		}
		seen[name] = true
		e, r := read(f, left)
		if r != nil {
			return nil, r
		}
		left -= int64(len(e))
		entries = append(entries, entry{name, e})
	}
	return entries, nil
}

func isClean(name string) bool {
	folder := strings.TrimSuffix(name, "/")
	return folder != "" && utf8.ValidString(name) && folder == path.Clean(folder) && !path.IsAbs(folder) && folder != ".." &&
		!strings.HasPrefix(folder, "../") && !strings.ContainsAny(name, "\\:\x00")
}

func read(f *zip.File, left int64) ([]byte, *Refusal) {
	in, err := f.Open()
	if err != nil {
		return nil, refuse(CutOff, "the part %q of the document cannot be read", named(f.Name))
	}
	defer in.Close()
	content, err := io.ReadAll(io.LimitReader(in, left+1))
	switch {
	case err != nil:
		return nil, refuse(CutOff, "the part %q of the document cannot be read to its end", named(f.Name))
	case int64(len(content)) > left:
		return nil, refuse(TooLarge, "the document unpacks to more than %d MiB", mostUnpacked>>20)
	}
	return content, nil
}

// contiguous compares the two tables of an archive, and looks for bytes that belong to no entry.
func contiguous(z *zip.Reader, b []byte) *Refusal {
	wrong := refuse(Other, "the document is an archive in which something hides, or whose tables do not agree: save it again")
	files := slices.Clone(z.File)
	offsets := make(map[*zip.File]int64, len(files))
	for _, f := range files {
		at, err := f.DataOffset()
		if err != nil {
			return wrong
		}
		offsets[f] = at
	}
	slices.SortStableFunc(files, func(x, y *zip.File) int { return int(offsets[x] - offsets[y]) })
	at := int64(0)
	for _, f := range files {
		begins := offsets[f]
		if at+30 > int64(len(b)) || begins > int64(len(b)) || begins < at+30 {
			return wrong
		}
		head := b[at:begins]
		name := int64(binary.LittleEndian.Uint16(head[26:]))
		extra := int64(binary.LittleEndian.Uint16(head[28:]))
		switch {
		case !bytes.HasPrefix(head, []byte("PK\x03\x04")), int64(len(head)) != 30+name+extra, string(head[30:30+name]) != f.Name,
			binary.LittleEndian.Uint16(head[8:]) != f.Method, f.CompressedSize64 > uint64(int64(len(b))-begins):
			return wrong
		}
		at = begins + int64(f.CompressedSize64)
		if f.Flags&0x8 != 0 {
			at += described(b[at:], f)
		}
	}
	if !bytes.HasPrefix(b[at:], []byte("PK\x01\x02")) || len(b) < 22 || !bytes.HasPrefix(b[len(b)-22:], []byte("PK\x05\x06")) {
		return wrong
	}
	return nil
}

// described is how long the descriptor after an entry is: with a signature or without, with sizes of 4 bytes or 8.
func described(b []byte, f *zip.File) int64 {
	for _, signature := range []int{4, 0} {
		for _, size := range []int{4, 8} {
			n := signature + 4 + 2*size
			if len(b) < n || signature == 4 && !bytes.HasPrefix(b, []byte("PK\x07\x08")) || binary.LittleEndian.Uint32(b[signature:]) != f.CRC32 {
				continue
			}
			packed := uint64(binary.LittleEndian.Uint32(b[signature+4:]))
			if size == 8 {
				packed = binary.LittleEndian.Uint64(b[signature+4:])
			}
			if packed == f.CompressedSize64 {
				return int64(n)
			}
		}
	}
	return 0
}

// begins tells what an entry is by its first bytes.
func begins(content []byte, with ...string) bool {
	return slices.ContainsFunc(with, func(s string) bool { return bytes.HasPrefix(content, []byte(s)) })
}

// isPicture tells whether bytes are a picture as office programs embed them.
func isPicture(b []byte) bool {
	return begins(b, "\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "BM", "II*\x00", "MM\x00*", "\xd7\xcd\xc6\x9a", "VCLMTF", "\x01\x00\x09\x00", "\x02\x00\x09\x00") ||
		begins(b, "RIFF") && len(b) > 12 && string(b[8:12]) == "WEBP" || begins(b, "\x01\x00\x00\x00") && len(b) > 44 && string(b[40:44]) == " EMF"
}

func isFont(b []byte) bool {
	return begins(b, "\x00\x01\x00\x00", "OTTO", "true", "ttcf", "wOFF", "wOF2")
}

// isFile tells whether bytes are a document or a program of their own: an OLE file, as macros and embedded objects are, an archive, a
// PDF, or something that runs.
func isFile(b []byte) bool {
	return begins(b, "\xd0\xcf\x11\xe0", "PK\x03\x04", "PK\x05\x06", "%PDF", "MZ", "\x7fELF", "\xca\xfe\xba\xbe", "Rar!", "7z\xbc\xaf", "\x1f\x8b", "#!", "{\\rtf")
}

// element is what a visitor of XML is shown: an element as it begins, as it ends, or a text in it.
type element struct {
	xml.Name
	attr  []xml.Attr
	begin bool
	text  []byte // nil where an element begins or ends
}

// value gives an attribute by its local name.
func (e element) value(local string) string {
	for _, a := range e.attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// walk reads XML to its end, and shows each element to visit.
func walk(name string, content []byte, visit func(e element) *Refusal) *Refusal {
	d := xml.NewDecoder(bytes.NewReader(content))
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) && depth == 0 && d.InputOffset() > 0 {
			return nil
		}
		if err != nil {
			return refuse(CutOff, "the part %q of the document is not whole XML", named(name))
		}
		var r *Refusal
		switch token := token.(type) {
		case xml.Directive:
			r = refuse(Other, "the part %q of the document defines entities", named(name))
		case xml.StartElement:
			if depth++; depth > mostDepth {
				r = refuse(Other, "the part %q of the document is nested too deeply", named(name))
			} else if token.Name.Local == "script" && strings.Contains(token.Name.Space, "svg") {
				r = refuse(Active, "the picture %q of the document has a script", named(name))
			} else {
				r = visit(element{Name: token.Name, attr: token.Attr, begin: true})
			}
		case xml.EndElement:
			depth--
			r = visit(element{Name: token.Name})
		case xml.CharData:
			if depth > 0 {
				r = visit(element{text: token})
			}
		}
		if r != nil {
			return r
		}
	}
}

// leads tells whether a link goes to a page or an address that a reader follows by a click.
func leads(target string) bool {
	target = strings.ToLower(strings.TrimSpace(target))
	for _, scheme := range []string{"http://", "https://", "mailto:", "tel:", "#"} {
		if strings.HasPrefix(target, scheme) {
			return true
		}
	}
	return target == ""
}

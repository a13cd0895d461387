package report

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/csvtext"
)

// The parts of a CSV package beside its tables.
const (
	dictionaryName = "datapackage.json"
	jsonName       = "report.json"
	noteName       = "note.txt"
)

// packed is the time of every entry: a zip file has no place for none.
var packed = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// part is an entry of a package.
type part struct {
	name    string
	content []byte
}

func writeCSV(m *making, w io.Writer) error {
	all := tables(m.document)
	dictionary, err := dataPackage(m, all)
	if err != nil {
		return err
	}
	parts := []part{{dictionaryName, dictionary}, {jsonName, m.json}}
	for _, t := range all {
		parts = append(parts, part{t.name + ".csv", csvOf(t)})
	}
	if len(m.options.Signers) > 0 {
		var listed []Listed
		for _, p := range parts {
			listed = append(listed, List(p.name, p.content))
		}
		signed, err := sign(noteText(m.document, m.hash, listed), m.options.Signers)
		if err != nil {
			return err
		}
		parts = append(parts, part{noteName, signed})
	}
	b, err := pack(parts)
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}

// pack makes the one zip file that can be made of parts: they are stored as they are, so that the bytes do not depend on a compressor.
func pack(parts []part) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store, Modified: packed})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(p.content); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// unpack gives the parts of a package. It accepts only the very bytes that pack makes.
func unpack(file []byte) ([]part, error) {
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return nil, fmt.Errorf("it is not a zip file: %w", err)
	}
	var parts []part
	for _, f := range z.File {
		if f.UncompressedSize64 > uint64(len(file)) {
			return nil, errors.New("it is not a package as reports have it")
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("its part %s cannot be read: %w", f.Name, err)
		}
		content, err := io.ReadAll(io.LimitReader(r, int64(len(file))))
		if err != nil {
			return nil, fmt.Errorf("its part %s cannot be read: %w", f.Name, err)
		}
		parts = append(parts, part{f.Name, content})
	}
	if again, err := pack(parts); err != nil || !bytes.Equal(again, file) {
		return nil, errors.New("it is not a package as reports have it: something other than the content of its parts is different")
	}
	return parts, nil
}

// csvOf is a table as CSV: UTF-8 without a mark, lines that end with CR LF, and quotes around every text, so that programs that guess
// the form of a file guess right from the first row on. Numbers, true and false have none, and null is nothing at all.
func csvOf(t table) []byte {
	var text []byte
	head := csvtext.On(nil)
	for _, c := range t.columns {
		head.Text(c.name)
	}
	text = head.End()
	for row := range t.rows {
		out := csvtext.On(text)
		for _, c := range row {
			switch {
			case c.null:
				out.Null()
			case c.kind == isNumber || c.kind == isTruth:
				out.Bare(c.text)
			default:
				out.Text(c.text)
			}
		}
		text = out.End()
	}
	return text
}

// Field is a field of a CSV file: a text as it was before it was escaped, or something bare, such as a number. A bare field of no text is
// null.
type Field struct {
	Text string
	Bare bool
}

var errCSV = errors.New("is not CSV as reports have it")

// ReadCSV reads a file of a package, and restores its texts. The first row holds the names of the columns.
func ReadCSV(file []byte) ([][]Field, error) {
	var rows [][]Field
	var row []Field
	for i := 0; i < len(file); {
		f, n, err := readField(file[i:])
		if err != nil {
			return nil, fmt.Errorf("byte %d: %w", i, err)
		}
		row, i = append(row, f), i+n
		switch {
		case i < len(file) && file[i] == ',':
			i++
			if i == len(file) || file[i] == '\r' {
				row = append(row, Field{Bare: true})
			} else {
				continue
			}
		}
		if !bytes.HasPrefix(file[i:], []byte("\r\n")) {
			return nil, fmt.Errorf("byte %d: %w", i, errCSV)
		}
		rows, row, i = append(rows, row), nil, i+2
	}
	return rows, nil
}

// readField reads a field, and says how many bytes it has.
func readField(b []byte) (Field, int, error) {
	if b[0] != '"' {
		n := bytes.IndexAny(b, ",\r\n\"")
		if n < 0 || b[n] == '"' {
			return Field{}, 0, errCSV
		}
		return Field{string(b[:n]), true}, n, nil
	}
	var text strings.Builder
	for i := 1; i < len(b); i++ {
		if b[i] != '"' {
			text.WriteByte(b[i])
			continue
		}
		if i+1 < len(b) && b[i+1] == '"' {
			text.WriteByte('"')
			i++
			continue
		}
		return Field{csvtext.Restored(text.String()), false}, i + 1, nil
	}
	return Field{}, 0, errCSV
}

// dataPackage is the dictionary of a package: every table, column and word, as Frictionless Data has it.
func dataPackage(m *making, all []table) ([]byte, error) {
	known, err := codes()
	if err != nil {
		return nil, err
	}
	type object = map[string]any
	var resources []any
	for _, t := range all {
		var columns []any
		for _, c := range t.columns {
			one := object{"name": c.name, "type": c.kind.frictionless(), "description": c.doc}
			if c.codes != "" {
				var words, meanings []any
				for _, w := range known[c.codes] {
					words, meanings = append(words, w.Value), append(meanings, object{"value": w.Value, "meaning": w.Meaning})
				}
				one["codes"] = meanings
				if c.kind == isText {
					one["constraints"] = object{"enum": words}
				}
			}
			columns = append(columns, one)
		}
		resources = append(resources, object{
			"name": t.name, "path": t.name + ".csv", "description": t.doc, "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
			"dialect": object{"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": `"`, "doubleQuote": true, "header": true},
			"schema":  object{"fields": columns, "missingValues": []any{""}},
		})
	}
	return canonical(object{
		"profile": "tabular-data-package", "name": strings.ToLower(nameOf(m.document.ID)), "id": m.document.ID, "title": m.document.Title,
		"created": moment(m.document.AsOf.Time), "version": fmt.Sprint(SchemaVersion),
		"description": "A text that begins with = + - @ tab CR or ' has one ' in front, so that no spreadsheet takes it for a formula: take one away. " +
			"Null is an empty field without quotes. Lists are JSON. Times are RFC 3339 in UTC. " + jsonName + " is the report that its hash is over" + noteSentence(m),
		"sha256": m.hash, "resources": resources,
	})
}

func noteSentence(m *making) string {
	if len(m.options.Signers) == 0 {
		return "."
	}
	return ", and " + noteName + " signs it with every file here."
}

// nameOf is a text of the letters that names of data packages have.
func nameOf(id string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, id)
}

func (k cellKind) frictionless() string {
	switch k {
	case isNumber:
		return "integer"
	case isTruth:
		return "boolean"
	case isTime:
		return "datetime"
	case isList:
		return "array"
	case isText:
	}
	return "string"
}

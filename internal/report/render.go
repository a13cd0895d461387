package report

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/note"
)

// Format is one of the forms of a report.
type Format struct {
	Name      string // as it stands in addresses, after the dot
	MediaType string
	write     func(*making, io.Writer) error
}

// Formats are all formats, in the order in which they are named.
func Formats() []Format {
	return []Format{
		{"json", "application/json", writeJSON},
		{"csv.zip", "application/zip", writeCSV},
		{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", writeXLSX},
		{"html", "text/html; charset=utf-8", writeHTML},
		{"pdf", "application/pdf", writePDF},
		{"md", "text/markdown; charset=utf-8", writeMarkdown},
		{"jsonld", "application/ld+json", writeJSONLD},
	}
}

// Problem is something that a format could not hold as it is. The file says so, too.
type Problem struct {
	Code  string // GLYPH, CONTROL, CELL_LENGTH or SHEET_ROWS
	Where string // in the file; empty if it is about the whole
	Text  string // a sentence in English
}

// Options are what a file says beside its document.
type Options struct {
	Signers []note.Signer // sign the document's hash within JSON and the CSV package; without them the files carry no note
	Address string        // where the report can be had and its signature, such as https://plenary.example.org/reports/report_01h; may be empty
}

// making is a file while it is made.
type making struct {
	document *Document
	options  Options
	hash     string
	json     []byte // the JSON file
	problems []Problem
}

func (m *making) problem(code, where, format string, args ...any) {
	m.problems = append(m.problems, Problem{code, where, fmt.Sprintf(format, args...)})
}

// Render writes a report in a format. The same document, options and format always give the same bytes.
func Render(format Format, d *Document, o Options, w io.Writer) ([]Problem, error) {
	m, err := begin(d, o)
	if err != nil {
		return nil, err
	}
	if err := format.write(m, w); err != nil {
		return nil, fmt.Errorf("write report %s as %s: %w", d.ID, format.Name, err)
	}
	return m.problems, nil
}

var errPart = errors.New("the content is not that of the report's type")

func begin(d *Document, o Options) (*making, error) {
	if !d.fits() {
		return nil, fmt.Errorf("report %s: %w", d.ID, errPart)
	}
	m := &making{document: d, options: o}
	text, err := canonical(documentTree(d))
	if err != nil {
		return nil, err
	}
	m.hash = hexSum(text)
	var note []byte
	if len(o.Signers) > 0 {
		if note, err = sign(noteText(d, m.hash, nil), o.Signers); err != nil {
			return nil, err
		}
	}
	m.json, err = signed(text, note)
	return m, err
}

// part is the part of the document that its type asks for.
func (d *Document) part() string {
	switch d.Type {
	case TypeAssessment:
		return "assessment"
	case TypePortfolio:
		return "portfolio"
	case TypeConsultation:
		return "consultation"
	case TypeDiff:
		return "diff"
	}
	return ""
}

// fits says whether the document has no other part than the one that its type asks for.
func (d *Document) fits() bool {
	has := map[string]bool{"assessment": d.Assessment != nil, "portfolio": d.Portfolio != nil, "consultation": d.Consultation != nil, "diff": d.Diff != nil}
	part := d.part()
	delete(has, part)
	for _, other := range has {
		if other {
			return false
		}
	}
	return part != ""
}

func writeJSON(m *making, w io.Writer) error {
	_, err := w.Write(m.json)
	return err
}

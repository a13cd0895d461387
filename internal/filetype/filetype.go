// Package filetype says whether bytes are a whole file of a type that the server takes, with nothing in it that runs or that is
// loaded from elsewhere. It looks at the structure of the whole file, because a signature at its beginning says none of this. It
// never scans for viruses, never changes a file, and knows nothing about who sends it.
package filetype

import (
	"fmt"
	"slices"
	"strings"
)

// Type is a media type that the server takes.
type Type string

// The types.
const (
	PDF  Type = "application/pdf"
	PNG  Type = "image/png"
	JPEG Type = "image/jpeg"
	WebP Type = "image/webp"
	Text Type = "text/plain"
	CSV  Type = "text/csv"
	DOCX Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	XLSX Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	ODT  Type = "application/vnd.oasis.opendocument.text"
	ODS  Type = "application/vnd.oasis.opendocument.spreadsheet"
)

// kind is what the package knows of a type.
type kind struct {
	word string   // for sentences: "a PDF"
	ends []string // of names, in lower case
}

var kinds = map[Type]kind{
	PDF:  {"a PDF", []string{".pdf"}},
	PNG:  {"a PNG picture", []string{".png"}},
	JPEG: {"a JPEG picture", []string{".jpg", ".jpeg"}},
	WebP: {"a WebP picture", []string{".webp"}},
	Text: {"plain text", []string{".txt", ".text", ".md", ".log"}},
	CSV:  {"CSV", []string{".csv"}},
	DOCX: {"a DOCX document", []string{".docx"}},
	XLSX: {"an XLSX workbook", []string{".xlsx"}},
	ODT:  {"an ODT document", []string{".odt"}},
	ODS:  {"an ODS workbook", []string{".ods"}},
}

var checks = map[Type]func(content []byte) *Refusal{
	PDF: checkPDF, PNG: checkPNG, JPEG: checkJPEG, WebP: checkWebP, Text: checkText, CSV: checkCSV, DOCX: checkDOCX, XLSX: checkXLSX, ODT: checkODT, ODS: checkODS,
}

// Types are all types that the server takes, in a fixed order.
func Types() []Type { return []Type{PDF, PNG, JPEG, WebP, Text, CSV, DOCX, XLSX, ODT, ODS} }

// Known tells whether the server takes a type.
func (t Type) Known() bool { return checks[t] != nil }

// Word is the type in a sentence, as "a PDF".
func (t Type) Word() string { return kinds[t].word }

// Ends are how names of files of the type end, in lower case.
func (t Type) Ends() []string { return slices.Clone(kinds[t].ends) }

// Fits tells whether a name ends as those of the type do.
func (t Type) Fits(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(kinds[t].ends, func(end string) bool { return strings.HasSuffix(name, end) })
}

// Reason is why a file is refused.
type Reason int

// The reasons.
const (
	Other    Reason = iota // the bytes are not of the type
	CutOff                 // the end is missing, or something follows it
	Active                 // something in it runs, is a file of its own, or is loaded from elsewhere
	TooLarge               // it unpacks to too much
)

// Refusal says why a file is not taken, in a sentence for the person who sent it. It repeats nothing of the file but names of its
// parts.
type Refusal struct {
	Reason  Reason
	Message string
}

// Error implements error.
func (r *Refusal) Error() string { return r.Message }

func refuse(why Reason, format string, args ...any) *Refusal {
	return &Refusal{why, fmt.Sprintf(format, args...)}
}

// Check says whether the content is a whole file of the type that is safe to keep. The refusal is nil for one that is.
func Check(t Type, content []byte) *Refusal {
	check, ok := checks[t]
	if !ok {
		return refuse(Other, "files of the type %q are not taken", t)
	}
	if len(content) == 0 {
		return refuse(CutOff, "the file is empty")
	}
	return check(content)
}

// isNot is the refusal of bytes that are no file of the type at all.
func isNot(t Type) *Refusal {
	return refuse(Other, "the bytes are not those of %s", kinds[t].word)
}

// named shortens the name of a part of a file for a sentence.
func named(part string) string {
	part = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == 0xfffd {
			return '?'
		}
		return r
	}, part)
	if runes := []rune(part); len(runes) > 80 {
		part = string(runes[:80]) + "…"
	}
	return part
}

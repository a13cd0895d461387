package csvscan_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/csvscan"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

func rows(r *csvscan.Reader) (all [][]string) {
	for r.Next() {
		row := []string{}
		for i := range r.Cells() {
			row = append(row, string(r.Cell(i)))
		}
		all = append(all, row)
	}
	return all
}

func TestRows(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want [][]string
	}{
		"plain":                      {"a,b\nc,d\n", [][]string{{"a", "b"}, {"c", "d"}}},
		"a mark, and CRLF":           {"\ufeffa,b\r\nc,d\r\n", [][]string{{"a", "b"}, {"c", "d"}}},
		"no line end at the end":     {"a,b\nc,", [][]string{{"a", "b"}, {"c", ""}}},
		"quotes":                     {"\"a,\"\"b\"\"\",\"\"\n", [][]string{{`a,"b"`, ""}}},
		"line breaks in cells":       {"\"a\nb\r\nc\",d\n", [][]string{{"a\nb\r\nc", "d"}}},
		"empty lines are passed":     {"\n\na,b\n\n", [][]string{{"a", "b"}}},
		"nothing":                    {"", nil},
		"a row of one empty in them": {"\"\"\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, from := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text))} {
				r := csvscan.New(from)
				if diff := cmp.Diff(c.want, rows(r)); diff != "" || r.Fault() != nil {
					t.Errorf("want (-), got (+), %v:\n%s", r.Fault(), diff)
				}
			}
		})
	}
}

func TestOnlyWantedCellsAreKept(t *testing.T) {
	r := csvscan.New(strings.NewReader("a,b,c,d\n1,\"2\n2\",3,4\n5,6\n"))
	r.Next()
	r.Want(2, 0)
	var got []string
	for r.Next() {
		for i := range 5 {
			got = append(got, string(r.Cell(i)))
		}
		got = append(got, strings.Repeat("x", r.Line()))
	}
	if want := []string{"1", "", "3", "", "", "xx", "5", "", "", "", "", "xxxx"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		from   io.Reader
		line   int
		column string
		code   source.Code
	}{
		"a zip":                      {strings.NewReader("PK\x03\x04rest"), 1, "", csvscan.NotCSV},
		"a web page":                 {strings.NewReader("\n <!DOCTYPE html>"), 1, "", csvscan.NotCSV},
		"UTF-16":                     {strings.NewReader("\xff\xfea\x00"), 1, "", csvscan.NotCSV},
		"a zero byte":                {strings.NewReader("a,b\n1,x\x00\n"), 2, "", csvscan.NotCSV},
		"a quotation mark in a cell": {strings.NewReader("a,b\n1,x\"y\n"), 2, "column 2", csvscan.BadQuote},
		"text after one":             {strings.NewReader("a,b\n\"1\n2\"3,4\n"), 3, "column 1", csvscan.BadQuote},
		"cut off in a cell":          {strings.NewReader("a,b\n1,\"2\n3"), 2, "column 2", csvscan.CutOff},
		"cut off on the way":         {io.MultiReader(strings.NewReader("a,b\n1,2\n"), iotest.ErrReader(errors.New("gone"))), 3, "column 1", csvscan.CutOff},
		"a cell without an end":      {io.MultiReader(strings.NewReader("a,b\n1,\""), endless{}), 2, "column 2", source.TooLarge},
		"a plain one":                {io.MultiReader(strings.NewReader("a,b\n1,"), endless{}), 2, "column 2", source.TooLarge},
		"a large row":                {strings.NewReader(strings.Repeat(strings.Repeat("x", 1<<20)+",", 6)), 1, "column 5", source.TooLarge},
		"a row without an end":       {io.MultiReader(strings.NewReader("a,b\n"), commas{}), 2, "column 20001", source.TooMany},
		"a lone carriage return":     {strings.NewReader("a,b\rc,d\n"), 1, "column 2", source.Syntax},
	} {
		t.Run(name, func(t *testing.T) {
			r := csvscan.New(c.from)
			for r.Next() {
				r.Want(0)
			}
			f := r.Fault()
			if f == nil || f.Line != c.line || f.Path != c.column || f.Code != c.code {
				t.Errorf("fault = %+v, want %s in line %d, %s", f, c.code, c.line, c.column)
			}
		})
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{'x'}, len(p))), nil }

type commas struct{}

func (commas) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{','}, len(p))), nil }

// FuzzReader compares the reader with encoding/csv: what both take means the same, whatever pieces it comes in.
func FuzzReader(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"), 3)
	f.Add([]byte("\ufeff\"a\"\"\",b\r\n\"1\n\",2"), 1)
	f.Fuzz(func(t *testing.T, text []byte, piece int) {
		r := csvscan.New(strings.NewReader(string(text)))
		got := rows(r)
		if r.Fault() != nil {
			return
		}
		second := csvscan.New(&pieces{text, max(1, piece%7)})
		if diff := cmp.Diff(got, rows(second)); diff != "" {
			t.Fatalf("in pieces (+):\n%s", diff)
		}
		other := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
		other.FieldsPerRecord = -1
		want, err := other.ReadAll()
		if err != nil {
			return
		}
		want = slices.DeleteFunc(want, func(row []string) bool { return len(row) == 1 && row[0] == "" })
		for _, row := range got { // encoding/csv makes CRLF in cells LF
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
			t.Fatalf("encoding/csv (-), csvscan (+):\n%s", diff)
		}
	})
}

// pieces hands out a text in small pieces.
type pieces struct {
	text []byte
	n    int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.text) == 0 {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.n)], p.text)
	p.text = p.text[n:]
	return n, nil
}

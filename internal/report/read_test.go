package report

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// told is what a file says in each format, as a program that knows the format reads it. What is attached to it does not count.
func told(t testing.TB, format string, file []byte) string {
	t.Helper()
	switch format {
	case "csv.zip":
		var all strings.Builder
		for name, content := range zipped(t, file) {
			if strings.HasSuffix(name, ".csv") {
				all.Write(content)
			}
		}
		return all.String()
	case "xlsx":
		var all strings.Builder
		for name, content := range zipped(t, file) {
			if strings.HasPrefix(name, "xl/worksheets/") {
				all.Write(content)
			}
		}
		return html.UnescapeString(all.String())
	case "html":
		return html.UnescapeString(string(file))
	case "pdf":
		return pdfText(t, file)
	}
	return string(file)
}

func zipped(t testing.TB, file []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if all[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

var (
	streams = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)
	shown   = regexp.MustCompile(`(?s)\(((?:\\.|[^\\)])*)\) Tj`)
	escapes = regexp.MustCompile(`(?s)\\(.)`)
)

// pdfText is the text that a PDF shows, a line for each piece that it draws.
func pdfText(t testing.TB, file []byte) string {
	t.Helper()
	var all strings.Builder
	for _, s := range streams.FindAllSubmatch(file, -1) {
		z, err := zlib.NewReader(bytes.NewReader(s[1]))
		if err != nil {
			continue
		}
		content, _ := io.ReadAll(z)
		for _, piece := range shown.FindAllSubmatch(content, -1) {
			raw := escapes.ReplaceAllFunc(piece[1], func(b []byte) []byte {
				if b[1] == 'r' {
					return []byte("\r")
				}
				return b[1:]
			})
			units := make([]uint16, len(raw)/2)
			for i := range units {
				units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
			}
			all.WriteString(string(utf16.Decode(units)) + "\n")
		}
	}
	return all.String()
}

func number(t testing.TB, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

package xmlscan_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/xmlscan"
)

func pieces(s *xmlscan.Scanner) (all []string) {
	for s.Next() {
		switch s.Kind() {
		case xmlscan.Start:
			all = append(all, fmt.Sprintf("%d <%s key=%q>", s.Line(), s.Name(), s.Attr("key")))
		case xmlscan.End:
			all = append(all, fmt.Sprintf("</%s>", s.Name()))
		case xmlscan.Text:
			all = append(all, string(s.Text()))
		}
	}
	return all
}

func TestPieces(t *testing.T) {
	text := "\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a > b -->\n<x:a key='1 &amp; &#50;>'>\nt&lt;<b\n key=\"\"/><![CDATA[<&]]></x:a>\n"
	want := []string{`3 <a key="1 & 2>">`, "\nt<", `4 <b key="">`, "</b>", "<&", "</a>"}
	for _, from := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
		s := xmlscan.New(from)
		if diff := cmp.Diff(want, pieces(s)); diff != "" || s.Fault() != nil {
			t.Errorf("want (-), got (+), %v:\n%s", s.Fault(), diff)
		}
	}
}

func TestFaults(t *testing.T) {
	for rule, c := range map[string]struct {
		text string
		line int
		code source.Code
	}{
		"a document type":         {"<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"c\">]>\n<a/>", 2, xmlscan.Entities},
		"an entity in a text":     {"<a>\n&b;</a>", 1, xmlscan.Entities},
		"an entity in a value":    {"<a>\n<b c='&d;'/></a>", 2, xmlscan.Entities},
		"a bare ampersand":        {"<a>b & c</a>", 1, xmlscan.NotXML},
		"another encoding":        {"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", 1, xmlscan.NotXML},
		"no UTF-8":                {"<a>\xff</a>", 1, xmlscan.NotXML},
		"a tag that closes none":  {"<a>\n</b></a>", 2, xmlscan.NotXML},
		"two elements":            {"<a/>\n<b/>", 2, xmlscan.NotXML},
		"an attribute twice":      {"<a b='1' b='2'/>", 1, xmlscan.NotXML},
		"a value without marks":   {"<a b=1/>", 1, xmlscan.NotXML},
		"values without space":    {"<a b='1'c='2'/>", 1, xmlscan.NotXML},
		"a tag in a tag":          {"<a <b>", 1, xmlscan.NotXML},
		"text before":             {"x<a/>", 1, xmlscan.NotXML},
		"nothing":                 {"", 1, xmlscan.NotXML},
		"cut off in an element":   {"<a>\n<b>", 2, xmlscan.CutOff},
		"cut off in a tag":        {"<a>\n<b c='", 2, xmlscan.CutOff},
		"cut off in a comment":    {"<a><!-- b", 1, xmlscan.CutOff},
		"too deep":                {strings.Repeat("<a>", 65), 1, source.TooDeep},
		"a value without an end":  {"<a b='" + strings.Repeat("x", 2<<20), 1, source.TooLarge},
		"a text without an end":   {"<a>" + strings.Repeat("x", 2<<20), 1, source.TooLarge},
		"too many attributes":     {"<a" + attributes(101) + "/>", 1, source.TooMany},
		"a number that is no one": {"<a>&#xD800;</a>", 1, xmlscan.Entities},
	} {
		t.Run(rule, func(t *testing.T) {
			s := xmlscan.New(strings.NewReader(c.text))
			pieces(s)
			if f := s.Fault(); f == nil || f.Line != c.line || f.Code != c.code {
				t.Errorf("fault = %+v, want %s in line %d", f, c.code, c.line)
			}
		})
	}
}

func attributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " a%d=''", i)
	}
	return b.String()
}

// FuzzScanner: what the scanner reads as a whole document, encoding/xml reads as the same elements and texts.
func FuzzScanner(f *testing.F) {
	f.Add("<a b='1'>t<c/><!-- d -->&amp;</a>")
	f.Add("<?xml version=\"1.0\"?><l xmlns=\"x\"><e><s key=\"a\" value=\"&#xe9;\"/></e></l>")
	f.Fuzz(func(t *testing.T, text string) {
		s := xmlscan.New(strings.NewReader(text))
		got := ours(s)
		small := xmlscan.New(iotest.OneByteReader(strings.NewReader(text)))
		if diff := cmp.Diff(got, ours(small)); diff != "" {
			t.Fatalf("byte by byte (+):\n%s", diff)
		}
		if s.Fault() != nil {
			return
		}
		want, err := theirs(text)
		if err != nil {
			return // encoding/xml knows more rules, such as which characters a name has
		}
		if got != want {
			t.Fatalf("%q\nencoding/xml: %s\nxmlscan:      %s", text, want, got)
		}
	})
}

func ours(s *xmlscan.Scanner) string {
	var b strings.Builder
	for s.Next() {
		switch s.Kind() {
		case xmlscan.Start:
			fmt.Fprintf(&b, "<%s>", s.Name())
		case xmlscan.End:
			fmt.Fprintf(&b, "</%s>", s.Name())
		case xmlscan.Text:
			b.Write(s.Text())
		}
	}
	return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(b.String())
}

func theirs(text string) (string, error) {
	var b strings.Builder
	dec := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	depth := 0
	for {
		t, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(b.String()), nil
		}
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			fmt.Fprintf(&b, "<%s>", t.Name.Local)
		case xml.EndElement:
			depth--
			fmt.Fprintf(&b, "</%s>", t.Name.Local)
		case xml.CharData:
			if depth > 0 {
				b.Write(t)
			}
		}
	}
}

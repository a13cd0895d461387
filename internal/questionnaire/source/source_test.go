package source_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

var limits = source.Limits{Bytes: 1 << 20, Nodes: 10_000, Depth: 16}

func TestLinesAreThoseOfTheFile(t *testing.T) {
	var faults source.Faults
	n := source.JSON([]byte("{\n \"a\": [\n  1,\n  {\"b\": \"x\n\"}\n ],\n\"a\": 2}"), limits, &faults)
	if n != nil || faults.Listed[0].Line != 4 {
		t.Errorf("a line break inside a text: %v", faults.Listed)
	}
	faults = source.Faults{}
	n = source.JSON([]byte("{\n \"a\": [\n  1,\n  {\"b\": \"x\"}\n ],\n\"a\": 2}"), limits, &faults)
	if got := n.Get("a").Items[1].Get("b"); got.Line != 4 || got.Text != "x" {
		t.Errorf("b = %+v, want line 4", got)
	}
	if len(faults.Listed) != 1 || faults.Listed[0].Path != "a" || faults.Listed[0].Line != 6 {
		t.Errorf("faults = %+v, want the doubled member in line 6", faults.Listed)
	}
}

func TestFaultsAreCountedAndTheFirstListed(t *testing.T) {
	var faults source.Faults
	for i := range source.MostListed + 5 {
		faults.At(nil, source.Join("list", i), source.Invalid, "wrong")
	}
	err := fmt.Errorf("read: %w", faults.Err())
	if found := source.Of(err); found.Count != source.MostListed+5 || len(found.Listed) != source.MostListed || found.Listed[2].Path != "list.2" {
		t.Errorf("%d counted, %d listed", found.Count, len(found.Listed))
	}
	if source.Of(errors.New("x")) != nil || (&source.Faults{}).Err() != nil {
		t.Error("faults where there are none")
	}
}

func TestMarkupBecomesText(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                                                 "plain",
		"a < b and <3 hearts":                                   "a < b and <3 hearts",
		"<p>One</p><p>Two<br/>Three</p>":                        "One\n\nTwo\nThree",
		"<b>bold</b> <em>and</em>\n  more":                      "bold and more",
		"caf&eacute; &amp; &lt;b&gt;":                           "café & <b>",
		"see <a href='https://a.example/x?y=1&amp;z'>this</a>.": "see this (https://a.example/x?y=1&z).",
		`<a href="https://a.example/">https://a.example/</a>`:   "https://a.example/",
		`<a href="javascript:alert(1)">this</a>`:                "this",
		`<a href=/local>this</a>`:                               "this",
		"x<script>alert('<b>')</script>y":                       "xy",
		"x<SCRIPT>never closed":                                 "x",
		"x<style>p{}</style >y":                                 "xy",
		"x<!-- a > b -->y":                                      "xy",
		`<img src="x" onerror="alert(1)">y`:                     "y",
		`<a title="a > b" href="https://b.example">z</a>`:       "z (https://b.example)",
		"<ul><li>a</li><li>b</li></ul>":                         "- a\n- b",
		"Pourquoi\u00a0? \u202ereversed":                        "Pourquoi\u00a0? reversed",
		"":                                                      "",
		"<":                                                     "<",
		"<a":                                                    "",
		"</":                                                    "</",
	} {
		if got := source.Plain(in); got != want {
			t.Errorf("Plain(%s) = %q, want %q", in, got, want)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"<a href='https://x.example'>y</a>", "<script>", "<", "&lt;script&gt;", "<li", "<a href=\"", "İ<a href=x>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if out := source.Plain(s); strings.ContainsRune(out, 0) || len(out) > 10*len(s)+100 {
			t.Fatalf("Plain(%q) = %q", s, out)
		}
	})
}

// What JSON reads, encoding/json reads too, with the same content.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`{"a": [1, "x", null, true]}`, `"\ud83d\ude00"`, `"\ud83d"`, `[[[[`, `{"a":1,"a":2}`, "\"\\u00e9e\u0301\"", `1e400`, `"\\ud800"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var faults source.Faults
		n := source.JSON(b, limits, &faults)
		if n == nil {
			if faults.Count == 0 {
				t.Fatal("neither a tree nor a fault")
			}
			return
		}
		if !json.Valid(b) || !json.Valid([]byte(n.String())) {
			t.Fatalf("%q is read as %s", b, n)
		}
	})
}

// A mistake of which the API can tell more than that the input is invalid has the same word there.
func TestAMistakeHasTheSameWordInTheAPI(t *testing.T) {
	for code, known := range map[source.Code]bool{
		source.Duplicate: true, source.Required: true, source.WrongType: true, source.OutOfRange: true, source.TooLong: true,
		source.TooMany: true, source.TooFew: true, source.NoSuchOption: true, source.NoSuchKey: true, source.Invalid: true,
		source.Syntax: false, source.TooLarge: false, source.Unknown: false, source.NotWhole: false, source.Unsupported: false,
		source.TooDeep: false, // there it is about replies
	} {
		want := "INVALID"
		if known {
			want = string(code)
		}
		if got := string(code.Word()); got != want {
			t.Errorf("%s is %s in the API, want %s", code, got, want)
		}
	}
}

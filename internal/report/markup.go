package report

import (
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
)

// helpPolicy is what the texts of templates may hold: emphasis, lists and links, which lead somewhere only when somebody follows them.
// Nothing in it is loaded.
var helpPolicy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "strong", "b", "em", "i", "ul", "ol", "li")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto")
	p.RequireParseableURLs(true)
	p.RequireNoReferrerOnLinks(true)
	p.RequireNoFollowOnLinks(true)
	return p
})

// helpHTML is markup without what a report does not show.
func helpHTML(markup string) string { return helpPolicy().Sanitize(lineBreaks(legal(markup))) }

// lineBreaks keeps the line breaks of help that holds no markup.
func lineBreaks(markup string) string {
	if strings.ContainsRune(markup, '<') {
		return markup
	}
	return strings.ReplaceAll(markup, "\n", "<br>")
}

// helpText is markup as plain text. The addresses of links stand behind their words.
func helpText(markup string) string {
	var b strings.Builder
	var href []string
	z := html.NewTokenizer(strings.NewReader(helpHTML(markup)))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.TextToken:
			b.WriteString(z.Token().Data)
		case html.StartTagToken, html.SelfClosingTagToken:
			switch t := z.Token(); t.Data {
			case "a":
				href = append(href, attribute(t, "href"))
			case "br", "p":
				b.WriteString("\n")
			case "li":
				b.WriteString("\n– ")
			}
		case html.EndTagToken:
			if t := z.Token(); t.Data == "a" && len(href) > 0 {
				if to := href[len(href)-1]; to != "" {
					b.WriteString(" (" + to + ")")
				}
				href = href[:len(href)-1]
			}
		case html.CommentToken, html.DoctypeToken:
		}
	}
}

func attribute(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

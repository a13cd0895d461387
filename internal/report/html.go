package report

import (
	_ "embed" // for the style
	"fmt"
	"html"
	"io"
	"strconv"
	"strings"
)

//go:embed report.css
var style string

// writeHTML writes one file that loads nothing, runs nothing and prints well: the accessible original.
func writeHTML(m *making, w io.Writer) error {
	p := page{language: m.document.Language}
	p.begin(m)
	blocks := compose(m)
	p.contents(blocks)
	p.out("<main id=\"content\">\n")
	for _, b := range blocks {
		p.block(b)
	}
	p.out("</main>\n")
	p.footer(m)
	p.out("</body>\n</html>\n")
	_, err := io.WriteString(w, p.b.String())
	return err
}

// page is an HTML file while it is written.
type page struct {
	b        strings.Builder
	language string
	charts   int
	sections int
}

func (p *page) out(parts ...string) {
	for _, s := range parts {
		p.b.WriteString(s)
	}
}

func (p *page) begin(m *making) {
	// The policy is for readers that keep none of their own: even a fault in what follows loads and runs nothing.
	p.out("<!DOCTYPE html>\n<html lang=\"", attr(p.language), "\">\n<head>\n<meta charset=\"utf-8\">\n",
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n",
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n",
		"<title>", text(m.document.Title), "</title>\n<style>\n", style, "</style>\n</head>\n<body>\n",
		"<a class=\"skip\" href=\"#content\">", text(say(p.language, "skip")), "</a>\n")
}

// contents lists the sections.
func (p *page) contents(blocks []block) {
	p.out("<nav aria-labelledby=\"contents\">\n<p id=\"contents\"><strong>", text(say(p.language, "contents")), "</strong></p>\n<ul>\n")
	n := 0
	for _, b := range blocks {
		if b.kind == heading && b.level == 2 {
			n++
			p.out("<li><a href=\"#s", strconv.Itoa(n), "\">", p.inline(b.text), "</a></li>\n")
		}
	}
	p.out("</ul>\n</nav>\n")
}

func (p *page) footer(m *making) {
	p.out("<footer>\n<p>", text(say(p.language, "hash")), colon(p.language), " <code>", m.hash, "</code></p>\n")
	if m.options.Address != "" {
		p.out("<p>", text(say(p.language, "verify")), " ", text(m.options.Address), ".sig</p>\n")
	}
	p.out("</footer>\n")
}

func (p *page) block(b block) {
	switch b.kind {
	case heading:
		p.heading(b)
	case paragraph:
		p.out("<p>", p.inline(b.text), "</p>\n")
	case help:
		p.out("<div class=\"help\"", lang(b.text[0].language, p.language), ">", helpHTML(b.markup), p.inline(b.text[1:]), "</div>\n")
	case listing:
		p.listing(b)
	case aside:
		p.aside(b)
	case rows:
		p.table(b.grid)
	case bars:
		p.chart(b.chart)
	}
}

func (p *page) heading(b block) {
	n := strconv.Itoa(b.level)
	p.out("<h", n)
	if b.level == 2 {
		p.sections++
		p.out(" id=\"s", strconv.Itoa(p.sections), "\"")
	}
	p.out(">", p.inline(b.text), "</h", n, ">\n")
}

func (p *page) listing(b block) {
	p.out("<dl", indented(b.level), ">\n")
	for _, f := range b.facts {
		p.out("<div><dt>", text(f.label), "</dt><dd>", p.inline(f.value), "</dd></div>\n")
	}
	p.out("</dl>\n")
}

func (p *page) aside(b block) {
	p.out("<ul class=\"aside", strings.TrimSuffix(strings.Replace(indented(b.level), " class=\"", " ", 1), "\""), "\">")
	for _, f := range b.facts {
		p.out("<li>", text(f.label))
		if len(f.value) > 0 {
			p.out(colon(p.language), " ", p.inline(f.value))
		}
		p.out("</li>")
	}
	p.out("</ul>\n")
}

func indented(level int) string {
	if level == 0 {
		return ""
	}
	return " class=\"in" + strconv.Itoa(level) + "\""
}

func (p *page) table(g *grid) {
	p.out("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"", attr(g.caption), "\">\n<table>\n<caption", hidden(g.silent), ">", text(g.caption), "</caption>\n<thead><tr>")
	for i, h := range g.head {
		p.out("<th scope=\"col\"", numeric(g.numbers[i]), ">", text(h), "</th>")
	}
	p.out("</tr></thead>\n<tbody>\n")
	for _, r := range g.rows {
		p.out("<tr>")
		for i, c := range r {
			if i == 0 {
				p.out("<th scope=\"row\"", numeric(g.numbers[i]), ">", p.inline(c), "</th>")
				continue
			}
			p.out("<td", numeric(g.numbers[i]), ">", p.inline(c), "</td>")
		}
		p.out("</tr>\n")
	}
	p.out("</tbody>\n</table>\n</div>\n")
}

// hidden is for what only those hear who do not see the heading above.
func hidden(is bool) string {
	if is {
		return " class=\"heard\""
	}
	return ""
}

func numeric(is bool) string {
	if is {
		return " class=\"n\""
	}
	return ""
}

// chart draws bars; its text says the same, for those who do not see them.
func (p *page) chart(c *chart) {
	p.charts++
	id := "chart" + strconv.Itoa(p.charts)
	const row, left, width = 30, 190, 300
	height := row*len(c.bars) + 6
	p.out("<figure>\n<figcaption id=\"", id, "-text\">", text(c.title), colon(p.language), " ", text(c.text), "</figcaption>\n")
	fmt.Fprintf(&p.b, "<svg role=\"img\" aria-labelledby=\"%s-text\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n", id, left+width+100, height, left+width+100, height)
	for i, one := range c.bars {
		y := i*row + 4
		fmt.Fprintf(&p.b, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text><rect class=\"all\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"20\"/>",
			left-10, y+15, text(one.label), left, y, width)
		fmt.Fprintf(&p.b, "<rect class=\"part\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"20\"/><text x=\"%d\" y=\"%d\">%s</text>\n",
			left, y, one.length(width), left+width+8, y+15, text(one.note))
	}
	p.out("</svg>\n</figure>\n")
}

// length is how long a bar is where the whole is so long.
func (b bar) length(whole int) int {
	if b.of <= 0 {
		return 0
	}
	return min(whole, max(0, b.value*whole/b.of))
}

// inline is spans within a line. What others wrote is set apart, so that its direction changes nothing around it.
func (p *page) inline(spans []span) string {
	var b strings.Builder
	for _, s := range spans {
		if !s.theirs {
			b.WriteString(broken(s.text))
			continue
		}
		b.WriteString("<bdi" + lang(s.language, p.language) + ">" + broken(s.text) + "</bdi>")
	}
	return b.String()
}

// broken is escaped text that keeps its line breaks.
func broken(s string) string {
	return strings.ReplaceAll(text(strings.ReplaceAll(s, "\r\n", "\n")), "\n", "<br>")
}

func text(s string) string { return html.EscapeString(legal(s)) }

func attr(s string) string { return html.EscapeString(legal(s)) }

// lang is the attribute for words in another language than what is around them. A tag that is none says nothing.
func lang(language, around string) string {
	if language == "" || language == around || strings.Trim(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return ""
	}
	return " lang=\"" + language + "\""
}

package report

import (
	"io"
	"strings"
)

// writeMarkdown writes CommonMark with tables. Texts of others are escaped, so that they make no links, pictures, headings or HTML.
func writeMarkdown(m *making, w io.Writer) error {
	var b strings.Builder
	colon := colon(m.document.Language)
	for _, one := range compose(m) {
		markdownBlock(&b, one, colon)
	}
	b.WriteString("---\n\n" + mdText(say(m.document.Language, "hash")) + colon + " `" + m.hash + "`\n")
	if m.options.Address != "" {
		b.WriteString("\n" + mdText(say(m.document.Language, "verify")+" "+m.options.Address+".sig") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownBlock(b *strings.Builder, one block, colon string) {
	into := strings.Repeat("> ", one.level)
	switch one.kind {
	case heading:
		b.WriteString(strings.Repeat("#", one.level) + " " + mdLine(plain(one.text)) + "\n\n")
	case paragraph:
		b.WriteString(mdText(plain(one.text)) + "\n\n")
	case help:
		b.WriteString("> " + strings.ReplaceAll(mdText(helpText(one.markup)+plain(one.text)), "\n", "\n> ") + "\n\n")
	case listing:
		for _, f := range one.facts {
			b.WriteString(into + "- **" + mdLine(f.label) + colon + "** " + strings.ReplaceAll(mdText(plain(f.value)), "\n", "\n"+into+"  ") + "\n")
		}
		b.WriteString("\n")
	case aside:
		var all []string
		for _, f := range one.facts {
			text := mdLine(f.label)
			if len(f.value) > 0 {
				text += colon + " " + mdLine(plain(f.value))
			}
			all = append(all, text)
		}
		b.WriteString(into + strings.Join(all, " · ") + "\n\n")
	case rows:
		markdownTable(b, one.grid)
	case bars:
		b.WriteString("**" + mdLine(one.chart.title) + colon + "** " + mdLine(one.chart.text) + "\n\n")
	}
}

func markdownTable(b *strings.Builder, g *grid) {
	if !g.silent {
		b.WriteString("**" + mdLine(g.caption) + "**\n\n")
	}
	b.WriteString("|")
	for _, h := range g.head {
		b.WriteString(" " + mdLine(h) + " |")
	}
	b.WriteString("\n|")
	for _, number := range g.numbers {
		b.WriteString(map[bool]string{true: " ---: |", false: " --- |"}[number])
	}
	b.WriteString("\n")
	for _, r := range g.rows {
		b.WriteString("|")
		for _, c := range r {
			b.WriteString(" " + mdLine(plain(c)) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
}

// mdLine is text in one line: a sign stands for a line break.
func mdLine(text string) string {
	return strings.ReplaceAll(mdText(strings.TrimSpace(text)), "\\\n", " ↵ ")
}

// mdText is text as CommonMark has it: what could mean something is escaped, and line breaks are kept.
func mdText(text string) string {
	var b strings.Builder
	text = strings.ReplaceAll(legal(text), "\r\n", "\n")
	for i, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if i > 0 {
			b.WriteString("\\\n")
		}
		mdEscape(&b, line)
	}
	return b.String()
}

// mdEscape writes a line. Marks that mean something everywhere are escaped everywhere, others where they begin a line.
func mdEscape(b *strings.Builder, line string) {
	start := true
	digits := true // only digits so far
	for i, r := range line {
		rest := line[i:]
		switch {
		case start && (r == ' ' || r == '\t'):
			b.WriteString("&nbsp;")
			continue
		case strings.ContainsRune("\\`*_{}[]<>|~&$@", r),
			start && strings.ContainsRune("#+-=:!", r),
			digits && !start && (r == '.' || r == ')'),
			r == ':' && strings.HasPrefix(rest, "://"),
			r == '.' && i >= 3 && strings.EqualFold(line[i-3:i], "www"):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
		digits = digits && r >= '0' && r <= '9'
		start = false
	}
}

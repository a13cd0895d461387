package source

import (
	"html"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Plain makes text of markup: no tag is left, blocks stand on lines of their own, and a link is followed by its address when that is
// one of the web. It is no parser of HTML, and its output is not to be used as HTML without escaping.
func Plain(markup string) string {
	p := plain{}
	for rest := markup; rest != ""; {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			p.text(rest)
			break
		}
		p.text(rest[:open])
		rest = p.tag(rest[open:])
	}
	p.close()
	return tidy(p.out.String())
}

type plain struct {
	out  strings.Builder
	link string // the address to be told when the link ends
	from int    // where its text begins
}

// text adds text in which any white space is one space. A no-break space is none.
func (p *plain) text(s string) {
	space := false
	for _, r := range html.UnescapeString(s) {
		blank := strings.ContainsRune(" \t\r\n\f", r)
		if blank && !space {
			p.out.WriteByte(' ')
		} else if !blank {
			p.out.WriteRune(r)
		}
		space = blank
	}
}

// tag reads a tag from the begin of a text and gives what follows. A < that begins none is text.
func (p *plain) tag(s string) string {
	if strings.HasPrefix(s, "<!--") {
		_, rest, _ := strings.Cut(s, "-->")
		return rest
	}
	name, closing := tagName(s)
	if name == "" {
		p.text("<")
		return s[1:]
	}
	end := tagEnd(s)
	attributes, rest := s[:end], strings.TrimPrefix(s[end:], ">")
	switch name {
	case "script", "style", "iframe", "object", "template", "noscript", "svg", "math":
		if !closing {
			return after(rest, "</"+name)
		}
	case "a":
		p.close()
		if !closing {
			p.link, p.from = address(attributes), p.out.Len()
		}
	case "br", "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "tr", "blockquote", "section", "hr":
		p.out.WriteByte('\n')
	case "li":
		if !closing {
			p.out.WriteString("\n- ")
		}
	case "td", "th":
		p.out.WriteByte(' ')
	}
	return rest
}

// close tells the address of the link that ends here.
func (p *plain) close() {
	if p.link != "" && p.out.String()[p.from:] != p.link {
		p.out.WriteString(" (" + p.link + ")")
	}
	p.link = ""
}

func tagName(s string) (name string, closing bool) {
	s = s[1:]
	if s, closing = strings.CutPrefix(s, "/"); s == "" {
		return "", false
	}
	if s[0] == '!' || s[0] == '?' {
		return "!", false
	}
	end := strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		end = len(s)
	}
	if end == 0 || !unicode.IsLetter(rune(s[0])) {
		return "", false
	}
	return strings.ToLower(s[:end]), closing
}

// tagEnd is where a tag's > is, or the end of the text. A > between quotes is none.
func tagEnd(s string) int {
	var quote byte
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && s[i-1] == '=':
			quote = c
		case c == '>':
			return i
		}
	}
	return len(s)
}

// after skips to what follows a closing tag.
func after(s, closing string) string {
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			return ""
		}
		if s = s[at:]; len(s) >= len(closing) && strings.EqualFold(s[:len(closing)], closing) {
			_, rest, _ := strings.Cut(s, ">")
			return rest
		}
		s = s[1:]
	}
}

// address is the href of a tag, if it leads into the web.
func address(tag string) string {
	lower := strings.ToLower(tag)
	at := strings.Index(lower, "href=")
	if at < 0 || len(lower) != len(tag) {
		return ""
	}
	s := tag[at+len("href="):]
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		s, _, _ = strings.Cut(s[1:], s[:1])
	} else {
		s, _, _ = strings.Cut(s, " ")
	}
	u, err := url.Parse(strings.TrimSpace(html.UnescapeString(s)))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return ""
	}
	return u.String()
}

// tidy takes away spaces at the ends of lines, more than one empty line, control characters and those that reorder text.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.Is(unicode.Cc, r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, norm.NFC.String(s))
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.Trim(line, " ")
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

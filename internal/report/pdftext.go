package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/text/unicode/norm"
)

// typesetter draws texts in lines, each character in a font that has it. Lengths are in points.
type typesetter struct {
	pdf     *fpdf.Fpdf
	added   map[string]bool  // fonts that the file has
	missing map[rune]bool    // characters that no font has, or that cannot be drawn rightly
	small   map[bool][]*face // the western fonts, by whether they are bold
	err     error
	current string
}

func newTypesetter(pdf *fpdf.Fpdf) *typesetter {
	return &typesetter{pdf: pdf, added: map[string]bool{}, missing: map[rune]bool{}, small: map[bool][]*face{}}
}

// glyph is a character with its font.
type glyph struct {
	r    rune
	font *face
	bold bool
	wide float64 // in points
}

// line is glyphs beside one another.
type glyphLine struct {
	glyphs []glyph
	wide   float64
}

// faces are the fonts for a text, by preference.
func (t *typesetter) faces(text, language string, heavy bool) []*face {
	all := t.small[heavy]
	if all == nil {
		names := slices.Clone(western)
		if heavy {
			names = slices.Concat(bold, western)
		}
		all = t.load(nil, names)
		t.small[heavy] = all
	}
	if lacks(all, text) { // the western fonts are small, the others are not
		return t.load(t.load(slices.Clip(all), t.eastern(text, language)), symbols)
	}
	return all
}

func (t *typesetter) load(all []*face, names []string) []*face {
	for _, n := range names {
		f, err := load(n)
		if err != nil {
			t.err = err
			return all
		}
		all = append(all, f)
	}
	return all
}

// lacks says whether a text has characters that are in none of the fonts, but may be in others.
func lacks(fonts []*face, text string) bool {
	for _, r := range text {
		if r > ' ' && r <= 0xFFFF && !isSilent(r) && !isShaped(r) && pick(fonts, r) == nil {
			return true
		}
	}
	return false
}

// eastern are both Chinese fonts: the one first that the language asks for, or else that has more of the text.
func (t *typesetter) eastern(text, language string) []string {
	order := []string{traditional, simplified}
	switch strings.ToLower(language) {
	case "zh-hans", "zh-cn", "zh-sg", "zh-hans-cn", "ja":
		return []string{simplified, traditional}
	case "zh-hant", "zh-tw", "zh-hk", "zh-hant-tw":
		return order
	}
	both := t.load(nil, order)
	if t.err != nil {
		return order
	}
	first, second, score := both[0], both[1], 0
	for _, r := range text {
		if r < 0x2E80 || r > 0xFFFF {
			continue
		}
		if first.has(r) {
			score++
		}
		if second.has(r) {
			score--
		}
	}
	if score < 0 {
		return []string{simplified, traditional}
	}
	return order
}

// glyphs are the characters of a text with their fonts.
func (t *typesetter) glyphs(text, language string, size float64, heavy bool) []glyph {
	text = norm.NFC.String(text)
	fonts := t.faces(text, language, heavy)
	all := make([]glyph, 0, len(text))
	add := func(r rune, f *face) {
		g := glyph{r: r, font: f, bold: heavy}
		if f != nil {
			g.wide = float64(f.width(r)) * size / 1000
		}
		all = append(all, g)
	}
	for _, r := range text {
		f := pick(fonts, r)
		switch {
		case r == '\u00a0' || r == '\u202f': // no line is broken here
			f = pick(fonts, ' ')
			all = append(all, glyph{r: '\u00a0', font: f, bold: heavy, wide: float64(f.width(' ')) * size / 1000})
			continue
		case f != nil:
			add(r, f)
			continue
		}
		for _, r := range t.drawable(fonts, r) {
			add(r, pick(fonts, r))
		}
	}
	return all
}

// drawable is what is drawn for a character: itself, or what Unicode says is the same in other characters, such as fi for a ligature, or
// else the mark.
func (t *typesetter) drawable(fonts []*face, r rune) string {
	switch {
	case isSilent(r):
		return ""
	case r == '\n' || r == '\u2028' || r == '\u2029':
		return "\n"
	case r == '\t' || unicode.Is(unicode.Zs, r):
		return " "
	case pick(fonts, r) != nil:
		return string(r)
	}
	same := norm.NFKC.String(string(r))
	for _, one := range same {
		if pick(fonts, one) == nil {
			t.missing[r] = true
			return string(mark)
		}
	}
	return same
}

func pick(fonts []*face, r rune) *face {
	if isShaped(r) || r < ' ' || r > '~' && unicode.In(r, unicode.Cc, unicode.Cf) {
		return nil
	}
	for _, f := range fonts {
		if f.has(r) {
			return f
		}
	}
	return nil
}

// set are the glyphs of spans.
func (t *typesetter) set(spans []span, size float64, heavy bool) []glyph {
	var all []glyph
	for _, s := range spans {
		all = append(all, t.glyphs(strings.ReplaceAll(s.text, "\r\n", "\n"), s.language, size, heavy)...)
	}
	return all
}

// wrap breaks glyphs into lines of a width: at blanks, between Chinese characters, and where a word is longer than a line.
func wrap(all []glyph, width float64) []glyphLine {
	var out []glyphLine
	for len(all) > 0 {
		n, next := breakAt(all, width)
		out = append(out, lineOf(all[:n]))
		all = all[next:]
	}
	return out
}

func lineOf(all []glyph) glyphLine {
	for len(all) > 0 && all[len(all)-1].r == ' ' {
		all = all[:len(all)-1]
	}
	l := glyphLine{glyphs: all}
	for _, g := range all {
		l.wide += g.wide
	}
	return l
}

// breakAt says how many glyphs make the first line, and where the next one begins.
func breakAt(all []glyph, width float64) (n, next int) {
	wide, candidate := 0.0, 0
	for i, g := range all {
		if g.r == '\n' {
			return i, i + 1
		}
		if i > 0 && mayBreak(all[i-1].r, g.r) {
			candidate = i
		}
		if wide += g.wide; wide > width && g.r != ' ' && i > 0 {
			if candidate == 0 {
				return i, i
			}
			return candidate, candidate
		}
	}
	return len(all), len(all)
}

// Marks that do not begin a line, and that do not end one, in Chinese and Japanese.
const (
	notFirst = "，。、；：？！）」』】》〉”’％…,.;:?!)]}%ー"
	notLast  = "（「『【《〈“‘([{"
)

func mayBreak(before, after rune) bool {
	switch {
	case after == ' ':
		return false
	case before == ' ', before == '-' && unicode.IsLetter(after):
		return true
	}
	return (isWide(before) || isWide(after)) && !strings.ContainsRune(notFirst, after) && !strings.ContainsRune(notLast, before)
}

// isWide says whether words of a script have no blanks between them.
func isWide(r rune) bool {
	return r >= 0x2E80 && r <= 0xD7FF || r >= 0xF900 && r <= 0xFAFF || r >= 0xFF00
}

// draw draws a line with its base line at y.
func (t *typesetter) draw(l glyphLine, x, y, size float64) {
	for i := 0; i < len(l.glyphs); {
		first, wide := l.glyphs[i], 0.0
		var b strings.Builder
		for ; i < len(l.glyphs) && l.glyphs[i].font == first.font && l.glyphs[i].bold == first.bold; i++ {
			if r := l.glyphs[i].r; r == '\u00a0' {
				b.WriteByte(' ')
			} else {
				b.WriteRune(r)
			}
			wide += l.glyphs[i].wide
		}
		t.font(first.font, size)
		heavy := first.bold && !slices.Contains(bold, first.font.name)
		if heavy { // there is no bold font for it: its outline makes it so
			t.pdf.SetLineWidth(size / 36)
			t.pdf.SetTextRenderingMode(2)
		}
		t.pdf.Text(x, y, b.String())
		if heavy {
			t.pdf.SetTextRenderingMode(0)
		}
		x += wide
	}
}

func (t *typesetter) font(f *face, size float64) {
	if !t.added[f.name] {
		t.pdf.AddUTF8FontFromBytes(f.name, "", f.ttf)
		t.added[f.name] = true
	}
	if key := fmt.Sprint(f.name, size); key != t.current {
		t.pdf.SetFont(f.name, "", size)
		t.current = key
	}
}

// lacking are the characters that the file could not draw, in order.
func (t *typesetter) lacking() []rune {
	var all []rune
	for r := range t.missing {
		all = append(all, r)
	}
	slices.Sort(all)
	return all
}

package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// The page, in points: A4 with its margins.
const (
	pageWidth, pageHeight = 595.28, 841.89
	marginX, marginTop    = 51.0, 51.0
	marginBottom          = 62.0
	textWidth             = pageWidth - 2*marginX
	labelWidth            = 132.0
	indentWidth           = 14.0
)

// sizes of letters, and the distance of lines as a multiple.
const (
	bodySize, asideSize, tableSize, footSize = 9.5, 8.0, 7.5, 7.0
	leading                                  = 1.36
)

// ink is a colour.
type ink [3]int

var (
	black  = ink{26, 31, 38}
	muted  = ink{71, 82, 96}
	accent = ink{43, 92, 138}
	pale   = ink{226, 231, 237}
	rule   = ink{200, 206, 214}
)

// writePDF draws the report. It makes no claim of PDF/UA or PDF/A: it has no tags, and says so.
func writePDF(m *making, w io.Writer) error {
	pdf := fpdf.New("P", "pt", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(m.document.AsOf.Time.UTC())
	pdf.SetModificationDate(m.document.AsOf.Time.UTC())
	pdf.SetProducer("Plenary", true)
	pdf.SetTitle(encodable(m.document.Title), true)
	pdf.SetLang(m.document.Language)
	pdf.SetAttachments([]fpdf.Attachment{{Content: m.json, Filename: jsonName, Description: "The report as JSON, which its hash is over"}})
	s := &sheet{typesetter: newTypesetter(pdf), language: m.document.Language}
	s.newPage()
	blocks := compose(m)
	for i, b := range blocks {
		s.block(b, blocks[i+1:])
		if i == 1 { // below the title
			s.lines(wrap(s.set([]span{{text: say(s.language, "accessible") + " " + say(s.language, "attached")}}, asideSize, false), textWidth), marginX, asideSize, muted)
			s.y += 4
		}
	}
	s.glyphsMissing(m)
	s.footers(m)
	if s.err != nil {
		return s.err
	}
	return pdf.Output(w)
}

// encodable is a text that the library can write outside of pages.
func encodable(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xFFFF {
			return mark
		}
		return r
	}, legal(text))
}

// sheet is a PDF while it is drawn: y is where the next line begins.
type sheet struct {
	*typesetter
	language string
	y        float64
	pages    int
}

func (s *sheet) newPage() {
	s.pdf.AddPage()
	s.current = ""
	s.pages++
	s.y = marginTop
}

// need begins a new page unless so much is left of this one.
func (s *sheet) need(height float64) {
	if s.y+height > pageHeight-marginBottom {
		s.newPage()
	}
}

func (s *sheet) ink(c ink) {
	s.pdf.SetTextColor(c[0], c[1], c[2])
	s.pdf.SetDrawColor(c[0], c[1], c[2])
}

// lines draws lines one below the other, over as many pages as it takes.
func (s *sheet) lines(all []glyphLine, x, size float64, c ink) {
	for _, l := range all {
		s.need(size * leading)
		s.ink(c)
		s.draw(l, x, s.y+size, size)
		s.y += size * leading
	}
}

func (s *sheet) block(b block, after []block) {
	x := marginX + indentWidth*float64(b.level)
	switch b.kind {
	case heading:
		s.heading(b, after)
	case paragraph:
		s.lines(wrap(s.set(b.text, bodySize, false), textWidth), marginX, bodySize, black)
		s.y += 4
	case help:
		s.lines(wrap(s.set(append([]span{{text: helpText(b.markup), language: b.text[0].language}}, b.text[1:]...), asideSize, false), textWidth-10), marginX+10, asideSize, muted)
		s.y += 3
	case listing:
		for _, f := range b.facts {
			s.fact(f, x)
		}
		s.y += 4
	case aside:
		s.aside(b.facts, x, after)
	case rows:
		s.grid(b.grid)
	case bars:
		s.chart(b.chart)
	}
}

var headingSizes = []float64{0, 19, 14, 11.5, 10}

// heading draws a heading, never alone at the end of a page.
func (s *sheet) heading(b block, after []block) {
	size := headingSizes[b.level]
	all := wrap(s.set(b.text, size, true), textWidth)
	height := float64(len(all))*size*leading + 46 + ahead(after)
	if s.y > marginTop {
		s.y += size * .9
	}
	s.need(min(height, 300))
	if b.level > 1 && b.level < 4 {
		s.pdf.Bookmark(encodable(plain(b.text)), b.level-2, s.y)
	}
	s.lines(all, marginX, size, black)
	if b.level == 2 {
		s.rule(accent, 1)
		s.y += 4
	}
	s.y += 2
}

// ahead is about how much of what follows a heading has to stand below it: all that only leads to something.
func ahead(after []block) float64 {
	height := 0.0
	for _, next := range after {
		switch next.kind {
		case heading:
			height += headingSizes[next.level]*leading*2 + 8
		case aside, help:
			height += 28
		case paragraph, listing, rows, bars:
			return height + 24
		}
	}
	return height
}

func (s *sheet) rule(c ink, thick float64) {
	s.pdf.SetDrawColor(c[0], c[1], c[2])
	s.pdf.SetLineWidth(thick)
	s.pdf.Line(marginX, s.y, marginX+textWidth, s.y)
}

// together is how many lines of a value are not torn apart by the end of a page.
const together = 12

// fact draws a name with its value beside it; a long value goes on below in the same place.
func (s *sheet) fact(f fact, x float64) {
	left := wrap(s.set([]span{{text: f.label}}, bodySize, false), labelWidth-8)
	right := wrap(s.set(f.value, bodySize, false), marginX+textWidth-x-labelWidth)
	if n := max(len(left), len(right)); n <= together {
		s.need(bodySize * leading * float64(n))
	}
	for i := range max(len(left), len(right)) {
		s.need(bodySize * leading)
		if i < len(left) {
			s.ink(muted)
			s.draw(left[i], x, s.y+bodySize, bodySize)
		}
		if i < len(right) {
			s.ink(black)
			s.draw(right[i], x+labelWidth, s.y+bodySize, bodySize)
		}
		s.y += bodySize * leading
	}
	s.y += 1.5
}

// aside draws facts one after the other in small letters. It stays with what it leads to, such as the text of a comment.
func (s *sheet) aside(facts []fact, x float64, after []block) {
	var all []span
	for i, f := range facts {
		if i > 0 {
			all = append(all, span{text: "  ·  "})
		}
		if all = append(all, span{text: f.label}); len(f.value) > 0 {
			all = append(append(all, span{text: colon(s.language) + " "}), f.value...)
		}
	}
	lines := wrap(s.set(all, asideSize, false), marginX+textWidth-x)
	if len(after) > 0 && after[0].kind == listing {
		below := len(wrap(s.set(after[0].facts[0].value, bodySize, false), marginX+textWidth-x-labelWidth))
		s.need(float64(len(lines))*asideSize*leading + float64(min(below, together))*bodySize*leading + 8)
	}
	s.lines(lines, x, asideSize, muted)
	s.y += 3
}

// chart draws bars with their words beside them.
func (s *sheet) chart(c *chart) {
	const height, left, width = 18.0, 120.0, 250.0
	s.need(height*float64(len(c.bars)) + 34)
	s.y += 4
	for _, b := range c.bars {
		s.ink(black)
		s.draw(first(wrap(s.set([]span{{text: b.label}}, bodySize, false), left-8)), marginX, s.y+10, bodySize)
		s.bar(pale, marginX+left, width, 11)
		s.bar(accent, marginX+left, float64(b.length(int(width))), 11)
		s.draw(first(wrap(s.set([]span{{text: b.note}}, bodySize, false), 120)), marginX+left+width+8, s.y+10, bodySize)
		s.y += height
	}
	s.lines(wrap(s.set([]span{{text: c.text}}, asideSize, false), textWidth), marginX, asideSize, muted)
	s.y += 4
}

func (s *sheet) bar(c ink, x, width, height float64) {
	s.pdf.SetFillColor(c[0], c[1], c[2])
	s.pdf.Rect(x, s.y+1, width, height, "F")
}

func first(all []glyphLine) glyphLine {
	if len(all) == 0 {
		return glyphLine{}
	}
	return all[0]
}

// glyphsMissing lists the characters that the file could not draw.
func (s *sheet) glyphsMissing(m *making) {
	all := s.lacking()
	if len(all) == 0 {
		return
	}
	var codes []string
	for _, r := range all {
		codes = append(codes, codePoint(r))
	}
	text := strings.Join(codes, ", ")
	m.problem("GLYPH", "", "No font of the PDF has these characters, or it cannot draw them rightly; U+FFFD stands for them: %s.", text)
	s.block(block{kind: heading, level: 2, text: []span{{text: say(s.language, "glyphs")}}}, nil)
	s.block(block{kind: paragraph, text: []span{{text: say(s.language, "glyphsText")}}}, nil)
	s.block(block{kind: paragraph, text: []span{{text: text}}}, nil)
}

func codePoint(r rune) string { return fmt.Sprintf("U+%04X", r) }

// footers says on every page which report it is from, and how to check that.
func (s *sheet) footers(m *making) {
	for n := 1; n <= s.pages; n++ {
		s.pdf.SetPage(n)
		s.current = ""
		s.y = pageHeight - marginBottom + 16
		s.rule(rule, .5)
		s.y += 4
		s.foot(say(s.language, "hash")+colon(s.language)+" "+m.hash, fmt.Sprintf("%s %d %s %d", say(s.language, "page"), n, say(s.language, "of"), s.pages))
		if m.options.Address != "" {
			s.foot(say(s.language, "verify")+" "+m.options.Address+".sig", "")
		}
	}
}

func (s *sheet) foot(left, right string) {
	end := first(wrap(s.set([]span{{text: right}}, footSize, false), textWidth))
	s.ink(muted)
	s.draw(first(wrap(s.set([]span{{text: left}}, footSize, false), textWidth-end.wide-10)), marginX, s.y+footSize, footSize)
	s.draw(end, marginX+textWidth-end.wide, s.y+footSize, footSize)
	s.y += footSize * leading
}

// cellGap is between the columns of tables.
const cellGap = 7.0

// grid draws a table. Its head stands on every page that it goes over.
func (s *sheet) grid(g *grid) {
	heads, cells := s.cells(g)
	widths := columnWidths(append([][][]glyph{heads}, cells...))
	top := wrapRow(heads, widths)
	s.need(tableSize*leading*float64(height(top)+4) + 24)
	s.y += 3
	if !g.silent {
		s.lines(wrap(s.set([]span{{text: g.caption}}, asideSize, true), textWidth), marginX, asideSize, black)
		s.y++
	}
	head := func() {
		s.row(top, g, widths, muted, nil)
		s.rule(muted, .8)
		s.y += 2
	}
	head()
	for _, r := range cells {
		lines := wrapRow(r, widths)
		tall := tableSize * leading * float64(height(lines))
		if tall < (pageHeight-marginTop-marginBottom)/3 && s.y+tall > pageHeight-marginBottom {
			s.newPage()
			head()
		}
		s.row(lines, g, widths, black, head)
		s.rule(rule, .4)
		s.y += 2
	}
	s.y += 5
}

// row draws the lines of a row; one that is longer than a page goes on below another head.
func (s *sheet) row(cells [][]glyphLine, g *grid, widths []float64, c ink, head func()) {
	for i := range height(cells) {
		if head != nil && s.y+tableSize*leading > pageHeight-marginBottom {
			s.newPage()
			head()
		}
		x := marginX
		s.ink(c)
		for k, lines := range cells {
			if i < len(lines) {
				at := x
				if g.numbers[k] {
					at = x + widths[k] - lines[i].wide
				}
				s.draw(lines[i], at, s.y+tableSize, tableSize)
			}
			x += widths[k] + cellGap
		}
		s.y += tableSize * leading
	}
	s.y++
}

func height(cells [][]glyphLine) int {
	most := 1
	for _, c := range cells {
		most = max(most, len(c))
	}
	return most
}

func wrapRow(cells [][]glyph, widths []float64) [][]glyphLine {
	all := make([][]glyphLine, len(cells))
	for i, c := range cells {
		all[i] = wrap(c, widths[i])
	}
	return all
}

// cells are the glyphs of a table.
func (s *sheet) cells(g *grid) (heads [][]glyph, cells [][][]glyph) {
	for _, h := range g.head {
		heads = append(heads, s.set([]span{{text: h}}, tableSize, true))
	}
	for _, r := range g.rows {
		var row [][]glyph
		for _, c := range r {
			row = append(row, s.set(c, tableSize, false))
		}
		cells = append(cells, row)
	}
	return heads, cells
}

// columnWidths shares the width of the page: each column gets what its longest word needs, and of the rest by what its texts would take.
func columnWidths(rows [][][]glyph) []float64 {
	n := len(rows[0])
	least, natural := make([]float64, n), make([]float64, n)
	for _, r := range rows {
		for i, c := range r {
			word, whole := widest(c)
			least[i], natural[i] = max(least[i], min(word, 110)), max(natural[i], whole)
		}
	}
	room := textWidth - cellGap*float64(n-1)
	switch {
	case sum(natural) <= room:
		return natural
	case sum(least) >= room:
		return scaled(least, room/sum(least))
	}
	share := (room - sum(least)) / (sum(natural) - sum(least))
	for i := range least {
		least[i] += (natural[i] - least[i]) * share
	}
	return least
}

// widest is how wide the widest word and the widest line of glyphs are.
func widest(all []glyph) (word, line float64) {
	inWord, inLine := 0.0, 0.0
	for i, g := range all {
		if g.r == '\n' {
			inWord, inLine = 0, 0
			continue
		}
		if g.r == ' ' || i > 0 && mayBreak(all[i-1].r, g.r) {
			inWord = 0
		}
		inWord += g.wide
		inLine += g.wide
		word, line = max(word, inWord), max(line, inLine)
	}
	return word + .1, line + .1
}

func sum(all []float64) float64 {
	total := 0.0
	for _, n := range all {
		total += n
	}
	return total
}

func scaled(all []float64, by float64) []float64 {
	out := slices.Clone(all)
	for i := range out {
		out[i] *= by
	}
	return out
}

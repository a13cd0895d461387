package report

import (
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"unicode"
)

// The fonts are Noto fonts from the npm packages @fontsource/noto-sans, -tc and -sc, version 5.3.0, under the OFL-1.1; their licences lie
// beside them.
//
//go:embed fonts/*.woff
var fontFiles embed.FS

// face is a font with what a layout asks of it.
type face struct {
	name   string
	ttf    []byte
	widths []uint16 // of the characters up to U+FFFF in thousandths of the size, plus one; 0 for those it lacks
}

func (f *face) has(r rune) bool { return r <= 0xFFFF && f.widths[r] > 0 }

// width is how wide a character is, in thousandths of the size.
func (f *face) width(r rune) int { return int(f.widths[r]) - 1 }

// faces are the fonts that a text is drawn with: each character in the first that has it.
var (
	western     = []string{"noto-sans-latin-400-normal", "noto-sans-latin-ext-400-normal", "noto-sans-vietnamese-400-normal", "noto-sans-cyrillic-400-normal", "noto-sans-greek-400-normal"}
	bold        = []string{"noto-sans-latin-700-normal", "noto-sans-latin-ext-700-normal"}
	traditional = "noto-sans-tc-chinese-traditional-400-normal"
	simplified  = "noto-sans-sc-chinese-simplified-400-normal"
	symbols     = []string{"noto-sans-sc-36-400-normal", "noto-sans-sc-87-400-normal", "noto-sans-sc-88-400-normal", "noto-sans-sc-90-400-normal", "noto-sans-tc-90-400-normal", "noto-sans-sc-105-400-normal", "noto-sans-sc-109-400-normal"}
)

var loaded sync.Map // by name: func() (*face, error)

// load unpacks a font once, when it is asked for first.
func load(name string) (*face, error) {
	once, _ := loaded.LoadOrStore(name, sync.OnceValues(func() (*face, error) { return readFace(name) }))
	return once.(func() (*face, error))()
}

func readFace(name string) (*face, error) {
	packed, err := fontFiles.ReadFile("fonts/" + name + ".woff")
	if err != nil {
		return nil, err
	}
	ttf, err := fromWOFF(packed)
	if err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	f := &face{name: name, ttf: ttf, widths: make([]uint16, 0x10000)}
	if err := f.measure(); err != nil {
		return nil, fmt.Errorf("font %s: %w", name, err)
	}
	return f, nil
}

var errFont = errors.New("its tables are not those that this program reads")

// measure reads the widths of all characters.
func (f *face) measure() error {
	find := func(tag string) []byte {
		for i := range int(binary.BigEndian.Uint16(f.ttf[4:])) {
			if e := f.ttf[sfntHeader+i*sfntEntry:]; string(e[:4]) == tag {
				at := binary.BigEndian.Uint32(e[8:])
				return f.ttf[at : at+binary.BigEndian.Uint32(e[12:])]
			}
		}
		return nil
	}
	head, hhea, hmtx, cmap := find("head"), find("hhea"), find("hmtx"), format4(find("cmap"))
	if len(head) < 20 || len(hhea) < 36 || len(hmtx) < 4 || cmap == nil {
		return errFont
	}
	em, metrics := int(binary.BigEndian.Uint16(head[18:])), int(binary.BigEndian.Uint16(hhea[34:]))
	eachGlyph(cmap, func(r, glyph int) {
		advance := int(binary.BigEndian.Uint16(hmtx[4*min(glyph, metrics-1):]))
		f.widths[r] = uint16(advance*1000/em) + 1
	})
	return nil
}

// format4 finds the table of format 4 for Unicode.
func format4(cmap []byte) []byte {
	if len(cmap) < 4 {
		return nil
	}
	for i := range int(binary.BigEndian.Uint16(cmap[2:])) {
		at := binary.BigEndian.Uint32(cmap[8+8*i:])
		if platform := binary.BigEndian.Uint16(cmap[4+8*i:]); platform != 1 && binary.BigEndian.Uint16(cmap[at:]) == 4 {
			return cmap[at:]
		}
	}
	return nil
}

// eachGlyph goes through a table of format 4: segments of characters, whose glyphs are a difference away or in a list.
func eachGlyph(b []byte, yield func(r, glyph int)) {
	n := int(binary.BigEndian.Uint16(b[6:])) / 2
	at := func(array, i int) int { return int(binary.BigEndian.Uint16(b[array+2*i:])) }
	ends, starts, deltas, offsets := 14, 16+2*n, 16+4*n, 16+6*n
	for i := range n {
		for r := at(starts, i); r <= at(ends, i) && r < 0xFFFF; r++ {
			glyph := r
			if o := at(offsets, i); o > 0 {
				if glyph = at(offsets+2*i+o, r-at(starts, i)); glyph == 0 {
					continue
				}
			}
			if glyph = (glyph + at(deltas, i)) & 0xFFFF; glyph > 0 {
				yield(r, glyph)
			}
		}
	}
}

// mark stands for characters that no font has.
const mark = '\uFFFD'

// isShaped says whether a script joins or moves its letters, which nothing here does: drawn one by one, its words would be wrong.
func isShaped(r rune) bool {
	return r >= 0x0590 && unicode.In(r, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Devanagari, unicode.Bengali,
		unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Thai,
		unicode.Lao, unicode.Tibetan, unicode.Myanmar, unicode.Khmer, unicode.Mongolian)
}

// isSilent says whether a character is not to be seen where nothing is shaped: joiners, soft hyphens, choices of a variant.
func isSilent(r rune) bool {
	switch {
	case r >= 0x200B && r <= 0x200D, r == 0x00AD, r == 0x2060, r == 0xFEFF, r >= 0xFE00 && r <= 0xFE0F:
		return true
	}
	return false
}

package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"sync"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// consulted is a report of a consultation with all texts of one that was held.
func consulted(t *testing.T, name, language string) *Document {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(shareddata.Read(t, "consultations", name, "comments.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	c := &Consultation{About: Topic{Type: SubjectDialogue, ID: "dialogue_1", Title: name, By: regulator, State: "CLOSED"}}
	for _, r := range rows[1:] {
		c.Comments = append(c.Comments, Comment{ID: "comment_" + r[2], Author: &customer, Stance: enum.StanceNeutral, State: enum.CommentStateVisible, Language: language, Body: r[len(r)-1], CreatedAt: day(1)})
	}
	return &Document{ID: "report_2", Type: TypeConsultation, Audience: AudiencePublic, Language: "en", Title: name, Consultation: c}
}

// All characters of the three consultations that the product is made for are drawn. None is missing.
func TestEveryCharacterOfTheConsultationsIsDrawn(t *testing.T) {
	for _, row := range []struct{ name, language string }{
		{"vtaiwan.uberx", "zh-Hant"}, {"london.youth.policing", "en"}, {"scoop-hivemind.ubi", "en"},
	} {
		d := consulted(t, row.name, row.language)
		file, problems := rendered(t, "pdf", d)
		if len(problems) > 0 {
			t.Errorf("%s in %q lacks characters: %v", row.name, row.language, problems)
		}
		says := squeezed(pdfText(t, file))
		for _, c := range d.Consultation.Comments {
			if !strings.Contains(says, squeezed(c.Body)) && !tornByAPage(says, c.Body) {
				t.Errorf("%s: the text %q is not in the PDF", row.name, c.Body)
			}
		}
	}
}

// Whatever language a text is said to be in, no character of it is lost: the other Chinese font has what the first one lacks.
func TestALanguageThatIsWrongLosesNoCharacter(t *testing.T) {
	for _, language := range []string{"", "en", "zh-Hans", "ja"} {
		s := newTypesetter(nil)
		for _, c := range consulted(t, "vtaiwan.uberx", language).Consultation.Comments {
			s.glyphs(c.Body, language, 10, false)
		}
		if all := s.lacking(); len(all) > 0 || s.err != nil {
			t.Errorf("in %q it lacks %c (%v)", language, all, s.err)
		}
	}
}

func squeezed(text string) string {
	return strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "", "\u3000", "", "\u00a0", "", "\u200b", "", "\ufeff", "").Replace(text)
}

// tornByAPage says whether both halves of a text are there: the end of a page may stand between its lines.
func tornByAPage(says, text string) bool {
	whole := []rune(squeezed(text))
	for i := range whole {
		if strings.Contains(says, string(whole[:i])) && strings.Contains(says, string(whole[i:])) {
			return true
		}
	}
	return false
}

func TestTheFontIsChosenForEachCharacter(t *testing.T) {
	for _, row := range []struct {
		text, language string
		want           []string // fonts, in the order of the characters
	}{
		{"aŸЖΩ", "", []string{"latin-400", "latin-ext-400", "cyrillic-400", "greek-400"}},
		{"與,讓，", "zh-Hant", []string{"tc-chinese-traditional", "latin-400", "tc-chinese-traditional", "sc-chinese-simplified"}},
		{"与让", "zh-Hans", []string{"sc-chinese-simplified", "sc-chinese-simplified"}},
		{"与让贸", "", []string{"sc-chinese-simplified", "sc-chinese-simplified", "sc-chinese-simplified"}},
		{"與讓貿", "", []string{"tc-chinese-traditional", "tc-chinese-traditional", "tc-chinese-traditional"}},
		{"あ譲", "ja", []string{"sc-chinese-simplified", "sc-36"}},
		{"ﬁ𝐀", "", []string{"latin-400", "latin-400", "latin-400"}},
		{"→✓≥", "", []string{"sc-109", "sc-87", "tc-90"}},
	} {
		s := newTypesetter(nil)
		all := s.glyphs(row.text, row.language, 10, false)
		for i, g := range all {
			if !strings.Contains(g.font.name, row.want[i]) || g.wide <= 0 {
				t.Errorf("%c in %q is drawn from %s, want %s", g.r, row.text, g.font.name, row.want[i])
			}
		}
		if len(s.missing) > 0 || s.err != nil {
			t.Errorf("%q lacks %v (%v)", row.text, s.missing, s.err)
		}
	}
}

// A font that had the letters of such a script would not help: its words need letters that are joined, moved or turned round.
func TestScriptsThatNeedShapingAreNotDrawn(t *testing.T) {
	everything := &face{widths: make([]uint16, 0x10000)}
	for i := range everything.widths {
		everything.widths[i] = 600
	}
	for _, r := range "عשनবตไမខ\u202E\u0007" {
		if pick([]*face{everything}, r) != nil {
			t.Errorf("%U is drawn", r)
		}
	}
	if pick([]*face{everything}, 'a') == nil || pick([]*face{everything}, '🙂') != nil {
		t.Error("a letter is not drawn, or a character that the library cannot encode is")
	}
}

func TestLinesBreakWhereScriptsDo(t *testing.T) {
	for _, row := range []struct {
		text string
		wide float64 // in letters of the script
		want []string
	}{
		{"one two three", 40, []string{"one two", "three"}},
		{"one\ntwo", 400, []string{"one", "two"}},
		{"one\n\ntwo", 400, []string{"one", "", "two"}},
		{"Donaudampfschiff", 30, []string{"Dona", "udam", "pfschi", "ff"}},
		{"說明沒有，指出", 41, []string{"說明沒", "有，指出"}},
		{"", 40, nil},
	} {
		s := newTypesetter(nil)
		var got []string
		for _, l := range wrap(s.set([]span{{text: row.text}}, 10, false), row.wide) {
			var b strings.Builder
			for _, g := range l.glyphs {
				b.WriteRune(g.r)
			}
			if got = append(got, b.String()); l.wide > row.wide {
				t.Errorf("a line of %q is %.1f wide", row.text, l.wide)
			}
		}
		if strings.Join(got, "|") != strings.Join(row.want, "|") {
			t.Errorf("%q breaks into %q, want %q", row.text, got, row.want)
		}
	}
}

func TestFontsThatAreNoneAreRefused(t *testing.T) {
	whole, err := fontFiles.ReadFile("fonts/noto-sans-greek-400-normal.woff")
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"nothing": nil, "another format": append([]byte("wOF2"), whole[4:]...), "half of it": whole[:len(whole)/2], "only the header": whole[:50]} {
		if _, err := fromWOFF(b); err == nil {
			t.Errorf("%s is taken for a font", name)
		}
	}
	entries, err := fontFiles.ReadDir("fonts")
	if err != nil {
		t.Fatal(err)
	}
	used := strings.Join(append(append(append([]string{traditional, simplified}, western...), bold...), symbols...), " ")
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".woff")
		if f, err := load(name); err != nil || !strings.Contains(used, name) {
			t.Errorf("the font %s is not used or cannot be read: %v", name, err)
		} else if n := covered(f); n < 10 {
			t.Errorf("the font %s has %d characters", name, n)
		}
	}
}

func covered(f *face) int {
	n := 0
	for r := range rune(0x10000) {
		if f.has(r) {
			n++
		}
	}
	return n
}

// Fonts are unpacked once for all reports: none may change them.
func TestReportsAreMadeAtTheSameTime(t *testing.T) {
	d := example(3, english, chinese)
	want, _ := rendered(t, "pdf", d)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got, _ := rendered(t, "pdf", d); !bytes.Equal(got, want) {
				t.Error("a PDF that is made beside others is another")
			}
		})
	}
	group.Wait()
}

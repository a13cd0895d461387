package textdiff_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/textdiff"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// written writes hunks as kept[-deleted-]{+inserted+}.
func written(all []textdiff.Hunk) string {
	var b strings.Builder
	for _, h := range all {
		b.WriteString(map[enum.HunkOp]string{enum.HunkOpDelete: "[-", enum.HunkOpInsert: "{+"}[h.Op])
		b.WriteString(h.Text)
		b.WriteString(map[enum.HunkOp]string{enum.HunkOpDelete: "-]", enum.HunkOpInsert: "+}"}[h.Op])
	}
	return b.String()
}

// texts gives back what was compared.
func texts(all []textdiff.Hunk) (before, after string) {
	for _, h := range all {
		if h.Op != enum.HunkOpInsert {
			before += h.Text
		}
		if h.Op != enum.HunkOpDelete {
			after += h.Text
		}
	}
	return before, after
}

func TestBetween(t *testing.T) {
	for _, tt := range []struct{ rule, before, after, want string }{
		{"two empty texts have no hunk", "", "", ""},
		{"equal texts are one", "The firm says so.", "The firm says so.", "The firm says so."},
		{"all is inserted into nothing", "", "The firm.", "{+The firm.+}"},
		{"all is deleted", "The firm.", "", "[-The firm.-]"},
		{"a word is replaced as a whole", "The firm may say so.", "The firm must say so.", "The firm [-may-]{+must+} say so."},
		{"neighbouring words are replaced together", "a red wine here", "a white beer here", "a [-red wine-]{+white beer+} here"},
		{"a word is inserted", "The firm says so.", "The firm always says so.", "The firm {+always +}says so."},
		{"a mark is a word", "Say so.", "Say so!", "Say so[-.-]{+!+}"},
		{"a Han character is a word", "企业必须说明价格", "企业可以说明价格", "企业[-必须-]{+可以+}说明价格"},
		{"an apostrophe does not end a word", "It doesn't say.", "It does say.", "It [-doesn't-]{+does+} say."},
		{"paragraphs are matched", "One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[-Two.\n\n-]Three."},
		{"changes on two lines are two", "say a\nsay b", "say c\nsay d", "say [-a-]{+c+}\nsay [-b-]{+d+}"},
		{"a family is one character", "a 👨‍👩‍👧 here", "a 👨‍👩‍👦 here", "a [-👨‍👩‍👧-]{+👨‍👩‍👦+} here"},
		{"a Thai vowel stays with its consonant", "นำ", "น", "[-นำ-]{+น+}"},
		{"the end of a line is one character", "a\r\nb", "a\nb", "a[-\r\n-]{+\n+}b"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			if got := written(textdiff.Between(tt.before, tt.after)); got != tt.want {
				t.Errorf("Between(%q, %q) = %s, want %s", tt.before, tt.after, got, tt.want)
			}
		})
	}
}

// someText draws texts that have words in common, among them characters of several code points.
func someText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Custom(func(t *rapid.T) string {
			word := rapid.SampledFrom([]string{"the", "firm", "may", "must", " ", "  ", "\n", "\n\n", "\r\n", "公", "平", "นำ", "é", "e\u0301", "👨‍👩‍👧", "🇮🇪🇫🇷", "\u200d", "\u0301", "."})
			return strings.Join(rapid.SliceOfN(word, 0, 40).Draw(t, "words"), "")
		}),
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

// checkHunks: the hunks are both texts, none is empty, and no two in a row do the same.
func checkHunks(t interface{ Fatalf(string, ...any) }, all []textdiff.Hunk, before, after string) {
	if gotBefore, gotAfter := texts(all); gotBefore != before || gotAfter != after {
		t.Fatalf("the hunks are %q and %q, want %q and %q", gotBefore, gotAfter, before, after)
	}
	for i, h := range all {
		if h.Text == "" || i > 0 && all[i-1].Op == h.Op {
			t.Fatalf("hunk %d of %q is empty, or has the operation of the one before", i, written(all))
		}
	}
}

// checkCharacters: each text is cut only where a character, as readers see it, ends.
func checkCharacters(t interface{ Fatalf(string, ...any) }, all []textdiff.Hunk, text string, other enum.HunkOp) {
	ends := map[int]bool{0: true}
	for at, rest, state := 0, text, -1; rest != ""; {
		var c string
		c, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += len(c)
		ends[at] = true
	}
	at := 0
	for _, h := range all {
		if h.Op == other {
			continue
		}
		if at += len(h.Text); !ends[at] {
			t.Fatalf("%q is cut at %d, inside a character", text, at)
		}
	}
}

func TestHunksAreBothTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := someText().Draw(t, "before"), someText().Draw(t, "after")
		all := textdiff.Between(before, after)
		checkHunks(t, all, before, after)
		checkCharacters(t, all, before, enum.HunkOpInsert)
		checkCharacters(t, all, after, enum.HunkOpDelete)
		if diff := cmp.Diff(all, textdiff.Between(before, after)); diff != "" {
			t.Fatalf("a second comparison differs:\n%s", diff)
		}
		if same := textdiff.Between(before, before); before != "" && (len(same) != 1 || same[0].Op != enum.HunkOpKeep) {
			t.Fatalf("%q and itself have the hunks %s", before, written(same))
		}
	})
}

// text makes a text of about 50,000 characters in paragraphs, from numbers that a seed gives.
func text(seed uint64, words func(n uint64) string, between string, count int) []string {
	all := make([]string, count)
	for i := range all {
		seed = seed*6364136223846793005 + 1442695040888963407
		all[i] = words(seed>>33) + between
		if i%90 == 89 {
			all[i] += "\n\n"
		}
	}
	return all
}

func english(n uint64) string { return fmt.Sprintf("w%d", n%3000) }

func chinese(n uint64) string { return string(rune(0x4e00 + n%2000)) }

// pairs are texts of 50,000 characters: 200 changes of one, and texts that have nothing in common but words.
func pairs() map[string][2]string {
	changed := func(words []string) string {
		words = slices.Clone(words)
		for i := range 200 {
			words[i*len(words)/200+7] = "new "
		}
		return strings.Join(words, "")
	}
	en, zh := text(1, english, " ", 8500), text(1, chinese, "", 49_000)
	one := strings.ReplaceAll(strings.Join(en, ""), "\n\n", "")
	return map[string][2]string{
		"changed":         {strings.Join(en, ""), changed(en)},
		"汉字":              {strings.Join(zh, ""), changed(zh)},
		"unrelated":       {strings.Join(en, ""), strings.Join(text(2, english, " ", 8500), "")},
		"无关":              {strings.Join(zh, ""), strings.Join(text(2, chinese, "", 49_000), "")},
		"unrelated lines": {one, strings.ReplaceAll(strings.Join(text(2, english, " ", 8500), ""), "\n\n", "")},
		"two words": {
			strings.Join(text(1, func(n uint64) string { return "ab"[n%2:][:1] }, " ", 25_000), ""),
			strings.Join(text(2, func(n uint64) string { return "ab"[n%2:][:1] }, " ", 25_000), ""),
		},
		"一二": {
			strings.Join(text(1, func(n uint64) string { return string([]rune("一二三四")[n%4]) }, "", 50_000), ""),
			strings.Join(text(2, func(n uint64) string { return string([]rune("一二三四")[n%4]) }, "", 50_000), ""),
		},
		"backwards": {one, backwards(one)},
	}
}

func backwards(text string) string {
	words := strings.Fields(text)
	slices.Reverse(words)
	return strings.Join(words, " ")
}

// TestTwoHundredChangesAreToldWordByWord: whatever the texts are, 200 changes are few.
func TestTwoHundredChangesAreToldWordByWord(t *testing.T) {
	all := pairs()
	for _, name := range []string{"changed", "汉字"} {
		got := textdiff.Between(all[name][0], all[name][1])
		checkHunks(t, got, all[name][0], all[name][1])
		inserted := 0
		for _, h := range got {
			if h.Op == enum.HunkOpInsert {
				if inserted++; h.Text != "new" && h.Text != "new " {
					t.Errorf("%s: %q is inserted, want a word", name, h.Text)
				}
			}
		}
		if inserted != 200 {
			t.Errorf("%s: %d words are inserted, want 200", name, inserted)
		}
	}
}

// TestUnrelatedTextsAreToldByParagraphs: nobody reads thousands of words that two texts have in common by chance.
func TestUnrelatedTextsAreToldByParagraphs(t *testing.T) {
	for name, pair := range pairs() {
		got := textdiff.Between(pair[0], pair[1])
		checkHunks(t, got, pair[0], pair[1])
		if n := strings.Count(pair[0], "\n\n"); len(got) > 3*n+1+600 {
			t.Errorf("%s: %d hunks of %d paragraphs", name, len(got), n)
		}
	}
	all := pairs()
	one := all["unrelated lines"]
	want := []textdiff.Hunk{{Op: enum.HunkOpDelete, Text: one[0]}, {Op: enum.HunkOpInsert, Text: one[1]}}
	if diff := cmp.Diff(want, textdiff.Between(one[0], one[1])); diff != "" {
		t.Errorf("one line against another (-want +got):\n%.2000s", diff)
	}
	kept := "This paragraph stays as it is.\n" + all["unrelated"][0]
	got := textdiff.Between(kept, "This paragraph stays as it was.\n"+all["unrelated"][1])
	if got := written(got[:4]); !strings.HasPrefix(got, "This paragraph stays as it [-is-]{+was+}.\n") {
		t.Errorf("a paragraph that was kept becomes %.100s", got)
	}
}

func TestVersions(t *testing.T) {
	seen := map[int]string{2: "The firm may.", 3: "The firm must."}
	for _, tt := range []struct {
		rule     string
		from, to int
		field    string
	}{
		{"two that can be seen", 2, 3, ""},
		{"the same twice", 3, 3, ""},
		{"the later one first", 3, 2, ""},
		{"a hidden one", 1, 3, "from"},
		{"one that is not there yet", 2, 4, "to"},
		{"no number of a version", 0, -1, "from"},
	} {
		r := textdiff.Of(t.Context(), seen, tt.from, tt.to)
		switch f := fault.Of(r.Err); {
		case tt.field == "" && (r.Err != nil || len(r.Hunks) == 0):
			t.Errorf("%s: %v, want hunks", tt.rule, r.Err)
		case tt.field != "" && (f == nil || f.Kind != fault.NotFound || f.Field != tt.field || r.Hunks != nil):
			t.Errorf("%s: %v, want not found: %s", tt.rule, r.Err, tt.field)
		}
	}
}

func BenchmarkBetween(b *testing.B) {
	all := pairs()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				textdiff.Between(all[name][0], all[name][1])
			}
		})
	}
}

package words_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/words"
)

func TestOf(t *testing.T) {
	for _, tt := range []struct{ rule, text, want string }{
		{"nothing", "", ""},
		{"no words", "?! 👍 --", ""},
		{"case does not count", "The FIRM Says", "the firm says"},
		{"nor in German", "STRASSE Straße", "strasse strasse"},
		{"nor at the end of a Greek word", "ΛΌΓΟΣ λόγος", "λογοσ λογοσ"},
		{"marks on Latin letters are dropped", "Café, naïve, Ångström", "cafe naive angstrom"},
		{"marks on Latin letters that stand apart too", "Cafe\u0301", "cafe"},
		{"marks on Greek letters are dropped", "άνθρωπος", "ανθρωποσ"},
		{"й stays apart from и", "Мой мои", "мой мои"},
		{"が stays apart from か", "が か", "が か"},
		{"marks of Arabic and Devanagari stay", "हिन्दी كِتَاب", "हिन्दी كِتَاب"},
		{"compatible forms are one", "ﬁrm ＦＩＲＭ 𝐅𝐢𝐫𝐦 ℌ ①", "firm firm firm h 1"},
		{"narrow Japanese is wide", "ｶﾞｰ", "ガ ガー ー"},
		{"digits are words", "5 % of 2026/14-P3", "5 of 2026 14 p3"},
		{"an apostrophe ends a word", "don't", "don t"},
		{"Chinese gives characters and pairs", "公平交易", "公 公平 平 平交 交 交易 易"},
		{"a comma ends a run", "公平，交易", "公 公平 平 交 交易 易"},
		{"so does a word of another script", "AI时代", "ai 时 时代 代"},
		{"Korean", "공정한 거래", "공 공정 정 정한 한 거 거래 래"},
		{"Thai keeps its marks", "ที่นี่", "ที่ ที่นี่ นี่"},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			if got := strings.Join(words.Of(tt.text), " "); got != tt.want {
				t.Errorf("Of(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

func TestEveryWayOfWritingGivesTheSameWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.SampledFrom([]rune("aÉßﬁΣς公平がｶﾞーที่한й\u0301\u3099 .1ǅℌİ")))).Draw(t, "text")
		want := words.Of(text)
		for way, other := range map[string]string{
			"composed": norm.NFC.String(text), "decomposed": norm.NFD.String(text), "compatible": norm.NFKC.String(text), "with spaces around": "\n " + text + " ",
		} {
			if got := words.Of(other); !slices.Equal(got, want) {
				t.Fatalf("%q %s has the words %q, want %q", text, way, got, want)
			}
		}
		for _, w := range want {
			if w == "" || strings.ContainsFunc(w, unicode.IsSpace) {
				t.Fatalf("%q has the word %q", text, w)
			}
			if again := words.Folded(w); again != w {
				t.Fatalf("the word %q folds to %q", w, again)
			}
		}
	})
}

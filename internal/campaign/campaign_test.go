package campaign_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/campaign"
)

type text = campaign.Text[string]

// vocabulary are the words that campaigns are made of: some come often, as in any language.
func word(r *rand.Rand) string {
	if r.IntN(3) == 0 {
		return []string{"the", "of", "to", "and", "firm", "customers", "prices", "not", "data", "we"}[r.IntN(10)]
	}
	return fmt.Sprintf("word%d", r.IntN(5000))
}

func letter(r *rand.Rand, length int) []string {
	all := make([]string, length)
	for i := range all {
		all[i] = word(r)
	}
	return all
}

// altered replaces some words of a letter, and writes it in another way.
func altered(r *rand.Rand, of []string, most int) string {
	all := slices.Clone(of)
	for range r.IntN(most + 1) {
		all[r.IntN(len(all))] = word(r)
	}
	written := strings.Join(all, []string{" ", "  ", "\n"}[r.IntN(3)])
	return []func(string) string{strings.ToUpper, strings.ToLower, strings.TrimSpace}[r.IntN(3)](written) + []string{"", ".", "!\n"}[r.IntN(3)]
}

func TestAlike(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	long := letter(r, 80)
	replaced := func(n int) string {
		all := slices.Clone(long)
		for i := range n {
			all[(i*80/n+5)%80] = fmt.Sprint("other", i)
		}
		return strings.Join(all, " ")
	}
	base := strings.Join(long, " ")
	for _, tt := range []struct {
		rule, a, b string
		want       bool
	}{
		{"a text and itself", base, base, true},
		{"case, marks and spaces do not count", "The Café says:\nno profiling, ever.", "the cafe says no profiling  EVER", true},
		{"six words of eighty", base, replaced(6), true},
		{"twenty words of eighty", base, replaced(20), false},
		{"a paragraph more", base, base + " " + strings.Join(letter(r, 40), " "), false},
		{"a signature more", base, base + " Yours, Ada", true},
		{"two letters", base, strings.Join(letter(r, 80), " "), false},
		{"the same words in another order", base, strings.Join(slices.Sorted(slices.Values(long)), " "), false},
		{"two short texts that differ in a word", "I support this", "I oppose this", false},
		{"two short texts that differ in a mark", "I support this!", "I support this.", true},
		{"two Chinese texts that differ in a character", "我们要求企业在收集数据之前征得客户的明确同意，并且公布价格的计算方法。", "我们要求企业在收集数据之前取得客户的明确同意，并且公布价格的计算方法。", true},
		{"two Chinese texts", "我们要求企业在收集数据之前征得客户的明确同意。", "价格应当对所有人都一样，不论他们住在哪里。", false},
		{"a text without words and itself", "👍", " 👍 ", true},
		{"two texts without words", "👍", "👎", false},
		{"nothing and a word", "", "no", false},
	} {
		a, b := campaign.Sign(tt.a), campaign.Sign(tt.b)
		if a.Alike(&b) != tt.want || b.Alike(&a) != tt.want {
			t.Errorf("%s: alike is %v and %v, want %v", tt.rule, a.Alike(&b), b.Alike(&a), tt.want)
		}
	}
}

// TestSignaturesAreTheSameForEver: they are stored. A change of this hash makes every stored one worthless.
func TestSignaturesAreTheSameForEver(t *testing.T) {
	h := sha256.New()
	for _, text := range []string{"", "👍", "I agree", "Prices must be the same for everybody, wherever they live.", "价格应当对所有人都一样", strings.Repeat("a b c d e ", 500)} {
		s := campaign.Sign(text)
		b, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		h.Write(b)
		for _, band := range s.Bands() {
			fmt.Fprintln(h, band)
		}
		var back campaign.Signature
		if err := back.UnmarshalBinary(b); err != nil || !slices.Equal(back.Bands(), s.Bands()) || !back.Alike(&s) {
			t.Errorf("the signature of %q comes back as another: %v", text, err)
		}
	}
	if got, want := hex.EncodeToString(h.Sum(nil)), "840051a0f50188d83dfbad5fd1ab9f00befff58644f7f516dd3d9d0d79763f40"; got != want {
		t.Errorf("the signatures have the hash %s, want %s", got, want)
	}
	for _, n := range []int{0, 32, 287, 289, 288 + 4*513} {
		if err := new(campaign.Signature).UnmarshalBinary(make([]byte, n)); err == nil {
			t.Errorf("%d bytes are taken for a signature", n)
		}
	}
}

// TestCampaignsAreFoundAndNotMixed: eighteen campaigns among letters that people wrote themselves.
func TestCampaignsAreFoundAndNotMixed(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var texts []text
	var from []int // the campaign, or a number of its own
	for c := range 18 {
		base := letter(r, 30+10*c)
		for range 50 {
			texts, from = append(texts, text{"FOR", altered(r, base, len(base)*3/80)}), append(from, c)
		}
	}
	for i := range 2000 {
		texts, from = append(texts, text{"FOR", altered(r, letter(r, 20+r.IntN(100)), 0)}), append(from, 100+i)
	}
	r.Shuffle(len(texts), func(i, j int) { texts[i], texts[j], from[i], from[j] = texts[j], texts[i], from[j], from[i] })
	first := map[int]int{}
	for i, group := range campaign.Group(texts) {
		if known, ok := first[from[i]]; ok && known != group {
			t.Errorf("a text of campaign %d is in the group of %q", from[i], texts[group].Text)
		}
		first[from[i]] = group
	}
	groups := map[int]int{}
	for c, group := range first {
		if other, taken := groups[group]; taken {
			t.Errorf("the campaigns %d and %d are one group", c, other)
		}
		groups[group] = c
	}
}

// TestKindsStayApart: two stances never make one group, however alike their texts are.
func TestKindsStayApart(t *testing.T) {
	base := strings.Join(letter(rand.New(rand.NewPCG(3, 3)), 80), " ")
	got := campaign.Group([]text{{"FOR", "We should " + base}, {"AGAINST", "We should not " + base}, {"FOR", "We should not " + base}, {"AGAINST", "We should " + base}})
	if diff := cmp.Diff([]int{0, 1, 0, 1}, got); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
}

// TestACampaignOfAnySizeIsOneGroup: as many as have been sent to one consultation, all the same; and many in which up to three of 80 words
// are replaced, the first one among them.
func TestACampaignOfAnySizeIsOneGroup(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	base := letter(r, 80)
	same := make([]text, 818_000)
	for i := range same {
		same[i] = text{"FOR", strings.Join(base, " ")}
	}
	for i, group := range campaign.Group(same) {
		if group != 0 {
			t.Fatalf("text %d is in group %d", i, group)
		}
	}
	for round := range 5 {
		base := letter(r, 80)
		varied := make([]text, 10_000)
		for i := range varied {
			varied[i] = text{"FOR", altered(r, base, 3)}
		}
		for i, group := range campaign.Group(varied) {
			if group != 0 {
				t.Errorf("round %d: text %d is in group %d:\n%s\n%s", round, i, group, varied[i].Text, varied[0].Text)
			}
		}
	}
}

// TestAnIndexGoesOnFromStoredSignatures: one text at a time, with an index made anew from what was stored, gives the groups of the batch;
// equal texts are together.
func TestAnIndexGoesOnFromStoredSignatures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		letters := [][]string{letter(r, 3), letter(r, 10), letter(r, 40), letter(r, 40)}
		var texts []text
		for range rapid.IntRange(1, 30).Draw(t, "texts") {
			texts = append(texts, text{[]string{"FOR", "AGAINST"}[r.IntN(2)], altered(r, letters[r.IntN(len(letters))], 8)})
		}
		type stored struct {
			kind      string
			signature []byte
			group     int
		}
		var all []stored
		together := map[text]int{}
		for i, want := range campaign.Group(texts) {
			x := campaign.NewIndex[string, int]()
			for _, one := range all {
				var s campaign.Signature
				if err := s.UnmarshalBinary(one.signature); err != nil {
					t.Fatal(err)
				}
				x.Begin(one.kind, s, one.group)
			}
			s := campaign.Sign(texts[i].Text)
			got, found := x.Find(texts[i].Kind, s)
			if !found {
				got = i
				b, err := s.MarshalBinary()
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, stored{texts[i].Kind, b, i})
			}
			if got != want {
				t.Fatalf("text %d is in group %d, in a batch in %d", i, got, want)
			}
			if before, known := together[texts[i]]; known && before != got {
				t.Fatalf("%q is in the groups %d and %d", texts[i].Text, before, got)
			}
			together[texts[i]] = got
		}
	})
}

// BenchmarkTenThousandNewComments: what people wrote themselves, which is most of the work, and a campaign.
func BenchmarkTenThousandNewComments(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 5))
	base := letter(r, 80)
	var own, varied []text
	for range 10_000 {
		own, varied = append(own, text{"FOR", strings.Join(letter(r, 80), " ")}), append(varied, text{"FOR", altered(r, base, 3)})
	}
	for name, texts := range map[string][]text{"own": own, "campaign": varied} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				campaign.Group(texts)
			}
		})
	}
}

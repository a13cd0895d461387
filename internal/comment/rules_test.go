package comment

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestAPassageCountsCharacters(t *testing.T) {
	const text = "Prix à la tête"
	for _, row := range []struct {
		name       string
		start, end int
		want       string // empty when refused
	}{
		{"characters, not bytes", 5, 9, "à la"},
		{"to the end", 10, 14, "tête"},
		{"an empty passage is none", 3, 3, ""},
		{"backwards is none", 4, 2, ""},
		{"before the start is none", -1, 2, ""},
		{"behind the end is none", 10, 15, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := Passage(text, row.start, row.end)
			if got != row.want || (err != nil) != (row.want == "") {
				t.Errorf("Passage = %q, %v, want %q", got, err, row.want)
			}
		})
	}
}

func TestTheLastVoteOfEachParticipantCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type ballot struct {
			voter  int
			choice enum.VoteChoice
		}
		cast := rapid.SliceOf(rapid.Custom(func(t *rapid.T) ballot {
			return ballot{rapid.IntRange(0, 4).Draw(t, "voter"), rapid.SampledFrom([]enum.VoteChoice{"AGREE", "DISAGREE", "PASS"}).Draw(t, "choice")}
		})).Draw(t, "cast")
		last := map[int]enum.VoteChoice{}
		var got [3]int
		for _, b := range cast {
			a, d, p := Shift(last[b.voter], b.choice)
			got[0] += a
			got[1] += d
			got[2] += p
			last[b.voter] = b.choice
		}
		var want [3]int
		for _, choice := range last {
			want[map[enum.VoteChoice]int{"AGREE": 0, "DISAGREE": 1, "PASS": 2}[choice]]++
		}
		if got != want {
			t.Fatalf("tally = %v, want %v", got, want)
		}
	})
}

package consultation_test

import (
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/consultation"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestRandom loads random small exports, first a beginning of one and then all of it: each time the tallies match the last
// votes, every vote cast has one act, and at the end nothing is left to write.
func TestRandom(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		number := 0
		rapid.Check(t, func(rt *rapid.T) {
			number++
			comments, events, f := export(rt, number)
			cut := rapid.IntRange(0, len(events)).Draw(rt, "cut")
			for i, part := range [][][]string{events[:cut], events, events} {
				f["votes.csv"] = table(rt, append([][]string{{"timestamp", "comment-id", "voter-id", "vote"}}, part...))
				e, err := f.read(t.Context())
				if err != nil {
					rt.Fatalf("Read = %v", err)
				}
				r, err := consultation.Save(t.Context(), s, newLog(t, s), consultation.Options{Clock: clock.NewFixed(now)}, e)
				if err != nil {
					rt.Fatalf("Save = %v", err)
				}
				want, _, cast, distinct := counted(t, f["votes.csv"])
				for _, id := range comments {
					if none, voted := want[id]; !voted {
						want[id] = none
					}
				}
				if diff := cmp.Diff(want, stored(t, s, r.Dialogue)); diff != "" {
					rt.Fatalf("tallies (-want +got): %s", diff)
				}
				const acts = "SELECT COUNT(DISTINCT act_id) FROM queued_acts WHERE dialogue_id = ? AND type = 'comment.voted'"
				if n := query[int](t, s, acts, r.Dialogue)[0]; n != cast || r.VoteEvents.InFile != cast || r.Votes.InFile != distinct {
					rt.Fatalf("%d acts of votes, and the report %+v; want %d cast and %d last votes", n, r, cast, distinct)
				}
				if r.Created != (i == 0) || i == 2 && !r.AlreadyLoaded() {
					rt.Fatalf("Save %d = %v", i, r)
				}
			}
		})
	})
}

// export draws an export without its votes, the ids of its comments, and the votes.
func export(t *rapid.T, number int) (ids []int64, events [][]string, f files) {
	ms := func(label string) string {
		return strconv.Itoa(1500000000000 + rapid.IntRange(0, 5).Draw(t, label))
	}
	id := rapid.Int64Range(0, 9)
	body := rapid.StringOf(rapid.RuneFrom([]rune("ab \",\n我é👍"))).Filter(func(s string) bool { return strings.TrimSpace(s) != "" })
	ids = rapid.SliceOfNDistinct(id, 1, 5, rapid.ID).Draw(t, "comments")
	comments := [][]string{{"comment-body", "moderated", "author-id", "comment-id", "timestamp"}}
	for _, c := range ids {
		comments = append(comments, []string{
			body.Draw(t, "body"), rapid.SampledFrom([]string{"-1", "0", "1"}).Draw(t, "moderated"), strconv.FormatInt(id.Draw(t, "author"), 10),
			strconv.FormatInt(c, 10), ms("said"),
		})
	}
	for range rapid.IntRange(0, 40).Draw(t, "events") {
		events = append(events, []string{
			ms("cast"), strconv.FormatInt(rapid.SampledFrom(ids).Draw(t, "comment"), 10), strconv.FormatInt(id.Draw(t, "voter"), 10),
			rapid.SampledFrom([]string{"-1", "0", "1"}).Draw(t, "vote"),
		})
	}
	return ids, events, files{
		"summary.csv":  fmt.Sprintf("topic,Random\nurl,https://pol.is/random/%d\n", number),
		"comments.csv": table(t, comments),
	}
}

// table writes records in one of the ways that programs write them.
func table(t *rapid.T, records [][]string) string {
	var b strings.Builder
	if rapid.Bool().Draw(t, "mark") {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	w.UseCRLF = rapid.Bool().Draw(t, "crlf")
	if err := w.WriteAll(records); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

package seed

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db/comment"
	"github.com/plenary-dialogue/plenary/ent/db/proposal"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// indexed are the tables whose indexes are rebuilt.
var indexed = []string{"stakeholders", "dialogues", "proposals", "proposal_versions", "comments"}

func TestFilledDataReadsLikeRealData(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		ctx := context.Background()
		client := testdb.Open(t, databaseURL, store.Options{Relaxed: true}).Client()
		before := indexesOf(t, databaseURL)
		now := time.Now()
		size := Size{Dialogues: 3, Proposals: 5, Comments: 4, Thread: 700} // more than fit into one statement
		got, err := Fill(ctx, databaseURL, size, now)
		if err != nil {
			t.Fatal(err)
		}
		after := indexesOf(t, databaseURL)
		if !slices.Equal(before, after) || len(after) < len(indexed) {
			t.Errorf("indexes after = %q\nand before     %q", after, before)
		}
		if len(got.Comments) != 3*5*4+700 {
			t.Errorf("Fill names %d comments, want %d", len(got.Comments), 3*5*4+700)
		}
		all, err := client.Comment.Query().Order(comment.ByID()).All(ctx)
		if err != nil || len(all) != len(got.Comments) {
			t.Fatalf("%d comments, %v, want %d", len(all), err, len(got.Comments))
		}
		thread := 0
		for i, c := range all {
			if c.ID != got.Comments[i] {
				t.Fatalf("comment %d by id is %s, and by time %s", i, c.ID, got.Comments[i])
			}
			if age := now.Sub(c.CreatedAt); age < 0 || age > 900*day {
				t.Fatalf("a comment was made %v ago", age)
			}
			if c.Body == "" || c.Depth != 0 || c.State != "VISIBLE" {
				t.Fatalf("a comment is %v", c)
			}
			if c.SubjectID == got.Thread {
				thread++
			}
		}
		if thread != 700+4 {
			t.Errorf("the thread has %d comments, want 704", thread)
		}
		open, err := client.Proposal.Query().Where(proposal.ID(got.Thread), proposal.Published(true)).Count(ctx)
		if err != nil || open != 1 {
			t.Errorf("the thread is on %d proposals, %v, want 1", open, err)
		}
		voter, err := client.Stakeholder.Get(ctx, got.Voter)
		if err != nil || voter.Kind != "CUSTOMER" || !slices.Equal(voter.Jurisdictions, []string{"EU"}) {
			t.Errorf("the voter is %v, %v", voter, err)
		}
		if n, err := client.Dialogue.Query().Count(ctx); err != nil || n != 3 {
			t.Errorf("%d dialogues, %v, want 3", n, err)
		}
	})
}

func indexesOf(t *testing.T, databaseURL string) (all []string) {
	t.Helper()
	d, err := open(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer d.conn.Close()
	for _, table := range indexed {
		_, texts, err := d.indexes(context.Background(), table)
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(texts)
		all = append(all, texts...)
	}
	return all
}

package story_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// owed writes comments in a dialogue that are owed a disposition, and gives their ids.
func (w *world) owed(dialogue string, n int) []string {
	w.t.Helper()
	about, ids := must(typeid.Parse("dialogue", dialogue)), make([]string, n)
	err := w.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		for from := 0; from < n; from += 500 {
			var rows []*db.CommentCreate
			for i := from; i < min(n, from+500); i++ {
				id := uuid.Must(uuid.NewV7())
				ids[i] = typeid.New("comment", id).String()
				rows = append(rows, tx.Comment.Create().SetID(id).SetSubjectType("DIALOGUE").SetSubjectID(about).SetDialogueID(about).SetAuthorID(stakeholder("ngo")).
					SetBody("Words.").SetOwed(true))
			}
			if err := tx.Comment.CreateBulk(rows...).Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return ids
}

// TestAResponseRateIsExact: also beyond what lists count. What is missing before a dialogue can be closed is a short list with the number,
// and as many as an input takes are answered in one transaction.
func TestAResponseRateIsExact(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		dialogue, facilitator := s.id("What may"), persona("facilitator")
		ids := w.owed(dialogue, 10_050)
		dispose := func(some []string) answer {
			t.Helper()
			list := string(must(json.Marshal(some)))
			return w.send(facilitator, fmt.Sprintf(`mutation{disposeComments(input: {comments: %s, outcome: REJECTED, reason: "No."}){comments{id} acts{type} userErrors{code message}}}`, list))
		}
		if got := dispose(ids[:251]); got.code() != "BAD_USER_INPUT" || got.message != "a list of 251 items: at most 250" {
			t.Errorf("251 comments at once: %s %s", got.code(), got.message)
		}
		if got := dispose(ids[100:350]).data.at("disposeComments"); len(got.at("userErrors").list()) != 0 || len(got.at("comments").list()) != 250 || len(got.at("acts").list()) != 250 {
			t.Errorf("250 comments at once: %v", got.v)
		}
		w.settle()
		read := w.ask(visitor, fmt.Sprintf(`{dialogue(id: %q){responseRate{answered total} missingToClose{field values{actual}}}}`, dialogue)).at("dialogue")
		if answered, total := read.at("responseRate", "answered").number(), read.at("responseRate", "total").number(); answered != 250 || total != 10_050 {
			t.Errorf("the response rate is %d of %d, want 250 of 10,050", answered, total)
		}
		missing := read.at("missingToClose").list()
		if len(missing) != 21 || missing[0].at("values", "actual").number() != 9_800 || missing[1].at("field", 1).text() != ids[0] {
			t.Errorf("missing before it can be closed: %v", read.at("missingToClose").v)
		}
		if n := w.counted("SELECT COUNT(*) FROM dispositions WHERE outcome = 'REJECTED'"); n != 250 {
			t.Errorf("%d dispositions are kept, want 250", n)
		}
	})
}

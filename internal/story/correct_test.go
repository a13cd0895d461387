package story_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// TestNobodyVotesOnWhatIsEditedMeanwhile: an edit, a vote and an answer come at once. Whatever is taken, nothing was edited after
// somebody had voted on it or answered it.
func TestNobodyVotesOnWhatIsEditedMeanwhile(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		prices := s.id("What may a price know about you?")
		edited, touched, last := 0, 0, int64(0)
		for round := range 20 {
			const posting = `mutation($v: PostCommentInput!){postComment(input: $v){comment{id} userErrors{code}}}`
			id := w.post(call{query: posting, variables: map[string]any{"v": map[string]any{"subject": prices, "body": fmt.Sprint("Round ", round)}}, token: w.token(persona("customer"))}).
				data.at("postComment", "comment", "id").text()
			calls := []call{
				{
					query: `mutation($v: EditCommentInput!){editComment(input: $v){act{type} userErrors{code}}}`, token: w.token(persona("customer")),
					variables: map[string]any{"v": map[string]any{"id": id, "body": "Edited", "expectedRevision": 1}},
				},
				{
					query: `mutation($v: VoteOnCommentInput!){voteOnComment(input: $v){act{type} userErrors{code}}}`, token: w.token(persona("ngo")),
					variables: map[string]any{"v": map[string]any{"id": id, "choice": "AGREE"}},
				},
				{query: posting, token: w.token(persona("firm")), variables: map[string]any{"v": map[string]any{"parent": id, "body": "An answer"}}},
			}
			var at sync.WaitGroup
			for i := range calls {
				one := calls[(i+round)%len(calls)]
				at.Go(func() { w.post(one) })
				if round == 0 { // one after the other, the edit first: it is taken
					at.Wait()
				}
			}
			at.Wait()
			w.settle()
			others := false
			for _, a := range w.acts(last) {
				last = a.ID
				about := a.SubjectID
				if a.Type == "comment.posted" {
					if row := w.Store.Client().Comment.GetX(t.Context(), a.SubjectID); row.ParentID != nil {
						about = *row.ParentID
					}
				}
				if typeid.New("comment", about).String() != id {
					continue
				}
				switch {
				case a.Type == "comment.edited":
					edited++
					if others {
						t.Errorf("in round %d the comment was edited after somebody had voted on it or answered it", round)
					}
				case a.Type == "comment.voted", a.Type == "comment.posted" && about != a.SubjectID:
					others, touched = true, touched+1
				}
			}
		}
		if edited == 0 || touched == 0 {
			t.Errorf("%d edits and %d votes and answers were taken in 20 rounds, want some of each", edited, touched)
		}
	})
}

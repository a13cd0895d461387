package story_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/auth"
)

// TestACampaignIsOneGroup: everything that is posted at once, by many, and changes at most three of eighty words is in one group; what
// others say meanwhile is in none of it.
func TestACampaignIsOneGroup(t *testing.T) {
	count := 10_000
	if testing.Short() {
		count = 200
	}
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		r := rand.New(rand.NewPCG(1, 1))
		word := func() string { return fmt.Sprintf("word%d", r.IntN(4000)) }
		said := func(words []string, replaced int) string {
			words = append([]string{}, words...)
			for range r.IntN(replaced + 1) {
				words[r.IntN(len(words))] = word()
			}
			return strings.Join(words, " ")
		}
		letter := func(length int) []string {
			words := make([]string, length)
			for i := range words {
				words[i] = word()
			}
			return words
		}
		base := letter(80)
		senders := []auth.Identity{persona("customer"), persona("ngo"), persona("academic"), persona("firm")}
		const together = 5 // the most mutations of an operation
		bodies := make(chan []string, count)
		for range count / together {
			batch := make([]string, together)
			for i := range batch {
				batch[i] = said(base, 3)
			}
			bodies <- batch
		}
		close(bodies)
		subject := s.id("What may")
		var sending sync.WaitGroup
		for _, who := range senders {
			sending.Go(func() {
				for batch := range bodies {
					var b strings.Builder
					for i, body := range batch {
						fmt.Fprintf(&b, "c%d: postComment(input: {subject: %q, stance: FOR, body: %q}){userErrors{message}} ", i, subject, body)
					}
					if a := w.send(who, "mutation{"+b.String()+"}"); len(a.codes) > 0 || strings.Contains(a.text, `"message"`) {
						t.Errorf("a comment is refused: %.300s", a.text)
						return
					}
				}
			})
		}
		own := make([]string, 20)
		for i := range own {
			own[i] = s.ask(persona("regulator"), `mutation($s: ID!, $b: String!){postComment(input: {subject: $s, stance: FOR, body: $b}){comment{id}}}`,
				"s", subject, "b", said(letter(40), 0)).at("postComment", "comment", "id").text()
		}
		sending.Wait()
		if n := w.count("comments", fmt.Sprintf("WHERE stance = 'FOR' AND group_id = (SELECT group_id FROM comments WHERE body LIKE '%% %s %%' LIMIT 1)", base[40])); n != count {
			t.Errorf("%d comments are in the group, want %d", n, count)
		}
		for _, id := range own {
			if got := s.ask(visitor, `query($c: ID!){comment(id: $c){group{size}}}`, "c", id).at("comment", "group"); !got.isNull() {
				t.Errorf("a comment of its own is in a group of %d", got.at("size").number())
			}
		}
		all := s.ask(visitor, `query($s: ID!){dialogue(id: $s){comments(first: 1, order: NEWEST, filter: {text: "`+base[40]+`"}){nodes{group{id size texts(first: 2){text hunks{op}}}}}}}`, "s", subject)
		if g := all.at("dialogue", "comments", "nodes", 0, "group"); g.at("size").number() != count || len(g.at("texts").list()) != 2 {
			t.Errorf("the group is shown as %v, want %d comments and two of their texts", g.v, count)
		}
		w.answersGroup(all.at("dialogue", "comments", "nodes", 0, "group", "id").text(), count)
	})
}

// answersGroup checks that a disposition of a group goes to each of its comments, with an act for each, and that its result is short.
func (w *world) answersGroup(group string, size int) {
	w.t.Helper()
	w.change("UPDATE comments SET owed = true WHERE group_id IS NOT NULL")
	if n := w.ask(visitor, fmt.Sprintf("{node(id: %q){... on CommentGroup{awaitDisposition}}}", group)).at("node", "awaitDisposition").number(); n != size {
		w.t.Errorf("%d comments of %d await a disposition", n, size)
	}
	const dispose = `mutation{disposeCommentGroup(input: {id: %q, outcome: REJECTED, reason: "No."}){comments{id group{size awaitDisposition}} acts{id} userErrors{message}}}`
	got := w.send(persona("facilitator"), fmt.Sprintf(dispose, group)).data.at("disposeCommentGroup")
	if listed := min(size, 250); len(got.at("comments").list()) != listed || len(got.at("acts").list()) != listed {
		w.t.Errorf("the answer to a group of %d lists %d comments and %d acts, want %d of each", size, len(got.at("comments").list()), len(got.at("acts").list()), listed)
	}
	if g := got.at("comments", 0, "group"); g.at("size").number() != size || g.at("awaitDisposition").number() != 0 {
		w.t.Errorf("the group is %v afterwards", g.v)
	}
	disposed := w.count("comments", "WHERE outcome = 'REJECTED'")
	if kept := w.count("dispositions", "WHERE number = 1 AND outcome = 'REJECTED'"); disposed != size || kept != size {
		w.t.Errorf("%d comments of %d have an outcome, with %d dispositions", disposed, size, kept)
	}
	w.settle()
	acts, reasons := w.count("acts", "WHERE type = 'comment.disposed'"), w.count("act_reasons", "WHERE words = 'No.'")
	if acts != size || reasons != size {
		w.t.Errorf("%d acts with %d reasons tell what became of %d comments", acts, reasons, size)
	}
}

// TestAnErasedTextBeginsNoGroup: a group goes on without what an erased person wrote, and is found by the next text in it.
func TestAnErasedTextBeginsNoGroup(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s, first := newScene(w), persona("customer")
		post := func(who auth.Identity) data {
			return s.ask(who, `mutation($s: ID!){postComment(input: {subject: $s, body: "One text that several people send as theirs, word for word."}){comment{id group{size}}}}`,
				"s", s.id("What may")).at("postComment", "comment")
		}
		erased := post(first).at("id").text()
		if n := post(persona("ngo")).at("group", "size").number(); n != 2 {
			t.Fatalf("the group has %d comments, want 2", n)
		}
		member := s.ask(first, "{viewer{member{id}}}").at("viewer", "member", "id").text()
		s.ask(first, `mutation($m: ID!){eraseMember(input: {id: $m, confirm: "ERASE"}){act{id}}}`, "m", member)
		if n := w.count("comment_groups", "WHERE first_id IN (SELECT id FROM comments WHERE body = '')"); n != 0 {
			t.Errorf("%d groups still have signatures of erased texts", n)
		}
		if n := post(persona("academic")).at("group", "size").number(); n != 2 {
			t.Errorf("the group has %d comments once one was erased and one came, want 2", n)
		}
		if g := s.ask(visitor, `query($c: ID!){comment(id: $c){group{size}}}`, "c", erased).at("comment", "group"); !g.isNull() {
			t.Errorf("the erased comment is in a group of %d", g.at("size").number())
		}
	})
}

// TestGroupsAreWholeWhateverHappensAtOnce: comments are posted, withdrawn, taken out of their group and answered together, and an author is
// erased meanwhile.
func TestGroupsAreWholeWhateverHappensAtOnce(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		s := newScene(w)
		subject, erased := s.id("What may"), persona("customer")
		member := s.ask(erased, "{viewer{member{id}}}").at("viewer", "member", "id").text()
		post := func(who auth.Identity) (id, group string) {
			a := w.send(who, fmt.Sprintf(`mutation{postComment(input: {subject: %q, body: "A text that many people send as theirs, word for word."}){comment{id group{id}}}}`, subject))
			c := a.data.at("postComment", "comment")
			if g := c.at("group"); !g.isNull() {
				group = g.at("id").text()
			}
			return c.at("id").text(), group
		}
		change := func(who auth.Identity, mutation, input string) {
			if a := w.send(who, fmt.Sprintf("mutation{%s(input: {%s}){userErrors{code message}}}", mutation, input)); len(a.codes) > 0 {
				t.Errorf("%s: %s", mutation, a.text)
			}
		}
		post(erased)
		var all sync.WaitGroup
		for i, who := range []auth.Identity{persona("ngo"), persona("academic"), persona("firm")} {
			all.Go(func() {
				for n := range 8 {
					id, group := post(who)
					switch {
					case n%4 == i:
						change(who, "leaveCommentGroup", fmt.Sprintf("id: %q", id))
					case n%4 == 3:
						change(who, "withdrawComment", fmt.Sprintf("id: %q", id))
					case group != "":
						change(persona("facilitator"), "disposeCommentGroup", fmt.Sprintf(`id: %q, outcome: ACCEPTED, reason: "Yes."`, group))
					}
				}
			})
		}
		all.Go(func() {
			post(erased)
			change(erased, "eraseMember", fmt.Sprintf(`id: %q, confirm: "ERASE"`, member))
		})
		all.Wait()
		for what, where := range map[string]string{
			"comments in a group that is none":         "comments WHERE group_id IS NOT NULL AND group_id NOT IN (SELECT id FROM comment_groups)",
			"erased comments in a group":               "comments WHERE body = '' AND group_id IS NOT NULL",
			"groups that begin with an erased comment": "comment_groups WHERE first_id IN (SELECT id FROM comments WHERE body = '')",
			"groups that are not found by 16 keys":     "comment_groups g WHERE (SELECT COUNT(*) FROM comment_bands b WHERE b.group_id = g.id) <> 16",
			"keys of no group":                         "comment_bands WHERE group_id NOT IN (SELECT id FROM comment_groups)",
			"comments with another number of answers":  "comments c WHERE (c.outcome IS NULL) <> NOT EXISTS (SELECT 1 FROM dispositions d WHERE d.comment_id = c.id)",
		} {
			if n := w.counted("SELECT COUNT(*) FROM " + where); n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		if n := w.counted("SELECT COUNT(DISTINCT group_id) FROM comments WHERE body LIKE 'A text that%'"); n != 1 {
			t.Errorf("one text is in %d groups", n)
		}
	})
}

package story_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// voting is a comment that people vote on, with what was told of it.
type voting struct {
	*scene
	comment string
	teller  *comment.Teller
	last    int64
}

func newVoting(w *world) *voting {
	w.t.Helper()
	w.settle()
	s := newScene(w)
	v := &voting{scene: s, comment: s.id("Night workers"), teller: w.Domains.Comments.Teller(w.Log, slog.Default())}
	if err := v.teller.Begin(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	for _, a := range w.acts(0) {
		v.last = a.ID
	}
	return v
}

func (v *voting) vote(who auth.Identity, choice string) {
	v.t.Helper()
	a := v.send(who, `mutation($c: ID!, $v: VoteChoice!){voteOnComment(input: {id: $c, choice: $v}){userErrors{message} act{id}}}`, "c", v.comment, "v", choice)
	if a.code() != "" {
		v.t.Fatalf("a vote = %s", a.text)
	}
	v.settle()
}

// tell lets the server tell what there is to tell, and gives the acts that it wrote.
func (v *voting) tell() []*db.Act {
	v.t.Helper()
	if _, err := v.teller.Tell(context.Background()); err != nil {
		v.t.Fatal(err)
	}
	return v.news()
}

// news gives the tallies that were told since the last call.
func (v *voting) news() []*db.Act {
	v.t.Helper()
	v.settle()
	var told []*db.Act
	for _, a := range v.acts(v.last) {
		if v.last = a.ID; a.Type == "comment.tallied" {
			told = append(told, a)
		}
	}
	return told
}

// told gives the payload of the one act among some.
func (v *voting) told(acts []*db.Act) string {
	v.t.Helper()
	if len(acts) != 1 {
		v.t.Fatalf("%d tallies were told, want 1", len(acts))
	}
	var payload map[string]any
	err := v.Store.Query(context.Background(), "SELECT payload FROM acts WHERE act_id = ?", []any{acts[0].ActID}, func(r *sql.Rows) error {
		var text string
		if err := r.Scan(&text); err != nil {
			return err
		}
		return json.Unmarshal([]byte(text), &payload)
	})
	if err != nil {
		v.t.Fatal(err)
	}
	delete(payload, "subject")
	return text(data{payload})
}

// TestTalliesAreToldWithoutTheirVoters: for each comment that was voted on the server writes one act with the tally that names
// nobody, at most every two seconds, for those who may see the comment.
func TestTalliesAreToldWithoutTheirVoters(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		v := newVoting(w)
		before := v.ask(visitor, `query($c: ID!){comment(id: $c){tally{agree disagree pass}}}`, "c", v.comment).at("comment", "tally")
		tally := func(agree, disagree, pass int) string {
			return text(data{map[string]any{
				"agree": before.at("agree").number() + agree, "disagree": before.at("disagree").number() + disagree, "pass": before.at("pass").number() + pass,
			}})
		}
		if told := v.tell(); len(told) != 0 {
			t.Errorf("%d tallies were told before anybody voted: the votes of the example can be read", len(told))
		}

		v.vote(persona("customer4"), "AGREE")
		v.vote(persona("ngo"), "DISAGREE")
		told := v.tell()
		if diff := cmp.Diff(tally(1, 1, 0), v.told(told)); diff != "" {
			t.Errorf("two votes tell (-want +got):\n%s", diff)
		}
		if a := told[0]; a.MemberID != nil || a.StakeholderID != nil || a.MemberCommitment != nil || a.ParentID == nil || a.DialogueID == nil || a.Audience != act.ForSubject ||
			typeid.New("comment", a.SubjectID).String() != v.comment {
			t.Errorf("the act of a tally = %+v", a)
		}
		if told := v.tell(); len(told) != 0 {
			t.Errorf("%d tallies were told again", len(told))
		}

		v.vote(persona("ngo"), "PASS")
		if wait, err := v.teller.Tell(t.Context()); err != nil || wait != comment.TellEvery || len(v.news()) != 0 {
			t.Errorf("a vote a moment later is told after %v (%v), want %v", wait, err, comment.TellEvery)
		}
		v.clock.Advance(comment.TellEvery)
		if diff := cmp.Diff(tally(1, 0, 1), v.told(v.tell())); diff != "" {
			t.Errorf("another choice tells (-want +got):\n%s", diff)
		}

		v.clock.Advance(comment.TellEvery)
		v.ask(persona("ngo"), `mutation($c: ID!){retractCommentVote(input: {id: $c}){act{id}}}`, "c", v.comment)
		v.settle()
		if diff := cmp.Diff(tally(1, 0, 0), v.told(v.tell())); diff != "" {
			t.Errorf("a vote that is taken back tells (-want +got):\n%s", diff)
		}

		const listed = `query($c: ID!){acts(filter: {subject: [$c], type: COMMENT_TALLIED}){nodes{stakeholder{name} subject{... on Comment{tally{agree}}}}}}`
		list := func(who auth.Identity) []data { return v.ask(who, listed, "c", v.comment).at("acts", "nodes").list() }
		for _, who := range []auth.Identity{visitor, persona("firm"), persona("customer4")} {
			nodes := list(who)
			if len(nodes) != 3 || !nodes[0].at("stakeholder").isNull() || nodes[0].at("subject", "tally", "agree").number() != before.at("agree").number()+1 {
				t.Errorf("%s is shown %v", who.Subject, nodes)
			}
		}
		v.ask(persona("facilitator"), `mutation($c: ID!){hideComment(input: {id: $c, reason: "For a test."}){act{id}}}`, "c", v.comment)
		if hidden, seen := list(visitor), list(persona("facilitator")); len(hidden) != 0 || len(seen) != 3 {
			t.Errorf("of a hidden comment a visitor is shown %d tallies and its moderator %d, want 0 and 3", len(hidden), len(seen))
		}
	})
}

// TestEachVoteIsToldOnce: whoever tells it, however many at once, and whatever fails in between.
func TestEachVoteIsToldOnce(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		v := newVoting(w)
		for round := range 5 {
			v.clock.Advance(comment.TellEvery)
			v.vote(persona("ngo"), []string{"AGREE", "PASS"}[round%2])
			var tellers sync.WaitGroup
			for range 4 {
				tellers.Go(func() {
					if _, err := v.teller.Tell(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			tellers.Wait()
			v.told(v.news())
		}

		v.clock.Advance(comment.TellEvery)
		v.vote(persona("ngo"), "DISAGREE")
		w.Log.Refuse("for a test")
		if _, err := v.teller.Tell(t.Context()); err == nil || !strings.Contains(err.Error(), "for a test") {
			t.Errorf("while no act is taken: %v", err)
		}
		w.Log.Refuse("")
		v.told(v.tell())

		v.clock.Advance(comment.TellEvery) // what an import loads is told by its own act
		id := must(typeid.Parse("comment", v.comment))
		err := w.Store.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := w.Log.Append(ctx, tx, policy.SystemActor("import"), act.Entry{Type: "comment.voted", Subject: act.Subject{Type: policy.Comment, ID: id, Revision: 1}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if told := v.tell(); len(told) != 0 {
			t.Errorf("%d tallies were told of imported votes", len(told))
		}

		v.vote(persona("customer4"), "AGREE")
		v.ask(persona("customer4"), `mutation($id: ID!){eraseMember(input: {id: $id, confirm: "ERASE"}){act{id}}}`, "id", v.id("member customer4"))
		v.settle()
		v.told(v.tell()) // it still counts, as nobody's
	})
}

// TestTalliesComeLive: whoever follows a dialogue hears how its comments are voted on, also of votes that were cast just before a
// server died.
func TestTalliesComeLive(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		w.quiet()
		s := newScene(w)
		comment, dialogue := s.id("Night workers"), s.id("What may")
		const query = `subscription($d: ID!, $after: String){dialogueActivity(id: $d, after: $after){cursor act{type stakeholder{name}} comment{id tally{agree}}}}`
		vote := func(w *world, who string) int {
			w.t.Helper()
			a := w.ask(persona(who), `mutation($c: ID!){voteOnComment(input: {id: $c, choice: AGREE}){comment{tally{agree}}}}`, "c", comment)
			return a.at("voteOnComment", "comment", "tally", "agree").number()
		}
		check := func(e data, agree int) {
			t.Helper()
			if e.at("act", "type").text() != "COMMENT_TALLIED" || !e.at("act", "stakeholder").isNull() || e.at("comment", "id").text() != comment ||
				e.at("comment", "tally", "agree").number() != agree {
				t.Errorf("event = %v, want the tally with %d who agree", e.v, agree)
			}
		}
		f := w.follow(visitor, query, "d", dialogue)
		agree := vote(w, "customer4")
		e := f.event().data.at("dialogueActivity")
		check(e, agree)
		w.end()

		again := func(c *app.Config) { c.DevKey, c.Keys = w.devKey, w.devKey+".keys" }
		dying := open(t, databaseURL, again) // it tells nothing
		dying.clock.Advance(time.Minute)
		agree = vote(dying, "ngo")
		dying.end()
		w = live(t, databaseURL, func(c *app.Config) { again(c); c.Clock = dying.clock })
		check(w.follow(visitor, query, "d", dialogue, "after", e.at("cursor").text()).event().data.at("dialogueActivity"), agree)
	})
}

package story_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
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

// electorate is a comment on which many parties vote.
type electorate struct {
	*scene
	comment uuid.UUID
	voters  map[string][]uuid.UUID // by chamber
	cast    int
}

func newElectorate(w *world) *electorate {
	w.t.Helper()
	s := newScene(w)
	e := &electorate{scene: s, comment: must(typeid.Parse("comment", s.id("Night workers"))), voters: map[string][]uuid.UUID{}}
	for i, kind := range []string{"NGO", "NGO", "NGO", "NGO", "FIRM", "FIRM", "CUSTOMER", "REGULATOR"} {
		for j := range 10 {
			party := w.Store.Client().Stakeholder.Create().SetKind(enum.StakeholderKind(kind)).SetName(fmt.Sprint("Voter ", i, j)).SetHandle(fmt.Sprint("voter-", i, j)).
				SetStatus(enum.StakeholderStatusActive).SaveX(context.Background())
			e.voters[kind] = append(e.voters[kind], party.ID)
		}
	}
	w.settle()
	return e
}

// vote lets the next few parties of a chamber vote.
func (e *electorate) vote(chamber string, n int, choice enum.VoteChoice) {
	e.t.Helper()
	err := e.Store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		agrees, disagrees, passes := comment.Shift("", choice)
		for _, voter := range e.voters[chamber][:n] {
			if err := tx.Vote.Create().SetCommentID(e.comment).SetVoterID(voter).SetChoice(choice).Exec(ctx); err != nil {
				return err
			}
		}
		row, err := tx.Comment.UpdateOneID(e.comment).AddAgrees(n * agrees).AddDisagrees(n * disagrees).AddPasses(n * passes).Save(ctx)
		if err != nil {
			return err
		}
		_, err = e.Log.Append(ctx, tx, policy.SystemActor("test"), act.Entry{
			Type: "comment.voted", Subject: act.Subject{Type: policy.Comment, ID: e.comment, Revision: row.Revision}, Audience: act.ForActor,
			Parent: act.Parent{Type: policy.Dialogue, ID: row.SubjectID}, Dialogue: row.SubjectID,
		})
		return err
	})
	if err != nil {
		e.t.Fatal(err)
	}
	e.voters[chamber] = e.voters[chamber][n:]
	e.cast += n
}

const byChamber = `tally{agree disagree pass byChamber{chamber agree disagree pass}}`

// page asks for the comment in a list, as a page does that can be kept.
func (e *electorate) page() call {
	return call{query: `{dialogues(first: 5){nodes{comments(first: 50){nodes{id ` + byChamber + `}}}}}`}
}

// shown are the numbers of a chamber in an answer.
func (e *electorate) shown(a answer, chamber string) data {
	e.t.Helper()
	for _, d := range a.data.at("dialogues", "nodes").list() {
		for _, c := range d.at("comments", "nodes").list() {
			for _, of := range c.at("tally", "byChamber").list() {
				if c.at("id").text() == typeid.New("comment", e.comment).String() && of.at("chamber").text() == chamber {
					return of
				}
			}
		}
	}
	e.t.Fatalf("no chamber %s in %s", chamber, a.text)
	return data{}
}

// TestATallyByChamberIsTheSameForAll: whoever asks after votes renews what is shown, and from then on all are shown the same, from
// memory and afresh, until more have voted; in one statement whatever the size of the page.
func TestATallyByChamberIsTheSameForAll(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		e := newElectorate(w)
		renewed := 0
		for i := range 40 {
			chamber := []string{"NGO", "NGO", "FIRM", "NGO", "CUSTOMER"}[i%5]
			if len(e.voters[chamber]) == 0 {
				continue
			}
			e.vote(chamber, 1, []enum.VoteChoice{enum.VoteChoiceAgree, enum.VoteChoiceAgree, enum.VoteChoiceDisagree}[i%3])
			before := text(w.get(e.page()).data) // fills the memory, or renews
			var asking sync.WaitGroup
			answers := make([]string, 4)
			for j := range answers {
				asking.Go(func() {
					answers[j] = text([]func(call) answer{w.get, w.post}[j%2](e.page()).data)
				})
			}
			asking.Wait()
			for _, a := range answers {
				if diff := cmp.Diff(before, a); diff != "" {
					t.Fatalf("after %d votes (-first +again):\n%s", e.cast, diff)
				}
			}
			if n := w.count("chamber_tallies", fmt.Sprintf("WHERE step > %d", renewed)); n > 0 {
				renewed++
			}
		}
		if renewed < 3 {
			t.Errorf("%d votes renewed what is shown %d times", e.cast, renewed)
		}
		w.sql.take()
		w.post(e.page())
		reads := 0
		for _, text := range w.sql.take() {
			if strings.Contains(text, "FROM chamber_tallies") {
				reads++
			}
			if changes.MatchString(text) || strings.Contains(text, "FROM votes") {
				t.Errorf("where nobody has voted, a page runs %s", text)
			}
		}
		if reads != 1 {
			t.Errorf("a page reads the tallies by chamber in %d statements, want 1", reads)
		}
	})
}

// TestATallyByChamberWithholdsFew: what many of a chamber chose is shown, and not what few did, nor what subtraction would reveal.
func TestATallyByChamberWithholdsFew(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		e := newElectorate(w)
		e.vote("NGO", 38, enum.VoteChoiceAgree)
		e.vote("FIRM", 3, enum.VoteChoiceAgree)
		e.vote("FIRM", 4, enum.VoteChoiceDisagree)
		a := w.get(e.page())
		ngos, firms := e.shown(a, "NGO"), e.shown(a, "FIRM")
		if n := ngos.at("agree").number(); n < 30 || n > 37 || !ngos.at("disagree").isNull() {
			t.Errorf("of 38 NGOs that agree %v are shown, want nearly all", ngos.v)
		}
		if !firms.at("agree").isNull() || !firms.at("disagree").isNull() || !firms.at("pass").isNull() {
			t.Errorf("of the few firms %v are shown, want none", firms.v)
		}
		// From here on more than enough vote, but nothing can be written.
		e.vote("FIRM", 10, enum.VoteChoiceDisagree)
		e.vote("CUSTOMER", 10, enum.VoteChoiceDisagree)
		err := w.Store.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			if err := w.Store.Lock(ctx, tx, "comments", e.comment); err != nil {
				return err
			}
			a := w.get(e.page())
			if n := e.shown(a, "FIRM").at("disagree"); a.code() != "" || !n.isNull() {
				t.Errorf("while nothing can be written: %s", a.text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if n := e.shown(w.get(e.page()), "FIRM").at("disagree"); n.isNull() {
			t.Error("of 14 firms that disagree none is shown once it can be written: the answer from before was kept")
		}
	})
}

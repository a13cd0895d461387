package consultation_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db/phase"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/consultation"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestReal loads real consultations: every count and every tally matches the last votes, a second load writes nothing,
// neither before nor after the log has been sequenced, and a load of a later export writes what is new.
func TestReal(t *testing.T) {
	for _, name := range []string{"vtaiwan.uberx", "scoop-hivemind.ubi", "london.youth.policing"} {
		t.Run(name, func(t *testing.T) {
			dir := testdb.Shared(t, "data", "consultations", name)
			if testing.Short() && name == "vtaiwan.uberx" {
				t.Skip("skipped: 50,000 votes take minutes under the race detector; go test without -short loads them")
			}
			votes, err := os.ReadFile(filepath.Join(dir, "votes.csv"))
			if err != nil {
				t.Fatal(err)
			}
			tallies, voters, cast, distinct := counted(t, string(votes))
			testdb.EachURL(t, func(t *testing.T, databaseURL string) {
				s := testdb.Open(t, databaseURL, store.Options{}) // as durable as a server's
				start := time.Now()
				first := load(t, s, dir)
				t.Logf("%v in %v", first, time.Since(start))
				if !first.Created || first.AlreadyLoaded() || len(first.Warnings) > 0 {
					t.Errorf("Load = %v, %q, want a new dialogue without warnings", first, first.Warnings)
				}
				for what, n := range map[string][2]int{
					"voters": {first.Voters, voters}, "votes cast": {first.VoteEvents.Written, cast}, "votes": {first.Votes.Written, distinct},
					"vote rows": {query[int](t, s, "SELECT COUNT(*) FROM votes")[0], distinct},
					"vote acts": {query[int](t, s, "SELECT COUNT(*) FROM queued_acts WHERE type = 'comment.voted' AND audience = 'ACTOR'")[0], cast},
				} {
					if n[0] != n[1] {
						t.Errorf("%d %s, want %d", n[0], what, n[1])
					}
				}
				got := stored(t, s, first.Dialogue)
				if len(got) != first.Comments.InFile {
					t.Errorf("%d comments, want %d", len(got), first.Comments.InFile)
				}
				for id, n := range got {
					if n != tallies[id] {
						t.Errorf("comment %d is tallied %v, want %v", id, n, tallies[id])
					}
				}
				unchanged(t, s, dir)
				drain(t, s)
				unchanged(t, s, dir)
			})
		})
	}
}

// unchanged loads a folder again and fails the test if that writes anything.
func unchanged(t *testing.T, s *store.Store, dir string) {
	t.Helper()
	before := census(t, s)
	again := load(t, s, dir)
	if again.Created || !again.AlreadyLoaded() || !strings.HasPrefix(again.String(), "already loaded: ") {
		t.Errorf("Load again = %v, want that it is already loaded", again)
	}
	if diff := cmp.Diff(before, census(t, s)); diff != "" {
		t.Errorf("Load again wrote: %s", diff)
	}
}

// TestDialogue checks every row that a small export makes.
func TestDialogue(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		r := load(t, s, small().dir(t))
		want := consultation.Report{
			Dialogue: r.Dialogue, Title: "How should delivery be priced?", Created: true, Described: true,
			Comments: consultation.Count{InFile: 4, Written: 4}, Pending: 1, Hidden: 1,
			Participants: consultation.Count{InFile: 5, Written: 5}, Voters: 4,
			VoteEvents: consultation.Count{InFile: 7, Written: 7}, Votes: consultation.Count{InFile: 4, Written: 4}, Superseded: 3,
		}
		if diff := cmp.Diff(want, r); diff != "" {
			t.Errorf("report (-want +got): %s", diff)
		}
		if got, want := r.String(), "loaded: 4 statements (1 hidden, 1 pending), 4 voters, 4 votes of 7 cast"; got != want {
			t.Errorf("report = %q, want %q", got, want)
		}

		d, err := s.Client().Dialogue.Get(ctx, r.Dialogue)
		if err != nil {
			t.Fatal(err)
		}
		convenor, err := s.Client().Stakeholder.Get(ctx, d.ConvenorID)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Client().Phase.Query().Where(phase.DialogueID(r.Dialogue)).Only(ctx)
		if err != nil {
			t.Fatal(err)
		}
		first, last := time.UnixMilli(1500000000000).UTC(), time.UnixMilli(1500000009000).UTC()
		if diff := cmp.Diff(map[string]any{
			"title": "How should delivery be priced?", "brief": "Say what you think.\n\nOne thought at a time.\n\nhttps://pol.is/small",
			"visibility": "PUBLIC", "state": "CLOSED", "round": 1, "revision": 1, "source": "https://pol.is/small", "opened": first, "closed": last,
			"outcome":  "Imported from https://pol.is/small: a consultation held elsewhere; 4 statements, 4 participants.",
			"convenor": "NGO imported-consultations ACTIVE Imported consultations", "phase": "CONSULTATION true true false false false",
			"phase opens": first, "phase holds the last vote": true,
		}, map[string]any{
			"title": d.Title, "brief": string(d.Brief), "visibility": string(d.Visibility), "state": string(d.State), "round": d.Round, "revision": d.Revision,
			"source": string(d.Source), "opened": d.OpenedAt.UTC(), "closed": d.ClosedAt.UTC(), "outcome": string(d.Outcome),
			"convenor":    fmt.Sprint(convenor.Kind, " ", convenor.Handle, " ", convenor.Status, " ", convenor.Name),
			"phase":       fmt.Sprint(p.Kind, " ", p.MayComment, " ", p.MayVote, " ", p.MayPropose, " ", p.MayAmend, " ", p.MayBallot),
			"phase opens": p.OpensAt.UTC(), "phase holds the last vote": last.Before(*p.ClosesAt),
		}); diff != "" {
			t.Errorf("dialogue (-want +got): %s", diff)
		}
		if d.Reference == nil || !strings.HasSuffix(*d.Reference, "/1") {
			t.Errorf("the number of the first dialogue = %v, want one that ends in /1", d.Reference)
		}

		const comments = `SELECT c.subject_type || ' ' || c.depth || ' ' || a.name || ' ' || c.language || ' ' || c.state || ' ' || c.agrees ||
			c.disagrees || c.passes || ' ' || c.state_reason || ': ' || c.body FROM comments c JOIN stakeholders a ON a.id = c.author_id ORDER BY c.id`
		if diff := cmp.Diff([]string{
			"DIALOGUE 0 Participant 1 und VISIBLE 110 : One price for all",
			"DIALOGUE 0 Participant 9 und VISIBLE 100 : Say it first,\n\nthen charge",
			"DIALOGUE 0 Participant 2 und HIDDEN 010 rejected by the moderators of the original consultation: Buy my boat",
			"DIALOGUE 0 Participant 2 und PENDING 000 : Depends",
		}, query[string](t, s, comments)); diff != "" {
			t.Errorf("comments by creation (-want +got): %s", diff)
		}
		const votes = `SELECT v.choice || ' ' || p.name || ': ' || c.body FROM votes v JOIN stakeholders p ON p.id = v.voter_id
			JOIN comments c ON c.id = v.comment_id ORDER BY v.id`
		if diff := cmp.Diff([]string{
			"AGREE Participant 1: One price for all",
			"DISAGREE Participant 2: One price for all",
			"AGREE Participant 3: Say it first,\n\nthen charge",
			"DISAGREE Participant 4: Buy my boat",
		}, query[string](t, s, votes)); diff != "" {
			t.Errorf("votes by creation (-want +got): %s", diff)
		}

		drain(t, s)
		const acts = `SELECT a.type || ' ' || a.subject_type || ' ' || a.subject_revision || ' ' || a.audience || ' ' || COALESCE(p.name, '-') ||
			' ' || a.payload FROM acts a LEFT JOIN stakeholders p ON p.id = a.stakeholder_id ORDER BY a.seq`
		log := query[string](t, s, acts)
		for i := range log {
			log[i] = strings.ReplaceAll(log[i], r.Dialogue.String(), "DIALOGUE")
		}
		if diff := cmp.Diff([]string{
			`stakeholder.registered stakeholder 1 SUBJECT - {"kind":"NGO","status":"ACTIVE"}`,
			`dialogue.imported dialogue 1 SUBJECT - {"cast":7,"participants":5,"round":1,"source":"https://pol.is/small","state":"CLOSED",` +
				`"statements":4,"voters":4,"votes":4}`,
			`comment.imported comment 1 SUBJECT - {"depth":0,"number":0,"state":"VISIBLE","subject":"DIALOGUE"}`,
			`comment.imported comment 1 SUBJECT - {"depth":0,"number":1,"state":"VISIBLE","subject":"DIALOGUE"}`,
			`comment.imported comment 1 SUBJECT - {"depth":0,"number":3,"state":"HIDDEN","subject":"DIALOGUE"}`,
			`comment.imported comment 1 SUBJECT - {"depth":0,"number":2,"state":"PENDING","subject":"DIALOGUE"}`,
			`comment.voted comment 1 ACTOR Participant 1 {"choice":"AGREE","subject":"DIALOGUE"}`,
			`comment.voted comment 1 ACTOR Participant 2 {"choice":"PASS","subject":"DIALOGUE"}`,
			`comment.voted comment 1 ACTOR Participant 2 {"choice":"AGREE","subject":"DIALOGUE"}`,
			`comment.voted comment 1 ACTOR Participant 3 {"choice":"PASS","subject":"DIALOGUE"}`,
			`comment.voted comment 1 ACTOR Participant 3 {"choice":"AGREE","subject":"DIALOGUE"}`,
			`comment.voted comment 1 ACTOR Participant 4 {"choice":"DISAGREE","subject":"DIALOGUE"}`,
			`comment.voted comment 1 ACTOR Participant 2 {"choice":"DISAGREE","subject":"DIALOGUE"}`,
		}, log); diff != "" {
			t.Errorf("acts (-want +got): %s", diff)
		}
		rows, err := newLog(t, s).Opened(ctx, 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range rows {
			if bundle.Commit(a.Salt, a.Payload) != a.Header.Commitment || a.Header.Entry() != a.Entry || len(a.Salt) != bundle.SaltLen {
				t.Errorf("act %d does not match its commitment", a.Seq)
			}
		}
		if n := query[int](t, s, "SELECT COUNT(DISTINCT salt) FROM acts")[0]; n != len(rows) {
			t.Errorf("%d salts for %d acts", n, len(rows))
		}
		if v := rows[len(rows)-1].Header; !v.At.Equal(last) || v.ID.Version() != 7 {
			t.Errorf("last vote cast at %v by act %v, want %v and version 7", v.At, v.ID, last)
		}
	})
}

// TestIdentities checks that pseudonyms are valid handles, that no two consultations share one, and that nothing names a
// person.
func TestIdentities(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		load(t, s, small().dir(t))
		load(t, s, small().replaced(t, "summary.csv", "https://pol.is/small", "https://pol.is/other").dir(t))
		load(t, s, small().replaced(t, "summary.csv", "https://pol.is/small", "").dir(t))
		handles := query[string](t, s, "SELECT handle FROM stakeholders WHERE kind = 'CUSTOMER' AND status = 'ACTIVE' AND name LIKE 'Participant %'")
		if len(handles) != 15 || len(slices.Compact(slices.Sorted(slices.Values(handles)))) != 15 {
			t.Errorf("handles = %v, want 15 different ones", handles)
		}
		for _, h := range handles {
			if len(h) > 40 || strings.Trim(h, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				t.Errorf("handle %q is invalid", h)
			}
		}
		tails := map[string]bool{}
		for _, id := range query[uuid.UUID](t, s, "SELECT id FROM stakeholders WHERE kind = 'CUSTOMER'") {
			if id.Version() != 7 || id.Variant() != uuid.RFC4122 {
				t.Errorf("%s is no UUIDv7", id)
			}
			tails[id.String()[13:]] = true
		}
		if len(tails) != 15 {
			t.Errorf("15 participants have %d different ids", len(tails))
		}
		if n := query[int](t, s, "SELECT COUNT(*) FROM stakeholders WHERE kind = 'NGO'")[0]; n != 1 {
			t.Errorf("%d convenors, want 1", n)
		}
		sources := query[string](t, s, "SELECT source FROM dialogues ORDER BY source")
		if len(sources) != 3 || sources[0] != "https://pol.is/other" || !strings.HasPrefix(sources[2], "polis:") {
			t.Errorf("sources = %v", sources)
		}
	})
}

// TestLater loads a later export of a consultation: what is new is written, and nothing else.
func TestLater(t *testing.T) {
	later := small().plus("votes.csv", "1500000008000,Fri,2,4,1\n1500000010000,Fri,0,1,-1\n1500000011000,Fri,0,5,0\n1500000001000,Fri,0,4,1\n")
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		load(t, s, small().dir(t))
		drain(t, s)
		before := census(t, s)
		comments := query[string](t, s, "SELECT CAST(id AS varchar(36)) FROM comments ORDER BY id")
		r := load(t, s, later.dir(t))
		if r.Created || r.AlreadyLoaded() {
			t.Errorf("Load = %v, want an update", r)
		}
		const said = "updated: 1 participants, 4 votes cast, 4 votes are new; in total 4 statements (1 hidden, 1 pending), 5 voters, 7 votes of 11 cast"
		if got := r.String(); got != said {
			t.Errorf("report = %q, want %q", got, said)
		}
		after := census(t, s)
		for what, want := range map[string]int{
			"stakeholders": 1, "votes": 3, "queued_acts": 5, "comments": 0, "revisions of comments": 0, "dialogues": 0, "revisions of dialogues": 1,
		} {
			if got := after[what] - before[what]; got != want {
				t.Errorf("%d more %s, want %d", got, what, want)
			}
		}
		if diff := cmp.Diff(comments, query[string](t, s, "SELECT CAST(id AS varchar(36)) FROM comments ORDER BY id")); diff != "" {
			t.Errorf("comments changed their ids: %s", diff)
		}
		want, _, _, _ := counted(t, later["votes.csv"])
		want[2] = tally{1, 0, 0}
		if diff := cmp.Diff(want, stored(t, s, r.Dialogue)); diff != "" {
			t.Errorf("tallies (-want +got): %s", diff)
		}
		unchanged(t, s, later.dir(t))
		drain(t, s)
		unchanged(t, s, later.dir(t))

		old := load(t, s, small().dir(t))
		if !old.AlreadyLoaded() || len(old.Warnings) != 1 || !strings.HasPrefix(old.Warnings[0], "a later export was loaded before") {
			t.Errorf("Load(older export) = %v, %q, want nothing written and a warning", old, old.Warnings)
		}
		if diff := cmp.Diff(want, stored(t, s, r.Dialogue)); diff != "" {
			t.Errorf("tallies after an older export (-want +got): %s", diff)
		}
	})
}

// TestLaterModeration: a load follows the moderators there unless somebody has moderated here.
func TestLaterModeration(t *testing.T) {
	accepted := small().replaced(t, "comments.csv", "0,Depends", "1,Depends").replaced(t, "comments.csv", "9,9,1,One price", "9,9,-1,One price")
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		const states = "SELECT state || ' ' || revision || ' ' || state_reason FROM comments ORDER BY id"
		load(t, s, small().dir(t))
		r := load(t, s, accepted.dir(t))
		if r.Moderated != 2 || len(r.Warnings) > 0 {
			t.Errorf("Load = %v, %q, want 2 moderated", r, r.Warnings)
		}
		const reason = "rejected by the moderators of the original consultation"
		want := []string{"HIDDEN 2 " + reason, "VISIBLE 1 ", "HIDDEN 1 " + reason, "VISIBLE 2 "}
		if diff := cmp.Diff(want, query[string](t, s, states)); diff != "" {
			t.Errorf("states (-want +got): %s", diff)
		}
		if got := query[int](t, s, "SELECT COUNT(*) FROM queued_acts WHERE type = 'comment.imported' AND subject_revision = 2")[0]; got != 2 {
			t.Errorf("%d acts of the moderation, want 2", got)
		}
		unchanged(t, s, accepted.dir(t))

		// Somebody restores the statement here, as comment.Restore does.
		hidden := query[uuid.UUID](t, s, "SELECT id FROM comments ORDER BY id")[0]
		change(t, s, "UPDATE comments SET state = 'VISIBLE', state_reason = 'It breaks no rule', revision = 3 WHERE id = ?", hidden)
		change(t, s, `INSERT INTO queued_acts (type, subject_type, subject_id, subject_revision, dialogue_id, audience, policy_version, at, payload, salt,
			commitment, act_id) VALUES ('comment.restored', 'comment', ?, 3, ?, 'SUBJECT', 1, ?, '{}', ?, ?, ?)`,
			hidden, r.Dialogue, now, []byte("s"), []byte("c"), uuid.New())
		r = load(t, s, accepted.dir(t))
		if !r.AlreadyLoaded() || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "moderated here") {
			t.Errorf("Load = %v, %q, want a warning only", r, r.Warnings)
		}

		load(t, s, accepted.plus("votes.csv", "1500000009000,Fri,2,1,1\n1500000009500,Fri,2,2,1\n").dir(t))
		r = load(t, s, small().dir(t))
		if !r.AlreadyLoaded() || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "a later export was loaded before") {
			t.Errorf("Load(older export) = %v, %q, want a warning only", r, r.Warnings)
		}
	})
}

// TestLaterText: a load updates the description but not the statements that people voted on, nor a dialogue reopened here.
func TestLaterText(t *testing.T) {
	renamed := small().replaced(t, "summary.csv", "How should", "How shall").replaced(t, "comments.csv", "Depends", "It depends")
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		load(t, s, small().dir(t))
		r := load(t, s, renamed.dir(t))
		if !strings.HasPrefix(r.String(), "description updated: ") || len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "were reworded") {
			t.Errorf("Load = %v, %q, want the description updated and a warning", r, r.Warnings)
		}
		if got := query[string](t, s, "SELECT title FROM dialogues")[0]; got != "How shall delivery be priced?" {
			t.Errorf("title = %q", got)
		}
		if n := query[int](t, s, "SELECT COUNT(*) FROM comments WHERE body = 'Depends'")[0]; n != 1 {
			t.Error("a statement no longer has the words that people voted on")
		}
		unchanged(t, s, renamed.dir(t))

		change(t, s, "UPDATE dialogues SET state = 'OPEN', round = 2")
		r = load(t, s, small().plus("votes.csv", "1500000099000,Fri,0,1,-1\n").dir(t))
		if r.Described || r.VoteEvents.Written != 1 || len(r.Warnings) != 2 || !strings.HasPrefix(r.Warnings[1], "the dialogue was reopened here") {
			t.Errorf("Load(into a reopened dialogue) = %v, %q, want a vote, and a warning beside that of the matrix", r, r.Warnings)
		}
		if got := query[string](t, s, "SELECT title || state FROM dialogues")[0]; got != "How shall delivery be priced?OPEN" {
			t.Errorf("dialogue = %q", got)
		}
	})
}

// TestVotesHere: votes cast here stay when an export changes those from there.
func TestVotesHere(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		load(t, s, small().dir(t))
		first := query[uuid.UUID](t, s, "SELECT id FROM comments ORDER BY id")[0]
		change(t, s, "INSERT INTO votes (id, comment_id, voter_id, choice, cast_at) VALUES (?, ?, ?, 'PASS', ?)", uuid.New(), first, uuid.New(), now)
		change(t, s, "UPDATE comments SET passes = passes + 1 WHERE id = ?", first)
		r := load(t, s, small().plus("votes.csv", "1500000010000,Fri,0,1,-1\n").dir(t))
		if got, want := stored(t, s, r.Dialogue)[0], (tally{0, 2, 1}); got != want {
			t.Errorf("tally = %v, want %v", got, want)
		}
	})
}

// TestTaken: a load fails if another party has a handle that imports use.
func TestTaken(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		register := func(handle string) {
			t.Helper()
			if err := s.Client().Stakeholder.Create().SetKind("FIRM").SetName("Squatter").SetHandle(handle).Exec(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		refused := func(handle string) {
			t.Helper()
			before := census(t, s)
			_, err := consultation.Load(t.Context(), s, newLog(t, s), consultation.Options{Dir: small().dir(t), Clock: clock.NewFixed(now)})
			if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), handle) {
				t.Errorf("Load = %v, want a conflict over %s", err, handle)
			}
			if diff := cmp.Diff(before, census(t, s)); diff != "" {
				t.Errorf("something was written: %s", diff)
			}
		}
		register("imported-consultations")
		refused("imported-consultations")
		change(t, s, "UPDATE stakeholders SET handle = 'squatter'")
		load(t, s, small().dir(t))
		handle := query[string](t, s, "SELECT handle FROM stakeholders WHERE name = 'Participant 3'")[0]
		change(t, s, "UPDATE stakeholders SET handle = 'gone' WHERE handle = ?", handle)
		register(handle)
		refused(handle)
	})
}

// TestInterrupted ends a load at a moment in any of its steps: nothing is written, and it can be repeated.
func TestInterrupted(t *testing.T) {
	dir := testdb.Shared(t, "data", "consultations", "scoop-hivemind.ubi")
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		before := census(t, s)
		for _, part := range []float64{0.01, rand.Float64(), 0.5, 1} {
			ctx, cancel := context.WithCancel(t.Context())
			stop := func(stage string, done, total int) {
				if stage == consultation.Saving && float64(done) >= part*float64(total) {
					cancel()
				}
			}
			_, err := consultation.Load(ctx, s, newLog(t, s), consultation.Options{Dir: dir, Clock: clock.NewFixed(now), Progress: stop})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("Load(ended at %v) = %v, want %v", part, err, context.Canceled)
			}
			if diff := cmp.Diff(before, census(t, s)); diff != "" {
				t.Errorf("Load(ended at %v) wrote: %s", part, diff)
			}
			cancel()
		}
		if r := load(t, s, dir); !r.Created {
			t.Errorf("Load after all = %v", r)
		}
	})
}

// TestKilled kills the loading process half-way through: nothing is written.
func TestKilled(t *testing.T) {
	dir := testdb.Shared(t, "data", "consultations", "scoop-hivemind.ubi")
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		program, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), program, "-test.run=^TestKillMyself$")
		cmd.Env = append(os.Environ(), "CONSULTATION_DATABASE="+databaseURL, "CONSULTATION_DIR="+dir)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Exited() {
			t.Fatalf("the process ended with %v: %s", err, out)
		}
		s := testdb.Open(t, databaseURL, store.Options{})
		if counts := census(t, s); !empty(counts) {
			t.Errorf("a killed load left %v", counts)
		}
		if r := load(t, s, dir); !r.Created {
			t.Errorf("Load after all = %v", r)
		}
	})
}

// TestKillMyself is the process that TestKilled starts.
func TestKillMyself(t *testing.T) {
	databaseURL := os.Getenv("CONSULTATION_DATABASE")
	if databaseURL == "" {
		t.Skip("skipped: only TestKilled runs this, in a separate process")
	}
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	s := testdb.Open(t, databaseURL, store.Options{})
	_, err = consultation.Load(t.Context(), s, newLog(t, s), consultation.Options{
		Dir: os.Getenv("CONSULTATION_DIR"), Clock: clock.NewFixed(now), Progress: func(stage string, done, total int) {
			if stage == consultation.Saving && 2*done > total {
				_ = self.Kill()
				select {}
			}
		},
	})
	t.Fatalf("Load = %v, but the process is still alive", err)
}

// TestTwoAtOnce loads one folder twice at once: one load writes it, and the other finds it or gets a conflict.
func TestTwoAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		dir := small().dir(t)
		var reports [2]consultation.Report
		var errs [2]error
		var both sync.WaitGroup
		for i := range 2 {
			both.Go(func() {
				reports[i], errs[i] = consultation.Load(t.Context(), s, newLog(t, s), consultation.Options{Dir: dir, Clock: clock.NewFixed(now)})
			})
		}
		both.Wait()
		created := 0
		for i, err := range errs {
			switch {
			case err != nil && !fault.Is(err, fault.Conflict):
				t.Errorf("Load = %v, want nothing worse than a conflict", err)
			case reports[i].Created:
				created++
			}
		}
		if created != 1 {
			t.Errorf("%d of two loads created the dialogue", created)
		}
		unchanged(t, s, dir)
		drain(t, s)
		if got := census(t, s)["acts"]; got != 13 {
			t.Errorf("%d acts, want 13", got)
		}
	})
}

func TestProgress(t *testing.T) {
	s := testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true})
	var stages []string
	last := map[string][2]int{}
	_, err := consultation.Load(t.Context(), s, newLog(t, s), consultation.Options{
		Dir: small().dir(t), Clock: clock.NewFixed(now), Progress: func(stage string, done, total int) {
			if !slices.Contains(stages, stage) {
				stages = append(stages, stage)
			}
			if was := last[stage]; done < was[0] || done > total || was[1] != 0 && was[1] != total {
				t.Errorf("%s went from %v to %d of %d", stage, was, done, total)
			}
			last[stage] = [2]int{done, total}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{consultation.Reading, consultation.Saving}, stages); diff != "" {
		t.Errorf("stages (-want +got): %s", diff)
	}
	for stage, n := range last {
		if n[0] != n[1] {
			t.Errorf("%s ended at %d of %d", stage, n[0], n[1])
		}
	}
}

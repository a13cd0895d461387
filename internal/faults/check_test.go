//go:build faults

package faults_test

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// check verifies in the database that every acknowledgement holds and that the stored data is consistent. A replica must
// still be running, so that queued acts reach the log.
func (w *world) check(deeds []deed) {
	w.t.Helper()
	w.settled()
	db := w.look()
	log := ledger(w.t, db)
	checkLog(w.t, log)
	checkDeeds(w.t, db, log, deeds)
	checkChanges(w.t, db)
	checkKeys(w.t, db, log)
	if strings.HasPrefix(w.truth, "sqlite:") {
		checkFile(w.t, db)
	}
}

// placed is an act in the log.
type placed struct {
	seq     int64
	act     uuid.UUID
	kind    string
	subject uuid.UUID
}

// ledger reads the whole log directly from the database.
func ledger(t testing.TB, db *sql.DB) []placed {
	t.Helper()
	rows, err := db.Query("SELECT seq, act_id, type, subject_id FROM acts ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var log []placed
	for rows.Next() {
		var p placed
		if err := rows.Scan(&p.seq, &p.act, &p.kind, &p.subject); err != nil {
			t.Fatal(err)
		}
		log = append(log, p)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return log
}

// checkLog checks that sequence numbers start at 1 without a gap, and that no act appears twice.
func checkLog(t testing.TB, log []placed) {
	t.Helper()
	seen := map[uuid.UUID]int64{}
	for i, p := range log {
		if p.seq != int64(i+1) {
			t.Fatalf("the log has sequence number %d, want %d", p.seq, i+1)
		}
		if first, twice := seen[p.act]; twice {
			t.Errorf("act %s is in the log at %d and at %d", p.act, first, p.seq)
		}
		seen[p.act] = p.seq
	}
}

// checkDeeds checks that the log has each acknowledged deed once, about the acknowledged comment, and that each comment is
// stored once.
func checkDeeds(t testing.TB, db *sql.DB, log []placed, deeds []deed) {
	t.Helper()
	if len(deeds) == 0 {
		t.Error("nothing was acknowledged, so the test proves nothing")
	}
	at, told, votes, tallies := map[uuid.UUID]placed{}, map[uuid.UUID]int64{}, map[uuid.UUID]int{}, map[uuid.UUID]int{}
	for _, p := range log {
		at[p.act] = p
		switch p.kind {
		case "comment.voted":
			votes[p.subject]++
		case "comment.tallied":
			told[p.subject] = p.seq
			if tallies[p.subject]++; tallies[p.subject] > votes[p.subject] {
				t.Errorf("act %d tells the tally of the comment %s, after %d votes the tally number %d", p.seq, p.subject, votes[p.subject], tallies[p.subject])
			}
		}
	}
	bodies := count(t, db, "SELECT body, COUNT(*) FROM comments WHERE body LIKE 'Deed %' GROUP BY body")
	said := 0
	for _, d := range deeds {
		act, err := typeid.Parse("act", d.act)
		if err != nil {
			t.Fatal(err)
		}
		comment, err := typeid.Parse("comment", d.comment)
		if err != nil {
			t.Fatal(err)
		}
		kind := "comment.voted"
		if d.body != "" {
			kind = "comment.posted"
			said++
			if n := bodies[d.body]; n != 1 {
				t.Errorf("the comment %q is stored %d times, want once (key %s, %d tries)", d.body, n, d.key, d.tries)
			}
		}
		if p, ok := at[act]; !ok {
			t.Errorf("the acknowledged act %s of key %s is not in the log", d.act, d.key)
		} else if p.kind != kind || p.subject != comment {
			t.Errorf("act %s is %s on %s, want %s on %s", d.act, p.kind, p.subject, kind, comment)
		} else if d.body == "" && told[comment] < p.seq {
			t.Errorf("the vote at %d on %s was not told; the last tally is at %d", p.seq, comment, told[comment])
		}
	}
	if len(bodies) != said {
		t.Errorf("%d comments of the load are stored, but %d were acknowledged", len(bodies), said)
	}
	keys := count(t, db, "SELECT idempotency_keys.key, COUNT(*) FROM idempotency_keys GROUP BY idempotency_keys.key")
	for _, d := range deeds {
		if keys[d.key] != 1 {
			t.Errorf("key %s was kept %d times, want once", d.key, keys[d.key])
		}
	}
}

func count(t testing.TB, db *sql.DB, text string) map[string]int {
	t.Helper()
	rows, err := db.Query(text)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	counted := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		counted[name] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return counted
}

// checkChanges checks that every change has its act and every act its change.
func checkChanges(t testing.TB, db *sql.DB) {
	t.Helper()
	for _, rule := range []struct{ name, violations string }{
		// The statements of an imported dialogue have one act together.
		{"a comment without its act", `SELECT COUNT(*) FROM comments c
			WHERE NOT EXISTS (SELECT 1 FROM acts a WHERE a.subject_id = c.id AND a.type = 'comment.posted')
			AND NOT EXISTS (SELECT 1 FROM acts a WHERE a.subject_id = c.dialogue_id AND a.type = 'dialogue.imported')`},
		{"an act without its comment", `SELECT COUNT(*) FROM acts a
			WHERE a.type LIKE 'comment.%' AND NOT EXISTS (SELECT 1 FROM comments c WHERE c.id = a.subject_id)`},
		{"a comment that was posted twice", `SELECT COUNT(*) FROM
			(SELECT subject_id FROM acts WHERE type = 'comment.posted' GROUP BY subject_id HAVING COUNT(*) > 1) AS twice`},
		{"a vote without its act", `SELECT COUNT(*) FROM votes v
			WHERE NOT EXISTS (SELECT 1 FROM acts a WHERE a.subject_id = v.comment_id AND a.stakeholder_id = v.voter_id AND a.type = 'comment.voted')`},
		{"an act without its vote", `SELECT COUNT(*) FROM acts a WHERE a.type = 'comment.voted'
			AND NOT EXISTS (SELECT 1 FROM votes v WHERE v.comment_id = a.subject_id AND v.voter_id = a.stakeholder_id)`},
		{"a tally that does not count its votes", `SELECT COUNT(*) FROM comments c
			WHERE c.agrees <> (SELECT COUNT(*) FROM votes v WHERE v.comment_id = c.id AND v.choice = 'AGREE')
			OR c.disagrees <> (SELECT COUNT(*) FROM votes v WHERE v.comment_id = c.id AND v.choice = 'DISAGREE')
			OR c.passes <> (SELECT COUNT(*) FROM votes v WHERE v.comment_id = c.id AND v.choice = 'PASS')`},
	} {
		if n := number(db, rule.violations); n != 0 {
			t.Errorf("%s: %d times", rule.name, n)
		}
	}
}

// checkKeys checks that every stored response is about an act in the log.
func checkKeys(t testing.TB, db *sql.DB, log []placed) {
	t.Helper()
	known := map[uuid.UUID]bool{}
	for _, p := range log {
		known[p.act] = true
	}
	rows, err := db.Query("SELECT answer FROM idempotency_keys")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var answer string
		var stored struct{ Act uuid.UUID }
		if err := rows.Scan(&answer); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(answer), &stored); err != nil || !known[stored.Act] {
			t.Errorf("a stored response is about act %s, which is not in the log (%v)", stored.Act, err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// checkFile runs SQLite's integrity checks.
func checkFile(t testing.TB, db *sql.DB) {
	t.Helper()
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check = %q, %v, want ok", verdict, err)
	}
	if n := number(db, "SELECT COUNT(*) FROM pragma_foreign_key_check"); n != 0 {
		t.Errorf("%d foreign keys reference missing rows", n)
	}
}

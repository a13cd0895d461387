package consultation_test

import (
	"context"
	"database/sql"
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/consultation"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

var now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// files of an export by their names.
type files map[string]string

// small is a valid export: two accepted statements, a pending and a rejected one; four voters, one of whom changes their
// vote twice, and an author who does not vote.
func small() files {
	return files{
		"summary.csv": "topic,How should delivery be priced?\nurl,https://pol.is/small\nviews,9\nvoters,3\n" +
			"conversation-description,\"Say what you think.\n\nOne thought at a time.\"\n",
		"comments.csv": "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n" +
			"1500000000000,Fri,0,1,9,9,1,One price for all\n" +
			"1500000001000,Fri,1,9,9,9,1,\"Say it first,\n\nthen charge\"\n" +
			"1500000003000,Fri,2,2,9,9,0,Depends\n" +
			"1500000002000,Fri,3,2,9,9,-1,Buy my boat\n",
		"votes.csv": "timestamp,datetime,comment-id,voter-id,vote\n" +
			"1500000000000,Fri,0,1,1\n" +
			"1500000009000,Fri,0,2,-1\n" +
			"1500000005000,Fri,0,2,1\n" +
			"1500000004000,Fri,0,2,0\n" +
			"1500000006000,Fri,1,3,0\n" +
			"1500000006000,Fri,1,3,1\n" +
			"1500000007000,Fri,3,4,-1\n",
		"participants-votes.csv": "participant,xid,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2,3\n" +
			"1,mail@example.org,0,1,1,1,0,1,,,\n2,,0,2,1,0,1,-1,,,\n3,,0,0,1,1,0,,1,,\n4,,0,0,1,0,1,,,,-1\n",
	}
}

// with returns the files with one changed.
func (f files) with(name, text string) files {
	f = maps.Clone(f)
	f[name] = text
	return f
}

// plus returns the files with lines added to one.
func (f files) plus(name, lines string) files { return f.with(name, f[name]+lines) }

// replaced returns the files with a text in one replaced.
func (f files) replaced(t testing.TB, name, old, text string) files {
	t.Helper()
	if strings.Count(f[name], old) != 1 {
		t.Fatalf("%s has %q %d times, want once", name, old, strings.Count(f[name], old))
	}
	return f.with(name, strings.Replace(f[name], old, text, 1))
}

// without returns the files without one.
func (f files) without(name string) files {
	f = maps.Clone(f)
	delete(f, name)
	return f
}

// dir writes the files into a folder.
func (f files) dir(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range f {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read reads the files without a folder.
func (f files) read(ctx context.Context) (*consultation.Export, error) {
	m := fstest.MapFS{}
	for name, text := range f {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return consultation.Read(ctx, m, now, func(string, int, int) {})
}

// load loads a folder and fails the test if that fails.
func load(t testing.TB, s *store.Store, dir string) consultation.Report {
	t.Helper()
	r, err := consultation.Load(t.Context(), s, newLog(t, s), consultation.Options{Dir: dir, Clock: clock.NewFixed(now)})
	if err != nil {
		t.Fatalf("Load(%s) = %v", dir, err)
	}
	return r
}

func newLog(t testing.TB, s *store.Store) *actlog.Log {
	return actlog.New(s, clock.NewFixed(now), testdb.Keys(t))
}

func drain(t testing.TB, s *store.Store) {
	t.Helper()
	if _, err := newLog(t, s).Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// query reads rows of one column.
func query[T any](t testing.TB, s *store.Store, text string, args ...any) []T {
	t.Helper()
	var list []T
	err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		list = nil
		return s.QueryTx(ctx, tx, text, args, func(r *sql.Rows) error {
			var v T
			err := r.Scan(&v)
			list = append(list, v)
			return err
		})
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return list
}

func change(t testing.TB, s *store.Store, text string, args ...any) {
	t.Helper()
	err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Exec(ctx, tx, text, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// census counts the rows of every table except the store's own, and adds the last sequence number of the log and the sum of
// all revisions: an operation that writes nothing changes none of them.
func census(t testing.TB, s *store.Store) map[string]int {
	t.Helper()
	tables := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if s.IsPostgres() {
		tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
	}
	counts := map[string]int{}
	for _, table := range query[string](t, s, tables) {
		switch table {
		case "schema_migrations", "settings", "leases":
		default:
			counts[table] = query[int](t, s, "SELECT COUNT(*) FROM "+table)[0]
		}
	}
	counts["last sequence number"] = query[int](t, s, "SELECT COALESCE(MAX(seq), 0) FROM acts")[0]
	for _, table := range []string{"dialogues", "comments", "stakeholders"} {
		counts["revisions of "+table] = query[int](t, s, "SELECT COALESCE(SUM(revision), 0) FROM "+table)[0]
	}
	return counts
}

// empty reports whether a census found nothing at all.
func empty(counts map[string]int) bool {
	for _, n := range counts {
		if n > 0 {
			return false
		}
	}
	return len(counts) > 10
}

// tally of one statement: agrees, disagrees, passes.
type tally [3]int

// counted computes the tallies of a votes.csv by comment-id, in the simplest way.
func counted(t testing.TB, votes string) (tallies map[int64]tally, voters, cast, distinct int) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(votes)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range records[0] {
		column[name] = i
	}
	type last struct {
		at   int64
		vote string
	}
	people, lasts := map[string]bool{}, map[[2]string]last{}
	for _, r := range records[1:] {
		at, err := strconv.ParseInt(r[column["timestamp"]], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		key := [2]string{r[column["comment-id"]], r[column["voter-id"]]}
		people[key[1]] = true
		if was, ok := lasts[key]; !ok || at >= was.at {
			lasts[key] = last{at, r[column["vote"]]}
		}
	}
	tallies = map[int64]tally{}
	for key, l := range lasts {
		id, err := strconv.ParseInt(key[0], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		n := tallies[id]
		n[map[string]int{"1": 0, "-1": 1, "0": 2}[l.vote]]++
		tallies[id] = n
	}
	return tallies, len(people), len(records) - 1, len(lasts)
}

// stored returns the tallies that a dialogue's comments show, by the comment-id in the act of their import, and checks them
// against the votes.
func stored(t testing.TB, s *store.Store, dialogue uuid.UUID) map[int64]tally {
	t.Helper()
	const number = `"number":`
	numbers := map[uuid.UUID]int64{}
	var rows []struct {
		id     uuid.UUID
		shown  tally
		counts tally
	}
	err := s.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		acts := `SELECT subject_id, payload FROM acts WHERE dialogue_id = ? AND type = 'comment.imported'
			UNION ALL SELECT subject_id, payload FROM queued_acts WHERE dialogue_id = ? AND type = 'comment.imported'`
		err := s.QueryTx(ctx, tx, acts, []any{dialogue, dialogue}, func(r *sql.Rows) error {
			var id uuid.UUID
			var payload string
			if err := r.Scan(&id, &payload); err != nil {
				return err
			}
			_, rest, _ := strings.Cut(payload, number)
			digits, _, _ := strings.Cut(rest, ",")
			n, err := strconv.ParseInt(digits, 10, 64)
			numbers[id] = n
			return err
		})
		if err != nil {
			return err
		}
		comments := `SELECT c.id, c.agrees, c.disagrees, c.passes,
				COALESCE(SUM(CASE v.choice WHEN 'AGREE' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE v.choice WHEN 'DISAGREE' THEN 1 ELSE 0 END), 0),
				COALESCE(SUM(CASE v.choice WHEN 'PASS' THEN 1 ELSE 0 END), 0)
			FROM comments c LEFT JOIN votes v ON v.comment_id = c.id WHERE c.subject_id = ? AND c.dialogue_id = ? GROUP BY c.id`
		return s.QueryTx(ctx, tx, comments, []any{dialogue, dialogue}, func(r *sql.Rows) error {
			var row struct {
				id     uuid.UUID
				shown  tally
				counts tally
			}
			rows = append(rows, row)
			c := &rows[len(rows)-1]
			return r.Scan(&c.id, &c.shown[0], &c.shown[1], &c.shown[2], &c.counts[0], &c.counts[1], &c.counts[2])
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	tallies := map[int64]tally{}
	for _, c := range rows {
		n, ok := numbers[c.id]
		if !ok {
			t.Errorf("comment %s has no act of its import", c.id)
		}
		if c.shown != c.counts {
			t.Errorf("comment %d shows %v, but its votes add up to %v", n, c.shown, c.counts)
		}
		tallies[n] = c.shown
	}
	return tallies
}

package main

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/bench/seed"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// More assessments than a scorer takes at once.
func TestSeededAssessmentsScoreAsTheyAreStored(t *testing.T) {
	shipped, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	testdb.EachURL(t, func(t *testing.T, databaseURL string) {
		ctx := context.Background()
		s, err := store.Open(ctx, databaseURL, store.Options{Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		const many = 150
		size := seed.Size{Dialogues: 2, Proposals: 2, Comments: 1, Assessments: many, Template: shipped[0]}
		data, err := seed.Fill(ctx, databaseURL, size, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		a, err := app.Open(ctx, app.Config{
			Database: databaseURL, Mode: "dev", DevKey: filepath.Join(dir, "dev.key"), Keys: filepath.Join(dir, "keys"), Rates: server.Rates{Off: true},
			Clock: clock.System{}, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		type points struct{ score, level int }
		stored, answers := map[uuid.UUID]points{}, 0
		const rows = "SELECT id, score, level, (SELECT COUNT(*) FROM answers n WHERE n.assessment_id = a.id AND n.latest) FROM assessments a"
		err = a.Store.Query(ctx, rows, nil, func(r *sql.Rows) error {
			var id uuid.UUID
			var p points
			var n int
			err := r.Scan(&id, &p.score, &p.level, &n)
			stored[id] = p
			answers += n
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if want := many * len(shipped[0].Keys()); len(stored) != many || answers != want {
			t.Errorf("%d assessments with %d answers, want %d with %d", len(stored), answers, many, want)
		}
		seen := map[int]bool{}
		err = a.Domains.Assessments.Totals(ctx, func(id uuid.UUID, got questionnaire.Totals) {
			if want := stored[id]; want != (points{int(got.Current), int(got.Level)}) {
				t.Errorf("%s scores %d, level %d, and is stored with %+v", id, got.Current, got.Level, want)
			}
			seen[int(got.Current)] = true
			delete(stored, id)
		})
		if err != nil || len(stored) > 0 {
			t.Errorf("%d assessments were not scored, %v", len(stored), err)
		}
		if len(seen) < 5 {
			t.Errorf("only %d different scores: answers are too much alike to tell", len(seen))
		}
		if len(data.Assessments) != many || len(data.Assessments[0].Choices) == 0 {
			t.Errorf("Fill names %d assessments, the first with the choices %v", len(data.Assessments), data.Assessments[0].Choices)
		}
		for _, key := range data.Assessments[0].Choices {
			if len(data.Options[key]) < 2 {
				t.Errorf("%s has the options %v", key, data.Options[key])
			}
		}
	})
}

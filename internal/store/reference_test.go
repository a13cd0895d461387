package store_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestWhatIsThereGetsItsNumber: the migration numbers what has left its author's hands, in the order and by the year in which it
// first did, and the counters go on from there.
func TestWhatIsThereGetsItsNumber(t *testing.T) {
	testdb.EachEmpty(t, func(t *testing.T, databaseURL string) {
		s, err := store.Open(t.Context(), databaseURL, store.Options{Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		all, names := migrationsFor(t, s)
		at := slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, "_reference_numbers.sql") })
		if at < 0 {
			t.Fatal("no migration is called reference_numbers")
		}
		before := maps.Clone(all)
		for _, later := range names[at:] {
			delete(before, later)
		}
		if _, err := s.MigrateFrom(t.Context(), before); err != nil {
			t.Fatal(err)
		}
		want := fillUnnumbered(t, s)
		if _, err := s.MigrateFrom(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		delete(want, "assessments") // the numbers of the first form's are in the counters alone
		for table, rows := range want {
			got := texts(t, s, "SELECT title || ' ' || COALESCE(reference, 'none') FROM "+table+" ORDER BY title")
			if diff := cmp.Diff(rows, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", table, diff)
			}
		}
		counters := texts(t, s, "SELECT id || value FROM counters ORDER BY id")
		slices.Sort(counters)
		if diff := cmp.Diff([]string{"2024/1", "2025/2", "2025/2-P2", "2025/A2", "2026/A1"}, counters); diff != "" {
			t.Errorf("counters (-want +got):\n%s", diff)
		}
	})
}

// fillUnnumbered writes what an earlier release has left, and gives what each thing is to be called.
func fillUnnumbered(t *testing.T, s *store.Store) map[string][]string {
	t.Helper()
	day := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 23, 0, 0, 0, time.UTC)
	}
	row := func(table, title, state string, more map[string]any) uuid.UUID {
		id := uuid.New()
		given := map[string]any{"id": id, "title": title, "state": state, "created_at": day(2024, 12, 1), "updated_at": day(2026, 2, 1)}
		maps.Copy(given, more)
		addRow(t, s, table, given)
		return id
	}
	happened := func(subject uuid.UUID, typ string, at time.Time) {
		addRow(t, s, "acts", map[string]any{"subject_id": subject, "type": typ, "at": at})
	}
	reopened := row("dialogues", "a reopened", "OPEN", map[string]any{"opened_at": day(2025, 6, 1)})
	happened(reopened, "dialogue.opened", day(2024, 12, 31))
	happened(reopened, "dialogue.reopened", day(2025, 6, 1))
	later := row("dialogues", "b later", "CLOSED", map[string]any{"opened_at": day(2025, 3, 1)})
	row("dialogues", "c earlier", "OPEN", map[string]any{"opened_at": day(2025, 2, 1)})
	draft := row("dialogues", "d draft", "DRAFT", map[string]any{"opened_at": nil})

	row("proposals", "a second", "OPEN", map[string]any{"dialogue_id": later, "submitted_at": day(2026, 1, 2)})
	row("proposals", "b first", "WITHDRAWN", map[string]any{"dialogue_id": later, "submitted_at": day(2026, 1, 1)})
	row("proposals", "c draft", "DRAFT", map[string]any{"dialogue_id": later, "submitted_at": nil})
	row("proposals", "d nowhere", "DRAFT", map[string]any{"dialogue_id": draft, "submitted_at": nil})

	happened(row("assessments", "a approved", "APPROVED", nil), "assessment.submitted", day(2025, 5, 1))
	happened(row("assessments", "b returned", "DRAFT", nil), "assessment.submitted", day(2025, 4, 1))
	row("assessments", "c draft", "DRAFT", nil)
	row("assessments", "d without its act", "PUBLISHED", nil)
	return map[string][]string{
		"dialogues":   {"a reopened 2024/1", "b later 2025/2", "c earlier 2025/1", "d draft none"},
		"proposals":   {"a second 2025/2-P2", "b first 2025/2-P1", "c draft none", "d nowhere none"},
		"assessments": {"a approved 2025/A2", "b returned 2025/A1", "c draft none", "d without its act 2026/A1"},
	}
}

// TestATransactionThatFailsTakesNoNumber: the number that it took goes to the next one, so no gap tells of a failure.
func TestATransactionThatFailsTakesNoNumber(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		take := func(kind string, fail error) (reference string) {
			err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
				if reference, err = s.YearReference(ctx, tx, kind); err != nil {
					return err
				}
				return fail
			})
			if !errors.Is(err, fail) {
				t.Fatalf("InTx = %v, want %v", err, fail)
			}
			return reference
		}
		year := take("", nil)[:4]
		if y, err := strconv.Atoi(year); err != nil || y < 2026 {
			t.Errorf("the year is %q", year)
		}
		for _, row := range []struct {
			kind, want string
			fail       error
		}{
			{"", "/2", nil}, {"", "/3", errors.New("x")}, {"", "/3", nil}, {"A", "/A1", nil}, {"", "/4", nil}, {"A", "/A2", nil},
		} {
			if got := take(row.kind, row.fail); got != year+row.want {
				t.Errorf("number = %s, want %s%s", got, year, row.want)
			}
		}
		err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			reference, err := s.ReferenceWithin(ctx, tx, uuid.New(), "P")
			if reference != nil {
				t.Errorf("a dialogue without a number numbers a proposal: %s", *reference)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

package store_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestWhatFewHaveReadStaysWithThem: an earlier release handed assessments in to reviewers, without asking everybody. What it published
// is published, with who approved it as a signature; everything else goes through a consultation first, and its versions are shown to
// nobody who did not read them.
func TestWhatFewHaveReadStaysWithThem(t *testing.T) {
	testdb.EachEmpty(t, func(t *testing.T, databaseURL string) {
		s, err := store.Open(t.Context(), databaseURL, store.Options{Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		all, names := migrationsFor(t, s)
		at := slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, "_sign_offs.sql") })
		if at < 0 {
			t.Fatal("no migration is called sign_offs")
		}
		before := maps.Clone(all)
		for _, later := range names[at:] {
			delete(before, later)
		}
		if _, err := s.MigrateFrom(t.Context(), before); err != nil {
			t.Fatal(err)
		}
		day := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
		handedIn := func(title, state string, version int, approver, at any) {
			id := uuid.New()
			addRow(t, s, "assessments", map[string]any{
				"id": id, "title": title, "state": state, "version": version, "reference": title, "content_hash": "hash", "approver_id": approver,
				"approved_by_id": approver, "approved_at": at, "published_at": map[bool]any{true: at}[state == "PUBLISHED"],
			})
			for n := range version {
				addRow(t, s, "assessment_versions", map[string]any{"assessment_id": id, "number": n + 1})
			}
		}
		handedIn("a", "PUBLISHED", 2, uuid.New(), day)
		handedIn("b", "IN_REVIEW", 2, nil, nil)
		handedIn("c", "APPROVED", 1, uuid.New(), day)
		if _, err := s.MigrateFrom(t.Context(), all); err != nil {
			t.Fatal(err)
		}
		got := texts(t, s, `SELECT a.title || ' ' || a.state || ' ' || v.number || ' ' || CASE WHEN v.consulted THEN 'for all' ELSE 'for few' END
			FROM assessments a JOIN assessment_versions v ON v.assessment_id = a.id ORDER BY a.title, v.number`)
		want := []string{"a PUBLISHED 1 for few", "a PUBLISHED 2 for all", "b DRAFT 1 for few", "b DRAFT 2 for few", "c DRAFT 1 for few"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("versions (-want +got):\n%s", diff)
		}
		signed := texts(t, s, "SELECT a.title || ' ' || o.capacity || ' ' || o.content_hash FROM sign_offs o JOIN assessments a ON a.id = o.assessment_id ORDER BY a.title")
		if diff := cmp.Diff([]string{"a APPROVER hash", "c APPROVER hash"}, signed); diff != "" {
			t.Errorf("signatures (-want +got):\n%s", diff)
		}
	})
}

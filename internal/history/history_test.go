package history_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/history"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var tracked = history.Tracked{
	Resource: policy.Dialogue,
	Columns:  []string{"title", "languages", "state", "round", "opened_at"},
	Parts:    []history.Part{{Table: "phases", Of: "dialogue_id", Columns: []string{"kind", "opens_at", "closes_at", "may_vote"}}},
	Besides:  []string{"dialogue.invited"},
}

// scene is a dialogue whose versions are kept.
type scene struct {
	*testing.T
	store *store.Store
	log   *actlog.Log
	book  *history.Book
	id    uuid.UUID
}

func newScene(t *testing.T, s *store.Store) *scene {
	t.Helper()
	book, err := history.New(s, tracked)
	if err != nil {
		t.Fatal(err)
	}
	c := &scene{t, s, actlog.New(s, clock.System{}, testdb.Keys(t)), book, uuid.Must(uuid.NewV7())}
	c.log.Keep(book)
	at := time.Date(2026, 3, 2, 12, 0, 0, 123456000, time.UTC)
	s.Client().Dialogue.Create().SetID(c.id).SetTitle("Title 0").SetConvenorID(uuid.New()).SetLanguages([]string{"en", "zh-Hant"}).SetOpenedAt(at).ExecX(t.Context())
	return c
}

// happens changes the dialogue, and says so with an act; it gives the act's place.
func (c *scene) happens(typ, title string) int64 {
	c.Helper()
	_, err := c.log.Write(policy.WithActor(c.Context(), policy.SystemActor("test")), func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		row, err := tx.Dialogue.UpdateOneID(c.id).SetTitle(title).AddRevision(1).Save(ctx)
		if err != nil {
			return act.Entry{}, err
		}
		return act.Entry{Type: typ, Subject: act.Subject{Type: policy.Dialogue, ID: c.id, Revision: row.Revision}}, nil
	})
	if err != nil {
		c.Fatal(err)
	}
	return c.place()
}

func (c *scene) place() int64 {
	c.Helper()
	if _, err := c.log.Drain(c.Context()); err != nil {
		c.Fatal(err)
	}
	seq, _, err := c.log.End(c.Context())
	if err != nil {
		c.Fatal(err)
	}
	return seq
}

func (c *scene) fill(end int64) {
	c.Helper()
	if err := c.book.Fill(c.Context(), func(context.Context) (int64, error) { return end, nil }); err != nil {
		c.Fatal(err)
	}
}

// was is the title at a place, with the phases; empty where the dialogue was not there.
func (c *scene) was(seq int64) string {
	c.Helper()
	found, err := c.book.At(c.Context(), seq, []uuid.UUID{c.id})
	if err != nil {
		c.Fatal(err)
	}
	v := found[c.id]
	if v == nil {
		return ""
	}
	row := &db.Dialogue{Title: "now", Languages: []string{"now"}}
	if err := v.Onto(row); err != nil {
		c.Fatal(err)
	}
	phases, err := history.Parts[db.Phase](v, "phases", map[uuid.UUID]*db.Phase{})
	if err != nil {
		c.Fatal(err)
	}
	said := fmt.Sprint(row.Title, row.Languages, row.State, row.Round)
	if row.OpenedAt == nil || row.OpenedAt.Nanosecond() != 123456000 || row.OpenedAt.Location() != time.UTC {
		c.Errorf("it was opened at %v", row.OpenedAt)
	}
	for _, p := range phases {
		said += fmt.Sprint(" ", p.Kind, p.OpensAt.UTC().Year(), p.ClosesAt == nil, p.MayVote, p.ID != uuid.Nil)
	}
	return said
}

// TestRowsAreReadAsTheyWere at every place, whatever happened since.
func TestRowsAreReadAsTheyWere(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		c := newScene(t, s)
		first := c.happens("dialogue.convened", "Title 1")
		phase := s.Client().Phase.Create().SetDialogueID(c.id).SetPosition(1).SetKind(enum.PhaseKindConsultation).SetOpensAt(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)).
			SetMayVote(true).SaveX(t.Context())
		second := c.happens("dialogue.updated", "Title 2")
		err := s.InTx(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Exec(ctx, tx, "DELETE FROM phases WHERE id = ?", phase.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		besides := c.happens("dialogue.invited", "Title 3") // such acts keep nothing
		last := c.happens("dialogue.updated", "Title 4")
		for _, tt := range []struct {
			at   int64
			want string
		}{
			{first - 1, ""},
			{first, "Title 1[en zh-Hant]DRAFT1"},
			{second, "Title 2[en zh-Hant]DRAFT1 CONSULTATION2030 true true true"},
			{besides, "Title 2[en zh-Hant]DRAFT1 CONSULTATION2030 true true true"},
			{last, "Title 4[en zh-Hant]DRAFT1"},
			{last + 100, "Title 4[en zh-Hant]DRAFT1"},
		} {
			if got := c.was(tt.at); got != tt.want {
				t.Errorf("at %d it was %q, want %q", tt.at, got, tt.want)
			}
		}
		all, err := c.book.Until(t.Context(), besides, []uuid.UUID{c.id})
		if err != nil || len(all[c.id]) != 2 || all[c.id][0].Word("title") != "Title 1" || all[c.id][1].Type != "dialogue.updated" {
			t.Errorf("until then it was %v, %v", all, err)
		}
	})
}

// TestRowsBesideTheSubjectOfAnActAreKeptWithIt, once, however often a use case says that it changes them.
func TestRowsBesideTheSubjectOfAnActAreKeptWithIt(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		c := newScene(t, s)
		_, err := c.log.Write(policy.WithActor(t.Context(), policy.SystemActor("test")), func(ctx context.Context, _ *db.Tx) (act.Entry, error) {
			beside := act.Subject{Type: policy.Dialogue, ID: c.id}
			if err := act.Also(ctx, beside, beside); err != nil {
				return act.Entry{}, err
			}
			beside.Revision = 7
			return act.Entry{Type: "proposal.opened", Subject: act.Subject{Type: policy.Proposal, ID: uuid.New(), Revision: 1}}, act.Also(ctx, beside)
		})
		if err != nil {
			t.Fatal(err)
		}
		if at := c.place(); c.was(at) == "" || c.was(at-1) != "" {
			t.Errorf("at %d it was %q, and before that %q", at, c.was(at), c.was(at-1))
		}
		if err := act.Also(t.Context(), act.Subject{Type: policy.Dialogue, ID: c.id}); err == nil {
			t.Error("outside of a use case nothing would keep it, and no error says so")
		}
	})
}

// TestRowsOfAnEarlierReleaseAreKeptFromNowOn: those that were there, and those that it changed while both ran.
func TestRowsOfAnEarlierReleaseAreKeptFromNowOn(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		c := newScene(t, s)
		if _, ready, err := c.book.Since(t.Context()); ready || err != nil {
			t.Fatalf("versions are kept before anything was: %v", err)
		}
		c.fill(7)
		c.fill(8) // nothing is otherwise
		if since, ready, err := c.book.Since(t.Context()); since != 7 || !ready || err != nil {
			t.Fatalf("versions are kept since %d, %v, %v; want 7", since, ready, err)
		}
		s.Client().Dialogue.UpdateOneID(c.id).SetTitle("Of an earlier release").AddRevision(1).ExecX(t.Context())
		c.fill(9)
		for at, want := range map[int64]string{6: "", 7: "Title 0[en zh-Hant]DRAFT1", 8: "Title 0[en zh-Hant]DRAFT1", 9: "Of an earlier release[en zh-Hant]DRAFT1"} {
			if got := c.was(at); got != want {
				t.Errorf("at %d it was %q, want %q", at, got, want)
			}
		}
		if differing, err := c.book.Differing(t.Context()); len(differing) > 0 || err != nil {
			t.Errorf("%v %v", differing, err)
		}
	})
}

// TestWhatIsTrackedIsThere: a column that no table has is found at the start.
func TestWhatIsTrackedIsThere(t *testing.T) {
	s := testdb.Open(t, testdb.SQLite(t), store.Options{Relaxed: true})
	if _, err := history.New(s, history.Tracked{Resource: policy.Dialogue, Columns: []string{"tilte"}}); err == nil {
		t.Error("a column that is not there is tracked")
	}
}

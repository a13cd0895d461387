package practice_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// The hash was computed with another program, as docs/hashes.md describes it.
func TestTheHashOfWordsIsTheDocumentedOne(t *testing.T) {
	w := practice.Words{Kind: enum.PracticeKindPricing, Title: "A", DataCategories: []string{"Ä"}, AffectedGroups: []string{"b", "c"}}
	const want = "12d8da6c0c196ab078d645d5b3ceaac5d16867d40f9da34295e863724a5e968d"
	if got := w.Hash(); got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

// TestPracticesFromBeforeGetTheVersionThatTheyAreAt upgrades practices of a release that kept no versions.
func TestPracticesFromBeforeGetTheVersionThatTheyAreAt(t *testing.T) {
	testdb.Each(t, func(t *testing.T, s *store.Store) {
		practices := practice.New(s, actlog.New(s, clock.System{}, testdb.Keys(t)), clock.System{})
		firm := uuid.New()
		before := func(state enum.PracticeState, version int) uuid.UUID {
			return s.Client().Practice.Create().SetFirmID(firm).SetTitle("Names").SetKind(enum.PracticeKindOther).SetDataCategories([]string{"names"}).
				SetState(state).SetVersion(version).SaveX(t.Context()).ID
		}
		planned, active := before(enum.PracticeStateProposed, 1), before(enum.PracticeStateActive, 3)
		for round, want := range []int{2, 0} {
			if n, err := practices.Adopt(t.Context()); n != want || err != nil {
				t.Errorf("Adopt = %d, %v in round %d, want %d", n, err, round+1, want)
			}
		}
		for id, want := range map[uuid.UUID]struct {
			number int
			shown  bool
		}{planned: {1, false}, active: {3, true}} {
			row := s.Client().Practice.GetX(t.Context(), id)
			if shown := row.ShownVersion != nil; shown != want.shown || shown && *row.ShownVersion != want.number {
				t.Errorf("a practice that is %s was shown since %v", row.State, row.ShownVersion)
			}
			pages, err := practices.VersionsOf(policy.WithActor(t.Context(), policy.Actor{Member: uuid.New(), Roles: []policy.Role{policy.Auditor}}), []uuid.UUID{id}, store.PageArgs{})
			if err != nil {
				t.Fatal(err)
			}
			var found []*db.PracticeVersion
			if pages[id] != nil {
				found = pages[id].Nodes
			}
			if len(found) != 1 || found[0].Number != want.number || found[0].ContentHash != row.ContentHash || found[0].Title != "Names" || found[0].EditorID != firm {
				t.Errorf("a practice that is %s has the versions %+v", row.State, found)
			}
		}
	})
}

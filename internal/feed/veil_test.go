package feed_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// TestWhoeverSeesAnActSeesItsPlace, but for acts whose noun keeps it from everybody: from those who read everything, too, in lists,
// by id and in live events, and neither entry nor proof is given by their ids.
func TestWhoeverSeesAnActSeesItsPlace(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		live := newReader()
		defer p.follow(as(1), feed.Filter{}, &places{}, live, nil)()
		about := func(typ string, r policy.Resource) act.Entry {
			return act.Entry{Type: typ, Subject: act.Subject{Type: r, ID: public, Revision: 1}, Dialogue: public}
		}
		var made []act.Result
		err := p.store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) (err error) {
			made, err = p.log.Append(ctx, tx, policy.SystemActor("test"),
				about("test.0", policy.Dialogue), about("test.1", policy.Comment), about("ballot.cast", policy.Dialogue), about("test.3", policy.Dialogue))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		p.log.Wake()
		want := []string{"1", "none", "none", "4"}
		if got := live.texts(t, 4); !slices.Equal(got, want) {
			t.Errorf("live events have the places %v, want %v", got, want)
		}
		ids := make([]uuid.UUID, len(made))
		for i, m := range made {
			ids[i] = m.Act
		}
		for name, ctx := range map[string]context.Context{
			"a visitor": context.Background(), "a member": as(1),
			"an auditor": policy.WithActor(context.Background(), policy.Actor{Member: uuid.UUID{1}, Roles: []policy.Role{policy.Auditor}}),
		} {
			page, err := p.feed.List(ctx, feed.Filter{}, store.PageArgs{})
			if err != nil {
				t.Fatal(err)
			}
			var listed []string
			for _, e := range page.Edges {
				listed = append(listed, placeIn(e.Node))
			}
			if !slices.Equal(listed, want) {
				t.Errorf("%s is listed the places %v, want %v", name, listed, want)
			}
			found, err := p.feed.ByID(ctx, ids)
			if err != nil {
				t.Fatal(err)
			}
			for i, id := range ids {
				if got := placeIn(found[id]); got != want[i] {
					t.Errorf("%s finds act %d at the place %s, want %s", name, i, got, want[i])
				}
				entry, err := p.feed.Entry(ctx, id)
				if shown := err == nil && entry != nil; shown != (want[i] != "none") || !shown && !fault.Is(err, fault.NotFound) {
					t.Errorf("Entry of act %d for %s = %v, %v", i, name, entry, err)
				}
				proof, err := p.feed.Inclusion(ctx, id, nil)
				if want[i] == "none" && (proof != nil || !fault.Is(err, fault.NotFound)) {
					t.Errorf("Inclusion of act %d for %s = %v, %v, want not found", i, name, proof, err)
				}
			}
		}
	})
}

func placeIn(a *feed.Act) string {
	if at := a.Place(); at != nil {
		return *at
	}
	return "none"
}

// places renders events as the place of their act.
type places struct{}

func (*places) Key() string  { return "places" }
func (*places) Public() bool { return true }
func (*places) Render(_ context.Context, e *feed.Event) ([]byte, bool) {
	return []byte(placeIn(e.Act)), true
}

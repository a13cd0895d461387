package feed_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// TestActsAreFoundByPartyAndTime: a filter finds the same acts in a page, which the database filters, and live.
func TestActsAreFoundByPartyAndTime(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		one, other, nobody := uuid.UUID{1}, uuid.UUID{2}, uuid.UUID{3}
		day := func(n int) *time.Time {
			at := time.Date(2026, 3, n, 12, 0, 0, 0, time.UTC)
			return &at
		}
		deeds := []struct{ actor, owner uuid.UUID }{{one, one}, {other, one}, {other, other}, {uuid.Nil, uuid.Nil}} // on the first four days of March
		rows := []struct {
			name   string
			filter feed.Filter
			want   string
		}{
			{"by who acted", feed.Filter{Actor: &other}, "1 2"},
			{"by whom it concerns", feed.Filter{Concerning: &one}, "0 1"},
			{"by both", feed.Filter{Concerning: &one, Actor: &other}, "1"},
			{"by nobody", feed.Filter{Actor: &nobody}, ""},
			{"since a time, and at it", feed.Filter{Since: day(3)}, "2 3"},
			{"until a time, and not at it", feed.Filter{Until: day(3)}, "0 1"},
			{"between two", feed.Filter{Since: day(2), Until: day(4)}, "1 2"},
			{"by party, time and type", feed.Filter{Actor: &other, Since: day(2), Until: day(4), Types: []string{"test.2", "test.3"}}, "2"},
		}
		live := make([]*reader, len(rows))
		for i, row := range rows {
			live[i] = newReader()
			defer p.follow(as(1), row.filter, &words{name: strings.ReplaceAll(row.name, " ", "-"), public: true}, live[i], nil)()
		}
		all := newReader()
		defer p.follow(as(1), feed.Filter{}, &words{name: "all", public: true}, all, nil)()
		err := p.store.InTx(context.Background(), func(ctx context.Context, tx *db.Tx) error {
			return p.log.Queue(ctx, tx, len(deeds), func(i int) actlog.Deed {
				return actlog.Deed{
					Entry: act.Entry{Type: "test." + numbers(i, i+1)[0], Subject: act.Subject{Type: policy.Dialogue, ID: public, Revision: 1}, Owner: deeds[i].owner},
					ID:    uuid.Must(uuid.NewV7()), At: *day(i + 1), Stakeholder: deeds[i].actor,
				}
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		p.log.Wake()
		all.first(t, len(deeds))
		for i, row := range rows {
			want := strings.Fields(row.want)
			page, err := p.feed.List(as(1), row.filter, store.PageArgs{})
			if err != nil {
				t.Fatal(err)
			}
			var listed []string
			for _, e := range page.Edges {
				listed = append(listed, strings.TrimPrefix(e.Node.Type, "test."))
			}
			if !slices.Equal(listed, want) || page.PageInfo.HasNextPage {
				t.Errorf("%s: the list has %v, want %v", row.name, listed, want)
			}
			if got := live[i].first(t, len(want)); !slices.Equal(got, want) {
				t.Errorf("%s: live events are %v, want %v", row.name, got, want)
			}
		}
	})
}

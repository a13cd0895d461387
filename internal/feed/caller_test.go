package feed_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/fair"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// from is the context of a member whose subscriptions count for a caller.
func from(caller string, n int) context.Context {
	return fair.WithCaller(as(n), fair.Caller{Party: fair.Party{Key: caller}})
}

// stuck is a document whose events are not rendered before it is told to.
type stuck struct {
	words
	began chan struct{}
	goOn  chan struct{}
}

func (s *stuck) Render(ctx context.Context, e *feed.Event) ([]byte, bool) {
	s.began <- struct{}{}
	<-s.goOn
	return s.words.Render(ctx, e)
}

// One caller with many subscriptions that resume from far back leaves room for those of others.
func TestCatchUpsAreShared(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		first := newReader()
		stop := p.follow(from("ada", 1), feed.Filter{}, &words{name: "first"}, first, nil)
		p.happen(0, 3, public)
		first.first(t, 3)
		stop()
		after := p.cursorAt(from("eve", 2))

		const flood = 40
		s := &stuck{words: words{name: "stuck"}, began: make(chan struct{}, flood), goOn: make(chan struct{})}
		readers := make([]*reader, flood)
		for i := range readers {
			readers[i] = newReader()
			defer p.follow(from("eve", 2), feed.Filter{}, s, readers[i], &after)()
		}
		for range 4 { // half of the places, all of which are stuck
			<-s.began
		}
		again := newReader()
		defer p.follow(from("ada", 1), feed.Filter{}, &words{name: "again"}, again, &first.cursors[0])()
		if diff := cmp.Diff(numbers(1, 3), again.first(t, 2)); diff != "" {
			t.Errorf("another caller (-want +got):\n%s", diff)
		}
		close(s.goOn)
		go func() {
			for range s.began { // the rest of them
			}
		}()
		for i, r := range readers {
			if diff := cmp.Diff(numbers(1, 3), r.first(t, 2)); diff != "" {
				t.Errorf("follower %d (-want +got):\n%s", i, diff)
			}
		}
		close(s.began)
	})
}

// Who follows from now on does not wait for what somebody missed who came first.
func TestAHubBeginsAtTheEndOfTheLog(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		first := newReader()
		stop := p.follow(from("ada", 1), feed.Filter{}, &words{name: "first"}, first, nil)
		p.happen(0, 4, public)
		first.first(t, 4)
		stop()
		begin := p.cursorAt(from("eve", 2))
		s := &stuck{words: words{name: "stuck"}, began: make(chan struct{}, 3), goOn: make(chan struct{})}
		missed, live := newReader(), newReader()
		defer p.follow(from("eve", 2), feed.Filter{}, s, missed, &begin)()
		<-s.began
		defer p.follow(from("ada", 1), feed.Filter{}, &words{name: "live"}, live, nil)()
		p.happen(4, 2, public)
		if diff := cmp.Diff(numbers(4, 6), live.first(t, 2)); diff != "" {
			t.Errorf("who follows from now on (-want +got):\n%s", diff)
		}
		close(s.goOn)
		go func() {
			for range s.began { // the rest
			}
		}()
		if diff := cmp.Diff(numbers(1, 6), missed.first(t, 5)); diff != "" {
			t.Errorf("who resumes (-want +got):\n%s", diff)
		}
		close(s.began)
	})
}

// The hub renders only so much for one caller. What a caller asks for beyond that is rendered in its own time; it misses
// nothing, and nobody else waits for it.
func TestTheHubRendersOnlySoMuchForOneCaller(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		const different, same = 80, 20
		var readers []*reader
		for i := range different {
			r := newReader()
			readers = append(readers, r)
			defer p.follow(from("eve", 2), feed.Filter{}, &words{name: fmt.Sprint("own", i)}, r, nil)()
		}
		for range same {
			r := newReader()
			readers = append(readers, r)
			defer p.follow(from("eve", 2), feed.Filter{}, &words{name: "own0"}, r, nil)()
		}
		if n := p.feed.Live(); n != 50+same {
			t.Errorf("the hub sends to %d followers of one caller, want those of 50 different events", n)
		}
		ada := newReader()
		defer p.follow(from("ada", 1), feed.Filter{}, &words{name: "ada"}, ada, nil)()
		if n := p.feed.Live(); n != 50+same+1 {
			t.Errorf("the hub sends to %d followers, want that of another caller, too", n)
		}
		p.happen(0, 30, public)
		ada.first(t, 30)
		for i, r := range readers {
			if diff := cmp.Diff(numbers(0, 30), r.first(t, 30)); diff != "" {
				t.Fatalf("follower %d (-want +got):\n%s", i, diff)
			}
		}
	})
}

// Whoever ends one of too many subscriptions makes room for another.
func TestRoomInTheHubIsUsedAgain(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		var stops []func()
		last := newReader()
		for i := range 51 {
			stops = append(stops, p.follow(from("eve", 2), feed.Filter{}, &words{name: fmt.Sprint("own", i)}, last, nil))
		}
		if n := p.feed.Live(); n != 50 {
			t.Fatalf("the hub sends to %d followers, want 50", n)
		}
		stops[0]()
		p.happen(0, 1, public) // the follower that reads by itself looks again
		last.first(t, 50)
		for p.feed.Live() != 50 {
			p.happen(1, 1, public)
		}
		for _, stop := range stops[1:] {
			stop()
		}
		if n := p.feed.Live(); n != 0 {
			t.Errorf("the hub sends to %d followers after all have left", n)
		}
	})
}

// cursorAt gives the cursor of a viewer after the first act.
func (p *place) cursorAt(ctx context.Context) string {
	p.t.Helper()
	page, err := p.feed.List(ctx, feed.Filter{}, store.PageArgs{First: new(int32(1))})
	if err != nil {
		p.t.Fatal(err)
	}
	return page.Edges[0].Cursor
}

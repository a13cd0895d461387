package feed_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// TestAFewActsAmongManyAreFoundInEitherDirection: where almost everything is hidden, a page that found little in what it may read
// says from where to go on, and the pages together find each act once.
func TestAFewActsAmongManyAreFoundInEitherDirection(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		p.happen(0, 2, public)
		p.happen(2, 5200, hidden)
		p.happen(5202, 1, public)
		p.happen(5203, 300, hidden)
		p.until(5503)
		want := []string{"0", "1", "5202"}
		for _, size := range []int32{1, 2, 3, 100} {
			forwards, pages := p.walk(size, false)
			if diff := cmp.Diff(want, forwards); diff != "" {
				t.Errorf("pages of %d (-want +got):\n%s", size, diff)
			}
			backwards, back := p.walk(size, true)
			slices.Reverse(backwards)
			if diff := cmp.Diff(want, backwards); diff != "" {
				t.Errorf("pages of %d backwards, reversed (-want +got):\n%s", size, diff)
			}
			if size == 100 && (pages < 2 || back < 2) {
				t.Errorf("all fits %d and %d pages, so the bound of a page was not reached", pages, back)
			}
		}
	})
}

// until waits until the log has so many acts.
func (p *place) until(acts int64) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		head, err := p.log.Head(ctx)
		if err != nil {
			p.t.Fatal(err)
		}
		if head >= acts {
			return
		}
		_, grown, err := p.log.After(ctx, head)
		if err != nil {
			p.t.Fatal(err)
		}
		if grown == nil {
			continue
		}
		select {
		case <-grown:
		case <-time.After(time.Second): // it grew between the two
		}
	}
}

// walk reads the log as a visitor, page by page, and counts the pages.
func (p *place) walk(size int32, backward bool) (found []string, pages int) {
	p.t.Helper()
	args := store.PageArgs{First: &size}
	if backward {
		args = store.PageArgs{Last: &size}
	}
	for pages = 1; pages < 20; pages++ {
		page, err := p.feed.List(context.Background(), feed.Filter{}, args)
		if err != nil {
			p.t.Fatal(err)
		}
		var part []string
		for _, a := range page.Nodes() {
			part = append(part, strings.TrimPrefix(a.Type, "test."))
		}
		more, behind := page.PageInfo.HasNextPage, page.PageInfo.HasPreviousPage
		args.After = page.PageInfo.EndCursor
		if backward {
			slices.Reverse(part)
			more, behind = behind, more
			args.After, args.Before = nil, page.PageInfo.StartCursor
		}
		if behind != (pages > 1) {
			p.t.Errorf("page %d after %v says that there is something behind it = %v", pages, found, behind)
		}
		if found = append(found, part...); !more {
			return found, pages
		}
	}
	p.t.Fatal("the walk does not end")
	return nil, 0
}

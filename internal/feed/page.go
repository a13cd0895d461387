package feed

import (
	"context"
	"math"
	"slices"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// scanAtMost bounds how many acts are read for one page: a filter that matches little must not read the whole log at once. They
// are read in parts. probe bounds how many are read to find out whether there is more.
const (
	scanAtMost = 5000
	part       = 500
	probe      = 200
)

// reading is a way through the log for one viewer, forwards or backwards, past the acts that a filter keeps.
type reading struct {
	*Service
	filter   Filter
	scope    store.Scope
	size     int
	backward bool
}

// List gives a page of the acts that match and that the viewer may see, in the log's order, whichever end it is counted from.
// The cursor in the direction of reading points behind everything that was read, so the next page goes on even where this one
// found little.
func (s *Service) List(ctx context.Context, f Filter, args store.PageArgs) (*Page, error) {
	r, from, err := s.reading(ctx, f, args)
	if err != nil {
		return nil, err
	}
	seen, last, onward, err := r.page(ctx, from)
	if err != nil {
		return nil, err
	}
	behind := false
	if from != nil {
		if behind, err = r.turned().finds(ctx, r.turning(from.Seq)); err != nil {
			return nil, err
		}
	}
	return r.made(seen, last, onward, behind), nil
}

// reading checks the arguments of a page. It gives the position to read from; nil for the log's beginning or end.
func (s *Service) reading(ctx context.Context, f Filter, args store.PageArgs) (r reading, from *actlog.Position, err error) {
	if err := f.Check(); err != nil {
		return r, nil, err
	}
	slice, err := args.Check()
	if err != nil {
		return r, nil, err
	}
	r = reading{Service: s, filter: f, scope: scopeOf(policy.ActorFrom(ctx).Key()), size: slice.Size(), backward: slice.Backward()}
	field, cursor := "after", args.After
	if r.backward {
		field, cursor = "before", args.Before
	}
	if cursor == nil {
		return r, nil, nil
	}
	p, err := s.unseal(ctx, field, r.scope, *cursor)
	return r, &p, err
}

// page reads acts until it has enough, in the order of reading. It gives the position behind all that it read, nil when there is
// none, and whether there is more beyond it.
func (r reading) page(ctx context.Context, from *actlog.Position) (seen []*Act, last *actlog.Position, more bool, err error) {
	if last = from; last == nil && !r.backward {
		last = &actlog.Position{}
	}
	for scanned := 0; scanned < scanAtMost; {
		seq := int64(math.MaxInt64)
		if last != nil {
			seq = last.Seq
		}
		acts, err := r.read(ctx, seq, part)
		if err != nil || len(acts) == 0 {
			return seen, last, false, err
		}
		scanned += len(acts)
		found, err := r.kept(ctx, acts)
		if err != nil {
			return nil, nil, false, err
		}
		through := actlog.PositionOf(acts[len(acts)-1])
		if room := r.size - len(seen); len(found) > room {
			seen = append(seen, found[:room]...)
			through = actlog.PositionOf(seen[len(seen)-1].Act)
			return seen, &through, true, nil
		}
		seen, last = append(seen, found...), &through
		if len(acts) < part {
			return seen, last, false, nil
		}
	}
	return seen, last, true, nil
}

// read reads the next acts beyond a place, in the order of reading.
func (r reading) read(ctx context.Context, seq int64, limit int) ([]*db.Act, error) {
	q := r.filter.query(ctx, limit)
	if r.backward {
		return r.log.Before(ctx, seq, q)
	}
	return r.log.Since(ctx, seq, q)
}

// kept are those acts that match and that the viewer may see.
func (r reading) kept(ctx context.Context, acts []*db.Act) ([]*Act, error) {
	return r.authorise(ctx, slices.DeleteFunc(slices.Clone(acts), func(a *db.Act) bool { return !r.filter.matches(a) }))
}

// finds tells whether there is more to list beyond a place. Where many acts do not match it looks no further, and says that
// there may be.
func (r reading) finds(ctx context.Context, seq int64) (bool, error) {
	for _, limit := range []int{1, probe} { // the next act is mostly one to list
		acts, err := r.read(ctx, seq, limit)
		if err != nil || len(acts) == 0 {
			return false, err
		}
		if found, err := r.kept(ctx, acts); err != nil || len(found) > 0 {
			return len(found) > 0, err
		}
		if len(acts) < limit {
			return false, nil
		}
	}
	return true, nil
}

// turned reads the other way, and turning is the place from which it then finds the act of a cursor at seq again.
func (r reading) turned() reading {
	r.backward = !r.backward
	return r
}

func (r reading) turning(seq int64) int64 {
	if r.backward {
		return seq - 1
	}
	return seq + 1
}

// made puts a page together.
func (r reading) made(seen []*Act, last *actlog.Position, onward, behind bool) *Page {
	p := &Page{PageInfo: &store.PageInfo{HasNextPage: onward, HasPreviousPage: behind}}
	if r.backward {
		slices.Reverse(seen)
		p.PageInfo.HasNextPage, p.PageInfo.HasPreviousPage = behind, onward
	}
	for _, a := range seen {
		p.Edges = append(p.Edges, &Edge{Cursor: r.seal(r.scope, actlog.PositionOf(a.Act)), Node: a})
	}
	if n := len(p.Edges); n > 0 {
		p.PageInfo.StartCursor, p.PageInfo.EndCursor = &p.Edges[0].Cursor, &p.Edges[n-1].Cursor
	}
	if last == nil {
		return p
	}
	reached := r.seal(r.scope, *last)
	if r.backward {
		p.PageInfo.StartCursor = &reached
	} else {
		p.PageInfo.EndCursor = &reached
	}
	return p
}

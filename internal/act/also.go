package act

import (
	"context"
	"errors"
	"sync"

	"github.com/plenary-dialogue/plenary/internal/policy"
)

type alsoKey struct{}

// touched are rows that a use case has changed beside the subjects of its acts.
type touched struct {
	mu   sync.Mutex
	all  []Subject
	seen map[Subject]bool // each is kept once with an act, however often it was changed
}

// Collecting is a context of a use case that says with Also what it changes.
func Collecting(ctx context.Context) context.Context {
	return context.WithValue(ctx, alsoKey{}, new(touched))
}

var errNotCollecting = errors.New("this runs in no use case: nothing keeps what rows were")

// Also says that the use case has changed these rows, too, which the next act of it is not on: what they are then is kept with that act.
func Also(ctx context.Context, rows ...Subject) error {
	t, ok := ctx.Value(alsoKey{}).(*touched)
	if !ok {
		return errNotCollecting
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil {
		t.seen = map[Subject]bool{}
	}
	for _, row := range rows {
		row.Revision = 0
		if !t.seen[row] {
			t.seen[row], t.all = true, append(t.all, row)
		}
	}
	return nil
}

// Collected takes what Also was told.
func Collected(ctx context.Context) []Subject {
	t, ok := ctx.Value(alsoKey{}).(*touched)
	if !ok {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	all := t.all
	t.all, t.seen = nil, nil
	return all
}

// AlsoOne is Also for a row whose id a statement returns.
func AlsoOne(ctx context.Context, of policy.Resource, scan func(into ...any) error) error {
	row := Subject{Type: of}
	if err := scan(&row.ID); err != nil {
		return err
	}
	return Also(ctx, row)
}

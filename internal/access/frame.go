package access

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Log runs a use case in one transaction and appends its act in the same one.
type Log interface {
	Write(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) (act.Entry, error)) (*act.Result, error)
	// WriteAll does so with several acts.
	WriteAll(ctx context.Context, useCase func(ctx context.Context, tx *db.Tx) ([]act.Entry, error)) (*act.Result, error)
}

// Frame is what every use case of a noun goes through: load, policy, revision, rule, save, act.
type Frame[R any, S store.Row] struct {
	Noun[R, S]
	Store *store.Store
	Log   Log
	Acts  []act.Type // that its use cases write
	// Fetch loads a row with what is around it inside a transaction and locks it; the frame asks the policy whether the actor may
	// see it.
	Fetch func(ctx context.Context, tx *db.Tx, id uuid.UUID) (S, error)
	// Before locks what Fetch locks before the rows, for many of them, always in the same order; nil when it locks the rows first.
	Before func(ctx context.Context, tx *db.Tx, ids []uuid.UUID) error
	// Beside says what else is wrong with the input of a use case on many rows, given those with which it may be done: all is told at once;
	// nil for nothing.
	Beside func(ctx context.Context, tx *db.Tx, all []S) error
	// Entry is the act of a type on a row as it is now.
	Entry func(typ string, s S) act.Entry
}

// Declared gives the types of act that the use cases write.
func (f Frame[R, S]) Declared() []act.Type { return f.Acts }

// Because is the frame of a use case whose act says why.
func (f Frame[R, S]) Because(reason string) Frame[R, S] {
	entry := f.Entry
	f.Entry = func(typ string, s S) act.Entry {
		e := entry(typ, s)
		e.Reason = reason
		return e
	}
	return f
}

// Load loads a row inside a transaction and locks it. A row that the actor may not see is missing.
func (f Frame[R, S]) Load(ctx context.Context, tx *db.Tx, id uuid.UUID) (S, error) {
	s, err := f.Fetch(ctx, tx, id)
	if err == nil && !f.Reads(policy.ActorFrom(ctx), s) {
		err = fault.Missing()
	}
	return s, err
}

// Attaching is a frame whose acts name, by their hashes, the files that the thing has; a use case fills the list.
func (f Frame[R, S]) Attaching(hashes *[]string) Frame[R, S] {
	entry := f.Entry
	f.Entry = func(typ string, s S) act.Entry {
		e := entry(typ, s)
		if payload, ok := e.Payload.(map[string]any); ok && len(*hashes) > 0 {
			payload["files"] = *hashes
		}
		return e
	}
	return f
}

// Change is a use case on something that exists. do applies the rule and saves; the row it returns is the new one.
func (f Frame[R, S]) Change(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string, do func(ctx context.Context, tx *db.Tx, s S) (*R, error),
) (*act.Result, error) {
	return f.Log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		s, err := f.Load(ctx, tx, id)
		if err != nil {
			return act.Entry{}, err
		}
		if err := policy.Check(ctx, action, f.Subject(policy.ActorFrom(ctx), s)); err != nil {
			return act.Entry{}, err
		}
		if err := store.SameRevision(*s.Dest("revision").(*int), expected); err != nil {
			return act.Entry{}, err
		}
		row, err := do(ctx, tx, s)
		if err != nil {
			return act.Entry{}, fmt.Errorf("%s: %w", action, err)
		}
		*f.row(s) = *row
		return f.done(ctx, typ, s), nil
	})
}

// MostAtOnce is on how many things a use case acts together.
const MostAtOnce = 250

// ChangeAll is Change for many things at once: it is done with all of them, or with none. The field is the list of them in the input;
// what is wrong with one is said at its place there. first is done once, with all of them as they are before; nil for nothing.
func (f Frame[R, S]) ChangeAll(
	ctx context.Context, action policy.Action, field string, ids []uuid.UUID, typ string,
	first func(ctx context.Context, tx *db.Tx, all []S) error, do func(ctx context.Context, tx *db.Tx, s S) (*R, error),
) (*act.Result, error) {
	return f.Log.WriteAll(ctx, func(ctx context.Context, tx *db.Tx) ([]act.Entry, error) {
		all, err := f.loadAll(ctx, tx, action, field, ids)
		if err != nil {
			return nil, err
		}
		if first != nil {
			err = first(ctx, tx, all)
		}
		if err != nil {
			return nil, err
		}
		entries := make([]act.Entry, len(all))
		for i, s := range all {
			row, err := do(ctx, tx, s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", action, err)
			}
			*f.row(s) = *row
			entries[i] = f.done(ctx, typ, s)
		}
		return entries, nil
	})
}

// loadAll loads and locks the rows that a use case acts on together, if the actor may do that with each.
func (f Frame[R, S]) loadAll(ctx context.Context, tx *db.Tx, action policy.Action, field string, ids []uuid.UUID) ([]S, error) {
	var form fault.Form
	if !form.Count(field, len(ids), 1, MostAtOnce) {
		form.Add(f.beside(ctx, tx, nil))
		return nil, form.Err()
	}
	if f.Before != nil {
		if err := f.Before(ctx, tx, ids); err != nil {
			return nil, err
		}
	}
	if err := f.Store.LockAll(ctx, tx, f.Table.Name, ids); err != nil {
		return nil, err
	}
	all, seen := make([]S, len(ids)), make(map[uuid.UUID]bool, len(ids))
	may := make([]S, 0, len(ids))
	for i, id := range ids {
		at := fmt.Sprintf("%s.%d", field, i)
		s, err := f.Load(ctx, tx, id)
		if db.IsNotFound(err) {
			err = fault.Missing()
		}
		if err == nil {
			err = policy.Check(ctx, action, f.Subject(policy.ActorFrom(ctx), s))
		}
		if err == nil && seen[id] {
			err = fault.InvalidField(at, enum.UserErrorCodeDuplicate, "this is named twice")
		}
		if err == nil {
			may = append(may, s)
		}
		form.Add(fault.At(at, err))
		all[i], seen[id] = s, true
	}
	form.Add(f.beside(ctx, tx, may))
	return all, form.Err()
}

func (f Frame[R, S]) beside(ctx context.Context, tx *db.Tx, all []S) error {
	if f.Beside == nil {
		return nil
	}
	return f.Beside(ctx, tx, all)
}

// Create is a use case that makes something. place gives where it is made; nil for a noun without a place.
func (f Frame[R, S]) Create(
	ctx context.Context, action policy.Action, typ string,
	place func(ctx context.Context, tx *db.Tx) (Place, error), do func(ctx context.Context, tx *db.Tx) (S, error),
) (*act.Result, error) {
	return f.Log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		subject := policy.Subject{Resource: f.Resource}
		if place != nil {
			at, err := place(ctx, tx)
			if err != nil {
				return act.Entry{}, err
			}
			subject = at.subject(f.Resource)
		}
		if err := policy.Check(ctx, action, subject); err != nil {
			return act.Entry{}, err
		}
		s, err := do(ctx, tx)
		if err != nil {
			return act.Entry{}, fmt.Errorf("%s: %w", action, err)
		}
		return f.done(ctx, typ, s), nil
	})
}

// done is the act on a row, with the row for the answer if the actor may still read it.
func (f Frame[R, S]) done(ctx context.Context, typ string, s S) act.Entry {
	e := f.Entry(typ, s)
	if f.Reads(policy.ActorFrom(ctx), s) {
		e.Row = f.row(s)
	}
	return e
}

package graph

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// edge is how a field that is no column of its row gets its value: read for many parents at once, or made of each parent.
type edge struct {
	// read reads the field for many parents; values come in the parents' order. An error is the error of all.
	read func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error)
	// made gives the field of one parent, without the database.
	made func(ctx context.Context, r *Resolver, parent any) (any, error)

	needs   []string // the columns of the parent's row; nil for all
	rows    string   // the table whose rows it gives as they are read, so that columns may be left out
	public  bool     // everybody who sees the field sees the same; a list, for one, is each viewer's own
	passing bool     // its value changes with the time
	first   bool     // it is read before what is selected beside it
}

// edges are fields by type and name, such as Proposal.author.
type edges map[string]edge

// many is a batch read by ids. What is missing or hidden is left out.
type many[T any] = func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*T, error)

// selected returns an error for a parent that was read without a column that the edge needs.
func (e edge) selected(parents []any) error {
	for _, p := range parents {
		if row, ok := p.(interface{ Selected(columns ...string) error }); ok {
			if err := row.Selected(e.needs...); err != nil && (e.needs == nil || len(e.needs) > 0) {
				return err
			}
		}
	}
	return nil
}

// one makes an edge of a typed batch read. It needs all columns of its parents.
func one[P, C any](read func(ctx context.Context, r *Resolver, parents []P, a args) ([]C, error)) edge {
	return edge{rows: tableOf[C](), read: func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error) {
		typed := make([]P, len(parents))
		for i, p := range parents {
			typed[i] = p.(P)
		}
		values, err := read(ctx, r, typed, a)
		if err != nil {
			return nil, err
		}
		if len(values) != len(parents) {
			return nil, fmt.Errorf("a batch read gave %d values for %d parents", len(values), len(parents))
		}
		out := make([]any, len(values))
		for i, v := range values {
			out[i] = v
		}
		return out, nil
	}}
}

// tableOf gives the table of a row, or of the rows of a list or a page; nothing for what is no row.
func tableOf[C any]() string {
	var c C
	switch rows := any(c).(type) {
	case *feed.Act: // embeds its row
	case store.Row:
		return rows.TableName()
	case interface{ TableOfNodes() string }:
		return rows.TableOfNodes()
	}
	return ""
}

// passing is an edge whose value changes with the time.
func passing(e edge) edge {
	e.passing = true
	return e
}

// reading says that an edge gives rows of a table as they are read, where its type does not say so.
func (e edge) reading(table string) edge {
	e.rows = table
	return e
}

// forAll makes an edge of a batch read that gives the same to everybody, by these columns of the parents; by all if none is named.
func forAll[P, C any](read func(ctx context.Context, r *Resolver, parents []P) ([]C, error), columns ...string) edge {
	e := one(func(ctx context.Context, r *Resolver, parents []P, _ args) ([]C, error) { return read(ctx, r, parents) })
	e.needs, e.public = columns, true
	return e
}

// top makes the edge of a root field, which has one parent: the operation.
func top[C any](read func(ctx context.Context, r *Resolver, a args) (C, error)) edge {
	return edge{rows: tableOf[C](), read: func(ctx context.Context, r *Resolver, _ []any, a args) ([]any, error) {
		v, err := read(ctx, r, a)
		return []any{v}, err
	}}
}

// paged makes the edge of a root field that lists the things that its filter keeps.
func paged[F, C any](read func(ctx context.Context, r *Resolver, f F, a args) (C, error)) edge {
	return top(func(ctx context.Context, r *Resolver, a args) (C, error) {
		f, err := filter[F](a)
		if err != nil {
			var none C
			return none, err
		}
		return read(ctx, r, f, a)
	})
}

// made is a field that is made of these columns of its parent.
func made[P, C any](make func(P) C, columns ...string) edge {
	return edge{needs: columns, public: true, made: func(_ context.Context, _ *Resolver, parent any) (any, error) { return make(parent.(P)), nil }}
}

// ofRow is a field that is made of these columns of a row, and of its arguments.
func ofRow[P, C any](make func(r *Resolver, row P, a args) (C, error), columns ...string) edge {
	e := one(func(_ context.Context, r *Resolver, rows []P, a args) ([]C, error) {
		out := []C{}
		for _, row := range rows {
			v, err := make(r, row, a)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	})
	e.needs = columns
	return e
}

// madeFor is a field that is made of its parent for the viewer.
func madeFor[P, C any](make func(ctx context.Context, r *Resolver, p P) (C, error)) edge {
	return edge{made: func(ctx context.Context, r *Resolver, parent any) (any, error) { return make(ctx, r, parent.(P)) }}
}

// to makes the edge to the thing that a column of the parent names.
func to[T any](column string, by func(r *Resolver) many[T]) edge {
	return edge{
		needs: []string{column}, rows: tableOf[*T](), public: true,
		read: func(ctx context.Context, r *Resolver, parents []any, _ args) ([]any, error) {
			keys, err := keysOf(parents, column)
			if err != nil {
				return nil, err
			}
			found, err := by(r)(ctx, keys)
			return ordered(keys, found), err
		},
	}
}

// toParty makes the edge to the party that a column of the parent names, whatever the party's own state.
func toParty(column string) edge {
	return edge{
		needs: []string{column}, rows: "stakeholders", public: true,
		read: func(ctx context.Context, r *Resolver, parents []any, _ args) ([]any, error) {
			keys, err := keysOf(parents, column)
			if err != nil {
				return nil, err
			}
			parties, err := r.named(ctx, keys)
			out := make([]any, len(parties))
			for i, p := range parties {
				out[i] = p
			}
			return out, err
		},
	}
}

// under makes the edge to what lies under each parent: a page or a list by the parent's id.
func under[C any](read func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]C, error)) edge {
	return edge{
		needs: []string{"id"}, rows: tableOf[C](),
		read: func(ctx context.Context, r *Resolver, parents []any, a args) ([]any, error) {
			ids := make([]uuid.UUID, len(parents))
			for i, p := range parents {
				ids[i] = p.(view.Node).GlobalID().UUID
			}
			found, err := read(ctx, r, ids, a)
			return ordered(ids, found), err
		},
	}
}

// can makes the edge to what the viewer can do with each parent, which is decided by these columns of it; by all if none is named.
func can[P any](decide func(ctx context.Context, r *Resolver, parents []P) ([][]*policy.Decision, error), columns ...string) edge {
	e := one(func(ctx context.Context, r *Resolver, parents []P, a args) ([][]*policy.Decision, error) {
		all, err := decide(ctx, r, parents)
		for i := range all {
			all[i] = requested(all[i], a)
		}
		return all, err
	})
	e.passing = true // what a phase allows changes when it ends
	e.needs = columns
	return e
}

// requested keeps the decisions on the actions that a client names; all of them if it names none.
func requested(all []*policy.Decision, a args) []*policy.Decision {
	if a.values["actions"] == nil {
		return all
	}
	actions := words[enum.Action](a, "actions")
	return slices.DeleteFunc(all, func(d *policy.Decision) bool { return !slices.Contains(actions, d.Word()) })
}

// toActs makes the edge to the act that a column of the parent names.
func toActs(column string) edge {
	e := to(column, func(r *Resolver) many[feed.Act] { return r.feed.ByID })
	e.public = false
	return e
}

// keysOf gives what a column of each parent names. A parent that was read without the column is an error.
func keysOf(parents []any, column string) ([]uuid.UUID, error) {
	keys := make([]uuid.UUID, len(parents))
	for i, p := range parents {
		row, ok := p.(interface {
			Names(column string) (uuid.UUID, error)
		})
		if !ok {
			return nil, fmt.Errorf("%T is not a row with a column %s", p, column)
		}
		var err error
		if keys[i], err = row.Names(column); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// ordered puts what was read by id into the order of the ids; a zero value stands where there is none.
func ordered[V any](ids []uuid.UUID, found map[uuid.UUID]V) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out
}

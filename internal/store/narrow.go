package store

import (
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Narrowing collects the filters of a client for a list, in addition to what the viewer may see. It skips filters that the
// client did not give. The first invalid filter is the error of the whole.
type Narrowing struct {
	store *Store
	conds []Cond
	err   error
}

// Narrow starts with what the viewer may see.
func (s *Store) Narrow(visible Cond) *Narrowing { return &Narrowing{store: s, conds: []Cond{visible}} }

// In keeps rows whose column is one of some words.
func (n *Narrowing) In(column string, words []string) *Narrowing {
	if len(words) > 0 {
		n.conds = append(n.conds, In(column, words))
	}
	return n
}

// Is keeps rows that meet a condition on an id: "column = ?" or an EXISTS around it.
func (n *Narrowing) Is(sql string, id *uuid.UUID) *Narrowing {
	if id != nil {
		n.conds = append(n.conds, Where(sql, *id))
	}
	return n
}

// Text keeps rows that contain a text in one of the columns.
func (n *Narrowing) Text(text string, columns ...string) *Narrowing {
	if text == "" {
		return n
	}
	text, err := fault.Search("filter.text", text)
	if err != nil && n.err == nil {
		n.err = err
	}
	ways := make([]Cond, len(columns))
	for i, c := range columns {
		ways[i] = n.store.Contains(c, text)
	}
	n.conds = append(n.conds, Or(ways...))
	return n
}

// Since keeps rows that changed at a time or later. For PostgreSQL the time is part of the text, which is then not prepared:
// whether it should scan the index of changes or the list depends on how long ago the time is.
func (n *Narrowing) Since(column string, t *time.Time) *Narrowing {
	switch {
	case t == nil:
	case n.store.IsPostgres() && t.UTC().Year() >= 1: // PostgreSQL has no year 0
		n.conds = append(n.conds, Where(column+" >= '"+t.UTC().Format("2006-01-02 15:04:05.999999999")+"+00' "+once))
	default:
		n.conds = append(n.conds, Where(column+" >= ?", *t))
	}
	return n
}

// All gives the whole condition.
func (n *Narrowing) All() (Cond, error) { return And(n.conds...), n.err }

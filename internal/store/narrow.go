package store

import (
	"cmp"
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

// And keeps rows that meet a condition; the empty one narrows nothing.
func (n *Narrowing) And(c Cond) *Narrowing {
	if c.SQL != "" {
		n.conds = append(n.conds, c)
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

// Languages keeps rows in one of some languages. asks gives the condition, for tags in their usual form.
func (n *Narrowing) Languages(tags []string, asks func(tags []string) Cond) *Narrowing {
	return n.set(tags, asks, func(f *fault.Form) []string { return f.Languages("filter.language", tags, maxSet) })
}

// Jurisdictions keeps rows of one of some jurisdictions. asks gives the condition, for codes in their usual form.
func (n *Narrowing) Jurisdictions(codes []string, asks func(codes []string) Cond) *Narrowing {
	return n.set(codes, asks, func(f *fault.Form) []string { return f.Jurisdictions("filter.jurisdiction", codes, maxSet) })
}

// maxSet is how many values a filter may give for one field.
const maxSet = 50

func (n *Narrowing) set(given []string, asks func([]string) Cond, check func(f *fault.Form) []string) *Narrowing {
	if len(given) == 0 {
		return n
	}
	var f fault.Form
	values := check(&f)
	if err := f.Err(); err != nil {
		n.err = cmp.Or(n.err, err)
		return n
	}
	return n.And(asks(values))
}

// Between keeps rows with a time from one time on and before another.
func (n *Narrowing) Between(column string, from, before *time.Time) *Narrowing {
	if from != nil {
		n.conds = append(n.conds, Where(column+" >= ?", from.UTC()))
	}
	if before != nil {
		n.conds = append(n.conds, Where(column+" < ?", before.UTC()))
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

// Any is In for the words of a client's filter: the empty condition when there are none.
func Any[T ~string](column string, words []T) Cond {
	if len(words) == 0 {
		return Cond{}
	}
	return In(column, words)
}

// Narrows tells whether a client gave a filter.
func (n *Narrowing) Narrows() bool { return len(n.conds) > 1 }

// All gives the whole condition.
func (n *Narrowing) All() (Cond, error) { return And(n.conds...), n.err }

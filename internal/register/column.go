package register

import (
	"slices"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// column is a field of a register with where it comes from.
type column[E any] struct {
	head
	of     func(e E, l links) any // nil for none
	linked func(e E, l links) any // what JSON-LD says in its place; nil for the same
}

// headsOf are the heads of columns.
func headsOf[E any](columns []column[E]) []head {
	all := make([]head, len(columns))
	for i, c := range columns {
		all[i] = c.head
	}
	return all
}

// entryOf gives the values of an entry.
func entryOf[E any](columns []column[E], l links, id string, e E) entry {
	out := entry{id: id, values: make([]any, len(columns)), linked: make([]any, len(columns))}
	for i, c := range columns {
		out.values[i] = c.of(e, l)
		if out.linked[i] = out.values[i]; c.linked != nil && out.values[i] != nil {
			out.linked[i] = c.linked(e, l)
		}
	}
	return out
}

// word is a text that may be missing.
func word[T ~string](s T) any {
	if s == "" {
		return nil
	}
	return string(s)
}

// wordOf is a text that may be nil.
func wordOf[T ~string](s *T) any {
	if s == nil {
		return nil
	}
	return word(*s)
}

func moment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return t.UTC()
}

// list is a list, also if there is nothing in it.
func list(all []string) []string { return append([]string{}, all...) }

// memberStates are the Member States of the Union among jurisdictions or the countries that these are parts of.
func memberStates(jurisdictions []string) []string {
	all := []string{}
	for _, code := range jurisdictions {
		country, _, _ := strings.Cut(code, "-")
		if slices.Contains(fault.Members(), country) {
			all = append(all, country)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

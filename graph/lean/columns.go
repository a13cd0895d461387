package lean

import (
	"slices"
	"strings"
)

// columns gives the columns that are asked for of the rows that a field reads, sorted; nil when all may be.
func (f *field) columns(p *plan) []string {
	if known := f.needed.Load(); known != nil {
		return *known
	}
	names := []string{}
	for _, s := range f.rows(p) {
		if names = s.columns(names); names == nil {
			break
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	f.needed.Store(&names)
	return names
}

// rows gives what is asked of the rows: of the value or its elements, or of the nodes of a connection.
func (f *field) rows(p *plan) []*set {
	if f.object == nil || !strings.HasSuffix(f.object.Name, "Connection") {
		return f.sets(p)
	}
	var all []*set
	for i := range f.one.fields {
		switch part := &f.one.fields[i]; part.selected.Name {
		case "nodes":
			all = append(all, part.sets(p)...)
		case "edges":
			for j := range part.one.fields {
				if sub := &part.one.fields[j]; sub.selected.Name == "node" {
					all = append(all, sub.sets(p)...)
				}
			}
		}
	}
	return all
}

// sets gives what is asked of a value, of each type it may have.
func (f *field) sets(p *plan) []*set {
	if f.one != nil {
		return []*set{f.one}
	}
	if f.abstract == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]*set, len(f.abstract.objects))
	for i := range all {
		all[i] = f.typed(p, i)
	}
	return all
}

// columns adds what is asked for; nil when nobody knows.
func (s *set) columns(names []string) []string {
	for i := range s.fields {
		f := &s.fields[i]
		if f.typename != nil {
			continue
		}
		if f.needs == nil {
			return nil
		}
		names = append(names, f.needs...)
	}
	return names
}

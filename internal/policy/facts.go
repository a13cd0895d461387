package policy

import (
	"iter"
	"math/bits"
)

// Facts is a set of facts. Two of them are equal when they hold the same.
type Facts [2]uint64

// The facts must fit into a set: this does not compile when there are more.
const _ = uint(len(Facts{})*64 - int(factEnd))

var none Facts

// These are the facts named.
func These(facts ...Fact) Facts {
	var s Facts
	for _, f := range facts {
		s[f/64] |= 1 << (f % 64)
	}
	return s
}

// everything is all facts.
func everything() Facts {
	var s Facts
	for f := range factEnd {
		s.Add(f)
	}
	return s
}

// Has reports whether a fact is among them.
func (s Facts) Has(f Fact) bool { return s[f/64]&(1<<(f%64)) != 0 }

// Add adds a fact to them.
func (s *Facts) Add(f Fact) { s[f/64] |= 1 << (f % 64) }

// Remove takes a fact out of them.
func (s *Facts) Remove(f Fact) { s[f/64] &^= 1 << (f % 64) }

// With is these facts and others.
func (s Facts) With(others Facts) Facts { return Facts{s[0] | others[0], s[1] | others[1]} }

// Without is those of these facts that are not among others.
func (s Facts) Without(others Facts) Facts { return Facts{s[0] &^ others[0], s[1] &^ others[1]} }

// Both is those of these facts that are among others too.
func (s Facts) Both(others Facts) Facts { return Facts{s[0] & others[0], s[1] & others[1]} }

// None reports whether there are no facts among them.
func (s Facts) None() bool { return s == none }

// Each gives the facts one by one, in the order of the constants.
func (s Facts) Each() iter.Seq[Fact] {
	return func(yield func(Fact) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(Fact(i*64 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// first is the first of them in the order of the constants; there is at least one.
func (s Facts) first() Fact {
	if s[0] != 0 {
		return Fact(bits.TrailingZeros64(s[0]))
	}
	return Fact(64 + bits.TrailingZeros64(s[1]))
}

// Names lists the facts by their names.
func (s Facts) Names() []string {
	var names []string
	for f := range s.Each() {
		names = append(names, f.name())
	}
	return names
}

func (s Facts) conditions() []string {
	var list []string
	for f := range s.Each() {
		list = append(list, factWords[f].condition)
	}
	return list
}

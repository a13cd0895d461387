package store

import (
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/policy"
)

// EachRow ends an EXISTS that is to be asked row by row, by an index, as a page needs it: SQLite would make a join of it and
// sort, and PostgreSQL would read the whole table into a hash first, however few rows the page has.
const EachRow = "LIMIT 1 OFFSET 0"

// Visible writes the policy's filter as a condition: any clause whose state and facts hold. facts says how each fact
// looks in SQL; a fact that a rule needs and nobody wrote down is a mistake of ours, and shows nothing rather than all.
func Visible(clauses []policy.Clause, stateColumn string, facts map[policy.Fact]Cond) Cond {
	ways := make([]Cond, 0, len(clauses))
	for _, c := range clauses {
		var all []Cond
		if c.States != nil {
			all = append(all, oneOf(Unsought(stateColumn), c.States))
		}
		for f := policy.Fact(1); f <= c.Facts; f <<= 1 {
			if c.Facts&f == 0 {
				continue
			}
			cond, ok := facts[f]
			if !ok {
				panic(fmt.Sprintf("store.Visible: no SQL for %v", f.Names()))
			}
			all = append(all, cond)
		}
		if len(all) == 0 {
			return Always()
		}
		ways = append(ways, And(all...))
	}
	return Or(ways...)
}

package store

import (
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/policy"
)

// EachRow ends an EXISTS that must be evaluated row by row, with an index, because a page has few rows. Otherwise SQLite
// would turn it into a join and sort, and PostgreSQL would first read the whole table into a hash.
const EachRow = "LIMIT 1 OFFSET 0"

// Visible gives the filter of the policy as a condition: a row must meet the state and the facts of any clause. facts gives
// the SQL of each fact. Visible panics if a rule needs a fact without SQL.
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

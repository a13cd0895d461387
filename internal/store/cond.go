package store

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/google/uuid"
)

// Cond is a condition of a read: SQL with "?" for its arguments.
type Cond struct {
	SQL  string
	Args []any
}

// Where makes a condition from SQL with "?".
func Where(sql string, args ...any) Cond { return Cond{SQL: sql, Args: args} }

// Never is the condition that no row meets.
func Never() Cond { return Cond{SQL: "1 = 0"} }

// Always is the condition that every row meets.
func Always() Cond { return Cond{SQL: "1 = 1"} }

// And joins conditions that must all hold.
func And(conds ...Cond) Cond { return join(" AND ", Always(), conds) }

// Or joins conditions of which one must hold.
func Or(conds ...Cond) Cond { return join(" OR ", Never(), conds) }

func join(word string, none Cond, conds []Cond) Cond {
	switch len(conds) {
	case 0:
		return none
	case 1:
		return conds[0]
	}
	parts := make([]string, len(conds))
	var args []any
	for i, c := range conds {
		parts[i] = c.SQL
		args = append(args, c.Args...)
	}
	return Cond{SQL: "(" + strings.Join(parts, word) + ")", Args: args}
}

// In asks for a column to be one of some words. The words are written into the text: they come from the domain's tables,
// never from a client, and a planner that sees them can use a partial order of the index.
func In[T ~string](column string, words []T) Cond {
	if len(words) > 1 { // of one word the rows lie in the index in the list's order
		column = Unindexed(column)
	}
	return OneOf(column, words)
}

// OneOf is In for a column that the caller has made Unindexed where it must be.
func OneOf[T ~string](column string, words []T) Cond {
	if len(words) == 0 {
		return Never()
	}
	list := make([]string, len(words))
	for i, w := range words {
		if list[i] = string(w); strings.Trim(list[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			panic("store.In: " + strconv.Quote(list[i]) + " is no word of an enum")
		}
	}
	return Cond{SQL: column + " IN ('" + strings.Join(list, "','") + "')"}
}

// Unindexed is a column whose index SQLite must not use. It would find many rows by it and sort them before it gives the first,
// where a walk along the list stops at the end of the page; only full statistics, which a server does not have, keep it from
// that. PostgreSQL compares words in this way anyhow.
func Unindexed(column string) string { return "CAST(" + column + " AS text)" }

// Contains asks for a column to hold a text, whatever its case in any script. The wildcards of LIKE are taken literally.
func (s *Store) Contains(column, text string) Cond {
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text))
	return Cond{SQL: s.lower(column) + ` LIKE ? ESCAPE '\'`, Args: []any{"%" + escaped + "%"}}
}

// lower writes a column in lower case: SQLite's own LOWER knows ASCII only, and so does PostgreSQL's in the C locale.
func (s *Store) lower(column string) string {
	if !s.IsPostgres() {
		return lowerFunction + "(" + column + ")"
	}
	if s.icu {
		return `LOWER(` + column + ` COLLATE "und-x-icu")`
	}
	return "LOWER(" + column + ")"
}

// EachRow ends an EXISTS that is to be asked row by row, by an index, as a page needs it: SQLite would make a join of it and
// sort, and PostgreSQL would read the whole table into a hash first, however few rows the page has.
const EachRow = "LIMIT 1 OFFSET 0"

// AnyOf asks for a column to be one of the ids of a list argument; see IDs.
func (s *Store) AnyOf(column string, ids []uuid.UUID) Cond {
	if s.IsPostgres() {
		return Cond{SQL: column + " = ANY(?::uuid[])", Args: []any{s.IDs(ids)}}
	}
	return Cond{SQL: column + " IN (SELECT value FROM json_each(?))", Args: []any{s.IDs(ids)}}
}

// IDs writes ids as one argument, so that the text of a statement does not depend on their number.
func (s *Store) IDs(ids []uuid.UUID) string {
	if !s.IsPostgres() {
		b, _ := json.Marshal(ids) // UUIDs always marshal
		return string(b)
	}
	b := make([]byte, 0, 2+37*len(ids))
	b = append(b, '{')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = appendUUID(b, id)
	}
	return string(append(b, '}'))
}

func appendUUID(b []byte, id uuid.UUID) ([]byte, error) {
	text, err := id.MarshalText()
	return append(b, text...), err
}

// rebind numbers the arguments as PostgreSQL wants them. No text here has a "?" inside quotes.
func (s *Store) rebind(text string) string {
	if !s.IsPostgres() {
		return text
	}
	b := make([]byte, 0, len(text)+32)
	for n := int64(1); ; n++ {
		before, after, found := strings.Cut(text, "?")
		b = append(b, before...)
		if !found {
			return string(b)
		}
		b = strconv.AppendInt(append(b, '$'), n, 10)
		text = after
	}
}

// AnyInt asks for a column to be one of many integers, given as the one argument it returns.
func (s *Store) AnyInt(column string, values []int64) (sql string, arg any) {
	b, _ := json.Marshal(values) // integers always marshal
	if s.IsPostgres() {
		b[0], b[len(b)-1] = '{', '}'
		return column + " = ANY(?::bigint[])", string(b)
	}
	return column + " IN (SELECT value FROM json_each(?))", string(b)
}

// Int tells PostgreSQL that an expression is an integer, where it cannot see so itself.
func (s *Store) Int(expression string) string {
	if s.IsPostgres() {
		return "CAST(" + expression + " AS bigint)"
	}
	return expression
}

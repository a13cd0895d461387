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

// In requires a column to be one of some words. The words are part of the statement: they come from the domains,
// never from a client, and a planner that sees them can choose an index whose order fits.
func In(column string, words []string) Cond {
	if len(words) > 1 { // with one word, the index already has the rows in the order of the list
		column = Unsought(column)
	}
	return oneOf(column, words)
}

func oneOf(column string, words []string) Cond {
	if len(words) == 0 {
		return Never()
	}
	for _, w := range words {
		if strings.Trim(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != "" {
			panic("store.In: " + strconv.Quote(w) + " is not a state")
		}
	}
	return Cond{SQL: column + " IN ('" + strings.Join(words, "','") + "')"}
}

// Unsought writes a column so that SQLite does not use an index on it. With the index it would find many rows and sort them
// all before it gives the first; a scan in the order of the list stops at the end of the page. SQLite would choose the scan
// itself only with full statistics, which a server does not have. PostgreSQL compares words as text anyway.
func Unsought(column string) string { return "CAST(" + column + " AS text)" }

// Contains requires a column to contain a text, in upper or lower case of any script. Wildcards of LIKE are literal.
func (s *Store) Contains(column, text string) Cond {
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text))
	return Cond{SQL: s.lower(column) + ` LIKE ? ESCAPE '\'`, Args: []any{"%" + escaped + "%"}}
}

// lower gives a column in lower case. SQLite's own LOWER knows only ASCII, and so does PostgreSQL's in the C locale.
func (s *Store) lower(column string) string {
	if !s.IsPostgres() {
		return lowerFunction + "(" + column + ")"
	}
	if s.icu {
		return `LOWER(` + column + ` COLLATE "und-x-icu")`
	}
	return "LOWER(" + column + ")"
}

// AnyOf requires a column to be one of the ids in a list argument; see IDs.
func (s *Store) AnyOf(column string, ids []uuid.UUID) Cond {
	if s.IsPostgres() {
		return Cond{SQL: column + " = ANY(?::uuid[])", Args: []any{s.IDs(ids)}}
	}
	return Cond{SQL: column + " IN (SELECT value FROM json_each(?))", Args: []any{s.IDs(ids)}}
}

// IDs encodes ids as one argument, so that the text of a statement does not depend on their number.
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

// rebind numbers the arguments, as PostgreSQL requires. No statement of ours has a "?" inside quotes.
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

// AnyInt requires a column to be one of many integers, and gives them as one argument.
func (s *Store) AnyInt(column string, values []int64) (sql string, arg any) {
	b, _ := json.Marshal(values) // integers always marshal
	if s.IsPostgres() {
		b[0], b[len(b)-1] = '{', '}'
		return column + " = ANY(?::bigint[])", string(b)
	}
	return column + " IN (SELECT value FROM json_each(?))", string(b)
}

// Int casts an expression to an integer for PostgreSQL, where PostgreSQL cannot infer the type.
func (s *Store) Int(expression string) string {
	if s.IsPostgres() {
		return "CAST(" + expression + " AS bigint)"
	}
	return expression
}

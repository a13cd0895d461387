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
			panic("store.In: " + strconv.Quote(list[i]) + " is not a word of an enum")
		}
	}
	return Cond{SQL: column + " IN ('" + strings.Join(list, "','") + "')"}
}

// Unindexed writes a column so that SQLite does not use an index on it. With the index it would find many rows and sort them
// all before it gives the first; a scan in the order of the list stops at the end of the page. SQLite would choose the scan
// itself only with full statistics, which a server does not have. PostgreSQL compares words as text anyway.
func Unindexed(column string) string { return "CAST(" + column + " AS text)" }

// Contains requires a column to contain a text, in upper or lower case of any script. Wildcards of LIKE are literal. Column and
// text are folded by the same expression, so that a text finds itself whatever the database makes of its letters.
func (s *Store) Contains(column, text string) Cond {
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(text)
	return Cond{SQL: s.fold(column) + " LIKE " + s.fold(s.text("?")) + ` ESCAPE '\'`, Args: []any{"%" + escaped + "%"}}
}

// fold gives an expression without the difference of upper and lower case. SQLite's own LOWER knows only ASCII, and so does
// PostgreSQL's in the C locale. With all letters it knows, PostgreSQL writes a sigma at the end of a word differently, and the
// Turkish capital I with its dot as two letters: the beginning of a word would not find the word, nor istanbul İstanbul.
func (s *Store) fold(expression string) string {
	if !s.IsPostgres() {
		return foldFunction + "(" + expression + ")"
	}
	if s.icu {
		return `REPLACE(REPLACE(LOWER(` + expression + ` COLLATE "und-x-icu"), 'ς', 'σ'), '` + "i\u0307" + `', 'i')`
	}
	return "LOWER(" + expression + ")"
}

// text casts an argument to a text for PostgreSQL, which cannot infer its type.
func (s *Store) text(argument string) string {
	if s.IsPostgres() {
		return "CAST(" + argument + " AS text)"
	}
	return argument
}

// EachRow ends an EXISTS that is to be asked row by row, by an index, as a page needs it: SQLite would make a join of it and
// sort, and PostgreSQL would read the whole table into a hash first, however few rows the page has.
const EachRow = "LIMIT 1 OFFSET 0"

// AnyOf requires a column to be one of the ids in a list argument; see IDs.
func (s *Store) AnyOf(column string, ids []uuid.UUID) Cond {
	if s.IsPostgres() {
		return Cond{SQL: column + " = ANY(?::uuid[])", Args: []any{s.IDs(ids)}}
	}
	return Cond{SQL: column + " IN (SELECT value FROM json_each(?))", Args: []any{s.IDs(ids)}}
}

// AnyText requires a column to be one of some texts, which come as one argument.
func (s *Store) AnyText(column string, texts []string) Cond {
	b, _ := json.Marshal(texts) // texts always marshal
	if s.IsPostgres() {
		return Where(column+" IN (SELECT * FROM jsonb_array_elements_text(CAST(? AS jsonb)))", string(b))
	}
	return Where(column+" IN (SELECT value FROM json_each(?))", string(b))
}

// Shares requires a column, which holds a list as JSON, to have one of some texts in it.
func (s *Store) Shares(column string, texts []string) Cond {
	each := s.AnyText("e.value", texts)
	return Where("EXISTS (SELECT 1 FROM "+s.Elements(column, "e")+" WHERE "+each.SQL+")", each.Args...)
}

// Elements names the texts of a column that holds a list of them, as alias.value.
func (s *Store) Elements(column, alias string) string {
	if s.IsPostgres() {
		return "jsonb_array_elements_text(CASE WHEN jsonb_typeof(" + column + ") = 'array' THEN " + column + " END) " + alias + "(value)"
	}
	return "json_each(" + column + ") " + alias
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

// AmongIDs is AnyOf for a caller that does not know conditions.
func (s *Store) AmongIDs(column string, ids []uuid.UUID) (sql string, args []any) {
	c := s.AnyOf(column, ids)
	return c.SQL, c.Args
}

package history

import (
	"fmt"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Tracked is a noun whose rows are kept as they were.
type Tracked struct {
	Resource policy.Resource
	Columns  []string // that change and are kept; none with words that a customer may have written
	Parts    []Part
	Besides  []string // the types of act that change none of this, of which there are many
}

// Part is a table whose rows belong to those of a noun: a version lists them.
type Part struct {
	Table   string
	Of      string   // the column that names the row they belong to
	Columns []string // that are kept beside the id: those that change, or all where rows are deleted
	Key     string   // the column that the list is ordered and named by: "id" if empty
}

func (p Part) key() string {
	if p.Key == "" {
		return "id"
	}
	return p.Key
}

// list begins the names of members that list what belongs to a row.
const list = "+"

// kind is how a column is written in a version.
func kind(table, column string) (db.Column, error) {
	i := slices.IndexFunc(db.Columns, func(c db.Column) bool { return c.Table == table && c.Name == column })
	if i < 0 {
		return db.Column{}, fmt.Errorf("there is no column %s.%s to keep versions of", table, column)
	}
	return db.Columns[i], nil
}

// isJSON tells whether a column holds JSON.
func isJSON(c db.Column) bool {
	return strings.HasPrefix(c.Type, "[]") && c.Type != "[]byte" || c.Type == "json.RawMessage"
}

// expression is SQL for a version of the row with an alias.
func (t Tracked) expression(postgres bool, alias string) (string, error) {
	table := db.TableOf[string(t.Resource)]
	own, err := members(postgres, table, alias, t.Columns)
	if err != nil {
		return "", err
	}
	for _, p := range t.Parts {
		inner, err := members(postgres, p.Table, "p", append([]string{p.key()}, p.Columns...))
		if err != nil {
			return "", err
		}
		all := "(SELECT json_group_array(json_object(" + inner + ") ORDER BY p." + p.key() + ") FROM " + p.Table + " p WHERE p." + p.Of + " = " + alias + ".id)"
		if postgres {
			all = "(SELECT COALESCE(json_agg(json_build_object(" + inner + ") ORDER BY p." + p.key() + "), '[]') FROM " + p.Table + " p WHERE p." + p.Of + " = " + alias + ".id)"
		}
		own += ", '" + list + p.Table + "', " + all
	}
	if postgres {
		return "CAST(json_build_object(" + own + ") AS text)", nil
	}
	return "json_object(" + own + ")", nil
}

// members are the names and values of an object's members.
func members(postgres bool, table, alias string, columns []string) (string, error) {
	var all []string
	for _, name := range columns {
		c, err := kind(table, name)
		if err != nil {
			return "", err
		}
		value := alias + "." + name
		switch {
		case !postgres && isJSON(c):
			value = "json(" + value + ")"
		case !postgres && c.Type == "bool":
			value = "json(CASE WHEN " + value + " THEN 'true' WHEN NOT " + value + " THEN 'false' END)"
		}
		all = append(all, "'"+name+"', "+value)
	}
	return strings.Join(all, ", "), nil
}

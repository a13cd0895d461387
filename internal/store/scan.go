package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

// JSON reads a JSON column into v.
func JSON(v any) sql.Scanner { return &document{v} }

type document struct{ v any }

// Scan takes the column's text; an absent document leaves v as it is.
func (d *document) Scan(src any) error {
	var b []byte
	switch src := src.(type) {
	case nil:
		return nil
	case []byte:
		b = src
	case string:
		b = []byte(src)
	default:
		return fmt.Errorf("a JSON column holds %T", src)
	}
	if len(b) == 2 && b[0] == '[' { // most lists are empty
		return nil
	}
	return json.Unmarshal(b, d.v)
}

package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
)

// JSON reads a JSON column into v.
func JSON(v any) sql.Scanner { return &document{v} }

type document struct{ v any }

// Scan parses the text of the column; a missing document leaves v as it is.
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

// Raw reads a JSON column without parsing it.
func Raw(v *json.RawMessage) sql.Scanner { return raw{v} }

type raw struct{ v *json.RawMessage }

// Scan copies the text of the column, because the driver reuses its buffer.
func (r raw) Scan(src any) error {
	switch src := src.(type) {
	case nil:
		*r.v = nil
	case []byte:
		*r.v = append(json.RawMessage(nil), src...)
	case string:
		*r.v = json.RawMessage(src)
	default:
		return fmt.Errorf("a JSON column holds %T", src)
	}
	return nil
}

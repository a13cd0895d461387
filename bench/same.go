package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// same says where the data of two answers differ. Members may come in any order; an id may be a TypeID or the UUID in it,
// and a point in time may be written in any zone.
func same(a, b []byte) error {
	x, err := data(a)
	if err != nil {
		return err
	}
	y, err := data(b)
	if err != nil {
		return err
	}
	return differ("data", x, y)
}

func data(answer []byte) (any, error) {
	var body struct {
		Data   any
		Errors json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.UseNumber()
	if err := d.Decode(&body); err != nil {
		return nil, fmt.Errorf("the answer is no JSON: %w", err)
	}
	if body.Errors != nil || body.Data == nil {
		return nil, fmt.Errorf("the answer has errors: %.500s", answer)
	}
	return body.Data, nil
}

func differ(path string, a, b any) error {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return fmt.Errorf("%s: an object of %d members against %.200v", path, len(a), b)
		}
		for name := range a {
			if err := differ(path+"."+name, a[name], b[name]); err != nil {
				return err
			}
		}
		return nil
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return fmt.Errorf("%s: a list of %d against %d", path, len(a), len(b))
		}
		for i := range a {
			if err := differ(fmt.Sprintf("%s.%d", path, i), a[i], b[i]); err != nil {
				return err
			}
		}
		return nil
	}
	if x, y := plain(a), plain(b); !reflect.DeepEqual(x, y) {
		return fmt.Errorf("%s: %v against %v", path, x, y)
	}
	return nil
}

// plain gives ids as UUIDs and times in UTC.
func plain(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	if id, err := typeid.ParseAny(s); err == nil {
		return id.UUID
	}
	if id, err := uuid.Parse(s); err == nil && len(s) == 36 {
		return id
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC()
	}
	return s
}

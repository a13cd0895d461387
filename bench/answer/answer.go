// Package answer compares GraphQL responses of servers that write the same data differently. It sends no requests itself.
package answer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// Same returns where the data of two responses differ. Members may be in any order; an id may be a TypeID or its UUID, a
// time may be in any zone, and an object may be flat, as fold describes.
func Same(a, b []byte) error {
	x, err := Data(a)
	if err != nil {
		return err
	}
	y, err := Data(b)
	if err != nil {
		return err
	}
	return differ("data", fold(x), fold(y))
}

// Data returns the data of a response, and an error if the response has errors.
func Data(answer []byte) (any, error) {
	var body struct {
		Data   any
		Errors json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(answer))
	d.UseNumber()
	if err := d.Decode(&body); err != nil {
		return nil, fmt.Errorf("the response is not JSON: %w", err)
	}
	if body.Errors != nil || body.Data == nil {
		return nil, fmt.Errorf("the response has errors: %.500s", answer)
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
	if x, y := Simple(a), Simple(b); !reflect.DeepEqual(x, y) {
		return fmt.Errorf("%s: %v against %v", path, x, y)
	}
	return nil
}

// fold nests members with a common prefix: {"tally_agree": "1"} becomes {"tally": {"agree": 1}}. PostGraphile cannot return
// some columns of a row as an object, so the query gives them such names, and its large integers are strings.
func fold(v any) any {
	switch v := v.(type) {
	case map[string]any:
		folded := make(map[string]any, len(v))
		for name, member := range v {
			outer, inner, flat := strings.Cut(name, "_")
			if !flat {
				folded[name] = fold(member)
				continue
			}
			if text, ok := member.(string); ok {
				member = json.Number(text)
			}
			object, _ := folded[outer].(map[string]any)
			if object == nil {
				object = map[string]any{}
				folded[outer] = object
			}
			object[inner] = member
		}
		return folded
	case []any:
		for i := range v {
			v[i] = fold(v[i])
		}
	}
	return v
}

// Simple converts ids to UUIDs and times to UTC.
func Simple(v any) any {
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

package graph

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/graph/lean"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// args are the arguments of a field, as validated against the SDL.
type args struct {
	values map[string]any
	count  bool // totalCount is asked for
	going  bool // cursors to go on from are asked for
}

func argsOf(a lean.Args) args {
	below := func(names ...string) bool {
		return slices.ContainsFunc(a.Below, func(name string) bool { return slices.Contains(names, name) })
	}
	return args{values: a.Values, count: below("totalCount", "totalCountIsExact"), going: below("edges", "pageInfo")}
}

// page gives the arguments of a connection.
func (a args) page() store.PageArgs {
	return store.PageArgs{First: a.integer("first"), Last: a.integer("last"), After: a.text("after"), Before: a.text("before"), Count: a.count, Cursors: a.going}
}

// integer gives an integer argument. What does not fit 32 bits is refused when the resolver's arguments are read.
func (a args) integer(name string) *int32 {
	switch v := a.values[name].(type) {
	case int64:
		n := int32(max(min(v, 1<<31-1), -1<<31))
		return &n
	case int:
		n := int32(max(min(v, 1<<31-1), -1<<31))
		return &n
	case float64:
		n := int32(max(min(v, 1<<31-1), -1<<31))
		return &n
	case json.Number:
		i, err := v.Int64()
		if err != nil {
			return nil
		}
		n := int32(max(min(i, 1<<31-1), -1<<31))
		return &n
	}
	return nil
}

func (a args) text(name string) *string {
	if s, ok := a.values[name].(string); ok {
		return &s
	}
	return nil
}

// word gives an enum's value; empty when none was given.
func word[W ~string](a args, name string) W { return W(or(a.text(name), "")) }

// words gives a list of an enum's values; a single one stands for a list of one.
func words[W ~string](a args, name string) []W {
	list, ok := a.values[name].([]any)
	if !ok && a.values[name] != nil {
		list = []any{a.values[name]}
	}
	out := make([]W, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, W(s))
		}
	}
	return out
}

// filter reads an input object into the type that gqlgen made of it.
func filter[T any](a args) (T, error) {
	v, ok := a.values["filter"].(map[string]any)
	if !ok {
		var none T
		return none, nil
	}
	return object[T](v, "filter")
}

// objects reads a list of input objects; a single one stands for a list of one.
func objects[T any](a args, name string) ([]T, error) {
	given, ok := a.values[name].([]any)
	if !ok && a.values[name] != nil {
		given = []any{a.values[name]}
	}
	all := make([]T, len(given))
	for i, v := range given {
		v, ok := v.(map[string]any)
		if !ok {
			return nil, fault.InvalidField(fmt.Sprintf("%s.%d", name, i), "", "this must be an object")
		}
		var err error
		if all[i], err = object[T](v, fmt.Sprintf("%s.%d", name, i)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// object reads one input object.
func object[T any](v map[string]any, at string) (T, error) {
	var f T
	clean, err := composed(listed(v, reflect.TypeFor[T]()))
	if err != nil {
		return f, err
	}
	b, err := json.Marshal(clean)
	if err != nil {
		return f, fmt.Errorf("read %s: %w", at, err)
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return f, fault.InvalidField(at, "", "the %s has a value of the wrong form", at)
	}
	return f, nil
}

// composed gives a value with its texts as the String scalar takes them: in Unicode's composed form, as they are stored.
func composed(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return view.UnmarshalString(v)
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			var err error
			if out[i], err = composed(e); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			var err error
			if out[k], err = composed(e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

// listed makes a list of a single value where a list is wanted, as GraphQL has it.
func listed(v map[string]any, typ reflect.Type) map[string]any {
	out := maps.Clone(v)
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
		one, ok := v[name]
		if _, list := one.([]any); ok && !list && one != nil && typ.Field(i).Type.Kind() == reflect.Slice {
			out[name] = []any{one}
		}
	}
	return out
}

// nothing is an id that no row has.
var nothing = uuid.Max

// key reads the id of a noun. Ids are opaque: one that is malformed or of another noun names nothing, like one that is
// unknown.
func key(noun, id string) uuid.UUID {
	k, err := typeid.Parse(noun, id)
	if err != nil {
		return nothing
	}
	return k
}

// optionalKey is key for an id that need not be given.
func optionalKey(noun string, id *string) *uuid.UUID {
	if id == nil {
		return nil
	}
	k := key(noun, *id)
	return &k
}

// keys reads many ids of a noun.
func keys(noun string, ids []string) []uuid.UUID {
	all := make([]uuid.UUID, len(ids))
	for i, id := range ids {
		all[i] = key(noun, id)
	}
	return all
}

// or gives what a pointer points to, or else something else.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// optional gives nil for a word that was not said.
func orNil[W ~string](s W) *W {
	if s == "" {
		return nil
	}
	return &s
}

// pointers is a list as resolvers give lists of objects.
func pointers[T any](all []T) []*T {
	out := make([]*T, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}

package gql

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// coerceVariables reads the variables of a request as the operation declares them (October 2021, 6.1.2), strictly: "7" is
// no Int, 7 is no String, 2^31 is no Int, an enum value is written exactly. gqlparser accepts those four, and SQLite and
// PostgreSQL then disagree about what was meant. Variables that are not declared are left out.
func (x *Executor) coerceVariables(op *ast.OperationDefinition, given map[string]any) (map[string]any, *gqlerror.Error) {
	if len(op.VariableDefinitions) == 0 {
		return nil, nil
	}
	c := coercion{schema: x.schema, limits: x.limits, suggest: x.suggest}
	out := make(map[string]any, len(op.VariableDefinitions))
	for _, d := range op.VariableDefinitions {
		v, ok := given[d.Variable]
		if !ok {
			switch {
			case d.DefaultValue != nil:
				def, err := d.DefaultValue.Value(nil)
				if err != nil {
					return nil, refuseField(d.Variable, "Variable \"$%s\": the default does not fit", d.Variable)
				}
				out[d.Variable] = def
			case d.Type.NonNull:
				return nil, refuseField(d.Variable, "Variable \"$%s\" of type %q is required.", d.Variable, d.Type)
			}
			continue
		}
		c.path = append(c.path[:0], d.Variable)
		r, err := c.value(d.Type, v, 0)
		if err != nil {
			return nil, err
		}
		out[d.Variable] = r
	}
	return out, nil
}

type coercion struct {
	schema *ast.Schema
	limits *Limits
	path   []string

	suggest bool
}

// wrongName refuses a name of the schema, with those that are like it or with where they are.
func (c *coercion) wrongName(name string, known []string, format string, args ...any) *gqlerror.Error {
	err := c.refuse(format, args...)
	if c.suggest {
		core.SuggestListQuoted(". Did you mean", name, known)(err)
	} else {
		err.Message += "." + schemaHint
	}
	return err
}

func (c *coercion) refuse(format string, args ...any) *gqlerror.Error {
	field := strings.Join(c.path, ".")
	err := refuseField(field, format, args...)
	err.Message = clip("Variable \"$" + clipName(field) + "\": " + err.Message)
	return err
}

func (c *coercion) value(t *ast.Type, v any, depth int) (any, *gqlerror.Error) {
	if v == nil {
		if t.NonNull {
			return nil, c.refuse("must not be null")
		}
		return nil, nil
	}
	if depth > c.limits.InputDepth {
		return nil, c.refuse("nests deeper than %d levels", c.limits.InputDepth)
	}
	if t.Elem != nil {
		return c.list(t.Elem, v, depth)
	}
	def := c.schema.Types[t.NamedType]
	switch def.Kind {
	case ast.Enum:
		return c.enum(def, v)
	case ast.InputObject:
		return c.object(def, v, depth)
	default:
		return c.scalar(def, v, depth)
	}
}

func (c *coercion) list(elem *ast.Type, v any, depth int) (any, *gqlerror.Error) {
	items, ok := v.([]any)
	if !ok { // the specification reads a single value as a list of one
		one, err := c.value(elem, v, depth+1)
		return []any{one}, err
	}
	if len(items) > c.limits.InputItems {
		return nil, c.refuse("a list of %d items: at most %d", len(items), c.limits.InputItems)
	}
	out := make([]any, len(items))
	for i, item := range items {
		c.path = append(c.path, strconv.Itoa(i))
		r, err := c.value(elem, item, depth+1)
		if err != nil {
			return nil, err
		}
		c.path = c.path[:len(c.path)-1]
		out[i] = r
	}
	return out, nil
}

func (c *coercion) enum(def *ast.Definition, v any) (any, *gqlerror.Error) {
	s, ok := v.(string)
	if ok && def.EnumValues.ForName(s) != nil {
		return s, nil
	}
	var known []string
	for _, one := range def.EnumValues {
		known = append(known, one.Name)
	}
	return nil, c.wrongName(s, known, "is not a value of the enum %q", def.Name)
}

func (c *coercion) object(def *ast.Definition, v any, depth int) (any, *gqlerror.Error) {
	in, ok := v.(map[string]any)
	if !ok {
		return nil, c.refuse("expected an object of type %q, found %s", def.Name, kindOf(v))
	}
	for name := range in {
		if def.Fields.ForName(name) == nil {
			var known []string
			for _, f := range def.Fields {
				known = append(known, f.Name)
			}
			return nil, c.wrongName(name, known, "%q has no field %q", def.Name, clipName(name))
		}
	}
	out := make(map[string]any, len(in))
	for _, f := range def.Fields {
		c.path = append(c.path, f.Name)
		item, ok := in[f.Name]
		switch {
		case ok:
			r, err := c.value(f.Type, item, depth+1)
			if err != nil {
				return nil, err
			}
			out[f.Name] = r
		case f.Type.NonNull && f.DefaultValue == nil: // gqlgen fills defaults in
			return nil, c.refuse("is required")
		}
		c.path = c.path[:len(c.path)-1]
	}
	if def.Directives.ForName("oneOf") != nil && !isOneOf(out) {
		return nil, c.refuse("exactly one field of %q must be given", def.Name)
	}
	return out, nil
}

func isOneOf(m map[string]any) bool {
	for _, v := range m {
		return len(m) == 1 && v != nil
	}
	return false
}

func (c *coercion) scalar(def *ast.Definition, v any, depth int) (any, *gqlerror.Error) {
	ok := true
	switch def.Name {
	case "Int":
		ok = isInt32(v)
	case "Float":
		ok = isFloat(v)
	case "String":
		_, ok = v.(string)
	case "Boolean":
		_, ok = v.(bool)
	case "ID":
		if _, text := v.(string); !text {
			ok = isInt64(v)
		}
	default:
		return v, c.custom(v, depth)
	}
	if !ok {
		return nil, c.refuse("%s cannot represent this %s", def.Name, kindOf(v))
	}
	return v, nil
}

// custom bounds what our own scalars get; their code checks whether the value fits.
func (c *coercion) custom(v any, depth int) *gqlerror.Error {
	if depth > c.limits.InputDepth {
		return c.refuse("nests deeper than %d levels", c.limits.InputDepth)
	}
	switch v := v.(type) {
	case []any:
		if len(v) > c.limits.InputItems {
			return c.refuse("a list of %d items: at most %d", len(v), c.limits.InputItems)
		}
		for _, item := range v {
			if err := c.custom(item, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		if len(v) > c.limits.InputItems {
			return c.refuse("an object of %d fields: at most %d", len(v), c.limits.InputItems)
		}
		for _, item := range v {
			if err := c.custom(item, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// Numbers come as json.Number from the transports and as Go numbers from programs that call the executor directly.

func isInt32(v any) bool {
	switch v := v.(type) {
	case json.Number:
		_, err := strconv.ParseInt(string(v), 10, 32)
		return err == nil
	case int:
		return v >= math.MinInt32 && v <= math.MaxInt32
	case int64:
		return v >= math.MinInt32 && v <= math.MaxInt32
	case int32:
		return true
	}
	return false
}

func isInt64(v any) bool {
	switch v := v.(type) {
	case json.Number:
		_, err := strconv.ParseInt(string(v), 10, 64)
		return err == nil
	case int, int64, int32:
		return true
	}
	return false
}

func isFloat(v any) bool {
	switch v := v.(type) {
	case json.Number:
		_, err := strconv.ParseFloat(string(v), 64)
		return err == nil
	case float64:
		return !math.IsInf(v, 0) && !math.IsNaN(v)
	}
	return isInt64(v)
}

func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "list"
	case map[string]any:
		return "object"
	}
	return "number"
}

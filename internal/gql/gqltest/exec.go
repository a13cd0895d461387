package gqltest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// Exec runs an operation the way generated code does.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	switch op.Operation.Operation {
	case ast.Subscription:
		return s.events(ctx, op)
	case ast.Mutation:
		return graphql.OneShot(s.answer(ctx, op, s.mutation()))
	default:
		return graphql.OneShot(s.answer(ctx, op, s.root))
	}
}

func (s *Schema) answer(ctx context.Context, op *graphql.OperationContext, root *object) *graphql.Response {
	ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: root.typ})
	var buf bytes.Buffer
	s.object(ctx, op, op.Operation.SelectionSet, root).MarshalGQL(&buf)
	return &graphql.Response{Data: buf.Bytes()}
}

func (s *Schema) events(ctx context.Context, op *graphql.OperationContext) graphql.ResponseHandler {
	field := graphql.CollectFields(op, op.Operation.SelectionSet, []string{"Subscription"})[0]
	fc, err := s.fieldContext(ctx, op, "Subscription", field)
	if err != nil {
		return nil
	}
	ctx = graphql.WithFieldContext(ctx, fc)
	stream, err := s.subscribe(ctx, field.Name, fc.Args)
	if err != nil {
		op.Error(ctx, graphql.AddFieldLocationToError(ctx, err))
		return nil
	}
	var buf bytes.Buffer // reused for each event, as in generated code
	return func(ctx context.Context) *graphql.Response {
		select {
		case tick, ok := <-stream:
			if !ok {
				return nil
			}
			buf.Reset()
			fmt.Fprintf(&buf, "{%q:", field.Alias)
			s.object(ctx, op, field.Selections, tick).MarshalGQL(&buf)
			buf.WriteByte('}')
			return &graphql.Response{Data: buf.Bytes()}
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *Schema) object(ctx context.Context, op *graphql.OperationContext, set ast.SelectionSet, o *object) graphql.Marshaler {
	satisfies := append([]string{o.typ}, s.parsed.Types[o.typ].Interfaces...)
	for _, t := range s.parsed.Implements[o.typ] {
		satisfies = append(satisfies, t.Name)
	}
	fields := graphql.CollectFields(op, set, satisfies)
	out := graphql.NewFieldSet(fields)
	for i, field := range fields {
		if field.Name == "__typename" {
			out.Values[i] = graphql.MarshalString(o.typ)
			continue
		}
		if o.typ == "Query" || o.typ == "Mutation" {
			s.Ran.Add(1)
		}
		out.Values[i] = s.field(ctx, op, o, field)
		if out.Values[i] == graphql.Null && field.Definition.Type.NonNull {
			return graphql.Null
		}
	}
	return out
}

func (s *Schema) field(ctx context.Context, op *graphql.OperationContext, o *object, field graphql.CollectedField) graphql.Marshaler {
	return graphql.ResolveField(ctx, op, field,
		func(ctx context.Context, field graphql.CollectedField) (*graphql.FieldContext, error) {
			return s.fieldContext(ctx, op, o.typ, field)
		},
		func(ctx context.Context) (any, error) {
			args := graphql.GetFieldContext(ctx).Args
			switch v := o.fields[field.Name].(type) {
			case func(context.Context, map[string]any) (any, error):
				return v(ctx, args)
			case resolver:
				return v(ctx, args)
			default:
				return v, nil
			}
		},
		nil,
		func(ctx context.Context, sel ast.SelectionSet, v any) graphql.Marshaler {
			return s.marshal(ctx, op, sel, v)
		},
		true, field.Definition.Type.NonNull)
}

func (s *Schema) fieldContext(ctx context.Context, op *graphql.OperationContext, typ string, field graphql.CollectedField) (*graphql.FieldContext, error) {
	fc := &graphql.FieldContext{Object: typ, Field: field, IsResolver: true}
	if len(field.Definition.Arguments) == 0 {
		return fc, nil
	}
	ctx = graphql.WithFieldContext(ctx, fc)
	args, err := s.args(ctx, field.Definition.Arguments, field.ArgumentMap(op.Variables))
	if err != nil {
		op.Error(ctx, err)
		return fc, err
	}
	fc.Args = args
	return fc, nil
}

func (s *Schema) args(ctx context.Context, defs ast.ArgumentDefinitionList, raw map[string]any) (map[string]any, error) {
	args := make(map[string]any, len(raw))
	for _, def := range defs {
		if _, ok := raw[def.Name]; !ok {
			continue
		}
		v, err := graphql.ProcessArgField(ctx, raw, def.Name, func(ctx context.Context, v any) (any, error) {
			return s.unmarshal(ctx, def.Type, v)
		})
		if err != nil {
			return nil, err
		}
		args[def.Name] = v
	}
	return args, nil
}

func (s *Schema) unmarshal(ctx context.Context, t *ast.Type, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if t.Elem != nil {
		list := graphql.CoerceList(v)
		out := make([]any, len(list))
		for i := range list {
			var err error
			ctx := graphql.WithPathContext(ctx, graphql.NewPathWithIndex(i))
			if out[i], err = s.unmarshal(ctx, t.Elem, list[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	var err error
	switch t.NamedType {
	case "Int":
		v, err = graphql.UnmarshalInt32(v)
	case "Float":
		v, err = graphql.UnmarshalFloat(v)
	case "Date":
		v, err = date(v)
	case "Any":
		if v == "refused" { // a scalar that does not return a fault
			err = errors.New("pq: invalid input syntax")
		}
	}
	return v, graphql.ErrorOnPath(ctx, err)
}

func (s *Schema) marshal(ctx context.Context, op *graphql.OperationContext, sel ast.SelectionSet, v any) graphql.Marshaler {
	switch v := v.(type) {
	case nil:
		return graphql.Null
	case *object:
		return s.object(ctx, op, sel, v)
	case []any:
		out := graphql.MarshalSliceConcurrently(ctx, len(v), 0, false, func(ctx context.Context, i int) graphql.Marshaler {
			return s.marshal(ctx, op, sel, v[i])
		})
		return out
	case int32:
		return graphql.MarshalInt32(v)
	case bool:
		return graphql.MarshalBoolean(v)
	case string:
		return graphql.MarshalString(v)
	}
	return graphql.WriterFunc(func(w io.Writer) { _, _ = fmt.Fprintf(w, "%q", fmt.Sprint(v)) })
}

func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

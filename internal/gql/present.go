package gql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

const internalMessage = "internal error"

// errPanicked replaces a panic that is already in the log.
var errPanicked = errors.New("a resolver panicked")

// Present shows a client what a fault says, and nothing of any other error: a database driver's text names tables and
// constraints.
func Present(ctx context.Context, err error) *gqlerror.Error {
	out := &gqlerror.Error{Extensions: make(map[string]any, 6)}
	if at, ok := errors.AsType[*gqlerror.Error](err); ok {
		out.Path, out.Locations = at.Path, at.Locations
	}
	code, message := classify(ctx, err)
	field := ""
	if f := fault.Of(err); f != nil {
		field = f.Field
		if f.Final {
			out.Extensions["retryable"] = false
		}
	}
	if refusedArgument(ctx) {
		var argument string
		out.Path, argument = splitPath(graphql.GetFieldContext(ctx), out.Path)
		if field == "" {
			field = argument
		}
	}
	if field != "" && code == CodeBadUserInput {
		out.Extensions["field"] = field
	}
	out.Message = clip(message)
	out.Extensions["code"] = code
	return out
}

// classify is the one place that gives an error its code and message for clients.
func classify(ctx context.Context, err error) (code, message string) {
	f := fault.Of(err)
	switch {
	case errors.Is(err, errPanicked):
		return CodeInternal, internalMessage
	case f != nil && codeOfKind(f.Kind) != CodeInternal:
		return codeOfKind(f.Kind), f.Message
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded):
		// A driver reports a cancelled statement with an error of its own, so the context is checked as well.
		return CodeDeadlineExceeded, "the operation took too long"
	case errors.Is(err, context.Canceled) || errors.Is(ctx.Err(), context.Canceled):
		return CodeUnavailable, "the operation was cancelled"
	case f == nil && refusedArgument(ctx):
		return CodeBadUserInput, "the argument does not have the form that the schema requires"
	}
	return CodeInternal, internalMessage
}

func codeOfKind(kind fault.Kind) string {
	switch kind {
	case fault.NotFound:
		return CodeNotFound
	case fault.Forbidden:
		return CodeForbidden
	case fault.State:
		return CodeForbiddenState
	case fault.Invalid:
		return CodeBadUserInput
	case fault.Conflict: // a mutation says it in userErrors; what only reads may succeed when it is tried again
		return CodeUnavailable
	case fault.Mismatch:
		return CodeIdempotencyMismatch
	case fault.Unauthenticated:
		return CodeUnauthenticated
	case fault.TooMany:
		return CodeRateLimited
	case fault.Unavailable:
		return CodeUnavailable
	case fault.Deadline:
		return CodeDeadlineExceeded
	case fault.Expired:
		return CodeCursorExpired
	case fault.Foreign:
		return CodeCursorMismatch
	default:
		return CodeInternal
	}
}

// refusedArgument reports whether gqlgen is still reading the arguments of the field in ctx. It sets Args, to a map that may
// be empty, only when all were read. So an error of a field that takes arguments and has none yet is about the input.
func refusedArgument(ctx context.Context) bool {
	fc := graphql.GetFieldContext(ctx)
	return fc != nil && fc.Args == nil && fc.Field.Field != nil && fc.Field.Definition != nil &&
		len(fc.Field.Definition.Arguments) > 0
}

// splitPath splits the path of a refused argument into the path of the field and the path in its arguments.
func splitPath(fc *graphql.FieldContext, path ast.Path) (field ast.Path, argument string) {
	if n := len(fc.Path()); n < len(path) {
		return path[:n], dotted(path[n:])
	}
	return path, ""
}

// dotted writes a path in the form of extensions.field: input.tags.2
func dotted(path ast.Path) string {
	steps := make([]string, len(path))
	for i, p := range path {
		steps[i] = fmt.Sprint(p)
	}
	return strings.Join(steps, ".")
}

func isPanic(err error) bool { return errors.Is(err, errPanicked) }

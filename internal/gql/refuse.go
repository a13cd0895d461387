package gql

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// messageRunes bounds every message: validation repeats names from the document, and a document may be one long name.
const messageRunes = 300

// Refuse makes an error of this layer: a code and a message that both go to the client unchanged.
func Refuse(code, format string, args ...any) *gqlerror.Error {
	return &gqlerror.Error{
		Message:    clip(fmt.Sprintf(format, args...)),
		Extensions: map[string]any{"code": code},
	}
}

func refuseAt(pos *ast.Position, code, format string, args ...any) *gqlerror.Error {
	err := Refuse(code, format, args...)
	if pos != nil {
		err.Locations = []gqlerror.Location{{Line: pos.Line, Column: pos.Column}}
	}
	return err
}

// refuseField is BAD_USER_INPUT for one input, named by its dotted path.
func refuseField(field, format string, args ...any) *gqlerror.Error {
	err := Refuse(CodeBadUserInput, format, args...)
	err.Extensions["field"] = clip(field)
	return err
}

// CodeOf gives the code of an error, INTERNAL when it has none.
func CodeOf(err *gqlerror.Error) string {
	if code, ok := err.Extensions["code"].(string); ok {
		return code
	}
	return CodeInternal
}

// complete adds to an error's code what a client needs: whether a retry helps, where to read more, what to quote.
func complete(ctx context.Context, err *gqlerror.Error) *gqlerror.Error {
	if err.Extensions == nil {
		err.Extensions = make(map[string]any, 4)
	}
	code := CodeOf(err)
	err.Extensions["code"] = code
	if _, said := err.Extensions["retryable"]; !said {
		err.Extensions["retryable"] = retryable(code)
	}
	err.Extensions["docUrl"] = "/docs/errors#" + code
	if id := RequestOf(ctx).ID; id != "" {
		err.Extensions["requestId"] = id
	}
	return err
}

// Refusal is the response to an operation that was refused before it ran, also where there is no Executor yet.
func Refusal(ctx context.Context, errs gqlerror.List) *graphql.Response {
	for _, err := range errs {
		_ = complete(ctx, err)
	}
	return &graphql.Response{Errors: errs}
}

// clip bounds a message and keeps it valid UTF-8, which JSON needs.
func clip(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "?")
	}
	if len(s) <= messageRunes {
		return s
	}
	n := 0
	for i := range s {
		if n == messageRunes {
			return s[:i] + "..."
		}
		n++
	}
	return s
}

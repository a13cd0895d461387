// Package optional holds text that may be missing: empty in a row, and null to clients, so that "none" has one form.
package optional

import (
	"fmt"
	"io"

	"github.com/99designs/gqlgen/graphql"
)

// Text is a text; empty for none.
type Text string

// MarshalGQL writes the text, or null for none.
func (t Text) MarshalGQL(w io.Writer) {
	if t == "" {
		graphql.Null.MarshalGQL(w)
		return
	}
	graphql.MarshalString(string(t)).MarshalGQL(w)
}

// Pointer gives the text; nil for none.
func (t Text) Pointer() *string {
	if t == "" {
		return nil
	}
	return (*string)(&t)
}

// UnmarshalGQL reads a text.
func (t *Text) UnmarshalGQL(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("%T is no text", v)
	}
	*t = Text(s)
	return nil
}

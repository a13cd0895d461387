package server

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// refusal says why an operation did not run, in a form for every transport: a status and headers for HTTP, errors for the
// others.
type refusal struct {
	status int
	errors gqlerror.List
	header map[string]string
	quota  *quota

	// graphql marks a refusal by GraphQL itself. A client that accepts only application/json gets it with status 200, as
	// the specification of GraphQL over HTTP requires; every other refusal keeps its status.
	graphql bool
}

func refuse(status int, code, format string, args ...any) *refusal {
	return &refusal{status: status, errors: gqlerror.List{gql.Refuse(code, format, args...)}}
}

func (r *refusal) with(header, value string) *refusal {
	if r.header == nil {
		r.header = make(map[string]string, 2)
	}
	r.header[header] = value
	return r
}

// later asks the client to retry after d.
func (r *refusal) later(d time.Duration) *refusal {
	d = max(d, time.Millisecond)
	for _, err := range r.errors {
		err.Extensions["retryAfterMs"] = d.Milliseconds()
	}
	return r.with("Retry-After", seconds(d))
}

// refusedToken says why a client could not be authenticated, as far as it may know: see fault.Fault.
func refusedToken(err error) *refusal {
	if fault.Is(err, fault.Unavailable) {
		return refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "tokens cannot be checked now: retry later").later(5 * time.Second)
	}
	why := "the token is not valid"
	if f := fault.Of(err); f != nil && f.Kind == fault.Unauthenticated {
		why = f.Message
	}
	return refuse(http.StatusUnauthorized, gql.CodeUnauthenticated, "%s", why).with("WWW-Authenticate", challenge("invalid_token", why))
}

// challenge is the value of WWW-Authenticate (RFC 6750), whose description holds printable ASCII without quotes.
func challenge(code, description string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '?'
		}
		return r
	}, description)
	return fmt.Sprintf("Bearer error=%q, error_description=%q", code, plain)
}

// refusedParams says what is wrong with a request without repeating any of it.
func refusedParams(method string, err error) *refusal {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return refuse(http.StatusRequestEntityTooLarge, gql.CodeQueryTooLarge, "the body is too large").with("Connection", "close")
	}
	what := "body"
	if method == http.MethodGet {
		what = "request"
	}
	return refuse(http.StatusBadRequest, gql.CodeBadUserInput, "the %s %s", what, err)
}

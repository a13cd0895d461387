package server

import (
	"errors"
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// refusal is why an operation was not run, in a form every transport can tell: a status and headers for HTTP, errors for
// the others.
type refusal struct {
	status int
	errors gqlerror.List
	header map[string]string
	quota  *quota

	// graphql marks what GraphQL itself refused. A client that accepts application/json only gets it with status 200, as
	// the specification of GraphQL over HTTP asks; everything else keeps its status.
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

// later tells the client to come back after d.
func (r *refusal) later(d time.Duration) *refusal {
	d = max(d, time.Millisecond)
	for _, err := range r.errors {
		err.Extensions["retryAfterMs"] = d.Milliseconds()
	}
	return r.with("Retry-After", seconds(d))
}

// refusedToken tells why nobody could be authenticated. What exactly is wrong with a token stays here.
func refusedToken(err error) *refusal {
	if fault.Is(err, fault.Unavailable) {
		return refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "tokens cannot be checked at the moment").later(5 * time.Second)
	}
	return refuse(http.StatusUnauthorized, gql.CodeUnauthenticated, "the token is not valid").
		with("WWW-Authenticate", `Bearer error="invalid_token"`)
}

// refusedBody tells what is wrong with a request body without repeating any of it.
func refusedBody(err error) *refusal {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return refuse(http.StatusRequestEntityTooLarge, gql.CodeQueryTooLarge, "the body is too large").with("Connection", "close")
	}
	return refuse(http.StatusBadRequest, gql.CodeBadUserInput, "the body %s", err)
}

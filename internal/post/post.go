// Package post is what requests have in common that send a file as their body: its hash in a header, and answers in the form of errors
// over GraphQL.
package post

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/openapi"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Refusal is why a file is not taken, for a program and for a person.
type Refusal struct{ Code, Field, Message string }

// New makes a refusal about a part of a request; field is empty for the whole.
func New(code, field, message string) *Refusal { return &Refusal{code, field, message} }

// Error implements error.
func (r *Refusal) Error() string { return r.Message }

// Digest finds the SHA-256 of Content-Digest (RFC 9530), a dictionary of RFC 8941; nil if there is none.
func Digest(h http.Header) []byte {
	for member := range strings.SplitSeq(strings.Join(h.Values("Content-Digest"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(member), "=")
		if name != "sha-256" || len(value) < 2 || value[0] != ':' || value[len(value)-1] != ':' {
			continue
		}
		if sum, err := base64.StdEncoding.DecodeString(value[1 : len(value)-1]); err == nil && len(sum) == 32 {
			return sum
		}
	}
	return nil
}

// Refuse says why a file is not taken. statuses are those of a Refusal's codes.
func Refuse(w http.ResponseWriter, r *http.Request, err error, statuses map[string]int) {
	var refused *Refusal
	if errors.As(err, &refused) {
		Tell(w, statuses[refused.Code], refused)
		return
	}
	f := fault.Of(err)
	switch {
	case f == nil || f.Kind == fault.Internal || f.Kind == fault.Unavailable:
		slog.ErrorContext(r.Context(), "file_not_taken", "error", err)
		Unavailable(w, "the file cannot be taken now: retry later")
	case f.Kind == fault.Unauthenticated:
		Unauthenticated(w, &Refusal{string(f.UserCode()), f.Field, f.Message})
	case f.Kind == fault.Forbidden:
		Tell(w, http.StatusForbidden, &Refusal{string(f.UserCode()), f.Field, f.Message})
	case f.Kind == fault.NotFound:
		Tell(w, http.StatusNotFound, &Refusal{string(f.UserCode()), f.Field, f.Message})
	default:
		Tell(w, http.StatusConflict, &Refusal{string(f.UserCode()), f.Field, f.Message})
	}
}

// Unauthenticated says that a request needs a token.
func Unauthenticated(w http.ResponseWriter, r *Refusal) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	Tell(w, http.StatusUnauthorized, r)
}

// OutOfScope says that the token of a request is for something else, with the challenge of RFC 6750, section 3.1.
func OutOfScope(w http.ResponseWriter, f *fault.Fault) {
	challenge := `Bearer error="insufficient_scope"`
	if f.Values.Scopes != nil {
		challenge += `, scope="` + strings.Join(f.Values.Scopes, " ") + `"`
	}
	w.Header().Set("WWW-Authenticate", challenge)
	Tell(w, http.StatusForbidden, &Refusal{string(f.UserCode()), f.Field, f.Message})
}

// NotAllowed says that a path does not have a method, and which it has.
func NotAllowed(w http.ResponseWriter, allow, message string) {
	w.Header().Set("Allow", allow)
	Tell(w, http.StatusMethodNotAllowed, &Refusal{string(enum.ErrorCodeBadUserInput), "", message})
}

// Missing says that there is nothing, or nothing that the viewer may see.
func Missing(w http.ResponseWriter) {
	Tell(w, http.StatusNotFound, &Refusal{string(enum.ErrorCodeNotFound), "", "not found"})
}

// Forbidden says why the viewer may not do this.
func Forbidden(w http.ResponseWriter, message string) {
	Tell(w, http.StatusForbidden, &Refusal{string(enum.ErrorCodeForbidden), "", message})
}

// Unavailable says that a client may try again.
func Unavailable(w http.ResponseWriter, message string) {
	w.Header().Set("Retry-After", "5")
	Tell(w, http.StatusServiceUnavailable, &Refusal{string(enum.ErrorCodeUnavailable), "", message})
}

// Tell writes a refusal in the form of errors over GraphQL.
func Tell(w http.ResponseWriter, status int, r *Refusal) {
	one := map[string]any{"message": r.Message, "extensions": map[string]any{"code": r.Code}}
	if r.Field != "" {
		one["path"] = []string{r.Field}
	}
	Answer(w, status, map[string]any{"errors": []any{one}})
}

// Answer writes an answer.
func Answer(w http.ResponseWriter, status int, body any) {
	text, _ := json.Marshal(body) // texts, numbers, and lists and maps of them
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// DigestPattern is the form of Content-Digest where it has the SHA-256 alone.
const DigestPattern = "^sha-256=:[A-Za-z0-9+/]{43}=:$"

// DigestHeader is what is said of the header that Digest reads.
func DigestHeader() openapi.Parameter {
	return openapi.Parameter{
		In: openapi.Header, Name: "Content-Digest", Must: true, Description: "The SHA-256 of the bytes of the body (RFC 9530).", Schema: openapi.Text(""),
		Example: "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
	}
}

// Package fault names the failures of a use case that a client may see. Everything else is an internal error: its text
// stays in the log and the client gets a request id. It never decides how a fault looks on the wire; graph does.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Kind says what sort of failure a Fault is. The zero Kind is Internal, so a forgotten kind never leaks its text.
type Kind int

// The kinds. What an actor may not see is NotFound, never Forbidden.
const (
	Internal        Kind = iota // a failure of the server
	NotFound                    // missing, or hidden from this actor
	Forbidden                   // visible, but this actor may not do it
	State                       // allowed to this actor, but not in the state the subject is in
	Invalid                     // the input breaks a rule; Field names the input
	Conflict                    // somebody else was first: load again and retry
	Mismatch                    // an idempotency key was used again with another request
	Unauthenticated             // no token, or one that is refused
	TooMany                     // a limit on rate or number was reached
	Unavailable                 // a required component does not answer; retry later
	Deadline                    // the time for this request ran out
	Expired                     // the log no longer holds the acts after the cursor
	Foreign                     // the cursor was given to another viewer
)

var kindNames = [...]string{
	"internal", "not found", "forbidden", "state", "invalid", "conflict", "mismatch", "unauthenticated", "too many",
	"unavailable", "deadline", "expired", "foreign",
}

// String names the kind in words, for logs and failing tests.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return fmt.Sprintf("kind %d", int(k))
	}
	return kindNames[k]
}

// usual is the code of a fault that gives none.
var usual = map[Kind]enum.UserErrorCode{
	NotFound: enum.UserErrorCodeNotFound, Forbidden: enum.UserErrorCodeRole, State: enum.UserErrorCodeState,
	Invalid: enum.UserErrorCodeInvalid, Conflict: enum.UserErrorCodeConflict, Unauthenticated: enum.UserErrorCodeSignIn,
}

// Values are what a message says beside its words, so that a client can say it in another language.
type Values struct {
	Minimum, Limit, Actual *int
	State                  optional.Text // that it is in
	States                 []string      // in which it would be allowed
	Date                   *time.Time
	Roles                  []enum.Role
	Scopes                 []string      // of which the token needs one
	Text                   optional.Text // what somebody else has written there
}

// Fault is a failure whose Message a client may read. Message holds no SQL, no token and no participant's words.
type Fault struct {
	Kind    Kind
	Code    enum.UserErrorCode // empty for the usual one of the kind
	Field   string             // the invalid input field, as a dotted path; empty for none
	Message string
	Values  Values
	Final   bool // the same request cannot succeed before a person has done something, whatever the kind suggests
	cause   error
}

// Finally marks a fault as one that no retry gets over.
func (f *Fault) Finally() *Fault {
	f.Final = true
	return f
}

// Says are the values of the fault; nil when there are none.
func (f *Fault) Says() *Values {
	v := f.Values
	if v.Minimum == nil && v.Limit == nil && v.Actual == nil && v.State == "" && v.States == nil && v.Date == nil && v.Roles == nil && v.Scopes == nil {
		return nil
	}
	return &v
}

// UserCode is the code that a client of a mutation gets.
func (f *Fault) UserCode() enum.UserErrorCode {
	if f.Code == "" {
		return usual[f.Kind]
	}
	return f.Code
}

// Error returns the message and, for the log, its cause.
func (f *Fault) Error() string {
	s := f.Kind.String() + ": " + f.Message
	if f.Field != "" {
		s = f.Kind.String() + ": " + f.Field + ": " + f.Message
	}
	if f.cause != nil {
		s += ": " + f.cause.Error()
	}
	return s
}

// Unwrap returns the cause of the fault, which is for the log only.
func (f *Fault) Unwrap() error { return f.cause }

// New makes a fault with a message for the client.
func New(kind Kind, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Coded makes a fault with a code of its own.
func Coded(kind Kind, code enum.UserErrorCode, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// InvalidField makes a fault about one input field.
func InvalidField(field string, code enum.UserErrorCode, format string, args ...any) *Fault {
	return &Fault{Kind: Invalid, Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes a fault that keeps its cause for the log.
func Wrap(kind Kind, cause error, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Message: fmt.Sprintf(format, args...), cause: cause}
}

// Missing is the fault both for what does not exist and for what this actor may not see, so that they look alike.
func Missing() *Fault { return New(NotFound, "not found") }

// MissingField is Missing for what a field of the input names.
func MissingField(field string) *Fault {
	return &Fault{Kind: NotFound, Field: field, Message: "not found"}
}

// At says of what is wrong where in the input that is; an error that is no fault stays as it is.
func At(field string, err error) error {
	f := Of(err)
	if f == nil {
		return err
	}
	at := *f
	at.Field = field
	return &at
}

// Of returns the first fault inside err, or nil if there is none.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}

// All returns every fault inside err: all that is wrong with a form, or the one fault there is.
func All(err error) []*Fault {
	var list faults
	if errors.As(err, &list) {
		return list
	}
	if f := Of(err); f != nil {
		return []*Fault{f}
	}
	return nil
}

// Is reports whether err is a fault of the kind.
func Is(err error, kind Kind) bool {
	f := Of(err)
	return f != nil && f.Kind == kind
}

// faults are several at once.
type faults []*Fault

// Error joins the sentences.
func (fs faults) Error() string {
	all := make([]string, len(fs))
	for i, f := range fs {
		all[i] = f.Error()
	}
	return strings.Join(all, "; ")
}

// Unwrap lets errors.As find the first.
func (fs faults) Unwrap() []error {
	all := make([]error, len(fs))
	for i, f := range fs {
		all[i] = f
	}
	return all
}

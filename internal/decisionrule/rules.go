// Package decisionrule keeps decision rules, in versions.
//
// CURRENT -> SUPERSEDED, when there is a newer version of the key. The document of a version never changes. What a document may say, and
// what follows from it, is decided by package decision.
package decisionrule

import (
	"strings"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// standing is the newest version of a key, as far as defining the next one asks.
type standing struct {
	version int
	hash    string
	own     bool // the actor's party defined it
}

// next gives the number of the next version of a key, or says why there can be none. reserved says that the key is one of the server's
// own, and server that it is the server which defines.
func (s standing) next(hash string, reserved, server bool, expected *int32) (int, error) {
	switch {
	case reserved && !server:
		return 0, fault.InvalidField("document.key", enum.UserErrorCodeTaken, "keys that begin so belong to the rules that come with the server, which nobody changes")
	case s.version > 0 && !s.own && !server:
		return 0, fault.InvalidField("document.key", enum.UserErrorCodeTaken, "another party has defined rules under this key")
	case expected != nil && int(*expected) != s.version:
		return 0, fault.Coded(fault.Conflict, enum.UserErrorCodeConflict, "the newest version is %d", s.version)
	case s.version > 0 && s.hash == hash:
		return 0, fault.NothingToDo("the newest version says the same")
	}
	return s.version + 1, nil
}

// path is where in the input a fault of a document is.
func path(steps []string) string { return strings.Join(append([]string{"document"}, steps...), ".") }

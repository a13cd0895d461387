package gql

import "github.com/plenary-dialogue/plenary/internal/fault"

// CodeOfKind gives the code a kind of fault has on the wire.
func CodeOfKind(k fault.Kind) string { return codeOfKind(k) }

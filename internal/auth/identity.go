package auth

import (
	"net/http"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Identity is whom a token speaks for. Issuer and Subject together always name the same one; a subject alone does not,
// because two issuers may use the same one.
type Identity struct {
	Issuer      string    // iss, exactly as configured
	Subject     string    // sub, at most 255 bytes
	Stakeholder string    // the id of the stakeholder the token speaks for, or empty
	ClientID    string    // the application that requested the token; empty in some legacy tokens
	TokenID     string    // jti, by which one token can be revoked; empty in some legacy tokens
	Roles       []string  // only those that the issuer may grant, each once, in the token's order
	Scopes      []string  // in the token's order
	IssuedAt    time.Time // iat, in UTC
	ExpiresAt   time.Time // exp, in UTC; a token is accepted for 30 seconds longer
}

// Bearer gives the token of the Authorization header, or an empty string when there is no such header: the reader is then
// anonymous. It looks nowhere else, for a token in a URL, a body or a cookie ends up in logs or is sent unasked. A header
// that holds anything but one bearer token is refused as Unauthenticated.
func Bearer(header http.Header) (string, error) {
	values := header.Values("Authorization")
	if len(values) == 0 {
		return "", nil
	}
	scheme, compact, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "Bearer") || compact == "" {
		return "", fault.Wrap(fault.Unauthenticated, errNotBearer, refusal)
	}
	return compact, nil
}

package auth

import "time"

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

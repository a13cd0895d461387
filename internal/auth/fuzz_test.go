package auth

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// No input causes a panic or is repeated in an error; an accepted token is accepted again and read the same way.
func FuzzVerify(f *testing.F) {
	v := verifierAt(f, noon, testIssuer(signers()...))
	for _, s := range signers() {
		f.Add(s.token(f, goodClaims("roles", []string{"steward"}, "scope", "a b")))
	}
	f.Add(other.token(f, goodClaims()))
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add(strings.Repeat(".", 100))
	f.Fuzz(func(t *testing.T, compact string) { checkStable(t, v, compact) })
}

// FuzzVerify has no key and cannot reach the claims; here they hold anything an issuer may sign by mistake or malice.
func FuzzSigned(f *testing.F) {
	v := verifierAt(f, noon, testIssuer(edSigner))
	for _, claims := range []map[string]any{
		goodClaims(), goodClaims("roles", []string{"steward", "x"}), goodClaims("exp", 1e300), goodClaims("aud", []any{1}), goodClaims("sub", nil),
	} {
		payload, _ := json.Marshal(claims)
		f.Add(edSigner.header(), string(payload))
	}
	f.Add(`{"alg":"EdDSA","typ":"at+jwt","crit":[]}`, `{"iss":"https://id.example","iss":""}`)
	f.Fuzz(func(t *testing.T, header, payload string) {
		id, ok := checkStable(t, v, edSigner.raw(t, header, payload))
		if !ok {
			return
		}
		if id.Issuer != testURL || !isIdentifier(id.Subject) || !isIdentifier(id.TokenID) || !isIdentifier(id.ClientID) {
			t.Errorf("accepted %q %q as %+v", header, payload, id)
		}
		if noon.After(id.ExpiresAt.Add(Leeway)) || id.IssuedAt.After(noon.Add(Leeway)) || id.ExpiresAt.Sub(id.IssuedAt) > maxLifetime {
			t.Errorf("accepted %q from %v to %v", payload, id.IssuedAt, id.ExpiresAt)
		}
		for _, role := range id.Roles {
			if !slices.Contains(v.issuers[0].Roles, role) {
				t.Errorf("accepted role %q, which the issuer may not grant", role)
			}
		}
	})
}

func checkStable(t *testing.T, v *Verifier, compact string) (Identity, bool) {
	t.Helper()
	id, err := v.Verify(context.Background(), compact)
	if err != nil {
		checkRefused(t, v, compact, "")
		return Identity{}, false
	}
	if diff := cmp.Diff(id, checkAccepted(t, v, compact)); diff != "" {
		t.Errorf("a token is read differently the second time:\n%s", diff)
	}
	return id, true
}

package auth

import (
	"encoding/json"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// TestAClientGetsToKnowWhatItCanActOn: only the holder of a token that the issuer has signed hears more than that it is refused.
func TestAClientGetsToKnowWhatItCanActOn(t *testing.T) {
	v := verifierAt(t, noon, testIssuer(edSigner))
	claims := func(changes ...any) string { return edSigner.token(t, goodClaims(changes...)) }
	late := noon.Unix() - 3600
	expired, _ := json.Marshal(goodClaims("iat", late, "exp", late+600))
	for _, row := range []struct{ rule, compact, want string }{
		{"a token that has expired: get a new one", claims("iat", late, "exp", late+600), "the access token has expired"},
		{"a token that has expired and is forged", other.raw(t, edSigner.header(), string(expired)), refusal},
		{"a forged token", other.token(t, goodClaims()), refusal},
		{"a token of another issuer: ask the right one", claims("iss", "https://elsewhere.example"), "the access token is from an issuer that this server does not trust"},
		{"a token for another server", claims("aud", "elsewhere"), "the access token is for another audience"},
		{"a session id in place of a token", "3f786850e387550fdab836ed7e6dc881de23001b", "the access token is not a signed JWT"},
		{"a token whose payload is no JSON", edSigner.raw(t, edSigner.header(), "{"), "the access token is not a signed JWT"},
		{"an ID token", edSigner.raw(t, `{"alg":"EdDSA","typ":"JWT","kid":"ed-1"}`, string(expired)), refusal},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := v.Verify(t.Context(), row.compact)
			if f := fault.Of(err); f == nil || f.Kind != fault.Unauthenticated || f.Message != row.want {
				t.Errorf("Verify = %v, want %q", err, row.want)
			}
		})
	}
}

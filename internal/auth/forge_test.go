package auth

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

// What the tests share: an issuer's keys, tokens that are valid except for what a row changes, and the check of a refusal.

const testURL = "https://id.example"

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// signer signs anything, as an attacker or a careless issuer would.
type signer struct {
	alg, kid string
	private  any
}

var (
	edSigner = signer{EdDSA, "ed-1", ed25519.NewKeyFromSeed([]byte("the seed of one issuer's key....")[:32])}
	other    = signer{EdDSA, "ed-2", ed25519.NewKeyFromSeed([]byte("the seed of another key.........")[:32])}
	hmacKey  = []byte("a secret of thirty-two bytes....")

	rsaKey = sync.OnceValue(func() *rsa.PrivateKey { k, _ := rsa.GenerateKey(rand.Reader, 2048); return k })
	ecKey  = sync.OnceValue(func() *ecdsa.PrivateKey { k, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader); return k })
)

func signers() []signer {
	return []signer{edSigner, {ES256, "ec-1", ecKey()}, {PS256, "ps-1", rsaKey()}, {RS256, "rs-1", rsaKey()}}
}

func b64(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// raw signs a header and a payload given as text, well-formed or not.
func (s signer) raw(t testing.TB, header, payload string) string {
	t.Helper()
	input := b64([]byte(header)) + "." + b64([]byte(payload))
	signature, err := jwt.GetSigningMethod(s.alg).Sign(input, s.private)
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + b64(signature)
}

func (s signer) header() string {
	return fmt.Sprintf(`{"alg":%q,"typ":"at+jwt","kid":%q}`, s.alg, s.kid)
}

func (s signer) token(t testing.TB, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	return s.raw(t, s.header(), string(payload))
}

// goodClaims returns claims that are accepted at noon, changed by pairs of name and value; the value gone removes a claim.
func goodClaims(changes ...any) map[string]any {
	claims := map[string]any{
		"iss": testURL, "sub": "s-1", "aud": "plenary", "client_id": "web", "jti": "t-1",
		"iat": noon.Unix(), "exp": noon.Unix() + 600,
	}
	for pair := range slices.Chunk(changes, 2) {
		claims[pair[0].(string)] = pair[1]
	}
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == gone })
	return claims
}

const gone = "(gone)"

// publicJWK returns the public half of a signer's key as a JWK, changed in the way of goodClaims.
func (s signer) publicJWK(changes ...any) map[string]any {
	m := map[string]any{"kid": s.kid, "alg": s.alg, "use": "sig"}
	switch k := s.private.(crypto.Signer).Public().(type) {
	case ed25519.PublicKey:
		m["kty"], m["crv"], m["x"] = "OKP", "Ed25519", b64(k)
	case *ecdsa.PublicKey:
		point, _ := k.Bytes()
		m["kty"], m["crv"], m["x"], m["y"] = "EC", "P-256", b64(point[1:33]), b64(point[33:])
	case *rsa.PublicKey:
		m["kty"], m["n"], m["e"] = "RSA", b64(k.N.Bytes()), b64(big.NewInt(int64(k.E)).Bytes())
	}
	for pair := range slices.Chunk(changes, 2) {
		m[pair[0].(string)] = pair[1]
	}
	maps.DeleteFunc(m, func(_ string, v any) bool { return v == gone })
	return m
}

func keySetOf(keys ...map[string]any) []byte {
	raw, _ := json.Marshal(map[string]any{"keys": keys})
	return raw
}

func keySetOfSigners(all ...signer) []byte {
	var keys []map[string]any
	for _, s := range all {
		keys = append(keys, s.publicJWK())
	}
	return keySetOf(keys...)
}

func testIssuer(all ...signer) Issuer {
	i := Issuer{URL: testURL, Audience: []string{"plenary"}, StaticKeys: keySetOfSigners(all...), Roles: []string{"auditor", "steward"}}
	for _, s := range all {
		i.Algorithms = append(i.Algorithms, s.alg)
	}
	return i
}

// verifierAt makes a verifier with one issuer and a clock that stands still.
func verifierAt(t testing.TB, at time.Time, i Issuer) *Verifier {
	t.Helper()
	v, err := NewVerifier(Config{Issuers: []Issuer{i}, Clock: clock.NewFixed(at), DevMode: true})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// checkRefused checks that a token is refused for the reason, and that neither client nor log learns more than they may.
func checkRefused(t testing.TB, v *Verifier, compact, reason string) {
	t.Helper()
	id, err := v.Verify(context.Background(), compact)
	if err == nil {
		t.Fatalf("Verify = %+v, want a refusal because %q", id, reason)
	}
	f := fault.Of(err)
	want := refusalOf(f.Unwrap())
	if f == nil || f.Kind != fault.Unauthenticated || f.Message != want {
		t.Errorf("Verify = %v, want Unauthenticated: %s", err, want)
	}
	if !strings.Contains(err.Error(), reason) {
		t.Errorf("Verify = %v, want it refused because %q", err, reason)
	}
	for part := range strings.SplitSeq(compact, ".") {
		if len(part) > 8 && strings.Contains(err.Error(), part) {
			t.Errorf("Verify = %v, which repeats a part of the token", err)
		}
	}
}

func checkAccepted(t testing.TB, v *Verifier, compact string) Identity {
	t.Helper()
	id, err := v.Verify(context.Background(), compact)
	if err != nil {
		t.Fatalf("Verify = %v, want the token accepted", err)
	}
	return id
}

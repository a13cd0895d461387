package auth

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

func TestVerifyGivesTheIdentity(t *testing.T) {
	want := Identity{
		Issuer: testURL, Subject: "s-1", Stakeholder: "st-1", ClientID: "web", TokenID: "t-1",
		Roles: []string{"steward", "auditor"}, Scopes: []string{"read", "write:all"},
		IssuedAt: noon, ExpiresAt: noon.Add(10 * time.Minute),
	}
	v := verifierAt(t, noon, testIssuer(signers()...))
	for _, s := range signers() {
		got := checkAccepted(t, v, s.token(t, goodClaims(
			"aud", []string{"elsewhere", "plenary"}, "stakeholder", "st-1", "scope", "read write:all",
			"roles", []string{"steward", "owner", "auditor", "steward"},
		)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("Verify(%s token) (-want +got):\n%s", s.alg, diff)
		}
	}
}

// A40, A49, A50, A52, A54: invalid headers and outer forms.
func TestVerifyRefusesByForm(t *testing.T) {
	payload, _ := json.Marshal(goodClaims())
	good := edSigner.raw(t, edSigner.header(), string(payload))
	header, rest, _ := strings.Cut(good, ".")
	body, signature, _ := strings.Cut(rest, ".")
	signed := func(header string) string { return edSigner.raw(t, header, string(payload)) }
	unsigned := func(header string) string { return b64([]byte(header)) + "." + body + "." }

	for _, row := range []struct{ rule, compact, reason string }{
		{"no token at all", "", "compact form"},
		{"one part", header, "compact form"},
		{"two parts", header + "." + body, "compact form"},
		{"four parts", good + ".", "compact form"},
		{"five parts, like an encrypted token", "a.b.c.d.e", "compact form"},
		{"the JSON form", `{"payload":"` + body + `","protected":"` + header + `","signature":"` + signature + `"}`, "compact form"},
		{"a token longer than 8 KiB", good + strings.Repeat("A", maxToken), "8 KiB"},
		{"eight megabytes of dots", strings.Repeat(".", 8<<20), "8 KiB"},
		{"8 KiB of dots", strings.Repeat(".", maxToken), "compact form"},
		{"a missing signature", header + "." + body + ".", "no signature"},
		{"padding in the header", header + "=." + rest, "base64url"},
		{"padding in the payload", header + "." + body + "=." + signature, "base64url"},
		{"padding in the signature", good + "==", "base64url"},
		{"a line break in the signature", header + "." + body + "." + signature[:10] + "\n" + signature[10:], "base64url"},
		{"a space before the token", " " + good, "base64url"},
		{"the other base64 alphabet", header + "." + body + "." + base64.RawStdEncoding.EncodeToString([]byte("\xff\xff\xff")), "base64url"},
		{"a signature of another key", other.raw(t, edSigner.header(), string(payload)), "signature is wrong"},
		{"a truncated signature", header + "." + body + "." + signature[:80], "signature is wrong"},
		{"a changed payload", header + "." + b64([]byte(strings.Replace(string(payload), "s-1", "s-2", 1))) + "." + signature, "signature is wrong"},

		{"alg none", unsigned(`{"alg":"none","typ":"at+jwt"}`), "no signature"},
		{"alg none with a signature", signed(`{"alg":"none","typ":"at+jwt","kid":"ed-1"}`), "alg is not one"},
		{"alg None", signed(`{"alg":"None","typ":"at+jwt","kid":"ed-1"}`), "alg is not one"},
		{"alg nOnE", signed(`{"alg":"nOnE","typ":"at+jwt","kid":"ed-1"}`), "alg is not one"},
		{"alg empty", signed(`{"alg":"","typ":"at+jwt","kid":"ed-1"}`), "no alg"},
		{"alg missing", signed(`{"typ":"at+jwt","kid":"ed-1"}`), "no alg"},
		{"alg null", signed(`{"alg":null,"typ":"at+jwt","kid":"ed-1"}`), "no alg"},
		{"alg a list", signed(`{"alg":["EdDSA"],"typ":"at+jwt","kid":"ed-1"}`), "no alg"},
		{"alg in another case", signed(`{"alg":"eddsa","typ":"at+jwt","kid":"ed-1"}`), "alg is not one"},
		{"alg under a name in another case", signed(`{"ALG":"EdDSA","typ":"at+jwt","kid":"ed-1"}`), "no alg"},
		{"an algorithm of another issuer", signed(`{"alg":"ES256","typ":"at+jwt","kid":"ed-1"}`), "alg is not one"},

		{"crit", signed(`{"alg":"EdDSA","typ":"at+jwt","kid":"ed-1","crit":["b64"],"b64":false}`), "crit"},
		{"crit that names nothing", signed(`{"alg":"EdDSA","typ":"at+jwt","kid":"ed-1","crit":[]}`), "crit"},
		{"a duplicate alg", signed(`{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"ed-1"}`), "duplicate"},
		{"a duplicate inside another member", signed(`{"alg":"EdDSA","typ":"at+jwt","kid":"ed-1","x":{"a":1,"a":2}}`), "duplicate"},
		{"data after the header", signed(edSigner.header() + "{}"), "one JSON value"},
		{"a header that is a list", signed(`[]`), "not an object"},
		{"a kid that is a number", signed(`{"alg":"EdDSA","typ":"at+jwt","kid":1}`), "kid or typ"},
		{"a kid that is empty", signed(`{"alg":"EdDSA","typ":"at+jwt","kid":""}`), "kid or typ"},
		{"a kid that is a path", signed(`{"alg":"EdDSA","typ":"at+jwt","kid":"../../dev/null"}`), "no key"},
		{"a kid in another case", signed(`{"alg":"EdDSA","typ":"at+jwt","kid":"ED-1"}`), "no key"},

		{"no typ", signed(`{"alg":"EdDSA","kid":"ed-1"}`), "typ is not one"},
		{"typ null", signed(`{"alg":"EdDSA","typ":null,"kid":"ed-1"}`), "kid or typ"},
		{"an ID token", signed(`{"alg":"EdDSA","typ":"JWT","kid":"ed-1"}`), "typ is not one"},
		{"an ID token that says so", signed(`{"alg":"EdDSA","typ":"id_token","kid":"ed-1"}`), "typ is not one"},
		{"a logout token", signed(`{"alg":"EdDSA","typ":"logout+jwt","kid":"ed-1"}`), "typ is not one"},
		{"a DPoP proof", signed(`{"alg":"EdDSA","typ":"dpop+jwt","kid":"ed-1"}`), "typ is not one"},
	} {
		t.Run(row.rule+" is refused", func(t *testing.T) {
			checkRefused(t, verifierAt(t, noon, testIssuer(edSigner)), row.compact, row.reason)
		})
	}
}

// A40: an oversized token costs next to nothing.
func TestVerifyOversizedAllocatesLittle(t *testing.T) {
	v := verifierAt(t, noon, testIssuer(edSigner))
	dots := strings.Repeat(".", 8<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := v.Verify(context.Background(), dots)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; err == nil || used > 64<<10 {
		t.Errorf("Verify(8 MiB of dots) allocated %d bytes and gave %v, want less than 64 KiB and a refusal", used, err)
	}
}

// A50: a public key never serves as a secret, in whatever form an attacker uses it.
func TestVerifyRefusesAPublicKeyAsSecret(t *testing.T) {
	rs := signer{RS256, "rs-1", rsaKey()}
	der, err := x509.MarshalPKIXPublicKey(rsaKey().Public())
	if err != nil {
		t.Fatal(err)
	}
	jwk, _ := json.Marshal(rs.publicJWK())
	v := verifierAt(t, noon, testIssuer(rs))
	checkAccepted(t, v, rs.token(t, goodClaims()))
	for name, secret := range map[string][]byte{
		"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), "DER": der, "JWK": jwk,
	} {
		t.Run("HS256 with the "+name+" of the RSA key is refused", func(t *testing.T) {
			checkRefused(t, v, signer{HS256, "rs-1", secret}.token(t, goodClaims()), "alg is not one")
		})
	}
}

// A52: a key in the token, or a link to one, is ignored.
func TestVerifyIgnoresKeysInTheHeader(t *testing.T) {
	fetched := 0
	v, err := NewVerifier(Config{
		Issuers: []Issuer{testIssuer(edSigner)}, Clock: clock.NewFixed(noon),
		HTTPClient: &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
			fetched++
			return nil, errors.New("unexpected request")
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	v.Start(t.Context())
	defer v.Close()
	payload, _ := json.Marshal(goodClaims())
	jwk, _ := json.Marshal(other.publicJWK("kid", "ed-1"))
	for name, extra := range map[string]string{
		"jwk": string(jwk), "jku": `"https://attacker.example/keys"`, "x5u": `"https://attacker.example/cert"`, "x5c": `["MIIB"]`,
	} {
		header := `{"alg":"EdDSA","typ":"at+jwt","kid":"ed-1","` + name + `":` + extra + `}`
		t.Run(name+" does not lend a key", func(t *testing.T) {
			checkRefused(t, v, other.raw(t, header, string(payload)), "signature is wrong")
		})
		t.Run(name+" does not spoil a good token", func(t *testing.T) {
			checkAccepted(t, v, edSigner.raw(t, header, string(payload)))
		})
	}
	if fetched != 0 {
		t.Errorf("%d requests went out, want none", fetched)
	}
}

func TestVerifyKeepsIssuersApart(t *testing.T) {
	a, b := testIssuer(edSigner), testIssuer(other)
	b.URL, b.Roles = "https://other.example", nil
	v, err := NewVerifier(Config{Issuers: []Issuer{a, b}, Clock: clock.NewFixed(noon)})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("each is verified with its own key", func(t *testing.T) {
		checkAccepted(t, v, edSigner.token(t, goodClaims()))
		checkAccepted(t, v, other.token(t, goodClaims("iss", b.URL)))
	})
	t.Run("one may not sign for the other", func(t *testing.T) {
		checkRefused(t, v, other.token(t, goodClaims()), "no key")
		stolen := signer{EdDSA, edSigner.kid, other.private}
		checkRefused(t, v, stolen.token(t, goodClaims()), "signature is wrong")
	})
	t.Run("one grants only the roles it is entitled to", func(t *testing.T) {
		id := checkAccepted(t, v, other.token(t, goodClaims("iss", b.URL, "roles", []string{"steward"})))
		if len(id.Roles) != 0 {
			t.Errorf("Roles = %q, want none", id.Roles)
		}
	})
}

func TestVerifyAcceptsALegacyTypeOnlyWhereConfigured(t *testing.T) {
	i := testIssuer(edSigner)
	i.Types = []string{"JWT"}
	v := verifierAt(t, noon, i)
	payload, _ := json.Marshal(goodClaims("jti", gone, "client_id", gone))
	checkAccepted(t, v, edSigner.raw(t, `{"alg":"EdDSA","typ":"JWT","kid":"ed-1"}`, string(payload)))
	checkRefused(t, v, edSigner.raw(t, `{"alg":"EdDSA","typ":"at+jwt","kid":"ed-1"}`, string(payload)), "typ is not one")
	checkRefused(t, v, edSigner.raw(t, `{"alg":"EdDSA","typ":"jwt","kid":"ed-1"}`, string(payload)), "typ is not one")
}

func TestVerifyAsksForRevocation(t *testing.T) {
	down := errors.New("database is down")
	granted, err := NewVerifier(Config{
		Issuers: []Issuer{testIssuer(edSigner)}, Clock: clock.NewFixed(noon),
		Revoked: func(context.Context, Identity) (bool, error) { return false, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	checkAccepted(t, granted, edSigner.token(t, goodClaims()))
	for _, row := range []struct {
		rule    string
		revoked bool
		err     error
		want    fault.Kind
	}{
		{"a revoked token is refused", true, nil, fault.Unauthenticated},
		{"nobody is let in while the list cannot be read", false, down, fault.Unavailable},
		{"nobody is let in while the list says both", true, down, fault.Unavailable},
	} {
		t.Run(row.rule, func(t *testing.T) {
			var asked Identity
			v, err := NewVerifier(Config{
				Issuers: []Issuer{testIssuer(edSigner)}, Clock: clock.NewFixed(noon),
				Revoked: func(_ context.Context, id Identity) (bool, error) { asked = id; return row.revoked, row.err },
			})
			if err != nil {
				t.Fatal(err)
			}
			id, err := v.Verify(t.Context(), edSigner.token(t, goodClaims()))
			if !fault.Is(err, row.want) || id.Subject != "" {
				t.Errorf("Verify = %+v, %v, want nobody and %v", id, err, row.want)
			}
			if asked.TokenID != "t-1" || asked.Subject != "s-1" {
				t.Errorf("asked about %+v, want the token's identity", asked)
			}
		})
	}
}

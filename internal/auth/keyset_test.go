package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/clock"
)

var asymmetric = []string{EdDSA, ES256, PS256, RS256}

// A59: an unfit key is dropped from a fetched set; a server with one in its configuration does not start.
func TestUnfitKeys(t *testing.T) {
	rs, ec := signer{RS256, "k", rsaKey()}, signer{ES256, "k", ecKey()}
	ed := func(raw []byte) map[string]any { return edSigner.publicJWK("kid", "k", "x", b64(raw)) }
	bits := func(n int) string { return b64(new(big.Int).SetBit(new(big.Int).SetInt64(1), n-1, 1).Bytes()) }
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	far, _ := p384.PublicKey.Bytes()

	for _, row := range []struct {
		rule   string
		key    map[string]any
		reason string
	}{
		{"RSA of 1024 bits", rs.publicJWK("n", bits(1024)), "bits"},
		{"RSA of 2047 bits", rs.publicJWK("n", bits(2047)), "bits"},
		{"RSA so long that verifying is an attack", rs.publicJWK("n", bits(1<<20)), "bits"},
		{"RSA with an even modulus", rs.publicJWK("n", b64(new(big.Int).Lsh(big.NewInt(1), 2047).Bytes())), "even modulus"},
		{"RSA with e = 1", rs.publicJWK("e", "AQ"), "exponent"},
		{"RSA with an even e", rs.publicJWK("e", "AQAA"), "exponent"},
		{"RSA with e beyond the machine's integers", rs.publicJWK("e", b64([]byte{1, 0, 0, 0, 0, 0, 0, 0, 3})), "can be read"},
		{"RSA without n", rs.publicJWK("n", gone), "can be read"},
		{"RSA with padding in n", rs.publicJWK("n", bits(2048)+"="), "can be read"},
		{"EC off the curve", ec.publicJWK("y", b64(make([]byte, 32))), "not on P-256"},
		{"EC at infinity", ec.publicJWK("x", b64(make([]byte, 32)), "y", b64(make([]byte, 32))), "not on P-256"},
		{"EC with a coordinate too long", ec.publicJWK("x", b64(make([]byte, 33))), "can be read"},
		{"EC with a coordinate that makes jwkset panic", ec.publicJWK("x", b64([]byte(strings.Repeat("a", 40)))), "can be read"},
		{"EC with a coordinate too short", ec.publicJWK("x", "AQ", "y", "AQ"), "can be read"},
		{"EC of another curve", ec.publicJWK("crv", "P-384", "x", b64(far[1:49]), "y", b64(far[49:]), "alg", gone), "can be read"},
		{"EC under the name of another curve", ec.publicJWK("crv", "P-384"), "can be read"},
		{"EC without y", ec.publicJWK("y", gone), "can be read"},
		{"Ed25519 of all zeros", ed(make([]byte, 32)), "small order"},
		{"Ed25519 too short", ed(make([]byte, 31)), "can be read"},
		{"X25519", edSigner.publicJWK("crv", "X25519", "alg", gone), "can be read"},
		{"a key type unknown to us", rs.publicJWK("kty", "AKP"), "can be read"},
		{"a key type that is another's", ec.publicJWK("kty", "RSA"), "can be read"},
		{"a key whose names differ in case", map[string]any{"KTY": "OKP", "crv": "Ed25519", "x": edSigner.publicJWK()["x"]}, "can be read"},
		{"a key for encryption", rs.publicJWK("use", "enc"), "not for verifying"},
		{"a key whose use is unknown", rs.publicJWK("use", "Sig"), "not for verifying"},
		{"a key for operations other than verify", rs.publicJWK("use", gone, "key_ops", []string{"encrypt"}), "not for verifying"},
		{"a key with operations that are no list", rs.publicJWK("key_ops", "verify"), "can be read"},
		{"a key with a kid that is no string", rs.publicJWK("kid", 1), "can be read"},
		{"a key with its private half", edSigner.publicJWK("kid", "k", "d", b64(make([]byte, 32))), "private half"},
		{"a key of an algorithm that does not suit it", rs.publicJWK("alg", "ES256"), "no algorithm"},
		{"a key of an algorithm we do not have", rs.publicJWK("alg", "RS384"), "no algorithm"},
	} {
		good := signer{ES256, "good", ecKey()}
		raw := keySetOf(row.key, good.publicJWK())
		t.Run(row.rule+" is dropped", func(t *testing.T) {
			set, err := parseJWKS(raw, asymmetric)
			if err != nil {
				t.Fatal(err)
			}
			if len(set.keys) != 1 || set.keys[0].id != "good" || len(set.unfit) != 1 || !strings.Contains(set.unfit[0], row.reason) {
				t.Errorf("keys = %v, unfit = %q, want the good key alone and %q", set.keys, set.unfit, row.reason)
			}
		})
		t.Run(row.rule+" stops the start", func(t *testing.T) {
			if _, err := parseStatic(raw, asymmetric); err == nil || !strings.Contains(err.Error(), row.reason) {
				t.Errorf("parseStatic = %v, want an error about %q", err, row.reason)
			}
		})
	}
}

// With a key of small order, a forged signature is valid for a large share of all messages.
func TestSmallOrderKeysCanBeForged(t *testing.T) {
	forged := append([]byte{1}, make([]byte, 63)...) // R is the neutral element and S is zero
	for _, text := range smallOrder {
		raw, _ := hex.DecodeString(text)
		holds := 0
		for i := range 256 {
			if ed25519.Verify(raw, fmt.Appendf(nil, "message %d", i), forged) {
				holds++
			}
		}
		if holds == 0 {
			t.Errorf("no forgery is valid under %s, so it does not belong in the list", text)
		}
		for _, sign := range []byte{0, 0x80} {
			raw[31] = raw[31]&0x7f | sign
			if checkEd25519(raw) == nil {
				t.Errorf("checkMaterial(%x) = nil, want small order", raw)
			}
		}
	}
}

func TestROCAMark(t *testing.T) {
	product := big.NewInt(1)
	for _, p := range rocaPrimes {
		product.Mul(product, big.NewInt(p))
	}
	marked := new(big.Int).Exp(big.NewInt(65537), big.NewInt(12345), product)
	if !isROCA(marked) {
		t.Error("isROCA(a power of 65537) = false, want true")
	}
	if isROCA(rsaKey().N) {
		t.Error("isROCA(a sound modulus) = true, want false")
	}
}

// A60: an ambiguous set is refused as a whole.
func TestAmbiguousSets(t *testing.T) {
	secret := map[string]any{"kty": "oct", "kid": "h", "alg": "HS256", "k": b64(hmacKey)}
	good, _ := json.Marshal(edSigner.publicJWK())
	for _, row := range []struct{ rule, raw, reason string }{
		{"symmetric beside asymmetric", string(keySetOf(secret, edSigner.publicJWK())), "mixes"},
		{"two keys of one kid", string(keySetOf(edSigner.publicJWK(), other.publicJWK("kid", "ed-1"))), "one kid"},
		{"one key twice", string(keySetOf(edSigner.publicJWK(), edSigner.publicJWK())), "one kid"},
		{"a duplicate kid on a key for encryption", string(keySetOf(edSigner.publicJWK(), other.publicJWK("kid", "ed-1", "use", "enc"))), "one kid"},
		{"a duplicate member", `{"keys":[],"keys":[` + string(good) + `]}`, "duplicate"},
		{"a duplicate member in a key", `{"keys":[{"kty":"OKP","kty":"RSA"}]}`, "duplicate"},
		{"keys under a name in another case", `{"Keys":[` + string(good) + `]}`, "not a JWK set"},
		{"keys that are no list", `{"keys":` + string(good) + `}`, "not a JWK set"},
		{"a key that is no object", `{"keys":["` + edSigner.kid + `"]}`, "not a JWK set"},
		{"a single key", string(good), "not a JWK set"},
		{"data after the set", `{"keys":[]}{}`, "one JSON value"},
		{"a page for humans", `<html>`, "one JSON value"},
	} {
		t.Run(row.rule+" is refused", func(t *testing.T) {
			if _, err := parseJWKS([]byte(row.raw), asymmetric); err == nil || !strings.Contains(err.Error(), row.reason) {
				t.Errorf("parseJWKS = %v, want an error about %q", err, row.reason)
			}
		})
	}
	t.Run("symmetric keys of a fetched set are dropped", func(t *testing.T) {
		set, err := parseJWKS(keySetOf(secret), asymmetric)
		if err != nil || len(set.keys) != 0 || len(set.unfit) != 1 {
			t.Errorf("parseJWKS = %+v, %v, want no key and one dropped", set, err)
		}
	})
}

func TestFindKey(t *testing.T) {
	rs, noKid := signer{RS256, "rs", rsaKey()}, signer{EdDSA, "", edSigner.private}
	free := rs.publicJWK("alg", gone) // RSA fits two of the issuer's algorithms
	for _, row := range []struct {
		rule string
		keys []map[string]any
		alg  string
		kid  string
		want error
	}{
		{"a kid names its key", []map[string]any{edSigner.publicJWK(), other.publicJWK()}, EdDSA, "ed-2", nil},
		{"an unknown kid has no key", []map[string]any{edSigner.publicJWK()}, EdDSA, "ed-2", errNoKey},
		{"a kid of another algorithm has no key", []map[string]any{edSigner.publicJWK(), rs.publicJWK()}, EdDSA, "rs", errNoKey},
		{"a key bound to RS256 does not verify PS256", []map[string]any{rs.publicJWK()}, PS256, "rs", errNoKey},
		{"a key bound to nothing verifies either", []map[string]any{free}, PS256, "rs", nil},
		{"no kid is enough for a single key", []map[string]any{edSigner.publicJWK(), rs.publicJWK()}, EdDSA, "", nil},
		{"no kid is not enough for two", []map[string]any{edSigner.publicJWK(), other.publicJWK()}, EdDSA, "", errAmbiguous},
		{"a single key without a kid matches any", []map[string]any{noKid.publicJWK("kid", gone)}, EdDSA, "x", nil},
		{"a key with that kid takes precedence over one without", []map[string]any{noKid.publicJWK("kid", gone), other.publicJWK()}, EdDSA, "ed-2", nil},
	} {
		t.Run(row.rule, func(t *testing.T) {
			set, err := parseJWKS(keySetOf(row.keys...), asymmetric)
			if err != nil {
				t.Fatal(err)
			}
			if k, err := set.find(row.alg, row.kid); !errors.Is(err, row.want) {
				t.Errorf("find(%s, %q) = %v, %v, want %v", row.alg, row.kid, k.id, err, row.want)
			}
		})
	}
}

func TestStaticPEM(t *testing.T) {
	block := func(public crypto.PublicKey) string {
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ed, ec := block(edSigner.private.(crypto.Signer).Public()), block(ecKey().Public())
	for _, row := range []struct {
		rule, raw, reason string // no reason when accepted
	}{
		{"one key is read", ed, ""},
		{"two keys are read, with a remark between", ed + "# the other\n" + ec, ""},
		{"a private key is refused", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "neither"},
		{"a broken block before a good one is refused", strings.Replace(ed, "-----END", "!-----END", 1) + ec, "neither"},
		{"bytes that are no key are refused", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "can be read"},
		{"a key of no algorithm of the issuer is refused", block(rsaKey().Public()), "no algorithm"},
		{"a key on another curve is refused", block(p384.Public()), "not on P-256"},
		{"a file without a key is refused", "hello", "no key"},
		{"an empty set is refused", `{"keys":[]}`, "no key"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			_, err := parseStatic([]byte(row.raw), []string{EdDSA, ES256})
			if row.reason == "" && err != nil || row.reason != "" && (err == nil || !strings.Contains(err.Error(), row.reason)) {
				t.Errorf("parseStatic = %v, want %q", err, row.reason)
			}
		})
	}
	t.Run("a token with any kid is verified with a PEM key", func(t *testing.T) {
		i := testIssuer(edSigner)
		i.StaticKeys = []byte(ed)
		checkAccepted(t, verifierAt(t, noon, i), edSigner.token(t, goodClaims()))
	})
}

// A59: a server with an unsafe configuration does not start.
func TestNewVerifierRefuses(t *testing.T) {
	secret := func(k []byte) []byte { return keySetOf(map[string]any{"kty": "oct", "kid": "h", "k": b64(k)}) }
	for _, row := range []struct {
		rule   string
		change func(*Issuer)
		dev    bool
		reason string // none when accepted
	}{
		{"the plain one is accepted", func(*Issuer) {}, false, ""},
		{"an empty URL", func(i *Issuer) { i.URL = "" }, false, "URL is empty"},
		{"no audience", func(i *Issuer) { i.Audience = nil }, false, "audience"},
		{"an empty audience", func(i *Issuer) { i.Audience = []string{""} }, false, "audience"},
		{"an empty type", func(i *Issuer) { i.Types = []string{"JWT", ""} }, false, "type"},
		{"no algorithm", func(i *Issuer) { i.Algorithms = nil }, false, "no algorithm"},
		{"algorithm none", func(i *Issuer) { i.Algorithms = []string{"none"} }, true, "not supported"},
		{"algorithm ES512", func(i *Issuer) { i.Algorithms = []string{EdDSA, "ES512"} }, true, "not supported"},
		{"no keys", func(i *Issuer) { i.StaticKeys = nil }, false, "either"},
		{"keys of both kinds", func(i *Issuer) { i.JWKSURL = "https://id.example/keys" }, false, "either"},
		{"keys over http", remoteKeys("http://id.example/keys"), false, "not https"},
		{"keys over http in dev mode from elsewhere", remoteKeys("http://id.example/keys"), true, "not https"},
		{"keys over http from a loopback address", remoteKeys("http://127.0.0.1:8080/keys"), false, "not https"},
		{"keys over http from a loopback address in dev mode are accepted", remoteKeys("http://127.0.0.1:8080/keys"), true, ""},
		{"keys over http from a name that looks like one", remoteKeys("http://localhost.example/keys"), true, "not https"},
		{"keys from a file", remoteKeys("file:///etc/passwd"), true, "absolute URL"},
		{"keys with a password", remoteKeys("https://u:p@id.example/keys"), false, "absolute URL"},
		{"keys over https are accepted", remoteKeys("https://id.example/keys"), false, ""},
		{"HS256", hmacKeys(secret(hmacKey)), false, "dev mode only"},
		{"HS256 in dev mode is accepted", hmacKeys(secret(hmacKey)), true, ""},
		{"HS256 with a key of 31 bytes", hmacKeys(secret(hmacKey[:31])), true, "shorter"},
		{"HS256 with an empty key", hmacKeys(secret(nil)), true, "can be read"},
		{"HS256 beside RS256", func(i *Issuer) { i.Algorithms = []string{RS256, HS256} }, true, "only algorithm"},
		{"HS256 with fetched keys", func(i *Issuer) { remoteKeys("https://id.example")(i); i.Algorithms = []string{HS256} }, true, "static"},
		{"HS256 with a public key", hmacKeys(keySetOfSigners(edSigner)), true, "no algorithm"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			i := testIssuer(edSigner)
			row.change(&i)
			_, err := NewVerifier(Config{Issuers: []Issuer{i}, Clock: clock.NewFixed(noon), DevMode: row.dev})
			if row.reason == "" && err != nil || row.reason != "" && (err == nil || !strings.Contains(err.Error(), row.reason)) {
				t.Errorf("NewVerifier = %v, want %q", err, row.reason)
			}
		})
	}
	for rule, cfg := range map[string]Config{
		"no issuer":               {Clock: clock.NewFixed(noon)},
		"no clock":                {Issuers: []Issuer{testIssuer(edSigner)}},
		"one URL for two issuers": {Clock: clock.NewFixed(noon), Issuers: []Issuer{testIssuer(edSigner), testIssuer(other)}},
	} {
		if _, err := NewVerifier(cfg); err == nil {
			t.Errorf("NewVerifier(%s) = nil, want an error", rule)
		}
	}
}

func TestHS256InDevMode(t *testing.T) {
	i := testIssuer(edSigner)
	hmacKeys(keySetOf(map[string]any{"kty": "oct", "kid": "h", "k": b64(hmacKey)}))(&i)
	v := verifierAt(t, noon, i)
	checkAccepted(t, v, signer{HS256, "h", hmacKey}.token(t, goodClaims()))
	checkRefused(t, v, signer{HS256, "h", []byte{}}.token(t, goodClaims()), "signature is wrong")
	checkRefused(t, v, edSigner.token(t, goodClaims()), "alg is not one")
}

func remoteKeys(url string) func(*Issuer) {
	return func(i *Issuer) { i.StaticKeys, i.JWKSURL = nil, url }
}

func hmacKeys(raw []byte) func(*Issuer) {
	return func(i *Issuer) { i.StaticKeys, i.Algorithms = raw, []string{HS256} }
}

// Whatever a provider publishes, parsing it does not panic, and the keys that remain can verify.
func FuzzKeySet(f *testing.F) {
	for _, s := range signers() {
		f.Add(keySetOfSigners(s))
	}
	mixed := edSigner.publicJWK()
	maps.Copy(mixed, signer{ES256, "k", ecKey()}.publicJWK("x", b64([]byte(strings.Repeat("a", 40)))))
	f.Add(keySetOf(mixed))
	f.Add([]byte(`{"keys":[{"kty":"oct","k":"AAAA"},{"kty":"RSA","n":"AQ","e":"AQ"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		set, err := parseJWKS(raw, asymmetric)
		if err != nil {
			return
		}
		for _, k := range set.keys {
			for _, alg := range k.algorithms {
				if err := set.verify(signed{alg: alg, kid: k.id, input: "a.b", signature: make([]byte, 64)}); err == nil {
					t.Errorf("%s of %q takes a signature of zeros", alg, raw)
				}
			}
		}
	})
}

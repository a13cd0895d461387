package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"

	"github.com/golang-jwt/jwt/v5"
)

// The names of the algorithms that can be configured. HS256 is for dev mode only, because whoever can verify such a token
// can also forge one.
const (
	EdDSA = "EdDSA"
	ES256 = "ES256"
	PS256 = "PS256"
	RS256 = "RS256"
	HS256 = "HS256"
)

type algorithm struct {
	method jwt.SigningMethod
	fits   func(material any) bool // whether the algorithm verifies with this kind of key
}

// algorithms lists every algorithm that can verify a signature here; "none" is absent, so it is unknown in any spelling.
var algorithms = map[string]algorithm{
	EdDSA: {jwt.SigningMethodEdDSA, is[ed25519.PublicKey]},
	ES256: {jwt.SigningMethodES256, is[*ecdsa.PublicKey]},
	PS256: {strictPS256(), is[*rsa.PublicKey]},
	RS256: {jwt.SigningMethodRS256, is[*rsa.PublicKey]},
	HS256: {jwt.SigningMethodHS256, is[[]byte]},
}

func is[K any](material any) bool {
	_, ok := material.(K)
	return ok
}

// strictPS256 requires a salt as long as the hash, as RFC 7518, section 3.5, does; golang-jwt accepts any length when it
// verifies, because of tokens from its own old releases.
func strictPS256() jwt.SigningMethod {
	options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
	return &jwt.SigningMethodRSAPSS{
		SigningMethodRSA: jwt.SigningMethodPS256.SigningMethodRSA,
		Options:          options,
		VerifyOptions:    options,
	}
}

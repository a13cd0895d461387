package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/MicahParks/jwkset"
)

const (
	minRSABits   = 2048
	maxRSABits   = 8192 // verifying with longer keys is slow enough for a denial of service
	minHMACBytes = 32
)

var (
	errWrongUse    = errors.New("not for verifying signatures")
	errPrivate     = errors.New("the private half is published with it")
	errUnknownKey  = errors.New("not a key that can be read")
	errWrongAlg    = errors.New("for no algorithm of this issuer")
	errShortHMAC   = fmt.Errorf("symmetric and shorter than %d bytes", minHMACBytes)
	errRSASize     = fmt.Errorf("RSA and not of %d to %d bits", minRSABits, maxRSABits)
	errRSAExponent = errors.New("RSA with an exponent that is even or below 3")
	errRSAEven     = errors.New("RSA with an even modulus")
	errROCA        = errors.New("RSA from a chip with the ROCA vulnerability")
	errOffCurve    = errors.New("EC with a point that is not on P-256")
	errSmallOrder  = errors.New("Ed25519 of small order")
)

// key is one key an issuer signs with; it has passed the checks.
type key struct {
	id         string   // kid; empty when the key has none
	algorithms []string // the issuer's algorithms that it verifies; never empty
	material   any      // what the signature methods take
}

// newKey checks one JWK. For an unfit key it returns an error that says why.
func newKey(o object, allowed []string) (key, error) {
	members, err := readJWK(o)
	if err != nil {
		return key{}, err
	}
	material, err := members.material()
	if err != nil {
		return key{}, err
	}
	return fitKey(members.KID, string(members.ALG), material, allowed)
}

// fitKey checks the key in a JWK or a PEM block. A non-empty alg binds the key to one algorithm.
func fitKey(id, alg string, material any, allowed []string) (key, error) {
	if err := checkMaterial(material); err != nil {
		return key{}, err
	}
	k := key{id: id, material: material}
	for _, name := range allowed {
		if (alg == "" || alg == name) && algorithms[name].fits(material) {
			k.algorithms = append(k.algorithms, name)
		}
	}
	if len(k.algorithms) == 0 {
		return key{}, errWrongAlg
	}
	return k, nil
}

// jwk holds the members of a JWK that are used; their names are case-sensitive. x5u and x5c are not among them.
type jwk struct{ jwkset.JWKMarshal }

func readJWK(o object) (jwk, error) {
	var m jwk
	for name, to := range map[string]*string{
		"kty": (*string)(&m.KTY), "crv": (*string)(&m.CRV), "use": (*string)(&m.USE), "alg": (*string)(&m.ALG),
		"kid": &m.KID, "x": &m.X, "y": &m.Y, "n": &m.N, "e": &m.E, "k": &m.K, "d": &m.D,
	} {
		value, ok := o[name]
		if *to, _ = value.(string); ok && *to == "" {
			return jwk{}, errUnknownKey
		}
	}
	operations, ok := o["key_ops"]
	list, wellFormed := texts(operations)
	switch {
	case ok && !wellFormed:
		return jwk{}, errUnknownKey
	case m.USE != "" && m.USE != jwkset.UseSig, ok && !slices.Contains(list, "verify"):
		return jwk{}, errWrongUse
	case m.D != "":
		return jwk{}, errPrivate
	}
	return m, nil
}

// material makes the key that the signature methods take.
func (m jwk) material() (any, error) {
	if m.KTY == jwkset.KtyOct {
		return decodeSegment(m.K)
	}
	// jwkset v0.11.0 panics on an EC coordinate longer than the curve and decodes base64 leniently, so its input is checked.
	for _, member := range []string{m.X, m.Y, m.N, m.E} {
		raw, err := decodeSegment(member)
		if err != nil || m.KTY == jwkset.KtyEC && member != "" && (m.CRV != jwkset.CrvP256 || len(raw) != 32) {
			return nil, errUnknownKey
		}
	}
	parsed, err := jwkset.NewJWKFromMarshal(m.JWKMarshal, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		return nil, errUnknownKey
	}
	return parsed.Key(), nil
}

// checkMaterial refuses keys for which somebody other than the issuer could sign.
func checkMaterial(material any) error {
	switch m := material.(type) {
	case *rsa.PublicKey:
		return checkRSA(m)
	case *ecdsa.PublicKey:
		// The conversion fails for a point off the curve; a key on another curve fits no algorithm of ours.
		if _, err := m.ECDH(); err != nil || m.Curve.Params().Name != string(jwkset.CrvP256) {
			return errOffCurve
		}
	case ed25519.PublicKey:
		return checkEd25519(m)
	case []byte:
		if len(m) < minHMACBytes {
			return errShortHMAC
		}
	default:
		return errUnknownKey
	}
	return nil
}

func checkRSA(k *rsa.PublicKey) error {
	switch bits := k.N.BitLen(); {
	case bits < minRSABits || bits > maxRSABits:
		return errRSASize
	case k.E < 3 || k.E%2 == 0:
		return errRSAExponent
	case k.N.Bit(0) == 0:
		return errRSAEven
	case isROCA(k.N):
		return errROCA
	}
	return nil
}

// smallOrder lists, without the sign bit, the points of Ed25519 that have an order of at most 8, among them the all-zero
// key of a forgotten configuration. Anyone can sign for such a key (libsodium refuses the same ones).
var smallOrder = []string{
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}

func checkEd25519(k ed25519.PublicKey) error {
	unsigned := slices.Clone(k)
	unsigned[len(unsigned)-1] &= 0x7f
	if slices.Contains(smallOrder, hex.EncodeToString(unsigned)) {
		return errSmallOrder
	}
	return nil
}

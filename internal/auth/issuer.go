package auth

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
)

// accessTokenTypes are the values of typ for an access token (RFC 9068, section 4).
var accessTokenTypes = []string{"at+jwt", "application/at+jwt"}

// Issuer is a trusted provider of tokens and the limits of that trust. It has a JWKSURL or StaticKeys, not both.
type Issuer struct {
	URL        string   // the value of iss, compared exactly
	Audience   []string // the values of aud that mean this server; a token must have one of them
	Algorithms []string // any of EdDSA, ES256, PS256 and RS256; or HS256 alone, in dev mode
	JWKSURL    string   // where its keys are; https, or in dev mode http to a loopback address
	StaticKeys []byte   // a JWK set, or public keys in PEM
	Types      []string // accepted values of typ; at+jwt and application/at+jwt when empty. Legacy types such as JWT must be listed
	Roles      []string // the roles that it may grant; others in its tokens are dropped
	Parties    []string // ids of parties that its tokens may speak for besides those registered under it; AnyParty for all
	Admits     []string // the kinds of party whose registrations by its tokens need no admin, as roles name them
}

// AnyParty among an Issuer's Parties stands for every party.
const AnyParty = "*"

// issuer is a checked Issuer with its keys.
type issuer struct {
	Issuer
	static *keySet // nil when the keys are remote
	remote *remote // nil when the keys are static
}

// keys returns the keys to use now, or nil if there are none.
func (i *issuer) keys() *keySet {
	if i.remote != nil {
		return i.remote.current()
	}
	return i.static
}

// verify checks the type and the signature of a token that claims to be this issuer's.
func (i *issuer) verify(t signed) error {
	if !slices.Contains(i.Types, t.typ) {
		return errType
	}
	keys := i.keys()
	if keys == nil {
		i.missed()
		return errNoKeys
	}
	err := keys.verify(t)
	if errors.Is(err, errNoKey) {
		i.missed()
	}
	return err
}

func (i *issuer) missed() {
	if i.remote != nil {
		i.remote.missed()
	}
}

// check refuses a configuration that would break what the package promises.
func (i Issuer) check(devMode bool) error {
	switch {
	case !isIdentifier(i.URL):
		return errors.New("the URL is empty, too long or has control characters")
	case len(i.Audience) == 0 || slices.Contains(i.Audience, ""):
		return errors.New("the audience is empty")
	case slices.Contains(i.Types, ""):
		return errors.New("a type is empty")
	case (i.JWKSURL == "") == (len(i.StaticKeys) == 0):
		return errors.New("needs either a JWKS URL or static keys")
	}
	if err := i.checkAlgorithms(devMode); err != nil || i.JWKSURL == "" {
		return err
	}
	return checkJWKSURL(i.JWKSURL, devMode)
}

func (i Issuer) checkAlgorithms(devMode bool) error {
	if len(i.Algorithms) == 0 {
		return errors.New("no algorithm is configured")
	}
	for _, name := range i.Algorithms {
		if _, ok := algorithms[name]; !ok {
			return fmt.Errorf("algorithm %q is not supported", name)
		}
	}
	if !slices.Contains(i.Algorithms, HS256) {
		return nil
	}
	switch {
	case !devMode:
		return errors.New("HS256 is for dev mode only")
	case len(i.Algorithms) > 1:
		return errors.New("HS256 must be the only algorithm, or a public key could serve as the secret")
	case i.JWKSURL != "":
		return errors.New("HS256 needs a static key, because a fetched key is not secret")
	}
	return nil
}

func checkJWKSURL(text string, devMode bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return errors.New("the JWKS URL is not an absolute URL without user and fragment")
	case u.Scheme == "https", u.Scheme == "http" && devMode && isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("the JWKS URL is not https")
}

// isLoopback reports whether a host can be reached from this machine alone: 127.0.0.0/8, ::1 or localhost.
func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		return host == "localhost"
	}
	return address.IsLoopback() && !address.Is4In6() && address.Zone() == ""
}

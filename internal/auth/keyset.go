package auth

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
)

var (
	errNotKeySet    = errors.New("not a JWK set")
	errMixedSet     = errors.New("JWK set mixes symmetric and asymmetric keys")
	errDuplicateKid = errors.New("JWK set has two keys with one kid")
	errNotPEM       = errors.New("neither a JWK set nor PEM blocks of type PUBLIC KEY")
	errAlg          = errors.New("alg is not one of the issuer's")
	errNoKey        = errors.New("no key of the issuer has this kid and alg")
	errAmbiguous    = errors.New("token without a kid fits several keys of the issuer")
	errSignature    = errors.New("signature is wrong")
)

// keySet is the keys of one issuer. It never changes; a refresh makes another.
//
// We keep the set ourselves because jwkset's storage (v0.11.0, through keyfunc v3.8.0) does not meet our guarantees: it
// makes a request with an unknown kid wait for the provider, reads a response of any length, keeps old keys forever, takes
// the first of two keys with one kid, drops the whole set over one bad key, and panics, in a goroutine of its own, on an
// EC coordinate that is too long. We only use it to parse a single JWK.
type keySet struct {
	algorithms []string
	keys       []key
	unfit      []string // what was dropped and why, for the operator
}

// parseJWKS reads a JWK set (RFC 7517, section 5) for an issuer with these algorithms. It drops unfit keys and refuses an
// ambiguous set as a whole.
func parseJWKS(raw []byte, allowed []string) (*keySet, error) {
	o, err := parseObject(raw)
	if err != nil {
		return nil, err
	}
	list, ok := o["keys"].([]any)
	if !ok {
		return nil, errNotKeySet
	}
	members := make([]object, len(list))
	for i, member := range list {
		if members[i], ok = member.(object); !ok {
			return nil, errNotKeySet
		}
	}
	if err := checkClear(members); err != nil {
		return nil, err
	}
	set := &keySet{algorithms: allowed}
	for i, member := range members {
		set.add(fmt.Sprintf("key %d", i+1), func() (key, error) { return newKey(member, allowed) })
	}
	return set, nil
}

// checkClear refuses a set in which a token's kid could mean two keys, or a public key could serve as a secret.
func checkClear(members []object) error {
	symmetric, kids := 0, map[string]bool{}
	for _, m := range members {
		if m["kty"] == "oct" {
			symmetric++
		}
		if kid, ok := m["kid"].(string); ok {
			if kids[kid] {
				return errDuplicateKid
			}
			kids[kid] = true
		}
	}
	if symmetric > 0 && symmetric < len(members) {
		return errMixedSet
	}
	return nil
}

// parseStatic reads the keys of a configuration file: a JWK set, or public keys in PEM, which have no kid. Here every key
// must be fit, because the operator is present to correct it.
func parseStatic(raw []byte, allowed []string) (*keySet, error) {
	parse := parsePEM
	if bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		parse = parseJWKS
	}
	set, err := parse(raw, allowed)
	switch {
	case err != nil:
		return nil, err
	case len(set.unfit) > 0:
		return nil, errors.New(set.unfit[0])
	case len(set.keys) == 0:
		return nil, errors.New("there is no key")
	}
	return set, nil
}

func parsePEM(raw []byte, allowed []string) (*keySet, error) {
	set := &keySet{algorithms: allowed}
	// encoding/pem skips a block that it cannot read, so each BEGIN line must yield a block.
	for range bytes.Count(raw, []byte("-----BEGIN")) {
		var block *pem.Block
		if block, raw = pem.Decode(raw); block == nil || block.Type != "PUBLIC KEY" {
			return nil, errNotPEM
		}
		set.add("a PEM key", func() (key, error) {
			material, err := x509.ParsePKIXPublicKey(block.Bytes)
			if err != nil {
				return key{}, errUnknownKey
			}
			return fitKey("", "", material, allowed)
		})
	}
	return set, nil
}

func (s *keySet) add(name string, read func() (key, error)) {
	k, err := read()
	if err != nil {
		s.unfit = append(s.unfit, fmt.Sprintf("%s is %v", name, err))
		return
	}
	s.keys = append(s.keys, k)
}

// verify checks a token's signature with the issuer's algorithms and keys only; the header merely selects among them.
func (s *keySet) verify(t signed) error {
	if !slices.Contains(s.algorithms, t.alg) {
		return errAlg
	}
	k, err := s.find(t.alg, t.kid)
	if err != nil {
		return err
	}
	if algorithms[t.alg].method.Verify(t.input, t.signature, k.material) != nil {
		return errSignature
	}
	return nil
}

// find returns the one key for a kid. Without a kid in the token or the key, it succeeds only if one key is possible:
// trying several would let an old key stay in use unnoticed.
func (s *keySet) find(alg, kid string) (key, error) {
	var candidates []key
	for _, k := range s.keys {
		if !slices.Contains(k.algorithms, alg) {
			continue
		}
		if kid != "" && k.id == kid {
			return k, nil
		}
		if kid == "" || k.id == "" {
			candidates = append(candidates, k)
		}
	}
	switch len(candidates) {
	case 0:
		return key{}, errNoKey
	case 1:
		return candidates[0], nil
	}
	return key{}, errAmbiguous
}

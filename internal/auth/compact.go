package auth

import (
	"errors"
	"strings"
)

// maxToken is the length of the longest token that is parsed, in bytes.
const maxToken = 8 << 10

var (
	errTooLong    = errors.New("token is longer than 8 KiB")
	errNotCompact = errors.New("token is not in the compact form of three parts")
	errUnsigned   = errors.New("token has no signature")
	errCritical   = errors.New("header has crit")
	errNoAlg      = errors.New("header has no alg that is a string")
	errHeaderType = errors.New("header has a kid or typ that is not a non-empty string")
)

// signed is a parsed token; nothing in it is verified yet. The header's jku, x5u, x5c and jwk are dropped: only the
// issuer's configured keys count.
type signed struct {
	alg, typ, kid string // typ and kid are empty when the header has none
	input         string // what the signature covers
	payload       []byte
	signature     []byte
}

// parseCompact parses a token in the compact form. It checks the length before it allocates anything.
func parseCompact(compact string) (signed, error) {
	if len(compact) > maxToken {
		return signed{}, errTooLong
	}
	header, rest, _ := strings.Cut(compact, ".")
	payload, signature, ok := strings.Cut(rest, ".")
	if !ok || strings.Contains(signature, ".") {
		return signed{}, errNotCompact
	}
	if signature == "" {
		return signed{}, errUnsigned
	}
	t := signed{input: compact[:len(header)+1+len(payload)]}
	var err error
	if t.payload, err = decodeSegment(payload); err != nil {
		return signed{}, err
	}
	if t.signature, err = decodeSegment(signature); err != nil {
		return signed{}, err
	}
	return t, t.readHeader(header)
}

func (t *signed) readHeader(segment string) error {
	raw, err := decodeSegment(segment)
	if err != nil {
		return err
	}
	header, err := parseObject(raw)
	if err != nil {
		return err
	}
	// We support no extension, so a token that requires one is refused (RFC 7515, section 4.1.11).
	if _, ok := header["crit"]; ok {
		return errCritical
	}
	if t.alg, err = header.headerText("alg"); err != nil || t.alg == "" {
		return errNoAlg
	}
	if t.typ, err = header.headerText("typ"); err != nil {
		return err
	}
	t.kid, err = header.headerText("kid")
	return err
}

func (o object) headerText(name string) (string, error) {
	value, ok := o[name]
	if !ok {
		return "", nil
	}
	text, _ := value.(string)
	if text == "" {
		return "", errHeaderType
	}
	return text, nil
}

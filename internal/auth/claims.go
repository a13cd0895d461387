package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// Leeway allows for clocks that differ: a token is accepted until this long after it expired.
	Leeway      = 30 * time.Second
	maxLifetime = time.Hour
	maxText     = 255 // bytes of a subject, as in OpenID Connect Core, section 2; used for every identifier
)

// lastSecond is the end of the year 9999, the last that RFC 3339 and both databases can write.
const lastSecond = 253402300799

var (
	errExpired   = errors.New("token has expired")
	errNotYet    = errors.New("token is not valid yet")
	errFuture    = errors.New("token is issued in the future")
	errLifetime  = errors.New("token lifetime is not positive and at most an hour")
	errAudience  = errors.New("token is for another audience")
	errBadAud    = errors.New("claim aud is not a string or a list of strings")
	errBadRoles  = errors.New("claim roles is not a list of strings")
	errBadScopes = errors.New("claim scope is not words separated by single spaces")
	errScp       = errors.New("claim scp stands in place of scope, which RFC 9068 asks for")
)

// claimReader reads claims and keeps the first error, so that its caller need not check after each claim.
type claimReader struct {
	claims object
	err    error
}

func (r *claimReader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// text reads a claim that, if present, must be a string usable as an identifier.
func (r *claimReader) text(name string) string {
	value, ok := r.claims[name]
	if !ok {
		return ""
	}
	text, _ := value.(string)
	if !isIdentifier(text) {
		r.fail(fmt.Errorf("claim %s is not a string of 1 to %d bytes without control characters", name, maxText))
		return ""
	}
	return text
}

func (r *claimReader) requiredText(name string) string {
	r.require(name)
	return r.text(name)
}

// time reads a NumericDate, or returns the zero time if the claim is absent.
func (r *claimReader) time(name string) time.Time {
	value, ok := r.claims[name]
	if !ok {
		return time.Time{}
	}
	number, _ := value.(json.Number)
	at, ok := numericDate(number)
	if !ok {
		r.fail(fmt.Errorf("claim %s is not a number of seconds", name))
	}
	return at
}

func (r *claimReader) requiredTime(name string) time.Time {
	r.require(name)
	return r.time(name)
}

func (r *claimReader) require(name string) {
	if _, ok := r.claims[name]; !ok {
		r.fail(fmt.Errorf("claim %s is missing", name))
	}
}

// texts reads a list of strings, or returns nil if the claim is absent.
func (r *claimReader) texts(name string, wrong error) []string {
	value, ok := r.claims[name]
	if !ok {
		return nil
	}
	list, ok := texts(value)
	if !ok {
		r.fail(wrong)
	}
	return list
}

// audience reads aud, which is one string or a list of strings (RFC 7519, section 4.1.3).
func (r *claimReader) audience() []string {
	r.require("aud")
	if one, ok := r.claims["aud"].(string); ok {
		return []string{one}
	}
	return r.texts("aud", errBadAud)
}

// scopes reads scope, words separated by single spaces (RFC 6749, section 3.3). Some providers send an empty string for
// none. Other providers send scp alone, in forms of their own: a token that is bounded there must not pass as one without bounds.
func (r *claimReader) scopes() []string {
	value, ok := r.claims["scope"]
	if _, other := r.claims["scp"]; other && !ok {
		r.fail(errScp)
	}
	if !ok || value == "" {
		return nil
	}
	text, _ := value.(string)
	words := strings.Split(text, " ")
	if slices.ContainsFunc(words, func(w string) bool { return !isScope(w) }) {
		r.fail(errBadScopes)
		return nil
	}
	return words
}

// identify reads the claims of a token whose signature is verified. Claims that the token's type makes optional may be
// missing; a claim that is present must have the right form.
func (i *issuer) identify(claims object, typ string, now time.Time) (Identity, error) {
	r := claimReader{claims: claims}
	id := Identity{
		Issuer:      r.requiredText("iss"),
		Subject:     r.requiredText("sub"),
		Stakeholder: r.text("stakeholder"),
		ClientID:    r.text("client_id"),
		TokenID:     r.text("jti"),
		Roles:       granted(r.texts("roles", errBadRoles), i.Roles),
		Scopes:      r.scopes(),
		IssuedAt:    r.requiredTime("iat"),
		ExpiresAt:   r.requiredTime("exp"),
	}
	// RFC 9068, section 2.2, requires these two; the legacy types that the configuration may allow an issuer lack them.
	if slices.Contains(accessTokenTypes, typ) {
		r.require("client_id")
		r.require("jti")
	}
	notBefore, audience := r.time("nbf"), r.audience()
	if r.err != nil {
		return Identity{}, r.err
	}
	if !slices.ContainsFunc(audience, func(a string) bool { return slices.Contains(i.Audience, a) }) {
		return Identity{}, errAudience
	}
	return id, checkTimes(now, id.IssuedAt, notBefore, id.ExpiresAt)
}

// checkTimes decides whether a token is valid now. The leeway is inclusive: a token is accepted until exp + 30 s and from
// nbf - 30 s and iat - 30 s on.
func checkTimes(now, issued, notBefore, expires time.Time) error {
	lifetime := expires.Sub(issued)
	switch {
	case now.After(expires.Add(Leeway)):
		return errExpired
	case now.Before(issued.Add(-Leeway)):
		return errFuture
	case !notBefore.IsZero() && now.Before(notBefore.Add(-Leeway)):
		return errNotYet
	case lifetime <= 0 || lifetime > maxLifetime:
		return errLifetime
	}
	return nil
}

// granted returns those roles that the issuer may grant, each once. Roles match exactly: no case folding and no
// look-alikes.
func granted(claimed, entitled []string) []string {
	var roles []string
	for _, role := range claimed {
		if slices.Contains(entitled, role) && !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	return roles
}

// numericDate reads seconds since 1970; RFC 7519, section 2, allows a fraction.
func numericDate(number json.Number) (time.Time, bool) {
	seconds, err := strconv.ParseFloat(string(number), 64)
	if err != nil || seconds < 0 || seconds > lastSecond {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(seconds)
	return time.Unix(int64(whole), int64(fraction*float64(time.Second))).UTC(), true
}

func texts(value any) ([]string, bool) {
	values, ok := value.([]any)
	if !ok {
		return nil, false
	}
	list := make([]string, 0, len(values))
	for _, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, false
		}
		list = append(list, text)
	}
	return list, true
}

func isIdentifier(s string) bool {
	return s != "" && len(s) <= maxText && !strings.ContainsFunc(s, unicode.IsControl)
}

func isScope(word string) bool {
	return word != "" && !strings.ContainsFunc(word, func(c rune) bool {
		return c <= ' ' || c == '"' || c == '\\' || c > '~'
	})
}

package auth

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A55, A56: times one second on either side of each limit.
func TestVerifyTimes(t *testing.T) {
	now := noon.Unix()
	for _, row := range []struct {
		rule    string
		changes []any
		reason  string // empty when accepted
	}{
		{"exp 30 s ago is accepted", []any{"iat", now - 600, "exp", now - 30}, ""},
		{"exp 31 s ago is refused", []any{"iat", now - 600, "exp", now - 31}, "expired"},
		{"nbf in 30 s is accepted", []any{"nbf", now + 30}, ""},
		{"nbf in 31 s is refused", []any{"nbf", now + 31}, "not valid yet"},
		{"iat in 30 s is accepted", []any{"iat", now + 30}, ""},
		{"iat in 31 s is refused", []any{"iat", now + 31}, "in the future"},
		{"iat tomorrow is refused", []any{"iat", now + 86400, "exp", now + 86400 + 60}, "in the future"},
		{"a lifetime of one hour is accepted", []any{"exp", now + 3600}, ""},
		{"a lifetime of one second more is refused", []any{"exp", now + 3601}, "at most an hour"},
		{"a lifetime of zero is refused", []any{"exp", now}, "at most an hour"},
		{"a lifetime that ends before it begins is refused", []any{"exp", now - 10}, "at most an hour"},
		{"a fraction of a second is accepted", []any{"iat", float64(now) + 0.25}, ""},

		{"a missing exp is refused", []any{"exp", gone}, "exp is missing"},
		{"exp under a name in another case is refused", []any{"exp", gone, "Exp", now + 60}, "exp is missing"},
		{"exp null is refused", []any{"exp", nil}, "exp is not a number"},
		{"exp as text is refused", []any{"exp", "1803902400"}, "exp is not a number"},
		{"exp of 1e300 is refused", []any{"exp", 1e300}, "exp is not a number"},
		{"exp true is refused", []any{"exp", true}, "exp is not a number"},
		{"exp as a list is refused", []any{"exp", []int64{now + 60}}, "exp is not a number"},
		{"exp below zero is refused", []any{"exp", -1}, "exp is not a number"},
		{"exp after the year 9999 is refused", []any{"exp", lastSecond + 1}, "exp is not a number"},
		{"a missing iat is refused", []any{"iat", gone}, "iat is missing"},
		{"iat null is refused", []any{"iat", nil}, "iat is not a number"},
		{"nbf as text is refused", []any{"nbf", "0"}, "nbf is not a number"},
		{"nbf null is refused", []any{"nbf", nil}, "nbf is not a number"},
	} {
		t.Run(row.rule, func(t *testing.T) { checkClaims(t, row.changes, row.reason) })
	}
}

func TestVerifyWholeNumbersInAnyNotation(t *testing.T) {
	v := verifierAt(t, noon, testIssuer(edSigner))
	payload := func(exp string) string {
		return `{"iss":"` + testURL + `","sub":"s","aud":"plenary","client_id":"c","jti":"j","iat":1772452800,"exp":` + exp + `}`
	}
	for _, exp := range []string{"1772452860", "1.77245286e9", "1772452860.000", "17724528600e-1"} {
		id := checkAccepted(t, v, edSigner.raw(t, edSigner.header(), payload(exp)))
		if want := noon.Add(time.Minute); !id.ExpiresAt.Equal(want) {
			t.Errorf("exp %s is read as %v, want %v", exp, id.ExpiresAt, want)
		}
	}
	for _, exp := range []string{"1e99999", "1e999999999999999999999", "1" + strings.Repeat("0", 400), "-0.1"} {
		checkRefused(t, v, edSigner.raw(t, edSigner.header(), payload(exp)), "exp is not a number")
	}
}

func TestVerifyClaims(t *testing.T) {
	for _, row := range []struct {
		rule    string
		changes []any
		reason  string // empty when accepted
	}{
		{"a missing iss is refused", []any{"iss", gone}, "trusted issuer"},
		{"an unknown iss is refused", []any{"iss", "https://attacker.example"}, "trusted issuer"},
		{"iss with an extra slash is refused", []any{"iss", testURL + "/"}, "trusted issuer"},
		{"iss as a list is refused", []any{"iss", []string{testURL}}, "trusted issuer"},
		{"iss under a name in another case is refused", []any{"iss", gone, "ISS", testURL}, "trusted issuer"},
		{"a claim that differs in case is another claim", []any{"Sub", "admin", "SUB", 1}, ""},

		{"a missing sub is refused", []any{"sub", gone}, "sub is missing"},
		{"an empty sub is refused", []any{"sub", ""}, "claim sub"},
		{"sub as a number is refused", []any{"sub", 7}, "claim sub"},
		{"sub null is refused", []any{"sub", nil}, "claim sub"},
		{"sub of 255 bytes is accepted", []any{"sub", strings.Repeat("a", 255)}, ""},
		{"sub of 256 bytes is refused", []any{"sub", strings.Repeat("a", 256)}, "claim sub"},
		{"sub with NUL is refused", []any{"sub", "admin\x00"}, "claim sub"},
		{"sub with a line break is refused", []any{"sub", "a\nb"}, "claim sub"},
		{"sub with a C1 control is refused", []any{"sub", "a\u0085b"}, "claim sub"},

		{"a missing aud is refused", []any{"aud", gone}, "aud is missing"},
		{"a different aud is refused", []any{"aud", "elsewhere"}, "another audience"},
		{"aud in another case is refused", []any{"aud", "Plenary"}, "another audience"},
		{"an empty list of aud is refused", []any{"aud", []string{}}, "another audience"},
		{"aud with a number in it is refused", []any{"aud", []any{"plenary", 1}}, "claim aud"},
		{"aud null is refused", []any{"aud", nil}, "claim aud"},
		{"aud as an object is refused", []any{"aud", map[string]any{"plenary": true}}, "claim aud"},

		{"a missing jti is refused in an access token", []any{"jti", gone}, "jti is missing"},
		{"a missing client_id is refused in an access token", []any{"client_id", gone}, "client_id is missing"},
		{"jti as a number is refused", []any{"jti", 1}, "claim jti"},
		{"an empty stakeholder is refused", []any{"stakeholder", ""}, "claim stakeholder"},
		{"stakeholder as a list is refused", []any{"stakeholder", []string{"a"}}, "claim stakeholder"},
		{"an empty scope is none", []any{"scope", ""}, ""},
		{"scope as a list is refused", []any{"scope", []string{"read"}}, "claim scope"},
		{"scope null is refused", []any{"scope", nil}, "claim scope"},
		{"scope with two spaces is refused", []any{"scope", "read  write"}, "claim scope"},
		{"scope with a space after it is refused", []any{"scope", "read "}, "claim scope"},
		{"scope with a tab is refused", []any{"scope", "read\twrite"}, "claim scope"},
		{"scope with a quote is refused", []any{"scope", `"read"`}, "claim scope"},
		{"scope of one space is refused", []any{"scope", " "}, "claim scope"},
		{"scope as a number is refused", []any{"scope", 1}, "claim scope"},
		{"a scope of five kilobytes is read", []any{"scope", strings.Repeat("a", 5000)}, ""},
		{"a word twice in scope is read", []any{"scope", "read read"}, ""},
		{"scp in place of scope is refused", []any{"scp", []string{"read"}}, "claim scp"},
		{"scp as a text in place of scope is refused", []any{"scp", "read"}, "claim scp"},
		{"scp beside scope is not read", []any{"scp", 7, "scope", "read"}, ""},
		{"scope beyond ASCII is refused", []any{"scope", "re\u00e4d"}, "claim scope"},
	} {
		t.Run(row.rule, func(t *testing.T) { checkClaims(t, row.changes, row.reason) })
	}
	for rule, payload := range map[string]string{
		"a duplicate claim is refused":             `{"iss":"` + testURL + `","sub":"a","sub":"b"}`,
		"a duplicate iss is refused":               `{"iss":"` + testURL + `","iss":"https://other.example"}`,
		"a duplicate in a nested claim is refused": `{"iss":"` + testURL + `","act":{"sub":"a","sub":"b"}}`,
	} {
		t.Run(rule, func(t *testing.T) {
			v := verifierAt(t, noon, testIssuer(edSigner))
			checkRefused(t, v, edSigner.raw(t, edSigner.header(), payload), "duplicate")
		})
	}
}

// A78: only exact, known strings in a list become roles.
func TestVerifyRoles(t *testing.T) {
	for _, row := range []struct {
		rule   string
		roles  any
		want   []string
		reason string
	}{
		{"no roles are no roles", gone, nil, ""},
		{"an empty list is no roles", []string{}, nil, ""},
		{"known roles pass", []string{"auditor", "steward"}, []string{"auditor", "steward"}, ""},
		{"a duplicate role counts once", []string{"steward", "steward"}, []string{"steward"}, ""},
		{"an unknown role is dropped", []string{"admin", "steward"}, []string{"steward"}, ""},
		{"another case is dropped", []string{"Steward", "STEWARD"}, nil, ""},
		{"a look-alike is dropped", []string{"ste\u0461ard", "st\u0435ward", "steward\u200b"}, nil, ""},
		{"spaces around it are not trimmed", []string{" steward", "steward "}, nil, ""},
		{"an empty role is dropped", []string{""}, nil, ""},
		{"a string is refused", "steward", nil, "claim roles"},
		{"several in a string are refused", "steward auditor", nil, "claim roles"},
		{"a nested list is refused", []any{[]string{"steward"}}, nil, "claim roles"},
		{"an object is refused", map[string]any{"steward": true}, nil, "claim roles"},
		{"a list with an object is refused", []any{"auditor", map[string]any{"name": "steward"}}, nil, "claim roles"},
		{"a list with a number is refused", []any{"auditor", 0}, nil, "claim roles"},
		{"null is refused", nil, nil, "claim roles"},
		{"a list with null is refused", []any{nil}, nil, "claim roles"},
		{"true is refused", true, nil, "claim roles"},
	} {
		t.Run(row.rule, func(t *testing.T) {
			v := verifierAt(t, noon, testIssuer(edSigner))
			compact := edSigner.token(t, goodClaims("roles", row.roles))
			if row.reason != "" {
				checkRefused(t, v, compact, row.reason)
				return
			}
			if diff := cmp.Diff(row.want, checkAccepted(t, v, compact).Roles); diff != "" {
				t.Errorf("Roles (-want +got):\n%s", diff)
			}
		})
	}
}

func checkClaims(t *testing.T, changes []any, reason string) {
	t.Helper()
	v := verifierAt(t, noon, testIssuer(edSigner))
	compact := edSigner.token(t, goodClaims(changes...))
	if reason == "" {
		checkAccepted(t, v, compact)
		return
	}
	checkRefused(t, v, compact, reason)
}

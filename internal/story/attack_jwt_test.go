package story_test

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/gql"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// forger makes tokens of the dev issuer and of others, which are valid except for what a row changes.
type forger struct {
	kid string
	key ed25519.PrivateKey // of the issuer itself
}

func (w *world) forger() *forger {
	w.t.Helper()
	block, _ := pem.Decode(must(os.ReadFile(w.devKey)))
	f := &forger{key: must(x509.ParsePKCS8PrivateKey(block.Bytes)).(ed25519.PrivateKey)}
	header, _, _ := strings.Cut(w.token(persona("admin")), ".")
	var h struct{ Kid string }
	if err := json.Unmarshal(must(base64.RawURLEncoding.DecodeString(header)), &h); err != nil {
		w.t.Fatal(err)
	}
	f.kid = h.Kid
	return f
}

// change sets members of a header or of claims; nil removes one.
type change map[string]any

func (c change) of(m map[string]any) string {
	maps.Copy(m, c)
	maps.DeleteFunc(m, func(_ string, v any) bool { return v == nil })
	return string(must(json.Marshal(m)))
}

func (f *forger) header(c change) string {
	return c.of(map[string]any{"alg": "EdDSA", "typ": "at+jwt", "kid": f.kid})
}

func (f *forger) claims(c change) string {
	return c.of(map[string]any{
		"iss": auth.DevURL, "aud": "plenary", "sub": "forged" + subjects, "client_id": "x", "jti": rand.Text(), "roles": []string{"admin"},
		"iat": start.Unix(), "exp": start.Unix() + 600,
	})
}

func segment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func (f *forger) sign(header, claims string) string {
	input := segment(header) + "." + segment(claims)
	return input + "." + segment(string(ed25519.Sign(f.key, []byte(input))))
}

func (f *forger) token(header, claims change) string {
	return f.sign(f.header(header), f.claims(claims))
}

func (f *forger) hmac(key []byte, header change) string {
	input := segment(f.header(header)) + "." + segment(f.claims(nil))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(input))
	return input + "." + segment(string(mac.Sum(nil)))
}

func TestTokenAttacks(t *testing.T) {
	onScene(t, func(t *testing.T, s *scene) {
		f := s.forger()
		if a := s.post(call{query: "{viewer{roles}}", token: f.token(nil, nil)}); !slices.Equal(rolesOf(a), []string{"ADMIN"}) {
			t.Fatalf("a valid token = %s, want an admin: the cases below would prove nothing", a.text)
		}
		s.rows = s.content() // the valid token has created its member
		for name, token := range forgeries(f) {
			t.Run(name, func(t *testing.T) {
				s.t = t
				for _, transport := range transports {
					a := transport.send(s.world, call{query: "{viewer{roles}}", token: token})
					if transport.name == "WS" {
						if a.closed != "4403 Forbidden" {
							t.Errorf("over WS = %s %s, want it closed with 4403", a.text, a.closed)
						}
						continue
					}
					if a.status != 401 || a.code() != gql.CodeUnauthenticated || !strings.HasPrefix(a.message, "the access token ") {
						t.Errorf("over %s = %d %s, want 401 and a sentence about the token", transport.name, a.status, a.text)
					}
					if got, want := a.header.Get("WWW-Authenticate"), fmt.Sprintf("Bearer error=\"invalid_token\", error_description=%q", a.message); got != want {
						t.Errorf("over %s: WWW-Authenticate = %q, want %q", transport.name, got, want)
					}
				}
			})
		}
		s.t = t
		s.checkUnchanged()
	})
}

func rolesOf(a answer) []string {
	roles := []string{}
	for _, r := range a.data.at("viewer", "roles").list() {
		roles = append(roles, r.text())
	}
	return roles
}

// forgeries are tokens that the server must refuse.
func forgeries(f *forger) map[string]string {
	public := f.key.Public().(ed25519.PublicKey)
	der := must(x509.MarshalPKIXPublicKey(public))
	_, attacker, _ := ed25519.GenerateKey(nil)
	other := &forger{kid: f.kid, key: attacker}
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": segment(string(attacker.Public().(ed25519.PublicKey)))}
	good := f.token(nil, nil)
	parts := strings.Split(good, ".")
	all := map[string]string{
		"A50 HS256 with the public key":        f.hmac(public, change{"alg": "HS256"}),
		"A50 HS256 with the public key as PEM": f.hmac(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), change{"alg": "HS256"}),
		"A50 HS256 with the public key as DER": f.hmac(der, change{"alg": "HS256"}),
		"A50 HS256 with no key":                f.hmac(nil, change{"alg": "HS256"}),
		"A52 a key in the header":              other.token(change{"jwk": jwk}, nil),
		"A52 a key set elsewhere":              other.token(change{"jku": "https://evil.example/keys"}, nil),
		"A52 a certificate elsewhere":          other.token(change{"x5u": "https://evil.example/cert", "x5c": []string{"AAAA"}}, nil),
		"A52 a path for a key":                 other.token(change{"kid": "../../dev/null"}, nil),
		"A52 SQL for a key":                    other.token(change{"kid": "' UNION SELECT 'x'--"}, nil),
		"another's signature":                  other.token(nil, nil),
		"a signature cut short":                good[:len(good)-4],
		"a signature of other claims":          parts[0] + "." + segment(f.claims(change{"sub": "x"})) + "." + parts[2],
		"another segment":                      good + ".AAAA",
		"two segments":                         parts[0] + "." + parts[1],
		"padding":                              good + "=",
		"no token at all":                      canary,
		"crit":                                 f.token(change{"crit": []string{"exp"}}, nil),
		"b64":                                  f.token(change{"crit": []string{"b64"}, "b64": false}, nil),
		"A54 no type":                          f.token(change{"typ": nil}, nil),
		"A54 an id token":                      f.token(change{"typ": "JWT"}, nil),
		"A54 a logout token":                   f.token(change{"typ": "logout+jwt"}, nil),
		"A54 a proof":                          f.token(change{"typ": "dpop+jwt"}, nil),
		"A55 no exp":                           f.token(nil, change{"exp": nil}),
		"A55 exp as text":                      f.token(nil, change{"exp": "9999999999"}),
		"A55 exp null":                         f.sign(f.header(nil), strings.Replace(f.claims(change{"exp": 7777}), "7777", "null", 1)),
		"A55 exp without end":                  f.sign(f.header(nil), strings.Replace(f.claims(change{"exp": 7777}), "7777", "1e300", 1)),
		"A55 exp a list":                       f.token(nil, change{"exp": []int{1}}),
		"A55 no iat":                           f.token(nil, change{"iat": nil}),
		"A56 expired 31 s ago":                 f.token(nil, change{"iat": start.Unix() - 600, "exp": start.Unix() - 31}),
		"A56 not valid for another 31 s":       f.token(nil, change{"nbf": start.Unix() + 31}),
		"A56 issued in 31 s":                   f.token(nil, change{"iat": start.Unix() + 31}),
		"A56 issued tomorrow":                  f.token(nil, change{"iat": start.Unix() + 86_400, "exp": start.Unix() + 86_500}),
		"A56 alive for a day":                  f.token(nil, change{"exp": start.Unix() + 86_400}),
		"another issuer":                       f.token(nil, change{"iss": "https://evil.example"}),
		"an issuer by half of its name":        f.token(nil, change{"iss": auth.DevURL + ".evil.example"}),
		"no issuer":                            f.token(nil, change{"iss": nil}),
		"another audience":                     f.token(nil, change{"aud": "somebody-else"}),
		"no audience":                          f.token(nil, change{"aud": nil}),
		"no subject":                           f.token(nil, change{"sub": nil}),
		"an empty subject":                     f.token(nil, change{"sub": ""}),
		"a subject that is a number":           f.token(nil, change{"sub": 7}),
		"a long subject":                       f.token(nil, change{"sub": strings.Repeat("x", 256)}),
		"a subject with a control character":   f.token(nil, change{"sub": "x\x00"}),
		"a claim twice":                        f.sign(f.header(nil), strings.Replace(f.claims(nil), `"sub":`, `"sub":"first","sub":`, 1)),
		"an alg twice":                         f.sign(strings.Replace(f.header(nil), `"alg":`, `"alg":"none","alg":`, 1), f.claims(nil)),
		"claims in another case":               f.sign(f.header(nil), strings.Replace(f.claims(nil), `"exp":`, `"EXP":`, 1)),
		"claims that are a list":               f.sign(f.header(nil), "["+f.claims(nil)+"]"),
		"nine kilobytes":                       f.token(nil, change{"pad": strings.Repeat("x", 9000)}),
		"A78 roles that are text":              f.token(nil, change{"roles": "admin"}),
		"A78 roles in a list of lists":         f.token(nil, change{"roles": []any{[]any{"admin"}}}),
		"A78 roles that are an object":         f.token(nil, change{"roles": map[string]any{"admin": true}}),
		"A78 roles of text and numbers":        f.token(nil, change{"roles": []any{"admin", 1}}),
		"A76 a party that does not exist":      f.token(nil, change{"stakeholder": "stakeholder_01h455vb4pex5vsknk084sn02q"}),
		"A76 a party that is something else":   f.token(nil, change{"stakeholder": "proposal_01h455vb4pex5vsknk084sn02q"}),
		"A76 a party that is SQL":              f.token(nil, change{"stakeholder": "' OR 1=1--"}),
		"A76 a list of parties":                f.token(nil, change{"stakeholder": []string{"stakeholder_01h455vb4pex5vsknk084sn02q"}}),
	}
	for _, alg := range []any{"none", "None", "nOnE", "NONE", "", nil, 0, "HS256", "RS256", "ES256", "eddsa", "Ed25519", []string{"EdDSA"}} {
		name := "A49 alg " + string(must(json.Marshal(alg)))
		all[name] = f.token(change{"alg": alg}, nil)
		all[name+" unsigned"] = segment(f.header(change{"alg": alg})) + "." + segment(f.claims(nil)) + "."
	}
	return all
}

func TestTimesOfTokensHaveThirtySecondsOfLeeway(t *testing.T) { // A56
	w := open(t, testdb.SQLite(t), nil)
	f := w.forger()
	for name, c := range map[string]change{
		"expired 29 s ago":       {"iat": start.Unix() - 600, "exp": start.Unix() - 29},
		"valid in 30 s":          {"nbf": start.Unix() + 30},
		"issued in 30 s":         {"iat": start.Unix() + 30},
		"alive for an hour":      {"exp": start.Unix() + 3600},
		"exp with a fraction":    {"exp": float64(start.Unix()) + 600.5},
		"an audience among some": {"aud": []string{"x", "plenary"}},
	} {
		if a := w.post(call{query: "{viewer{roles}}", token: f.token(nil, c)}); a.status != 200 {
			t.Errorf("%s: %d %s, want it accepted", name, a.status, a.text)
		}
	}
}

func TestRolesNeverWiden(t *testing.T) { // A76, A78
	onScene(t, func(t *testing.T, s *scene) {
		f := s.forger()
		authority, firm := s.id("Consumer Markets"), s.id("Northwind")
		for _, tt := range []struct {
			rule   string
			claims change
			want   []string
		}{
			{"unknown roles grant nothing", change{"roles": []string{"root", "superuser", "*", "ALL", "admin "}}, []string{}},
			{"a role in another case is not a role", change{"roles": []string{"Admin", "ADMIN", "aDmin"}}, []string{}},
			{"a text that looks like a role is not a role", change{"roles": []string{"аdmin", "admin\u200b", "ａｄｍｉｎ", "admi\u006e\u0303"}}, []string{}},
			{"a token cannot grant the internal roles of the policy", change{"roles": []string{"(system)", "(signed in)"}}, []string{}},
			{"an unknown role does not remove a known one", change{"roles": []string{"root", "auditor"}}, []string{"AUDITOR"}},
			{"a regulator is not a customer", change{"roles": []string{"customer", "regulator"}, "stakeholder": authority, "sub": "r1" + subjects}, []string{"REGULATOR"}},
			{"a firm is in no other chamber", change{"roles": []string{"customer", "firm", "regulator", "ngo", "academic"}, "stakeholder": firm, "sub": "f1" + subjects}, []string{"FIRM"}},
			{"without a party there is no chamber", change{"roles": []string{"firm", "regulator", "facilitator"}, "sub": "n1" + subjects}, []string{"FACILITATOR"}},
			{"unknown claims grant nothing", change{"roles": []string{}, "chambers": []string{"ALL"}, "role": "admin", "admin": true, "sub": "c1" + subjects}, []string{}},
		} {
			a := s.post(call{query: "{viewer{roles}}", token: f.token(nil, tt.claims)})
			if diff := cmp.Diff(tt.want, rolesOf(a)); diff != "" {
				t.Errorf("%s: roles (-want +got):\n%s", tt.rule, diff)
			}
		}
		// The server refuses what an ignored role would allow.
		spoof := f.token(nil, change{"roles": []string{"customer"}, "stakeholder": authority, "sub": "r2" + subjects})
		a := s.post(call{query: `mutation{voteOnComment(input: {id: "` + s.id("Night workers") + `", choice: AGREE}){userErrors{code}}}`, token: spoof})
		if category(a.code()) != gql.CodeForbidden {
			t.Errorf("a regulator votes as a customer: %s, want ROLE", a.text)
		}
	})
}

func TestASocketEndsWithItsToken(t *testing.T) { // A85
	w := open(t, testdb.SQLite(t), func(c *app.Config) { c.Clock = clock.System{} })
	w.fill()
	now := time.Now()
	// Its thirty seconds of leeway end in two seconds.
	token := w.forger().token(nil, change{"iat": now.Unix() - 600, "exp": now.Unix() - 28, "sub": "late" + subjects})
	s, _ := w.socket(token, nil)
	if err := s.start("1", call{query: "subscription{acts{cursor}}"}); err != nil {
		t.Fatal(err)
	}
	if f := s.read(); f.closed != "4401 Token expired" {
		t.Errorf("got %+v, want the socket closed with 4401 when the token expires", f)
	}
}

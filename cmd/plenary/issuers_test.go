package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/app"
)

// issuerKey is the public half of a key that nobody has.
const issuerKey = `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","alg":"EdDSA","use":"sig","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`

// issuersFile writes a file for --issuers. Each text is what an issuer has besides its URL and keys.
func issuersFile(t *testing.T, more map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	keys, path := filepath.Join(dir, "keys.json"), filepath.Join(dir, "issuers.yaml")
	text := ""
	for url, one := range more {
		text += "- url: " + url + "\n  audience: [plenary, other]\n  algorithms: [EdDSA]\n  keys-file: " + keys + "\n" + one
	}
	for name, content := range map[string]string{keys: issuerKey, path: text} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestWhoSignsPeopleIn(t *testing.T) {
	const id, other = "https://id.example", "https://other.example"
	for _, tt := range []struct {
		rule string
		more map[string]string
		want *app.SignIn
		err  string
	}{
		{"nobody", map[string]string{id: ""}, nil, ""},
		{
			"the usual settings",
			map[string]string{other: "", id: "  console: {client-id: console}\n"},
			&app.SignIn{Issuer: id, ClientID: "console", Audience: "plenary", Scopes: []string{"openid", "offline_access"}}, "",
		},
		{
			"settings of one's own",
			map[string]string{id: "  console: {client-id: console, audience: other, scopes: [openid]}\n"},
			&app.SignIn{Issuer: id, ClientID: "console", Audience: "other", Scopes: []string{"openid"}}, "",
		},
		{"without a client", map[string]string{id: "  console: {}\n"}, nil, "give the client-id"},
		{"with a secret", map[string]string{id: "  console: {client-id: console, client-secret: hush}\n"}, nil, "client-secret"},
		{"two scopes in one word", map[string]string{id: "  console: {client-id: console, scopes: [openid profile]}\n"}, nil, "each scope is one word"},
		{"two issuers", map[string]string{id: "  console: {client-id: a}\n", other: "  console: {client-id: b}\n"}, nil, "at one issuer"},
	} {
		_, got, err := readIssuers(issuersFile(t, tt.more))
		if tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
			t.Errorf("%s: %v, want %q", tt.rule, err, tt.err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.rule, diff)
		}
	}
}

func TestWrongSettingsOfTheConsoleAreRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, tt := range []struct {
		flags []string
		says  string
	}{
		{[]string{"--languages", "en,French"}, `--languages: "French" is no BCP 47 tag`},
		{[]string{"--languages", "en_GB"}, "--languages"},
		{[]string{"--privacy-url", "javascript:alert(1)"}, "--privacy-url: expected a URL"},
		{[]string{"--accessibility-url", "/about"}, "--accessibility-url: expected a URL"},
		{[]string{"--issuers", issuersFile(t, map[string]string{"https://id.example": "  admits: [people]\n"})}, `admits "people", which is no kind of party`},
	} {
		code, _, errs := call(t, nil, append([]string{"serve", "--listen", "127.0.0.1:0", "--admin-listen", ""}, tt.flags...)...)
		if code != exitConfig || !strings.Contains(errs, tt.says) {
			t.Errorf("%v: exit %d, %s, want %q", tt.flags, code, errs, tt.says)
		}
	}
}

package story_test

import (
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// The client that a token names, and the issuer that says so, decide whose allowance counts.
func TestATokensClientHasItsAllowance(t *testing.T) {
	w := open(t, testdb.SQLite(t), func(c *app.Config) {
		c.Rates = server.Rates{Subject: server.Allowance{PerMinute: 60, Burst: 100}}
		c.Clients = []server.Client{
			{Name: "gateway", Issuer: auth.DevURL, ID: "gw", Allowance: server.Allowance{PerMinute: 600, Burst: 1000}},
			{Name: "other", Issuer: "https://other.example", ID: "other", Allowance: server.Allowance{PerMinute: 600, Burst: 1000}},
		}
	})
	w.fill()
	f := w.forger()
	for client, want := range map[string]string{"gw": `"client";q=1000`, "other": `"subject";q=100`, "x": `"subject";q=100`} {
		a := w.post(call{query: "{viewer{roles}}", token: f.token(nil, change{"client_id": client})})
		if got := a.header.Get("RateLimit-Policy"); !strings.HasPrefix(got, want) {
			t.Errorf("a token of client %s has the allowance %s, want %s", client, got, want)
		}
	}
}

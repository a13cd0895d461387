package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/console"
)

// pages looks whether the pages were built, and whether people can sign in to the console.
func pages(ctx context.Context, cfg app.Config) []finding {
	built := finding{what: "console and explorer"}
	if !console.Built() || !console.HasExplorer() {
		built.wrong, built.remedy = "not built", "install Node 20 and npm, run make web, and build again"
	}
	in := cfg.Console.SignIn
	switch {
	case in == nil && cfg.Mode != "production":
		return []finding{built}
	case in == nil:
		return []finding{built, {
			what: "sign-in", wrong: "nobody can sign in to the console", note: true, remedy: "give one of the issuers in the file of --issuers the key console",
		}}
	case cfg.PublicURL == "":
		return []finding{built, {what: "sign-in at " + in.Issuer, wrong: "not checked", note: true, remedy: "say with --public-url where people reach the console"}}
	}
	u, err := url.Parse(cfg.PublicURL)
	if err != nil {
		return []finding{built} // the settings are wrong, and that was said
	}
	c := signInCheck{in: *in, origin: u.Scheme + "://" + u.Host, client: &http.Client{
		Timeout:       5 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	return append([]finding{built}, c.findings(ctx, cfg.Mode == "dev")...)
}

// signInCheck asks an issuer what a browser would ask that shows the console.
type signInCheck struct {
	in     app.SignIn
	origin string // of the console
	client *http.Client
}

func (c signInCheck) findings(ctx context.Context, devMode bool) []finding {
	e, err := auth.Discover(ctx, c.client, c.in.Issuer, c.origin, devMode)
	what := "sign-in at " + c.in.Issuer
	if err != nil {
		return []finding{found(what, err, "check the issuer's url, and let it allow the origin "+c.origin)}
	}
	all := []finding{{what: what}, c.redirect(ctx, e.Authorization)}
	for _, endpoint := range []struct{ name, url string }{{"token endpoint", e.Token}, {"revocation endpoint", e.Revocation}} {
		if endpoint.url != "" {
			all = append(all, found(endpoint.name+" "+endpoint.url, c.preflight(ctx, endpoint.url), "let the issuer allow the origin "+c.origin+" there (CORS)"))
		}
	}
	return all
}

// silent are the errors with which an issuer answers that nobody is signed in there now.
var silent = []string{"", "login_required", "interaction_required", "consent_required", "account_selection_required"}

// redirect asks for a code without showing anything. An issuer that knows the client and the address sends the browser back to it.
func (c signInCheck) redirect(ctx context.Context, endpoint string) finding {
	back, state := c.origin+"/signed-in", rand.Text()
	f := finding{what: "redirect to " + back, remedy: fmt.Sprintf("register %s at the issuer as a redirect address of the public client %s, with PKCE", back, c.in.ClientID)}
	u, err := url.Parse(endpoint)
	if err != nil {
		return found(f.what, err, f.remedy)
	}
	challenge := sha256.Sum256([]byte(rand.Text()))
	q := u.Query()
	for name, value := range map[string]string{
		"client_id": c.in.ClientID, "redirect_uri": back, "response_type": "code", "scope": strings.Join(c.in.Scopes, " "), "state": state,
		"audience": c.in.Audience, "resource": c.in.Audience, "prompt": "none",
		"code_challenge": base64.RawURLEncoding.EncodeToString(challenge[:]), "code_challenge_method": "S256",
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	u.RawQuery = q.Encode()
	said, err := c.ask(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return found(f.what, err, f.remedy)
	}
	switch {
	case said.to != nil && strings.HasPrefix(said.to.String(), back+"?") && said.to.Query().Get("state") == state:
		if word := said.to.Query().Get("error"); !slices.Contains(silent, word) {
			f.wrong = fmt.Sprintf("the issuer answers %q (%.200s)", word, said.to.Query().Get("error_description"))
		}
	case said.status >= 400:
		f.wrong = fmt.Sprintf("the issuer answers %d: it does not know the client %s, or not with this address", said.status, c.in.ClientID)
	default:
		f.wrong, f.note = "the issuer shows a page of its own, so that this cannot be told from here", true
		f.remedy = "sign in once with a browser"
	}
	return f
}

// preflight asks what a browser asks before it lets a page send a form elsewhere.
func (c signInCheck) preflight(ctx context.Context, endpoint string) error {
	said, err := c.ask(ctx, http.MethodOptions, endpoint, map[string]string{
		"Origin": c.origin, "Access-Control-Request-Method": http.MethodPost, "Access-Control-Request-Headers": "content-type",
	})
	switch {
	case err != nil:
		return err
	case said.status >= 300:
		return fmt.Errorf("the preflight of %s is answered with %d", c.origin, said.status)
	case !auth.ReadableBy(said.header, c.origin):
		return errors.New("the answer to the preflight lacks Access-Control-Allow-Origin for " + c.origin)
	}
	return nil
}

// reply is an answer without its body.
type reply struct {
	status int
	header http.Header
	to     *url.URL // where it redirects; nil if it does not
}

func (c signInCheck) ask(ctx context.Context, method, to string, header map[string]string) (reply, error) {
	req, err := http.NewRequestWithContext(ctx, method, to, nil)
	if err != nil {
		return reply{}, err
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	said := reply{status: resp.StatusCode, header: resp.Header}
	if at, err := resp.Location(); err == nil {
		said.to = at
	}
	return said, nil
}

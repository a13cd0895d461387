package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// maxDiscovery bounds a discovery document; those of large providers have a few kilobytes.
const maxDiscovery = 256 << 10

// Endpoints are where programs on which people sign in talk to an issuer, as it publishes them (OpenID Connect Discovery 1.0).
type Endpoints struct {
	Discovery     string // the document itself
	Authorization string // where the browser goes
	Token         string
	Revocation    string // empty if the issuer takes no tokens back
}

// Discover reads an issuer's discovery document, in at most five seconds and 256 KiB and without following a redirect. With an origin it
// asks as a page of that origin would, and fails if the page could not read the answer. http is for dev mode and a loopback address.
func Discover(ctx context.Context, client *http.Client, issuer, origin string, devMode bool) (Endpoints, error) {
	e, err := discover(ctx, client, issuer, origin, devMode)
	if err != nil {
		return Endpoints{}, fmt.Errorf("discover issuer %s: %w", issuer, err)
	}
	return e, nil
}

func discover(ctx context.Context, client *http.Client, issuer, origin string, devMode bool) (Endpoints, error) {
	e := Endpoints{Discovery: strings.TrimRight(issuer, "/") + "/.well-known/openid-configuration"}
	if _, err := originOf(e.Discovery, devMode); err != nil {
		return e, err
	}
	raw, err := fetchDiscovery(ctx, client, e.Discovery, origin)
	if err != nil {
		return e, err
	}
	var said struct {
		Issuer        string `json:"issuer"`
		Authorization string `json:"authorization_endpoint"`
		Token         string `json:"token_endpoint"`
		Revocation    string `json:"revocation_endpoint"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return e, errors.New("the document is not JSON of the expected form")
	}
	if said.Issuer != issuer {
		return e, fmt.Errorf("the document is of another issuer: %.200q", said.Issuer)
	}
	e.Authorization, e.Token, e.Revocation = said.Authorization, said.Token, said.Revocation
	for name, endpoint := range map[string]string{"authorization_endpoint": e.Authorization, "token_endpoint": e.Token, "revocation_endpoint": e.Revocation} {
		if endpoint == "" && name == "revocation_endpoint" {
			continue
		}
		if _, err := originOf(endpoint, devMode); err != nil {
			return e, fmt.Errorf("%s: %w", name, err)
		}
	}
	return e, nil
}

func fetchDiscovery(ctx context.Context, client *http.Client, from, origin string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	request.Close = true
	request.Header.Set("Accept", "application/json")
	if origin != "" {
		request.Header.Set("Origin", origin)
	}
	response, err := fetchClient(client).Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	if origin != "" && !ReadableBy(response.Header, origin) {
		return nil, fmt.Errorf("pages of %s may not read the answer: it lacks Access-Control-Allow-Origin", origin)
	}
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxDiscovery+1))
	if err == nil && len(raw) > maxDiscovery {
		err = fmt.Errorf("more than %d bytes", maxDiscovery)
	}
	return raw, err
}

// ReadableBy tells whether an answer lets pages of an origin read it.
func ReadableBy(h http.Header, origin string) bool {
	allowed := h.Get("Access-Control-Allow-Origin")
	return allowed == "*" || allowed == origin
}

// Origins are the origins that a page calls when somebody signs in, renews a token or signs out, as a content security policy names them.
func (e Endpoints) Origins() []string {
	var all []string
	for _, endpoint := range []string{e.Discovery, e.Token, e.Revocation} {
		if origin, err := originOf(endpoint, true); err == nil {
			all = append(all, origin)
		}
	}
	return all
}

// plainHost is a host that stands for itself in a content security policy: without wildcards, and without what separates directives.
var plainHost = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`)

// originOf gives the origin of an endpoint that a page may call.
func originOf(endpoint string, devMode bool) (string, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.User != nil || u.Fragment != "" {
		return "", fmt.Errorf("%.200q is not an absolute URL without user and fragment", endpoint)
	}
	host := strings.ToLower(u.Host)
	if !plainHost.MatchString(host) {
		return "", fmt.Errorf("%.200q has no host that is a name or an IPv4 address", endpoint)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !devMode || !isLoopback(u.Hostname())) {
		return "", fmt.Errorf("%.200q is not https", endpoint)
	}
	return u.Scheme + "://" + host, nil
}

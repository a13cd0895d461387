package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
)

// issuerFile is one entry of the list in the file that --issuers names.
type issuerFile struct {
	URL        string       `yaml:"url"`
	Audience   []string     `yaml:"audience"`
	Algorithms []string     `yaml:"algorithms"`
	JWKS       string       `yaml:"jwks"`
	KeysFile   string       `yaml:"keys-file"`
	Types      []string     `yaml:"types"`
	Roles      []string     `yaml:"roles"`
	Parties    []string     `yaml:"parties"`
	Admits     []string     `yaml:"admits"`
	Console    *consoleFile `yaml:"console"`
}

// consoleFile says that people sign in to the console at an issuer, and how.
type consoleFile struct {
	ClientID string   `yaml:"client-id"`
	Audience string   `yaml:"audience"`
	Scopes   []string `yaml:"scopes"`
}

// usualScopes are for tokens that the console can renew.
var usualScopes = []string{"openid", "offline_access"}

// readIssuers reads the issuers, and which of them is the console's; nil for none.
func readIssuers(path string) ([]auth.Issuer, *app.SignIn, error) {
	if path == "" {
		return nil, nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("--issuers: %w", err)
	}
	defer f.Close()
	var list []issuerFile
	if err := yaml.NewDecoder(f, yaml.DisallowUnknownField()).Decode(&list); err != nil {
		return nil, nil, fmt.Errorf("--issuers: %s: %s", path, yaml.FormatError(err, false, false))
	}
	issuers := make([]auth.Issuer, len(list))
	var signIn *app.SignIn
	for i, in := range list {
		if issuers[i], err = in.issuer(); err != nil {
			return nil, nil, fmt.Errorf("--issuers: %s: issuer %s: %w", path, in.URL, err)
		}
		if in.Console == nil {
			continue
		}
		if signIn != nil {
			return nil, nil, fmt.Errorf("--issuers: %s: people sign in to the console at one issuer, and both %s and %s have the key console", path, signIn.Issuer, in.URL)
		}
		if signIn, err = in.signIn(); err != nil {
			return nil, nil, fmt.Errorf("--issuers: %s: issuer %s: %w", path, in.URL, err)
		}
	}
	return issuers, signIn, nil
}

func (in issuerFile) issuer() (auth.Issuer, error) {
	out := auth.Issuer{
		URL: in.URL, Audience: in.Audience, Algorithms: in.Algorithms, JWKSURL: in.JWKS, Types: in.Types, Roles: in.Roles, Parties: in.Parties, Admits: in.Admits,
	}
	for _, role := range in.Roles {
		if !slices.Contains(app.AllRoles(), role) {
			return out, fmt.Errorf("there is no role %q; there are %s", role, strings.Join(app.AllRoles(), ", "))
		}
	}
	var err error
	if in.KeysFile != "" {
		out.StaticKeys, err = os.ReadFile(in.KeysFile)
	}
	return out, err
}

func (in issuerFile) signIn() (*app.SignIn, error) {
	c := in.Console
	if c.ClientID == "" {
		return nil, errors.New("console: give the client-id under which the issuer knows the console")
	}
	s := &app.SignIn{Issuer: in.URL, ClientID: c.ClientID, Audience: c.Audience, Scopes: c.Scopes}
	if s.Audience == "" && len(in.Audience) > 0 {
		s.Audience = in.Audience[0]
	}
	if len(s.Scopes) == 0 {
		s.Scopes = usualScopes
	}
	if slices.ContainsFunc(s.Scopes, func(scope string) bool { return scope == "" || strings.ContainsAny(scope, " \"\\") }) {
		return nil, errors.New("console: each scope is one word")
	}
	return s, nil
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/demo"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var systemClock = clock.System{}

// chamberPersonas are shown at start, one per chamber.
var chamberPersonas = []string{"customer", "firm", "regulator", "ngo", "academic"}

type tokenCmd struct {
	As          string        `help:"A person of the example: customer, firm, regulator, ngo, academic, facilitator, admin, auditor … @demo." placeholder:"NAME@demo" xor:"who"`
	Subject     string        `help:"Any other subject, instead of a person of the example." xor:"who"`
	Roles       []string      `help:"Roles of the subject."`
	Scopes      []string      `help:"Scopes that bound what the token can do, such as events:read; plenary policy lists them."`
	Stakeholder string        `help:"Id of the party that the subject acts for." placeholder:"ID"`
	Lifetime    time.Duration `help:"How long the token is valid, at most 1h." default:"1h"`
	Database    string        `help:"Database of the server; the dev key is next to it." default:"sqlite://./data/plenary.db"`
	DevKey      string        `help:"File with the dev issuer's key. Default: next to the database." placeholder:"FILE"`
	Mode        string        `help:"Must be dev: there are no dev tokens in production." default:"dev" enum:"dev,production"`
}

// Run prints one token.
func (c *tokenCmd) Run(s streams) error {
	if c.Mode != "dev" {
		return misconfigured{fmt.Errorf("dev tokens are made in dev mode only")}
	}
	if c.Lifetime <= 0 || c.Lifetime > time.Hour {
		return fmt.Errorf("--lifetime: a token is valid for at most 1h")
	}
	who := auth.Identity{Subject: c.Subject, Roles: c.Roles, Stakeholder: c.Stakeholder}
	for _, r := range c.Roles {
		if !slices.Contains(app.AllRoles(), r) {
			return fmt.Errorf("--roles: there is no role %q; there are %s", r, strings.Join(app.AllRoles(), ", "))
		}
	}
	for _, scope := range c.Scopes {
		if policy.ScopesOf([]string{scope}) == nil {
			return fmt.Errorf("--scopes: there is no scope %q; plenary policy lists those there are", scope)
		}
	}
	switch {
	case c.As != "":
		p, err := persona(c.As)
		if err != nil {
			return err
		}
		who = app.IdentityOf(p)
	case c.Subject == "":
		return fmt.Errorf("give --as, such as regulator@demo, or --subject with --roles")
	}
	if c.Scopes != nil {
		who.Scopes = c.Scopes
	}
	file := app.DevKeyFile(c.Database, c.DevKey)
	dev, err := auth.ReadDevIssuer(file, systemClock)
	if errors.Is(err, fs.ErrNotExist) {
		return misconfigured{fmt.Errorf("there is no key of a dev server at %s: start the server once, or name its database or key with --database or --dev-key", file)}
	}
	if err != nil {
		return err
	}
	token, err := dev.Mint(who, c.Lifetime)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, token)
	return err
}

func persona(as string) (demo.Persona, error) {
	name, ok := strings.CutSuffix(as, "@demo")
	if p, found := demo.PersonaOf(name); ok && found {
		return p, nil
	}
	var names []string
	for _, p := range demo.Personas {
		names = append(names, p.Subject())
	}
	return demo.Persona{}, fmt.Errorf("--as: there is no %q; there are %s", as, strings.Join(names, ", "))
}

func mint(dev *auth.DevIssuer, p demo.Persona) (string, error) {
	return dev.Mint(app.IdentityOf(p), time.Hour)
}

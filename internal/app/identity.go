package app

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// AllRoles are the roles an issuer may grant when nothing narrower is configured.
func AllRoles() []string {
	roles := make([]string, len(policy.Roles))
	for i, r := range policy.Roles {
		roles[i] = string(r)
	}
	return roles
}

// AllKinds are the kinds of party.
var AllKinds = []enum.StakeholderKind{
	enum.StakeholderKindFirm, enum.StakeholderKindCustomer, enum.StakeholderKindRegulator, enum.StakeholderKindNgo, enum.StakeholderKindAcademicInstitution,
}

// identify sets up who is believed: the configured issuers, and in dev mode the dev issuer.
func (a *App) identify() error {
	issuers := slices.Clone(a.config.Issuers)
	if a.config.Mode == "dev" {
		dev, err := auth.OpenDevIssuer(DevKeyFile(a.config.Database, a.config.DevKey), a.config.Clock)
		if err != nil {
			return fmt.Errorf("open the dev issuer: %w", err)
		}
		a.Dev = dev
		issuers = append(issuers, dev.Issuer(AllRoles()...))
	}
	var err error
	if a.reaches, err = ReachesOf(issuers); err != nil {
		return err
	}
	admits, err := AdmitsOf(issuers)
	if err != nil {
		return err
	}
	a.Domains.Parties.Use(admits)
	a.verifier, err = auth.NewVerifier(auth.Config{
		Issuers: issuers, Clock: a.config.Clock, Logger: a.config.Log, HTTPClient: a.config.HTTP, DevMode: a.config.Mode == "dev",
		Revoked: func(ctx context.Context, i auth.Identity) (bool, error) {
			return a.Domains.Parties.Revoked(ctx, a.claims(i))
		},
	})
	return err
}

// Health tells what is known of each issuer's keys.
func (a *App) Health() []auth.Health { return a.verifier.Health() }

// identityFrom is the token's identity behind the actor of a context.
func identityFrom(ctx context.Context) (auth.Identity, bool) {
	id, ok := policy.SeatFrom(ctx).Proof().(auth.Identity)
	return id, ok
}

// authenticate turns a bearer token into the actor of the context. Without one the actor is a visitor.
func (a *App) authenticate(ctx context.Context, bearer string, _ *http.Request) (context.Context, server.Session, error) {
	if bearer == "" {
		return policy.WithActor(ctx, policy.Anonymous), server.Session{}, nil
	}
	id, err := a.verifier.Verify(ctx, bearer)
	if err != nil {
		return ctx, server.Session{}, err
	}
	c := a.claims(id)
	if id.Stakeholder != "" && c.Stakeholder == uuid.Nil {
		return ctx, server.Session{}, fault.New(fault.Unauthenticated, party.ForeignParty)
	}
	actor, err := a.Domains.Parties.Provision(ctx, c)
	if err != nil && !fault.Is(err, fault.Unauthenticated) {
		// Whatever kept us from looking, the token is not to blame: a client that heard so would throw it away.
		err = fault.Wrap(fault.Unavailable, err, "who the token speaks for cannot be looked up now")
	}
	if err != nil {
		return ctx, server.Session{}, err
	}
	ctx = policy.WithProof(ctx, actor, id)
	session := server.Session{
		Subject: id.Issuer + " " + id.Subject, Issuer: id.Issuer, Client: id.ClientID, Expires: id.ExpiresAt.Add(auth.Leeway),
	}
	if actor.Stakeholder != uuid.Nil {
		session.Organisation = actor.Stakeholder.String()
	}
	return ctx, session, nil
}

// recheck ends a socket whose token was revoked, or whose party has changed since: it would act with rights it lost. A
// database that does not answer is no reason to end it.
func (a *App) recheck(ctx context.Context) error {
	id, ok := identityFrom(ctx)
	if !ok {
		return nil
	}
	c := a.claims(id)
	revoked, err := a.Domains.Parties.Revoked(ctx, c)
	if err == nil && revoked {
		return fault.New(fault.Unauthenticated, "the access token was revoked")
	}
	now, err := a.Domains.Parties.Provision(ctx, c)
	if fault.Is(err, fault.Unauthenticated) {
		return err
	}
	was := policy.ActorFrom(ctx)
	if err == nil && (now.Stakeholder != was.Stakeholder || now.Status != was.Status || now.Kind != was.Kind || !slices.Equal(now.Roles, was.Roles) || !slices.Equal(now.Scopes, was.Scopes)) {
		return fault.New(fault.Unauthenticated, "the rights of the token or its party have changed")
	}
	return nil
}

// ReachesOf reads from the settings for which parties each issuer may speak besides its own.
func ReachesOf(issuers []auth.Issuer) (map[string]party.Reach, error) {
	reaches := make(map[string]party.Reach, len(issuers))
	for _, i := range issuers {
		var r party.Reach
		for _, text := range i.Parties {
			if text == auth.AnyParty {
				r.All = true
				continue
			}
			id, err := typeid.Parse("stakeholder", text)
			if err != nil {
				return nil, fmt.Errorf("issuer %q: %q is no id of a party; give ids such as stakeholder_01h455vb4pex5vsknk084sn02q, or %q for all", i.URL, text, auth.AnyParty)
			}
			r.Parties = append(r.Parties, id)
		}
		reaches[i.URL] = r
	}
	return reaches, nil
}

// AdmitsOf reads from the settings the registrations of which kinds are admitted at once, by issuer.
func AdmitsOf(issuers []auth.Issuer) (party.Admitting, error) {
	admits := party.Admitting{}
	for _, i := range issuers {
		for _, word := range i.Admits {
			at := slices.IndexFunc(AllKinds, func(kind enum.StakeholderKind) bool {
				role, _ := policy.ChamberRole(string(kind))
				return string(role) == word
			})
			if at < 0 {
				return nil, fmt.Errorf("issuer %q: it admits %q, which is no kind of party: there are firm, customer, regulator, ngo and academic", i.URL, word)
			}
			admits[i.URL] = append(admits[i.URL], AllKinds[at])
		}
	}
	return admits, nil
}

func (a *App) claims(i auth.Identity) party.Claims {
	c := party.Claims{
		Reach:  a.reaches[i.Issuer],
		Issuer: i.Issuer, Subject: i.Subject, TokenID: i.TokenID, Roles: i.Roles, Scopes: i.Scopes, IssuedAt: i.IssuedAt,
	}
	if i.Stakeholder != "" {
		if key, err := typeid.Parse("stakeholder", strings.TrimSpace(i.Stakeholder)); err == nil {
			c.Stakeholder = key
		}
	}
	return c
}

package main

import (
	"context"
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

type revokeCmd struct {
	databaseFlags
	Issuer  string `help:"The issuer of the token or of the person's tokens (iss)." placeholder:"URL"`
	Subject string `help:"The person at that issuer (sub)."`
	TokenID string `help:"One token of that issuer (jti)." name:"token-id"`
	Member  string `help:"The person by its member's or customer's id, instead of issuer and subject." placeholder:"ID"`
	Role    string `help:"Take only this role from the person."`
	Reason  string `help:"Why; it is kept in the act." required:""`
}

// Run takes back what was issued until now. The servers see it in the database; on SQLite, which one process uses, an admin's
// mutation revokeAccess does the same while the server runs.
func (c *revokeCmd) Run(ctx context.Context, s streams) error {
	r := party.Revoking{Issuer: c.Issuer, Subject: c.Subject, TokenID: c.TokenID, Role: policy.Role(c.Role), Reason: c.Reason}
	if c.Member != "" {
		id, err := typeid.ParseAny(c.Member)
		switch {
		case err == nil && id.Noun == "member":
			r.Member = id.UUID
		case err == nil && id.Noun == "stakeholder":
			r.Customer = id.UUID
		default:
			return misconfigured{fmt.Errorf("--member: %q is no id of a member or a customer", c.Member)}
		}
	}
	return c.withLog(ctx, false, func(st *store.Store, l *actlog.Log) error {
		if err := l.CheckKeys(ctx); err != nil {
			return err
		}
		if err := l.Examine(ctx); err != nil { // nothing is added to a log that has lost acts
			return err
		}
		done, err := party.New(st, l, systemClock).RevokeAccess(policy.WithActor(ctx, policy.SystemActor("revoke")), r)
		if err != nil {
			return err
		}
		if _, err := l.Drain(ctx); err != nil {
			return fmt.Errorf("it is revoked, but the log is not up to date; a server will complete it: %w", err)
		}
		fmt.Fprintf(s.out, "%s\nRefused everywhere within 5 seconds. The issuer must stop granting it, too.\n", typeid.New("act", done.Act))
		return nil
	})
}

package party

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/member"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Revoking says what is to be taken back: one token, all tokens of a person, or one role of a person.
type Revoking struct {
	Member, Customer         uuid.UUID // the person by its member or its party; Nil for none
	Issuer, Subject, TokenID string
	Role                     policy.Role
	Reason                   string
}

// Check refuses what names nobody, or more than one.
func (r Revoking) Check() error {
	var f fault.Form
	f.Text("reason", r.Reason, 2000)
	named := r.Member != uuid.Nil || r.Customer != uuid.Nil
	switch {
	case named && (r.Issuer != "" || r.Subject != "" || r.TokenID != ""):
		f.Refuse("member", enum.UserErrorCodeExclusive, "name the person either by its member or by issuer and subject")
	case !named && r.Issuer == "":
		f.Refuse("issuer", enum.UserErrorCodeRequired, "name a member, or an issuer with a subject or a token id")
	case !named && r.Subject == "" && r.TokenID == "":
		f.Refuse("subject", enum.UserErrorCodeRequired, "name a subject or a token id of the issuer")
	case !named && r.Subject != "" && r.TokenID != "":
		f.Refuse("subject", enum.UserErrorCodeExclusive, "name either a subject or a token id of the issuer")
	case r.TokenID != "" && r.Role != "":
		f.Refuse("role", enum.UserErrorCodeExclusive, "a role is taken from a person, not from one token")
	}
	if r.Role != "" && !slices.Contains(policy.Roles, r.Role) {
		f.Refuse("role", enum.UserErrorCodeInvalid, "there is no role %q", r.Role)
	}
	return f.Err()
}

// RevokeAccess takes back a token, a person's tokens or a person's role: those issued until now. Every replica sees it within
// revokedFor. The reason stays in the act, which only oversight reads: it may speak of a person.
func (s *Service) RevokeAccess(ctx context.Context, r Revoking) (*act.Result, error) {
	result, err := s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (act.Entry, error) {
		if err := policy.Check(ctx, policy.RevokeAccess, policy.Subject{Resource: policy.Access}); err != nil {
			return act.Entry{}, err
		}
		if err := r.Check(); err != nil {
			return act.Entry{}, err
		}
		return s.revokeAccess(ctx, tx, r)
	})
	if err == nil {
		s.revoked.expire()
	}
	return result, err
}

func (s *Service) revokeAccess(ctx context.Context, tx *db.Tx, r Revoking) (act.Entry, error) {
	now := s.clock.Now()
	row := tx.Revocation.Create().SetCreatedAt(now).SetRole(string(r.Role))
	payload := map[string]any{"role": r.Role}
	if r.TokenID != "" {
		row.SetIssuer(r.Issuer).SetTokenID(r.TokenID)
		payload["issuer"], payload["token_id"] = r.Issuer, r.TokenID
	} else {
		lookup, err := s.lookup(ctx, tx, &r)
		if err != nil {
			return act.Entry{}, err
		}
		// Tokens say in whole seconds when they were issued: one of this second may be from before or after.
		row.SetIssuer("").SetSubject(hex.EncodeToString(lookup)).SetNotBefore(now.Add(time.Second))
		if r.Member != uuid.Nil {
			payload["member"] = typeid.New("member", r.Member).String()
			if err := unlearn(ctx, tx, r.Member, r.Role); err != nil {
				return act.Entry{}, err
			}
		}
	}
	saved, err := row.Save(ctx)
	if err != nil {
		return act.Entry{}, fmt.Errorf("revoke access: %w", err)
	}
	return act.Entry{
		Type: "access.revoked", Subject: act.Subject{Type: policy.Access, ID: saved.ID, Revision: 1}, Audience: act.ForActor, Payload: payload,
		Reason: r.Reason,
	}, nil
}

// lookup gives the keyed hash of the person that is named, and finds its member if it has been here.
func (s *Service) lookup(ctx context.Context, tx *db.Tx, r *Revoking) ([]byte, error) {
	if r.Subject != "" {
		var err error
		r.Member, _, err = s.vault.Find(ctx, r.Issuer, r.Subject)
		return s.vault.Lookup(r.Issuer, r.Subject), err
	}
	if r.Customer != uuid.Nil {
		party, err := tx.Stakeholder.Get(ctx, r.Customer)
		if err != nil && !db.IsNotFound(err) {
			return nil, fmt.Errorf("load the customer: %w", err)
		}
		if party == nil || party.Kind != enum.StakeholderKindCustomer {
			return nil, fault.MissingField("member")
		}
		row, err := tx.Member.Query().Where(member.StakeholderID(r.Customer)).Order(member.ByID()).First(ctx)
		if db.IsNotFound(err) {
			return nil, fault.MissingField("member")
		}
		if err != nil {
			return nil, fmt.Errorf("find the member of a customer: %w", err)
		}
		r.Member = row.ID
	}
	lookup, err := s.vault.LookupOf(ctx, tx, r.Member)
	if err == nil && lookup == nil {
		err = fault.MissingField("member")
	}
	return lookup, err
}

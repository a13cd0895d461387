package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// accessNoun is what a token or a person may still do. Nobody reads it but in the acts that took something back.
var accessNoun = noun{
	name:   "access",
	tables: []string{},
	mutations: mutations{
		"revokeAccess": with(func(ctx context.Context, r *Resolver, in model.RevokeAccessInput) (*act.Result, error) {
			member, customer, err := personNamed(in.Member)
			if err != nil {
				return nil, err
			}
			return r.Parties.RevokeAccess(ctx, party.Revoking{
				Member: member, Customer: customer, Issuer: or(in.Issuer, ""), Subject: or(in.Subject, ""), TokenID: or(in.TokenID, ""),
				Role: policy.RoleOf(or(in.Role, "")), Reason: in.Reason,
			})
		}),
	},
}

// personNamed reads an id of a member or of a customer; both are Nil when none is given.
func personNamed(text *string) (member, customer uuid.UUID, err error) {
	if text == nil {
		return uuid.Nil, uuid.Nil, nil
	}
	id, err := typeid.ParseAny(*text)
	switch {
	case err == nil && id.Noun == "member":
		return id.UUID, uuid.Nil, nil
	case err == nil && id.Noun == "stakeholder":
		return uuid.Nil, id.UUID, nil
	}
	return uuid.Nil, uuid.Nil, fault.MissingField("member")
}

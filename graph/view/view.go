package view

import (
	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Node is anything with an id of its own.
type Node interface{ GlobalID() typeid.ID }

// UserError is an expected failure of a mutation.
type UserError struct {
	Code    enum.ErrorCode
	Field   *string
	Message string
}

// Payload answers a mutation. What changed and the act are read behind it, with the viewer's eyes.
type Payload struct {
	Result     *act.Result // nil when nothing was done
	UserErrors []*UserError
	Secret     *string // what is shown this once; of a webhook
}

// Viewer is who asks.
type Viewer struct {
	Actor policy.Actor
	Row   *db.Member // nil for a visitor
}

// Roles are the roles that count for this viewer.
func (v *Viewer) Roles() []string {
	roles := []string{}
	for _, r := range policy.Roles {
		if v.Actor.Has(r) {
			roles = append(roles, string(r))
		}
	}
	return roles
}

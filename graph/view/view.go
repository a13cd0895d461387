package view

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Node is anything with an id of its own.
type Node interface{ GlobalID() typeid.ID }

// UserError is an expected failure of a mutation.
type UserError struct {
	Code    enum.UserErrorCode
	Field   []string
	Message string
	Values  *fault.Values
}

// UserErrorsOf says faults to a client.
func UserErrorsOf(faults []*fault.Fault) []*UserError {
	all := make([]*UserError, len(faults))
	for i, f := range faults {
		all[i] = &UserError{Code: f.UserCode(), Message: f.Message, Values: f.Says()}
		if f.Field != "" {
			all[i].Field = strings.Split(f.Field, ".")
		}
	}
	return all
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

// Party is the viewer's party, or the id of none.
func (v *Viewer) Party(none uuid.UUID) *uuid.UUID {
	if v.Actor.Stakeholder == uuid.Nil {
		return &none
	}
	return &v.Actor.Stakeholder
}

// Scopes are those of this server's that the viewer's token names.
func (v *Viewer) Scopes() []string { return strings.Fields(v.Actor.ScopeText()) }

// Task is something that waits for the viewer.
type Task struct {
	Subject Node
	Actions []enum.Action
	Since   time.Time
}

// Roles are the roles that count for this viewer.
func (v *Viewer) Roles() []enum.Role {
	roles := []enum.Role{}
	for _, r := range policy.Roles {
		if v.Actor.Has(r) {
			roles = append(roles, r.Word())
		}
	}
	return roles
}

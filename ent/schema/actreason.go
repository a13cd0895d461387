package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// ActReason is why an act was done, in words that stay with the act: the row that the act changed keeps only the newest. The
// payload of the act holds them as well, sealed, so that the log commits to them.
type ActReason struct{ ent.Schema }

// Fields of a reason.
func (ActReason) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Annotations(names("act")).Immutable().Comment("the act's id"),
		field.UUID("stakeholder_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable().Comment("the party that acted"),
		field.Text("words").Comment("empty once the party, a customer, was erased"),
	}
}

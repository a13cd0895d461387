package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Invitation lets a stakeholder into a dialogue that is not public.
type Invitation struct{ ent.Schema }

// Fields of an invitation.
func (Invitation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.UUID("stakeholder_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of an invitation.
func (Invitation) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("dialogue_id", "stakeholder_id").Unique(),
		index.Fields("stakeholder_id", "dialogue_id"),
	}
}

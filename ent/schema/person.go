package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// Person is who a member is, apart from what the member did. Erasing it removes the link from the member to anybody, and
// makes everything sealed under its key unreadable.
type Person struct{ ent.Schema }

// Fields of a person.
func (Person) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable().Comment("the member's id"),
		field.Bytes("lookup").Optional().Unique().Comment("keyed hash of issuer and subject, to find the member of a token"),
		field.Bytes("identity").Optional().Comment("issuer and subject, sealed under the person's key"),
		field.Bytes("key").Optional().Comment("the person's key, sealed under the master key; none after the erasure"),
		field.Time("created_at").Default(now).Immutable(),
		field.Time("erased_at").Optional().Nillable(),
	}
}

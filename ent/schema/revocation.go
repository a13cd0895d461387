package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Revocation refuses tokens before they expire: one by its id, or all tokens of a subject issued before a time.
type Revocation struct{ ent.Schema }

// Fields of a revocation.
func (Revocation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.String("issuer"),
		field.String("subject").Default("").Comment("empty if one token is revoked"),
		field.String("token_id").Default(""),
		field.Time("not_before").Default(now).Comment("tokens of the subject issued before this are refused"),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a revocation.
func (Revocation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("created_at")}
}

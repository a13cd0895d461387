package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Revocation refuses tokens before they expire: one by its id, or all tokens of a subject issued before a time, or it takes
// one role from those.
type Revocation struct{ ent.Schema }

// Fields of a revocation.
func (Revocation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.String("issuer").Comment("of the one token that is revoked; empty if a subject is"),
		field.String("subject").Default("").Comment("a keyed hash of issuer and subject; empty if one token is revoked"),
		field.String("token_id").Default(""),
		field.String("role").Default("").Comment("the one role that the subject's tokens no longer grant; empty for the tokens as a whole"),
		field.Time("not_before").Default(now).Comment("tokens of the subject issued before this are refused"),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a revocation.
func (Revocation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("created_at")}
}

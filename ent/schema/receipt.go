package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Receipt is the answer to a mutation, kept under its idempotency key so that a repeat gets the same one.
type Receipt struct{ ent.Schema }

// Fields of a receipt.
func (Receipt) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.String("key").Immutable(),
		field.Bytes("request_hash").Immutable(),
		field.Text("answer").Immutable().Comment("JSON"),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a receipt.
func (Receipt) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("member_id", "key").Unique(),
		index.Fields("created_at"),
	}
}

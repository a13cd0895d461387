package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// IdempotencyKey is the answer to a request that named a key: a repeat is answered with it.
type IdempotencyKey struct{ ent.Schema }

// Fields of an idempotency key.
func (IdempotencyKey) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.String("key").Immutable(),
		field.Bytes("request_hash").Immutable(),
		field.Text("answer").Immutable().Comment("JSON"),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of an idempotency key.
func (IdempotencyKey) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("member_id", "key").Unique(),
		index.Fields("created_at"),
	}
}

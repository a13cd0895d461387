package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// ListView is the order that a list had when somebody began to page through it. It names its entries and says nothing of them.
type ListView struct{ ent.Schema }

// Fields of a list view.
func (ListView) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable().Comment("the same for the same order of the same list"),
		field.Bytes("entries").Immutable().Comment("ids of 16 bytes each"),
		field.Time("expires_at").Default(now),
	}
}

// Indexes of a list view.
func (ListView) Indexes() []ent.Index { return []ent.Index{index.Fields("expires_at")} }

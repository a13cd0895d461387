package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Link says that a dialogue or a proposal is about a practice.
type Link struct{ ent.Schema }

// Fields of a link.
func (Link) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable().Comment("a dialogue or a proposal"),
		field.UUID("practice_id", uuid.UUID{}).Annotations(names("practice")).Immutable(),
	}
}

// Indexes of a link.
func (Link) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("subject_id", "practice_id").Unique(),
		index.Fields("practice_id", "subject_id"),
	}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Link says that one thing goes with another, such as a dialogue with the practice that it is about. internal/link writes it.
type Link struct{ ent.Schema }

// Fields of a link.
func (Link) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.String("subject_type").Immutable().Comment("DIALOGUE, PROPOSAL, TOUCHPOINT"),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.String("object_type").Immutable().Default("PRACTICE").Comment("PRACTICE"),
		field.UUID("object_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.UUID("practice_id", uuid.UUID{}).Annotations(names("practice")).Optional().Nillable().
			Comment("only for replicas of the release before links had objects of any type; a later migration drops it"),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a link.
func (Link) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("subject_id", "object_id").Unique(),
		index.Fields("object_id", "subject_id"),
	}
}

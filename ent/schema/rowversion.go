package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// RowVersion is what a row of a noun was after an act that changed it, as far as that changes and no customer's words are in it: package
// history says which columns.
type RowVersion struct{ ent.Schema }

// Fields of a version.
func (RowVersion) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("act_id", uuid.UUID{}).Annotations(names("act")).Optional().Nillable().Immutable().Comment("none of a row that was there before, or that an earlier release changed"),
		field.Int64("seq").Optional().Nillable().Immutable().Comment("without an act: the place of the log from which on the row was so"),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.Int("revision").Immutable().Comment("of the row"),
		field.Time("updated_at").Immutable().Comment("of the row"),
		field.Text("content").Comment("an object: the row's columns, and lists of the rows that belong to it"),
	}
}

// Indexes of a version.
func (RowVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("subject_id", "revision"), index.Fields("act_id", "subject_id").Unique()}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Assignment is a piece of work that a party gives to one of its members.
type Assignment struct{ ent.Schema }

// Mixin of an assignment.
func (Assignment) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of an assignment.
func (Assignment) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable().Comment("whose work it is; nobody else sees it"),
		field.String("subject_type").Immutable().Comment("ASSESSMENT"),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.String("part").GoType(optional.Text("")).Default("").Immutable().Comment("such as the key of a section; empty for the whole"),
		field.UUID("assignee_id", uuid.UUID{}).Annotations(person).Comment("who is to do it"),
		field.UUID("giver_id", uuid.UUID{}).Annotations(person).Comment("who gave it last"),
		field.Time("due_at"),
		field.String("state").GoType(enum.AssignmentState("")).Default("ASSIGNED"),
		field.Text("reason").GoType(optional.Text("")).Default(""),
	}
}

// Indexes of an assignment.
func (Assignment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("subject_id", "id"),
		index.Fields("party_id", "id"),
		index.Fields("assignee_id", "updated_at", "id"),
		index.Fields("giver_id", "updated_at", "id"),
	}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Milestone is a step of a commitment, with the date by which its firm wants to have taken it.
type Milestone struct{ ent.Schema }

// Mixin of a milestone.
func (Milestone) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a milestone.
func (Milestone) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("commitment_id", uuid.UUID{}).Annotations(names("commitment")).Immutable(),
		field.String("title"),
		field.String("state").GoType(enum.MilestoneState("")).Default("PLANNED"),
		field.Time("due_at"),
		field.Int("progress").Default(0).Comment("in percent"),
		field.Time("reached_at").Optional().Nillable(),
		field.Time("noted_at").Optional().Nillable().Comment("when an act said that it is late"),
	}
}

// Indexes of a milestone.
func (Milestone) Indexes() []ent.Index {
	return []ent.Index{index.Fields("commitment_id", "id"), index.Fields("state", "due_at"), index.Fields("updated_at", "id")}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Phase is a period of a dialogue that allows some activities and not others.
type Phase struct{ ent.Schema }

// Fields of a phase.
func (Phase) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.Int("round").Default(1).Immutable(),
		field.Int("position").Comment("among all phases of the dialogue, those of earlier rounds first"),
		field.String("kind").GoType(enum.PhaseKind("")),
		field.Time("opens_at"),
		field.Time("closes_at").Optional().Nillable(),
		field.Bool("may_comment").Default(false),
		field.Bool("may_vote").Default(false),
		field.Bool("may_propose").Default(false),
		field.Bool("may_amend").Default(false),
		field.Bool("may_ballot").Default(false),
		field.Bool("takes_late_comments").Default(false).Comment("comments that come when it is over"),
		field.Time("began_at").Optional().Nillable().Comment("by the act that says so"),
		field.Time("ended_at").Optional().Nillable(),
	}
}

// Indexes of a phase.
func (Phase) Indexes() []ent.Index {
	return []ent.Index{index.Fields("dialogue_id", "position").Unique(), index.Fields("ended_at", "opens_at")}
}

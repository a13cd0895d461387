package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Phase is a period of a dialogue that allows some activities and not others.
type Phase struct{ ent.Schema }

// Fields of a phase.
func (Phase) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Immutable(),
		field.Int("position"),
		field.String("kind").Comment("FRAMING, CONSULTATION, PROPOSALS, DELIBERATION, DECISION, FOLLOW_UP"),
		field.Time("opens_at"),
		field.Time("closes_at").Optional().Nillable(),
		field.Bool("may_comment").Default(false),
		field.Bool("may_vote").Default(false),
		field.Bool("may_propose").Default(false),
		field.Bool("may_amend").Default(false),
		field.Bool("may_ballot").Default(false),
	}
}

// Indexes of a phase.
func (Phase) Indexes() []ent.Index {
	return []ent.Index{index.Fields("dialogue_id", "position").Unique()}
}

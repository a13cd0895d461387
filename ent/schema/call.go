package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Call is a call on firms for assessments.
type Call struct{ ent.Schema }

// Mixin of a call.
func (Call) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a call.
func (Call) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("caller_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Optional().Nillable().Immutable().Comment("of whose outcome it is part"),
		field.String("template_key").Immutable(),
		field.Text("reason").Immutable(),
		field.Strings("jurisdictions").Immutable(),
		field.Strings("sectors").Immutable(),
		field.Strings("practice_kinds").Immutable(),
		field.Time("due_at"),
		field.String("state").GoType(enum.AssessmentCallState("")).Default("OPEN"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
		field.Time("ended_at").Optional().Nillable(),
	}
}

// Indexes of a call.
func (Call) Indexes() []ent.Index {
	return []ent.Index{index.Fields("caller_id", "id"), index.Fields("state", "due_at"), index.Fields("updated_at", "id")}
}

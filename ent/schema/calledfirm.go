package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// CalledFirm is a firm that a call is on, and what it did.
type CalledFirm struct{ ent.Schema }

// Mixin of a called firm.
func (CalledFirm) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a called firm.
func (CalledFirm) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("call_id", uuid.UUID{}).Annotations(names("call")).Immutable(),
		field.UUID("firm_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Time("due_at"),
		field.String("state").GoType(enum.CalledFirmState("")).Default("PENDING"),
		field.UUID("filing_id", uuid.UUID{}).Annotations(names("filing")).Optional().Nillable().Comment("that answers the call"),
		field.Time("answered_at").Optional().Nillable(),
		field.Text("claim").GoType(optional.Text("")).Default(""),
		field.Time("claimed_at").Optional().Nillable(),
		field.Text("decision").GoType(optional.Text("")).Default(""),
		field.Time("decided_at").Optional().Nillable(),
		field.Int("reminders").Default(0).Comment("how many were sent for its date"),
	}
}

// Indexes of a called firm.
func (CalledFirm) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("call_id", "firm_id").Unique(), index.Fields("call_id", "id"), index.Fields("firm_id", "id"), index.Fields("filing_id"),
		index.Fields("state", "due_at"),
	}
}

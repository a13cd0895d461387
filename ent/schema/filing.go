package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Filing is an assessment that a firm has handed to a regulator.
type Filing struct{ ent.Schema }

// Mixin of a filing.
func (Filing) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a filing.
func (Filing) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.Int("version").Immutable(),
		field.String("content_hash").Immutable(),
		field.UUID("firm_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("regulator_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable().Comment("the approver who filed it"),
		field.String("state").GoType(enum.FilingState("")).Default("FILED"),
		field.Time("filed_at").Immutable(),
		field.Time("answered_at").Optional().Nillable(),
		field.Text("reason").GoType(optional.Text("")).Default(""),
	}
}

// Indexes of a filing.
func (Filing) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "id"), index.Fields("firm_id", "id"), index.Fields("regulator_id", "id"), index.Fields("updated_at", "id")}
}

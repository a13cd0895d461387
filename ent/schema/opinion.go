package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Opinion is what a party thinks of a part of an assessment, with what the firm answers.
type Opinion struct{ ent.Schema }

// Mixin of an opinion.
func (Opinion) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of an opinion.
func (Opinion) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.Int("version").Immutable().Comment("of the assessment"),
		field.String("question").GoType(optional.Text("")).Default("").Immutable().Comment("the key of the question that it is about; empty for a risk"),
		field.UUID("risk_id", uuid.UUID{}).Annotations(names("risk")).Optional().Nillable().Immutable().Comment("the risk that it is about"),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.String("stance").GoType(enum.OpinionStance("")).Immutable(),
		field.Text("text").GoType(optional.Text("")).Default(""),
		field.String("state").GoType(enum.OpinionState("")).Default("GIVEN"),
		field.Text("reply").GoType(optional.Text("")).Default(""),
		field.UUID("replier_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Comment("the firm's member who replied or read it"),
		field.Time("answered_at").Optional().Nillable(),
	}
}

// Indexes of an opinion.
func (Opinion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "id"), index.Fields("party_id", "assessment_id")}
}

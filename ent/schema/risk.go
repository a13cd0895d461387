package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Risk is something that could go wrong, as an assessment says. What it says is content of the assessment.
type Risk struct{ ent.Schema }

// Mixin of a risk.
func (Risk) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a risk.
func (Risk) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.Int("number").Immutable().Comment("in its assessment, from 1; never given again"),
		field.String("title"),
		field.Text("description").GoType(optional.Text("")).Default(""),
		field.Int("likelihood").Comment("1 to 4, as the firm rates it"),
		field.Int("severity").Comment("1 to 4, as the firm rates it"),
		field.String("reversibility").GoType(enum.RiskReversibility("")).Optional().Nillable(),
		field.String("scope").GoType(enum.RiskScope("")).Optional().Nillable(),
		field.String("treatment").GoType(enum.RiskTreatment("")),
		field.UUID("author_id", uuid.UUID{}).Annotations(person).Comment("who wrote it last; may not accept it"),
		field.Int("edition").Default(1).Comment("counts the changes of what it says: who accepted it before accepted something else"),
		field.JSON("withheld", []enum.RiskPart{}).Optional().Comment("what of it most do not read"),
		field.String("state").GoType(enum.RiskState("")).Default("PRESENT"),
	}
}

// Indexes of a risk.
func (Risk) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "number").Unique(), index.Fields("assessment_id", "id")}
}

package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Assessment is an impact assessment of a practice. Answers and risks are documents: they are versioned as a whole.
type Assessment struct{ ent.Schema }

// Mixin of an assessment.
func (Assessment) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of an assessment.
func (Assessment) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("practice_id", uuid.UUID{}).Annotations(names("practice")).Immutable(),
		field.UUID("firm_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the firm with the practice"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable().Comment("who wrote it; may not approve it"),
		field.String("reference").Optional().Nillable().Comment("its number for people, from the first time that it is submitted"),
		field.String("title"),
		field.String("template_key").Immutable(),
		field.String("template_version").Immutable(),
		field.JSON("answers", json.RawMessage{}).Comment("question, value, note"),
		field.JSON("risks", json.RawMessage{}).Comment("title, description, likelihood, severity, treatment, mitigation"),
		field.String("state").GoType(enum.ImpactAssessmentState("")).Default("DRAFT"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
		field.Int("version").Default(1),
		field.String("content_hash"),
		field.UUID("approver_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Comment("the member who approved it"),
		field.UUID("approved_by_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Comment("the party for which that member approved it"),
		field.Time("approved_at").Optional().Nillable(),
		field.Time("published_at").Optional().Nillable(),
	}
}

// Indexes of an assessment.
func (Assessment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("reference").Unique(),
		index.Fields("practice_id", "id"),
		index.Fields("firm_id", "id"),
		index.Fields("state", "id"),
		index.Fields("updated_at", "id"),
		index.Fields("published_at", "id"),
	}
}

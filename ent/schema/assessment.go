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

// Assessment is an impact assessment under a template.
type Assessment struct{ ent.Schema }

// Mixin of an assessment.
func (Assessment) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of an assessment.
func (Assessment) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("template_id", uuid.UUID{}).Annotations(names("template")).Immutable(),
		field.String("subject_type").Immutable().Comment("PRACTICE or PROPOSAL"),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.Int("subject_version").Immutable().Comment("the number of the version that is assessed"),
		field.UUID("firm_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the firm with the practice, or that proposes"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable().Comment("who drafted it; may not sign it"),
		field.UUID("previous_id", uuid.UUID{}).Annotations(names("assessment")).Optional().Nillable().Immutable().Comment("the one that it is made anew from"),
		field.String("reference").Optional().Nillable().Comment("its number for people, from the first consultation on it"),
		field.String("title"),
		field.Text("given").Default("{}").Comment("its answers in short, as questionnaire.Given: what scoring and conditions read"),
		field.Strings("evidenced").Optional().Comment("the keys of its questions with evidence"),
		field.JSON("unplaced", json.RawMessage{}).Optional().Comment("imported answers that the template has no place for: question, value, code, why"),
		field.JSON("redactions", json.RawMessage{}).Optional().Comment("what is withheld, with the reasons: path, reason"),
		field.Int("level").Optional().Nillable().Comment("1 to 4, of the answers so far; none when the template has no raw points"),
		field.Int("score").Default(0).Comment("the current score of the answers so far"),
		field.String("state").GoType(enum.ImpactAssessmentState("")).Default("DRAFT"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
		field.Int("version").Default(1),
		field.String("content_hash").Optional().Nillable().Comment("of the version's document; none while it is being written"),
		field.Time("opened_at").Optional().Nillable().Comment("when everybody was consulted first"),
		field.Time("consultation_until").Optional().Nillable().Comment("until when everybody is consulted on the present version; none if the firm ends it as it likes"),
		field.Time("next_review_due_at").Optional().Nillable().Comment("when it is out of date at the latest; a year from its publication if nobody says"),
		field.Time("approved_at").Optional().Nillable(),
		field.Time("published_at").Optional().Nillable(),
	}
}

// Indexes of an assessment.
func (Assessment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("reference").Unique(),
		index.Fields("subject_id", "id"),
		index.Fields("template_id", "id"),
		index.Fields("firm_id", "id"),
		index.Fields("state", "id"),
		index.Fields("updated_at", "id"),
		index.Fields("published_at", "id"),
		index.Fields("state", "consultation_until"),
		index.Fields("state", "next_review_due_at"),
		index.Fields("previous_id"),
	}
}

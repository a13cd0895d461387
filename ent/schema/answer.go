package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
)

// Answer is an answer of an assessment as it was saved: the one with the highest revision of its question counts.
type Answer struct{ ent.Schema }

// Fields of an answer.
func (Answer) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.String("question").Immutable().Comment("its key in the template"),
		field.Int("version").Default(1).Immutable().Comment("of the assessment, as it was being written"),
		field.Int("revision").Immutable().Comment("counts the saves of this answer, from 1"),
		field.Bool("latest").Default(true),
		field.Text("value").Immutable().Comment("as questionnaire.Value; empty when the answer was taken back"),
		field.Text("note").GoType(optional.Text("")).Default("").Immutable(),
		field.UUID("author_id", uuid.UUID{}).Annotations(person).Immutable().Comment("the member who gave it"),
		field.Time("answered_at").Default(time.Now).Immutable(),
	}
}

// Indexes of an answer.
func (Answer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "question", "revision").Unique()}
}

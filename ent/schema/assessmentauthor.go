package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// AssessmentAuthor is a member who changed what an assessment says beside its answers, which have their own authors.
type AssessmentAuthor struct{ ent.Schema }

// Fields of an author.
func (AssessmentAuthor) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
	}
}

// Indexes of an author.
func (AssessmentAuthor) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "member_id").Unique()}
}

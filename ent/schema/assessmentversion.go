package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// AssessmentVersion is what an assessment said when it was handed in. It never changes, but for what an erasure blanks.
type AssessmentVersion struct{ ent.Schema }

// Fields of a version.
func (AssessmentVersion) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.Int("number").Immutable(),
		field.Text("document").Comment("with the salts of what can be redacted; see docs/hashes.md"),
		field.Bool("consulted").Default(true).Comment("whether everybody was consulted on it: not on what an earlier release handed in"),
		field.Text("published").Default("").Comment("the document as everybody reads it, from its publication on"),
		field.String("content_hash").Immutable(),
		field.Time("created_at").Default(time.Now).Immutable(),
	}
}

// Indexes of a version.
func (AssessmentVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "number").Unique()}
}

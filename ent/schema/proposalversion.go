package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// ProposalVersion is the text of a proposal at one time. It is written once and never changed.
type ProposalVersion struct{ ent.Schema }

// Fields of a version.
func (ProposalVersion) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("proposal_id", uuid.UUID{}).Immutable(),
		field.Int("number").Immutable(),
		field.String("title").Immutable(),
		field.Text("summary").Default("").Immutable(),
		field.Text("body").Immutable(),
		field.String("language").Immutable(),
		field.String("content_hash").Immutable(),
		field.UUID("editor_id", uuid.UUID{}).Immutable().Comment("the stakeholder who made it"),
		field.Text("reason").Default("").Immutable(),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a version.
func (ProposalVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "number").Unique()}
}

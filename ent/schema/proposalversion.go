package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
)

// ProposalVersion is the text of a proposal at one time. It is written once and never changed.
type ProposalVersion struct{ ent.Schema }

// Fields of a version.
func (ProposalVersion) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.Int("number").Immutable(),
		field.String("title").GoType(optional.Text("")).Immutable(),
		field.Text("summary").GoType(optional.Text("")).Default("").Immutable(),
		field.Text("body").GoType(optional.Text("")).Immutable(),
		field.String("language").Immutable(),
		field.String("content_hash").GoType(optional.Text("")).Immutable(),
		field.UUID("editor_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the stakeholder who made it"),
		field.Text("reason").GoType(optional.Text("")).Default("").Immutable(),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a version.
func (ProposalVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "number").Unique()}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Commitment is what a firm has accepted to do and a dialogue has adopted. Its text is that of the adopted version.
type Commitment struct{ ent.Schema }

// Mixin of a commitment.
func (Commitment) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a commitment.
func (Commitment) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.UUID("text_id", uuid.UUID{}).Annotations(names("proposalversion")).Immutable().Comment("the version that was adopted"),
		field.UUID("firm_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.String("status").GoType(enum.CommitmentStatus("")).Default("PLANNED"),
		field.Text("status_reason").GoType(optional.Text("")).Default(""),
		field.Bool("late").Default(false).Comment("an act has said that a milestone is late, and it has not been reached or moved since"),
	}
}

// Indexes of a commitment.
func (Commitment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("proposal_id").Unique(), index.Fields("dialogue_id", "id"), index.Fields("firm_id", "id"), index.Fields("status", "id"),
		index.Fields("updated_at", "id"),
	}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Guideline is what a dialogue has adopted as advice or as a rule for many. Its text is that of the adopted version.
type Guideline struct{ ent.Schema }

// Mixin of a guideline.
func (Guideline) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a guideline.
func (Guideline) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.UUID("text_id", uuid.UUID{}).Annotations(names("proposalversion")).Immutable().Comment("the version that was adopted"),
		field.UUID("previous_id", uuid.UUID{}).Annotations(names("guideline")).Optional().Nillable().Immutable().Comment("the one that it superseded"),
		field.Int("version").Immutable().Comment("1, or one more than that of the previous one"),
		field.String("state").GoType(enum.GuidelineState("")).Default("IN_FORCE"),
		field.Time("review_due_at"),
		field.Time("noted_at").Optional().Nillable().Comment("when an act said that the review is due"),
	}
}

// Indexes of a guideline.
func (Guideline) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("proposal_id").Unique(), index.Fields("previous_id").Unique(), index.Fields("dialogue_id", "id"), index.Fields("state", "review_due_at"),
		index.Fields("updated_at", "id"),
	}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Amendment is a text that a party wants in the place of a proposal's.
type Amendment struct{ ent.Schema }

// Mixin of an amendment.
func (Amendment) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of an amendment.
func (Amendment) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.UUID("author_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable().Comment("the member who drafted it; never public"),
		field.Int("base").Comment("the number of the version that it changes"),
		field.Text("body").GoType(optional.Text("")),
		field.String("state").GoType(enum.AmendmentState("")).Default("DRAFT"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
		field.String("hidden_from").GoType(enum.AmendmentState("")).Default("").Comment("of one that is hidden: the state that it comes back to"),
		field.Time("proposed_at").Optional().Nillable(),
		field.UUID("promoted_id", uuid.UUID{}).Annotations(names("proposal")).Optional().Nillable().Comment("the proposal that it has become"),
	}
}

// Indexes of an amendment.
func (Amendment) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "id"), index.Fields("author_id", "id"), index.Fields("updated_at", "id")}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// OfficialResponse is what a firm or a regulator answers to a proposal, when the dialogue's convenor asks for it.
type OfficialResponse struct{ ent.Schema }

// Mixin of an official response.
func (OfficialResponse) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of an official response.
func (OfficialResponse) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.UUID("requester_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the dialogue's convenor"),
		field.UUID("addressee_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Time("due_at").Immutable(),
		field.String("state").GoType(enum.OfficialResponseState("")).Default("REQUESTED"),
		field.Text("text").GoType(optional.Text("")).Default(""),
		field.Int("version").Optional().Nillable().Comment("of the proposal, to which it answers"),
		field.Time("answered_at").Optional().Nillable(),
		field.Time("noted_at").Optional().Nillable().Comment("when an act said that it is late"),
	}
}

// Indexes of an official response.
func (OfficialResponse) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "id"), index.Fields("addressee_id", "id"), index.Fields("updated_at", "id"), index.Fields("state", "due_at")}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Authorship is a party that is asked to write a proposal together with the party that proposes it.
type Authorship struct{ ent.Schema }

// Mixin of an authorship.
func (Authorship) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of an authorship.
func (Authorship) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Comment("who accepted it for the party; never public"),
		field.String("state").GoType(enum.AuthorshipState("")).Default("INVITED"),
	}
}

// Indexes of an authorship.
func (Authorship) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "party_id").Unique(), index.Fields("party_id", "proposal_id"), index.Fields("updated_at", "id")}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Sponsor is a party that asks for a proposal to be opened, as a version of it stands.
type Sponsor struct{ ent.Schema }

// Fields of a sponsor.
func (Sponsor) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Int("version").Comment("that it sponsors; a newer one only once it says so"),
		field.Time("created_at").Default(now).Comment("when it sponsored that version"),
	}
}

// Indexes of a sponsor.
func (Sponsor) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "party_id").Unique(), index.Fields("party_id", "proposal_id")}
}

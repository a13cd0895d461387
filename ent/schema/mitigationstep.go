package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// MitigationStep is what became of a mitigation at a time. It never changes.
type MitigationStep struct{ ent.Schema }

// Fields of a step.
func (MitigationStep) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("mitigation_id", uuid.UUID{}).Annotations(names("mitigation")).Immutable(),
		field.String("state").GoType(enum.MitigationState("")).Immutable(),
		field.Text("note").GoType(optional.Text("")).Default("").Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the firm, or the party of a signer who verified it"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.Time("taken_at").Immutable(),
	}
}

// Indexes of a step.
func (MitigationStep) Indexes() []ent.Index {
	return []ent.Index{index.Fields("mitigation_id", "id")}
}

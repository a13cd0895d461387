package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
)

// RiskAcceptance is somebody's acceptance of a risk as it is, until a time. It never changes; a later one follows it.
type RiskAcceptance struct{ ent.Schema }

// Fields of an acceptance.
func (RiskAcceptance) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("risk_id", uuid.UUID{}).Annotations(names("risk")).Immutable(),
		field.Int("edition").Immutable().Comment("of the risk: it counts for this one alone"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.Text("reason").GoType(optional.Text("")).Default("").Immutable(),
		field.Time("accepted_at").Immutable(),
		field.Time("until").Immutable(),
	}
}

// Indexes of an acceptance.
func (RiskAcceptance) Indexes() []ent.Index {
	return []ent.Index{index.Fields("risk_id", "id"), index.Fields("until")}
}

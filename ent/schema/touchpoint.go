package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Touchpoint is a step of a planned journey.
type Touchpoint struct{ ent.Schema }

// Mixin of a touchpoint.
func (Touchpoint) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a touchpoint.
func (Touchpoint) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("journey_id", uuid.UUID{}).Annotations(names("journey")).Immutable(),
		field.Int("position").Comment("from 1"),
		field.String("name"),
		field.String("kind").GoType(enum.TouchpointKind("")),
		field.String("initiator").GoType(enum.Initiator("")),
		field.String("channel").GoType(enum.Channel("")),
		field.String("service_category").GoType(optional.Text("")).Default(""),
		field.Int("weight"),
		field.Text("stimulus").GoType(optional.Text("")).Default(""),
		field.String("collected_by").GoType(optional.Text("")).Default(""),
		field.Strings("data_categories").Optional(),
		field.String("reacts_within").GoType(optional.Text("")).Default("").Comment("ISO 8601"),
		field.Int("keeps_days").Optional().Nillable(),
		field.String("gap_goal").GoType(optional.Text("")).Default("").Comment("a decimal number of points"),
		field.Time("gap_goal_due_at").Optional().Nillable(),
		field.String("state").GoType(enum.TouchpointState("")).Default("PRESENT"),
	}
}

// Indexes of a touchpoint.
func (Touchpoint) Indexes() []ent.Index {
	return []ent.Index{index.Fields("journey_id", "position", "id")}
}

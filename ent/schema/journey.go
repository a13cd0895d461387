package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Journey is a customer's way through what a firm offers, as it is meant or as it was seen.
type Journey struct{ ent.Schema }

// Mixin of a journey.
func (Journey) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a journey.
func (Journey) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("firm_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.String("name"),
		field.String("mode").GoType(enum.JourneyMode("")).Immutable(),
		field.UUID("plan_id", uuid.UUID{}).Annotations(names("journey")).Optional().Nillable().Immutable().Comment("that an actual one is compared with"),
		field.JSON("walked", json.RawMessage{}).Optional().Immutable().Comment("of an actual one: the paths, with at least five cases each"),
		field.Int("cases").Optional().Nillable().Immutable().Comment("of an actual one; none where fewer than five were seen"),
		field.Int("other_cases").Optional().Nillable().Immutable().Comment("that took none of the paths"),
		field.JSON("mapping", json.RawMessage{}).Optional().Immutable().Comment("how the columns of its log were read"),
		field.String("file_hash").Optional().Nillable().Immutable().Comment("SHA-256 of the file that it was read from, in hexadecimal"),
		field.String("state").GoType(enum.JourneyState("")).Default("DRAFT"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
	}
}

// Indexes of a journey.
func (Journey) Indexes() []ent.Index {
	return []ent.Index{index.Fields("firm_id", "id"), index.Fields("plan_id", "id"), index.Fields("updated_at", "id")}
}

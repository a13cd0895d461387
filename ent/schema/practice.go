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

// Practice is something a firm does that affects its customers' experience.
type Practice struct{ ent.Schema }

// Mixin of a practice.
func (Practice) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a practice.
func (Practice) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("firm_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.String("title"),
		field.Text("description").GoType(optional.Text("")).Default(""),
		field.String("kind").GoType(enum.PracticeKind("")),
		field.Strings("data_categories").Optional(),
		field.Strings("affected_groups").Optional(),
		field.JSON("disclosures", json.RawMessage{}).Optional().Comment("what it tells those on whom it is used: key, text, evidence"),
		field.String("state").GoType(enum.PracticeState("")).Default("PROPOSED"),
		field.Int("version").Default(1),
		field.String("content_hash").Default("").Comment("empty in practices of earlier releases until a server has started"),
		field.Int("shown_version").Optional().Nillable().Comment("the version that was first shown to all; earlier ones are private"),
	}
}

// Indexes of a practice.
func (Practice) Indexes() []ent.Index {
	return []ent.Index{index.Fields("firm_id", "id"), index.Fields("updated_at", "id")}
}

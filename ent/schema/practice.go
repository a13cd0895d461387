package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Practice is something a firm does that affects its customers' experience.
type Practice struct{ ent.Schema }

// Mixin of a practice.
func (Practice) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a practice.
func (Practice) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("firm_id", uuid.UUID{}).Immutable(),
		field.String("title"),
		field.Text("description").Default(""),
		field.String("kind").Comment(
			"PERSONALISATION, PRICING, MARKETING, LABELLING, DATA_USE, SERVICE_DELIVERY, INTERFACE_DESIGN, LOYALTY, OTHER"),
		field.Strings("data_categories").Optional(),
		field.Strings("affected_groups").Optional(),
		field.String("state").Default("PROPOSED").Comment("PROPOSED, TRIAL, ACTIVE, PAUSED, WITHDRAWN"),
		field.Int("version").Default(1),
	}
}

// Indexes of a practice.
func (Practice) Indexes() []ent.Index {
	return []ent.Index{index.Fields("firm_id", "id")}
}

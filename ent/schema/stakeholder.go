package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// Stakeholder is a party to the dialogue; its kind is its chamber. The five kinds share one table because everything that
// refers to a party may refer to any of them.
type Stakeholder struct{ ent.Schema }

// Mixin of a stakeholder.
func (Stakeholder) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a stakeholder: those of all kinds, then those of one kind each.
func (Stakeholder) Fields() []ent.Field {
	return []ent.Field{
		field.String("kind").Immutable().Comment("FIRM, CUSTOMER, REGULATOR, NGO, ACADEMIC_INSTITUTION"),
		field.String("name").Comment("of a customer: the pseudonym, never a name"),
		field.String("handle").Unique(),
		field.Strings("jurisdictions").Optional(),
		field.Text("description").Default(""),
		field.String("status").Default("PENDING").Comment("PENDING, ACTIVE, SUSPENDED"),
		field.String("status_reason").Default(""),

		field.String("legal_name").Default(""),
		field.String("sector_code").Default("").Comment("ISIC or NACE"),
		field.String("sector_label").Default(""),
		field.String("size_band").Default("").Comment("MICRO, SMALL, MEDIUM, LARGE"),
		field.String("registration_number").Default(""),
		field.String("website").Default(""),

		field.String("mandate").Default("").Comment("of a regulator: SUPERVISION, POLICY"),
		field.String("legal_basis").Default(""),

		field.Text("mission").Default(""),
		field.Strings("focus_areas").Optional(),

		field.Strings("disciplines").Optional(),
		field.Bool("ethics_board").Default(false),
	}
}

// Indexes of a stakeholder.
func (Stakeholder) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kind", "id")}
}

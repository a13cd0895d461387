package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Stakeholder is a party to the dialogue; its kind is its chamber. The five kinds share one table because everything that
// refers to a party may refer to any of them.
type Stakeholder struct{ ent.Schema }

// Mixin of a stakeholder.
func (Stakeholder) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a stakeholder: those of all kinds, then those of one kind each.
func (Stakeholder) Fields() []ent.Field {
	return []ent.Field{
		field.String("kind").GoType(enum.StakeholderKind("")).Immutable(),
		field.String("name").Comment("of a customer: the pseudonym, never a name"),
		field.String("name_key").Optional().Nillable().Comment("two names with the same key count as the same; null in imports, and where two parties had one name before this was kept"),
		field.String("name_skeleton").Optional().Nillable().Comment("two names with the same skeleton look alike"),
		field.String("handle").Unique(),
		field.String("issuer").Optional().Nillable().
			Comment("whose tokens may speak for the party; empty for those that the settings name alone; null in parties of earlier releases"),
		field.Strings("jurisdictions").Optional(),
		field.Text("description").GoType(optional.Text("")).Default(""),
		field.String("status").GoType(enum.StakeholderStatus("")).Default("PENDING"),
		field.String("status_reason").Default(""),
		field.Bool("never_admitted").Default(false).Comment("registered, and not admitted since: it is not public, whatever becomes of it"),

		field.String("legal_name").GoType(optional.Text("")).Default(""),
		field.String("sector_code").GoType(optional.Text("")).Default("").Comment("ISIC or NACE"),
		field.String("sector_label").GoType(optional.Text("")).Default(""),
		field.String("size_band").GoType(enum.SizeBand("")).Default(""),
		field.String("registration_number").GoType(optional.Text("")).Default(""),
		field.String("website").GoType(optional.Text("")).Default(""),

		field.String("mandate").GoType(enum.Mandate("")).Default("").Comment("of a regulator: SUPERVISION, POLICY"),
		field.String("legal_basis").GoType(optional.Text("")).Default(""),

		field.Text("mission").GoType(optional.Text("")).Default(""),
		field.Strings("focus_areas").Optional(),

		field.Strings("disciplines").Optional(),
		field.Bool("ethics_board").Default(false),
	}
}

// Indexes of a stakeholder.
func (Stakeholder) Indexes() []ent.Index {
	return []ent.Index{index.Fields("kind", "id"), index.Fields("name_key").Unique(), index.Fields("name_skeleton"), index.Fields("updated_at", "id")}
}

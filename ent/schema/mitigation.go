package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Mitigation is what a firm does to make a risk less likely or less severe. What is planned is content of the assessment; what becomes of
// it goes on beside it.
type Mitigation struct{ ent.Schema }

// Mixin of a mitigation.
func (Mitigation) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a mitigation.
func (Mitigation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("risk_id", uuid.UUID{}).Annotations(names("risk")).Immutable(),
		field.Int("number").Immutable().Comment("in its risk, from 1; never given again"),
		field.String("title"),
		field.Text("description").GoType(optional.Text("")).Default(""),
		field.UUID("owner_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Comment("the firm's member who answers for it"),
		field.Time("due_at").Optional().Nillable(),
		field.Int("lowers_likelihood").Default(0).Comment("by how many steps, once it is verified"),
		field.Int("lowers_severity").Default(0),
		field.UUID("author_id", uuid.UUID{}).Annotations(person).Comment("who planned it last; may not verify it"),
		field.String("state").GoType(enum.MitigationState("")).Default("PLANNED"),
		field.Bool("withheld").Default(false).Comment("most do not read its words"),
		field.String("before").GoType(enum.MitigationState("")).Default("").Comment("its state before it was removed"),
	}
}

// Indexes of a mitigation.
func (Mitigation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("risk_id", "number").Unique(), index.Fields("risk_id", "id")}
}

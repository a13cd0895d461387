package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Principle is a sentence of a version of a framework.
type Principle struct{ ent.Schema }

// Mixin of a principle.
func (Principle) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a principle.
func (Principle) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("framework_id", uuid.UUID{}).Annotations(names("framework")).Immutable(),
		field.String("key").Immutable().Comment("the same in all versions of the framework"),
		field.Int("position"),
		field.Text("statement").GoType(optional.Text("")),
		field.String("requirement").GoType(enum.Requirement("")).Optional().Nillable().Comment("of ALTAI; none where a value of its own is named"),
		field.String("value").Optional().Nillable(),
		field.String("state").GoType(enum.PrincipleState("")).Default("PRESENT"),
	}
}

// Indexes of a principle.
func (Principle) Indexes() []ent.Index {
	return []ent.Index{index.Fields("framework_id", "key").Unique()}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Tie is what binds a party to another, such as money, as it declares itself.
type Tie struct{ ent.Schema }

// Mixin of a tie.
func (Tie) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a tie.
func (Tie) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable().Comment("who declares it"),
		field.UUID("about_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the organisation that it binds to"),
		field.String("kind").GoType(enum.TieKind("")).Immutable(),
		field.Text("description").GoType(optional.Text("")).Default(""),
		field.Time("begins_at"),
		field.Time("ends_at").Optional().Nillable(),
		field.String("state").GoType(enum.TieState("")).Default("DECLARED"),
	}
}

// Indexes of a tie.
func (Tie) Indexes() []ent.Index {
	return []ent.Index{index.Fields("party_id", "id"), index.Fields("about_id", "id")}
}

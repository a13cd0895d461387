package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Disposition is what became of a comment. The last one holds.
type Disposition struct{ ent.Schema }

// Fields of a disposition.
func (Disposition) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("comment_id", uuid.UUID{}).Annotations(names("comment")).Immutable(),
		field.Int("number").Immutable().Comment("among those of the comment, from 1"),
		field.String("outcome").GoType(enum.DispositionOutcome("")).Immutable(),
		field.Text("reason").GoType(optional.Text("")).Immutable(),
		field.UUID("version_id", uuid.UUID{}).Annotations(names("proposalversion")).Optional().Nillable().Immutable().Comment("the version that the comment changed"),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the convenor"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a disposition.
func (Disposition) Indexes() []ent.Index {
	return []ent.Index{index.Fields("comment_id", "number").Unique()}
}

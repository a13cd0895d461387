package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// SignOff is a signature under the content of an assessment. It never changes.
type SignOff struct{ ent.Schema }

// Fields of a signature.
func (SignOff) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.Int("version").Immutable().Comment("of the assessment"),
		field.String("content_hash").Immutable(),
		field.String("capacity").GoType(enum.Capacity("")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.Text("reason").GoType(optional.Text("")).Default(""),
		field.Time("signed_at").Default(time.Now).Immutable(),
	}
}

// Indexes of a signature.
func (SignOff) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "content_hash", "member_id").Unique()}
}

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

// Signer is who is to sign an assessment, in which capacity.
type Signer struct{ ent.Schema }

// Fields of a signer.
func (Signer) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.String("capacity").GoType(enum.Capacity("")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Immutable().Comment("who signs for the firm itself; none for another party, whose members all may"),
		field.String("state").GoType(enum.SignerState("")).Default("APPOINTED"),
		field.Text("reason").GoType(optional.Text("")).Default("").Comment("why they do not sign"),
		field.Bool("replaced").Default(false).Comment("somebody else was appointed in review for whoever declared a conflict"),
		field.Time("appointed_at").Default(time.Now).Immutable(),
		field.Time("ended_at").Optional().Nillable(),
	}
}

// Indexes of a signer.
func (Signer) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "id"), index.Fields("party_id", "assessment_id")}
}

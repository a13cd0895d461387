package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Rating is what a party thinks of the likelihood and the severity of a risk. A later one replaces it.
type Rating struct{ ent.Schema }

// Mixin of a rating.
func (Rating) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a rating.
func (Rating) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("risk_id", uuid.UUID{}).Annotations(names("risk")).Immutable(),
		field.Int("version").Immutable().Comment("of the assessment"),
		field.String("side").GoType(enum.RatingSide("")).Immutable().Comment("REVIEWERS or CUSTOMERS; the firm's rating is the risk's own"),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.Int("likelihood").Immutable(),
		field.Int("severity").Immutable(),
		field.String("state").GoType(enum.RatingState("")).Default("GIVEN"),
	}
}

// Indexes of a rating.
func (Rating) Indexes() []ent.Index {
	return []ent.Index{index.Fields("risk_id", "version"), index.Fields("party_id", "risk_id")}
}

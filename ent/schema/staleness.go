package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Staleness is why an assessment is out of date.
type Staleness struct{ ent.Schema }

// Fields of a cause.
func (Staleness) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("assessment_id", uuid.UUID{}).Annotations(names("assessment")).Immutable(),
		field.String("cause").GoType(enum.StaleCauseKind("")).Immutable(),
		field.Text("because").Immutable().Comment("a sentence"),
		field.String("link_type").Immutable().Comment("what caused it, such as PRACTICE; empty for nothing"),
		field.UUID("link_id", uuid.UUID{}).Annotations(names(thing)).Optional().Nillable().Immutable(),
		field.Time("since").Default(time.Now).Immutable(),
		field.Time("resolved_at").Optional().Nillable().Comment("when a newer assessment replaced the one that was out of date"),
	}
}

// Indexes of a cause.
func (Staleness) Indexes() []ent.Index {
	return []ent.Index{index.Fields("assessment_id", "cause", "id")}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Reading is how far a person has read a dialogue. It is the person's alone, and no act tells of it.
type Reading struct{ ent.Schema }

// Fields of a reading.
func (Reading) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.Int64("seq").Comment("the place in the log up to which the person was shown what happened"),
		field.Time("read_at").Default(now),
	}
}

// Indexes of a reading.
func (Reading) Indexes() []ent.Index {
	return []ent.Index{index.Fields("member_id", "dialogue_id").Unique()}
}

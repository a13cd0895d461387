package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Discussion counts the comments that are shown on a dialogue, with those on its proposals, or on a proposal, with replies. The
// count is the sum of many rows: with one, everybody who comments on a dialogue would wait for the one before.
type Discussion struct{ ent.Schema }

// Fields of a discussion.
func (Discussion) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.Int("part").Immutable(),
		field.Int("comments"),
	}
}

// Indexes of a discussion.
func (Discussion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("subject_id", "part").Unique()}
}

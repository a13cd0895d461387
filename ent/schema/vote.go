package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Vote is the last vote of a participant on a comment. Earlier ones are in the act log.
type Vote struct{ ent.Schema }

// Fields of a vote.
func (Vote) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("comment_id", uuid.UUID{}).Immutable(),
		field.UUID("voter_id", uuid.UUID{}).Immutable(),
		field.String("choice").Comment("AGREE, DISAGREE, PASS"),
		field.Time("cast_at").Default(now),
	}
}

// Indexes of a vote.
func (Vote) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("comment_id", "voter_id").Unique(),
		index.Fields("voter_id", "id"),
	}
}

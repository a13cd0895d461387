package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// CommentGroup is what the top-level comments on one thing have in common that take the same stance and say nearly the same.
type CommentGroup struct{ ent.Schema }

// Fields of a group.
func (CommentGroup) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.String("stance").GoType(enum.Stance("")).Immutable(),
		field.UUID("first_id", uuid.UUID{}).Annotations(names("comment")).Comment("the comment whose words the signature is made of"),
		field.Bytes("signature").Comment("internal/campaign makes it; it holds hashes, from which short words can be guessed"),
	}
}

// Indexes of a group.
func (CommentGroup) Indexes() []ent.Index { return []ent.Index{index.Fields("first_id")} }

// CommentBand is one of the keys by which a group is found.
type CommentBand struct{ ent.Schema }

// Fields of a key.
func (CommentBand) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id"),
		field.UUID("group_id", uuid.UUID{}).Annotations(names("commentgroup")).Immutable(),
		field.Int64("band").Immutable(),
	}
}

// Indexes of a key.
func (CommentBand) Indexes() []ent.Index {
	return []ent.Index{index.Fields("band"), index.Fields("group_id")}
}

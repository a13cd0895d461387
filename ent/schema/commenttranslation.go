package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
)

// CommentTranslation is what a party makes of a comment in another language.
type CommentTranslation struct{ ent.Schema }

// Fields of a translation.
func (CommentTranslation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("comment_id", uuid.UUID{}).Annotations(names("comment")).Immutable(),
		field.String("language").Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.Text("body").GoType(optional.Text("")),
		field.Time("created_at").Default(now),
	}
}

// Indexes of a translation.
func (CommentTranslation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("comment_id", "language", "party_id").Unique(), index.Fields("comment_id", "id"), index.Fields("party_id", "id")}
}

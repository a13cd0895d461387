package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// PracticeVersion is what a practice said of itself at one time. It is written once and never changed.
type PracticeVersion struct{ ent.Schema }

// Fields of a version.
func (PracticeVersion) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("practice_id", uuid.UUID{}).Annotations(names("practice")).Immutable(),
		field.Int("number").Immutable(),
		field.String("title").Immutable(),
		field.Text("description").GoType(optional.Text("")).Default("").Immutable(),
		field.String("kind").GoType(enum.PracticeKind("")).Immutable(),
		field.Strings("data_categories").Optional().Immutable(),
		field.Strings("affected_groups").Optional().Immutable(),
		field.JSON("disclosures", json.RawMessage{}).Optional().Immutable().Comment("what it tells those on whom it is used: key, text, evidence"),
		field.String("content_hash").Immutable(),
		field.UUID("editor_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the firm that made it"),
		field.Text("reason").GoType(optional.Text("")).Default("").Immutable(),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a version.
func (PracticeVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("practice_id", "number").Unique()}
}

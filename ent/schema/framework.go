package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Framework is a version of an ethical framework: principles to which a party holds itself, or which belong to all.
type Framework struct{ ent.Schema }

// Mixin of a framework.
func (Framework) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a framework.
func (Framework) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("author_id", uuid.UUID{}).Annotations(party).Immutable().Comment("the party that wrote it"),
		field.UUID("owner_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable().Comment("the party that wrote it; none of the commons"),
		field.UUID("writer_id", uuid.UUID{}).Annotations(person).Immutable().Comment("who drafted it"),
		field.UUID("editor_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Comment("who changed it last; none if nobody did"),
		field.UUID("lineage_id", uuid.UUID{}).Annotations(names("framework")).Immutable().Comment("the first version"),
		field.Int("version").Immutable(),
		field.String("title"),
		field.Text("scope").GoType(optional.Text("")),
		field.String("content_hash"),
		field.Int("review_every_months"),
		field.Time("review_due_at").Optional().Nillable(),
		field.Time("noted_at").Optional().Nillable().Comment("when it was noted that its review is due"),
		field.String("state").GoType(enum.FrameworkState("")).Default("DRAFT"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
	}
}

// Indexes of a framework.
func (Framework) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("author_id", "id"),
		index.Fields("lineage_id", "version").Unique(),
		index.Fields("lineage_id").Unique().StorageKey("framework_adopted").Annotations(entsql.IndexWhere("state = 'ADOPTED'")),
		index.Fields("updated_at", "id"),
	}
}

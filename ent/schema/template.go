package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Template is a version of a template of impact assessments. Its document never changes: another content is another version.
type Template struct{ ent.Schema }

// Mixin of a template.
func (Template) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a template.
func (Template) Fields() []ent.Field {
	return []ent.Field{
		field.String("key").Immutable(),
		field.Int("version").Immutable(),
		field.String("reference").Immutable().Comment("key@version"),
		field.UUID("importer_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable().Comment("the regulator that imported it; none for the operator and for what the server ships"),
		field.String("title").Immutable().Comment("in its first language"),
		field.Strings("jurisdictions").Optional().Immutable().Comment("none or one"),
		field.Strings("languages").Immutable(),
		field.String("source").Optional().Nillable().Immutable(),
		field.String("licence").Optional().Nillable().Immutable(),
		field.Text("document").Immutable().Comment("the bytes that content_hash is of"),
		field.String("content_hash").Immutable(),
		field.String("state").GoType(enum.AssessmentTemplateState("")).Default("DRAFT"),
		field.Time("activated_at").Optional().Nillable(),
		field.Time("retired_at").Optional().Nillable(),
	}
}

// Indexes of a template.
func (Template) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("key", "version").Unique(),
		index.Fields("reference").Unique(),
		index.Fields("content_hash").Unique(),
		index.Fields("updated_at", "id"),
	}
}

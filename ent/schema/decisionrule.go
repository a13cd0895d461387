package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// DecisionRule is a version of a decision rule. Its document never changes: another content is another version.
type DecisionRule struct{ ent.Schema }

// Mixin of a decision rule.
func (DecisionRule) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a decision rule.
func (DecisionRule) Fields() []ent.Field {
	return []ent.Field{
		field.String("key").Immutable(),
		field.Int("version").Immutable(),
		field.String("reference").Immutable().Comment("key@version"),
		field.UUID("owner_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable().Comment("none for what the server ships"),
		field.String("title").Immutable(),
		field.String("source").Optional().Nillable().Immutable(),
		field.Text("document").Immutable().Comment("the bytes that hash is of"),
		field.String("hash").Immutable(),
		field.String("state").GoType(enum.DecisionRuleState("")).Default("CURRENT"),
	}
}

// Indexes of a decision rule.
func (DecisionRule) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("key", "version").Unique(),
		index.Fields("reference").Unique(),
		index.Fields("owner_id", "id"),
		index.Fields("updated_at", "id"),
	}
}

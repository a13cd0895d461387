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

// Hiding is that something was hidden, with the appeal against that and what came of it.
type Hiding struct{ ent.Schema }

// Mixin of a hiding.
func (Hiding) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a hiding.
func (Hiding) Fields() []ent.Field {
	return []ent.Field{
		field.String("hidden_type").Immutable().Comment("of what was hidden: COMMENT"),
		field.UUID("hidden_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.String("subject_type").Immutable().Comment("of where that was said: DIALOGUE, PROPOSAL, PRACTICE, ASSESSMENT"),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Optional().Nillable().Immutable(),
		field.UUID("author_id", uuid.UUID{}).Annotations(party).Immutable().Comment("of what was hidden"),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable().Comment("that hid it; none for an admin without one"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Immutable().Comment("who hid it; none where that was not noted"),
		field.Text("reason").GoType(optional.Text("")).Immutable(),
		field.String("state").GoType(enum.HidingState("")).Default("HIDDEN"),
		field.Text("appeal").GoType(optional.Text("")).Default(""),
		field.UUID("appellant_id", uuid.UUID{}).Annotations(person).Optional().Nillable(),
		field.Time("appealed_at").Optional().Nillable(),
		field.Time("due_at").Optional().Nillable().Comment("when the appeal is to be decided"),
		field.Time("overdue_at").Optional().Nillable().Comment("by the act that says so"),
		field.Text("decision").GoType(optional.Text("")).Default("").Comment("its reason"),
		field.UUID("decided_by", uuid.UUID{}).Annotations(party).Optional().Nillable(),
		field.UUID("decider_id", uuid.UUID{}).Annotations(person).Optional().Nillable(),
		field.Time("decided_at").Optional().Nillable(),
		field.Text("restored_because").GoType(optional.Text("")).Default(""),
		field.Time("restored_at").Optional().Nillable(),
	}
}

// Indexes of a hiding.
func (Hiding) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("hidden_id", "id"),
		index.Fields("dialogue_id", "id"),
		index.Fields("author_id", "id"),
		index.Fields("due_at").StorageKey("hiding_due").Annotations(entsql.IndexWhere("state = 'APPEALED' AND overdue_at IS NULL")),
	}
}

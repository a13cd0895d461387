package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Dialogue is a convened discussion about a practice, a principle or a question.
type Dialogue struct{ ent.Schema }

// Mixin of a dialogue.
func (Dialogue) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a dialogue.
func (Dialogue) Fields() []ent.Field {
	return []ent.Field{
		field.String("reference").Optional().Nillable().Comment("its number for people, from the first time that it is opened"),
		field.String("title"),
		field.Text("brief").GoType(optional.Text("")).Default(""),
		field.UUID("convenor_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.String("visibility").GoType(enum.DialogueVisibility("")).Default("PUBLIC"),
		field.String("state").GoType(enum.DialogueState("")).Default("DRAFT"),
		field.Strings("languages").Optional(),
		field.String("time_zone").Default("UTC").Comment("in which its deadlines are meant; of the IANA database"),
		field.Int("round").Default(1),
		field.Text("outcome").GoType(optional.Text("")).Default("").Comment("of the last round that ended; Outcome keeps those of all"),
		field.Time("opened_at").Optional().Nillable(),
		field.Time("closed_at").Optional().Nillable(),
		field.Int("sponsors").Default(0).Comment("how many sponsors a proposal needs before it may be opened"),
		field.Strings("sponsor_chambers").Optional().Comment("from which they come, and each of which is there; any if empty"),
		field.String("source").GoType(optional.Text("")).Default("").Comment("where an imported dialogue was held"),
		field.Bool("requires_assessment").Default(false).Comment("before a ballot can be opened on a proposal"),
	}
}

// Outcome is what a round of a dialogue ended with. It is written once: a later round has one of its own.
type Outcome struct{ ent.Schema }

// Fields of an outcome.
func (Outcome) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.Int("round").Immutable(),
		field.Text("text").Immutable(),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of an outcome.
func (Outcome) Indexes() []ent.Index {
	return []ent.Index{index.Fields("dialogue_id", "round").Unique()}
}

// Indexes of a dialogue.
func (Dialogue) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("reference").Unique(),
		index.Fields("visibility", "state", "id"),
		index.Fields("convenor_id", "id"),
		index.Fields("updated_at", "id"),
		index.Fields("opened_at", "id"),
	}
}

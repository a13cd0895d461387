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

// Synthesis is what was heard in a phase of a dialogue, in one version.
type Synthesis struct{ ent.Schema }

// Mixin of a synthesis.
func (Synthesis) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a synthesis.
func (Synthesis) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.UUID("phase_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.UUID("convenor_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Int("number").Immutable().Comment("among those of the phase, from 1"),
		field.String("state").GoType(enum.SynthesisState("")).Default("PUBLISHED"),
		field.String("content_hash").Immutable(),
		field.Time("objections_until").Immutable(),
	}
}

// Indexes of a synthesis.
func (Synthesis) Indexes() []ent.Index {
	return []ent.Index{index.Fields("phase_id", "number").Unique(), index.Fields("dialogue_id", "id")}
}

// SynthesisSentence is a sentence of a synthesis.
type SynthesisSentence struct{ ent.Schema }

// Fields of a sentence.
func (SynthesisSentence) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("synthesis_id", uuid.UUID{}).Annotations(names("synthesis")).Immutable(),
		field.Text("text").Immutable(),
	}
}

// Indexes of a sentence.
func (SynthesisSentence) Indexes() []ent.Index {
	return []ent.Index{index.Fields("synthesis_id", "id")}
}

// Citation is that a sentence of a synthesis cites a comment. It holds none of the comment's words: they may go.
type Citation struct{ ent.Schema }

// Fields of a citation.
func (Citation) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("sentence_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.UUID("synthesis_id", uuid.UUID{}).Annotations(names("synthesis")).Immutable(),
		field.UUID("comment_id", uuid.UUID{}).Annotations(names("comment")).Immutable(),
	}
}

// Indexes of a citation.
func (Citation) Indexes() []ent.Index {
	return []ent.Index{index.Fields("sentence_id", "id"), index.Fields("synthesis_id", "comment_id")}
}

// SynthesisObjection is that a party was not heard, by its own words, with the answer of the convenor.
type SynthesisObjection struct{ ent.Schema }

// Fields of an objection.
func (SynthesisObjection) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("synthesis_id", uuid.UUID{}).Annotations(names("synthesis")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Text("text").GoType(optional.Text("")),
		field.Time("created_at").Default(now).Immutable(),
		field.Text("answer").GoType(optional.Text("")).Default(""),
		field.Time("answered_at").Optional().Nillable(),
	}
}

// Indexes of an objection.
func (SynthesisObjection) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("synthesis_id", "party_id").Unique(),
		index.Fields("synthesis_id", "id"),
		index.Fields("party_id", "id"),
		index.Fields("synthesis_id", "answered_at").StorageKey("synthesisobjection_unanswered").Annotations(entsql.IndexWhere("answered_at IS NULL")),
	}
}

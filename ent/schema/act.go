package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"
)

// deed has the fields that queued and sequenced acts share.
type deed struct{ mixin.Schema }

// Fields of a deed.
func (deed) Fields() []ent.Field {
	return []ent.Field{
		field.String("type").Immutable().Comment("noun.verb in the past tense, such as proposal.submitted"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Immutable(),
		field.UUID("stakeholder_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable(),
		field.String("subject_type").Immutable(),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.Int("subject_revision").Immutable(),
		field.String("parent_type").Default("").Immutable(),
		field.UUID("parent_id", uuid.UUID{}).Annotations(names(thing)).Optional().Nillable().Immutable().Comment("what the subject belongs to, such as the proposal of a comment"),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Optional().Nillable().Immutable().Comment("the dialogue whose visibility the act shares"),
		field.UUID("owner_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Comment("the party whose the subject is, to find acts by; not in the header"),
		field.String("audience").Default("SUBJECT").Immutable().Comment("SUBJECT: who may see the subject; ACTOR: the actor and auditors"),
		field.Int("policy_version").Immutable(),
		field.Time("at").Immutable(),
		field.Text("payload").Default("").Comment("JSON, byte for byte, of acts that no person did; empty if sealed has it"),
		field.Bytes("salt").Comment("of the commitment; empty if sealed has it"),
		field.Bytes("sealed").Optional().Comment("salt and payload under the person's key; none after the person was erased"),
		field.Bytes("commitment").Immutable().Comment("SHA-256 of salt and payload"),
		field.Bytes("member_commitment").Optional().Comment("SHA-256 of salt and member; stays when the salt is gone"),
		field.Bytes("entry").Optional().Comment("the act's entry in the log's tree: SHA-256 of its header; none in acts from older releases"),
	}
}

// Act is one entry of the log, with its final sequence number.
type Act struct{ ent.Schema }

// Mixin of an act.
func (Act) Mixin() []ent.Mixin { return []ent.Mixin{deed{}} }

// Annotations of an act: the sequencer assigns the sequence number, never the database.
func (Act) Annotations() []schema.Annotation {
	given := false
	return []schema.Annotation{entsql.Annotation{Incremental: &given}}
}

// Fields of an act.
func (Act) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").StorageKey("seq").Immutable().Comment("the gap-free sequence number in the log, from 1"),
		field.UUID("act_id", uuid.UUID{}).Annotations(names("act")).Unique().Immutable(),
	}
}

// News is the condition on acts that bring something into a dialogue, as internal/reading asks for it: word for word, or SQLite would
// not use the index. Votes, of which there are more than of anything else, are not among them.
const News = "type IN ('comment.imported', 'comment.posted', 'comment.restored', 'dialogue.closed', 'proposal.drafted', 'proposal.opened', 'proposal.submitted')"

// Indexes of an act.
func (Act) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("dialogue_id", "id").StorageKey("act_news").Annotations(entsql.IndexWhere(News)),
		index.Fields("subject_id", "id"),
		index.Fields("parent_id", "id"),
		index.Fields("dialogue_id", "id"),
		index.Fields("stakeholder_id", "id"),
		index.Fields("member_id", "id"),
		index.Fields("owner_id", "id"),
		index.Fields("at", "id"),
	}
}

// QueuedAct is an act that has been committed and waits for its sequence number.
type QueuedAct struct{ ent.Schema }

// Mixin of a queued act.
func (QueuedAct) Mixin() []ent.Mixin { return []ent.Mixin{deed{}} }

// Fields of a queued act.
func (QueuedAct) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").Comment("assigned at insert, so an act that saw another one has the larger id"),
		field.UUID("act_id", uuid.UUID{}).Annotations(names("act")).Immutable(),
	}
}

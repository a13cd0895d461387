package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// File is a file that a member has sent. It belongs to one thing, its subject, from when it is attached; what it holds lies under its
// hash.
type File struct{ ent.Schema }

// Mixin of a file.
func (File) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a file.
func (File) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable().Comment("whose it is"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable().Comment("who sent it"),
		field.String("name").Immutable(),
		field.String("media_type").Immutable(),
		field.Int("bytes").Immutable(),
		field.String("sha256").Immutable().Comment("of the content, in hexadecimal"),
		field.String("state").GoType(enum.FileState("")).Default("UPLOADED"),
		field.String("subject_type").Optional().Nillable().Comment("what it is attached to: ASSESSMENT, DIALOGUE, PROPOSAL, COMMENT, OFFICIALRESPONSE; none before"),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Optional().Nillable(),
		field.Bool("withheld").Default(false).Comment("from those who do not read the whole of the subject"),
		field.String("part").Default("").Comment("the part of the subject that it belongs to, such as the key of a question"),
		field.Int("from_version").Default(0).Comment("the first version of the subject that has it"),
		field.Int("until_version").Default(0).Comment("the first version that has it no more; 0 while the subject has it"),
	}
}

// Indexes of a file.
func (File) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("subject_id", "id"),
		index.Fields("party_id", "state"),
		index.Fields("state", "created_at"),
		index.Fields("sha256"),
	}
}

// FileChunk is a piece of what files hold. Files with the same content share it.
type FileChunk struct{ ent.Schema }

// Fields of a piece.
func (FileChunk) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.String("sha256").Immutable().Comment("of the whole content, in hexadecimal"),
		field.Int("number").Immutable().Comment("from 0"),
		field.Bytes("content").Immutable().Sensitive().Comment("256 KiB, the last one less; piece 0 is empty where the content lies in a folder"),
	}
}

// Indexes of a piece.
func (FileChunk) Indexes() []ent.Index { return []ent.Index{index.Fields("sha256", "number").Unique()} }

package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Imported is an import: a file that was checked, and is written into the database when somebody starts it. It cannot be called Import:
// a package of that name is none of Go's.
type Imported struct{ ent.Schema }

// Mixin of an import.
func (Imported) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Annotations of an import.
func (Imported) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Annotation{Table: "imports"}}
}

// Fields of an import.
func (Imported) Fields() []ent.Field {
	list := json.RawMessage("[]")
	return []ent.Field{
		field.String("kind").Immutable().Comment("template, assessment, journey, consultation"),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable().Comment("whose it is; none of an admin's who acts for no party"),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable().Comment("who sent it"),
		field.UUID("starter_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Comment("who started it, and whose rights it runs under"),
		field.String("state").GoType(enum.ImportState("")).Default("CHECKED"),
		field.String("sha256").Immutable().Comment("of the file, in hexadecimal"),
		field.Int("bytes").Immutable(),
		field.JSON("options", json.RawMessage(nil)).Immutable().Comment("as they were sent beside the file"),
		field.String("place").Default("").Immutable().Comment("what the right to it depends on, as its kind writes it"),
		field.JSON("counts", json.RawMessage(nil)).Default(list).Comment("what would come, or has come"),
		field.Int("fault_count").Default(0),
		field.JSON("faults", json.RawMessage(nil)).Default(list).Comment("the first 10,000"),
		field.JSON("notes", json.RawMessage(nil)).Default(list).Comment("what is not taken over as it is"),
		field.JSON("results", json.RawMessage(nil)).Default(list).Comment("what was made, a line each"),
		field.Text("failure").GoType(optional.Text("")).Default("").Comment("why it failed"),
		field.Time("started_at").Optional().Nillable(),
		field.Time("finished_at").Optional().Nillable(),
		field.String("holder").Default("").Comment("the server that runs it"),
		field.Time("held_until").Optional().Nillable().Comment("when another one may"),
		field.Int("attempts").Default(0),
		field.JSON("progress", json.RawMessage(nil)).Optional().Comment("how far it has come, as its server last said"),
	}
}

// Indexes of an import.
func (Imported) Indexes() []ent.Index {
	return []ent.Index{index.Fields("party_id", "id"), index.Fields("member_id", "id"), index.Fields("state", "created_at")}
}

// ImportChunk is a piece of the file of an import that waits or runs.
type ImportChunk struct{ ent.Schema }

// Fields of a piece.
func (ImportChunk) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("import_id", uuid.UUID{}).Annotations(names("import")).Immutable(),
		field.Int("number").Immutable().Comment("from 0"),
		field.Bytes("content").Immutable().Sensitive().Comment("256 KiB, the last one less"),
	}
}

// Indexes of a piece.
func (ImportChunk) Indexes() []ent.Index {
	return []ent.Index{index.Fields("import_id", "number").Unique()}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
)

// Tile is a full tile of 256 hashes of the log's Merkle tree, as C2SP tlog-tiles specifies; it never changes.
type Tile struct{ ent.Schema }

// Annotations of a tile: its id encodes level and number.
func (Tile) Annotations() []schema.Annotation {
	given := false
	return []schema.Annotation{entsql.Annotation{Incremental: &given}}
}

// Fields of a tile.
func (Tile) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").Immutable().Comment("level and number: level << 48 | number"),
		field.Bytes("hashes").Immutable().Comment("256 hashes of 32 bytes"),
		field.Bytes("root").Immutable().Comment("the hash over them, which is an entry of the level above"),
	}
}

// Checkpoint is the signed state of the log at one size.
type Checkpoint struct{ ent.Schema }

// Annotations of a checkpoint: its id is the size.
func (Checkpoint) Annotations() []schema.Annotation {
	given := false
	return []schema.Annotation{entsql.Annotation{Incremental: &given}}
}

// Fields of a checkpoint.
func (Checkpoint) Fields() []ent.Field {
	return []ent.Field{
		field.Int64("id").StorageKey("size").Immutable().Comment("how many acts it covers"),
		field.Bytes("root").Immutable(),
		field.Text("note").Immutable().Comment("the signed note, C2SP tlog-checkpoint"),
		field.Time("at").Default(now).Immutable(),
	}
}

package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Report is a report over a place of the act log, and the job that makes it. There is one for each scope and place, whoever asks for it;
// it stays when its files are gone, so that it is the same report when somebody asks again.
type Report struct{ ent.Schema }

// Mixin of a report.
func (Report) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a report.
func (Report) Fields() []ent.Field {
	list := json.RawMessage("[]")
	return []ent.Field{
		field.String("type").GoType(enum.ReportType("")).Immutable(),
		field.String("audience").GoType(enum.ReportAudience("")).Immutable(),
		field.String("language").Immutable(),
		field.Text("scope").Immutable().Comment("what it is over, as internal/reporting writes it"),
		field.Int64("seq").Immutable().Comment("the place in the log"),
		field.Time("at").Immutable().Comment("the time of that place"),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable().Comment("for whom, of the audience PARTY"),
		field.String("state").GoType(enum.ReportState("")).Default("QUEUED"),
		field.String("hash").GoType(optional.Text("")).Default("").Comment("of the document when it was last made, in hexadecimal"),
		field.JSON("remade", json.RawMessage(nil)).Default(list).Comment("why it was made again: at, hash, because"),
		field.JSON("problems", json.RawMessage(nil)).Default(list).Comment("what a format could not hold as it is: format, code, where, text"),
		field.String("title").GoType(optional.Text("")).Default("").Comment("of the document"),
		field.Int64("checkpoint").Default(0).Comment("the size of the checkpoint that covers the place; 0 until it was made"),
		field.Text("note").GoType(optional.Text("")).Default("").Comment("the signed list of its files"),
		field.Text("failure").GoType(optional.Text("")).Default("").Comment("why it failed"),
		field.Time("erased_at").Optional().Nillable().Comment("when somebody was erased since it was made last"),
		field.Time("queued_at"),
		field.Time("finished_at").Optional().Nillable(),
		field.Time("expires_at").Optional().Nillable().Comment("until when its files are kept"),
		field.String("holder").Default("").Comment("the server that makes it"),
		field.Time("held_until").Optional().Nillable().Comment("when another one may"),
		field.Int("attempts").Default(0),
		field.JSON("progress", json.RawMessage(nil)).Optional().Comment("how far it has come, as its server last said"),
	}
}

// Indexes of a report.
func (Report) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("seq", "scope").Unique(),
		index.Fields("state", "queued_at"),
		index.Fields("updated_at", "id"),
	}
}

// ReportHolder is a party that has asked for a report, and may read it.
type ReportHolder struct{ ent.Schema }

// Fields of a holder.
func (ReportHolder) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("report_id", uuid.UUID{}).Annotations(names("report")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Comment("who asked for it last; none where the operator did"),
		field.Strings("jurisdictions").Optional().Comment("of the party then: it reads what is for regulators while they are the same"),
		field.Time("asked_at"),
	}
}

// Indexes of a holder.
func (ReportHolder) Indexes() []ent.Index {
	return []ent.Index{index.Fields("report_id", "party_id").Unique(), index.Fields("party_id", "report_id")}
}

// ReportFile is a file of a report.
type ReportFile struct{ ent.Schema }

// Fields of a file.
func (ReportFile) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("report_id", uuid.UUID{}).Annotations(names("report")).Immutable(),
		field.String("format").Immutable().Comment("as it stands in addresses, after the dot"),
		field.Int64("bytes").Immutable(),
		field.String("sha256").Immutable().Comment("of the bytes, in hexadecimal"),
	}
}

// Indexes of a file.
func (ReportFile) Indexes() []ent.Index {
	return []ent.Index{index.Fields("report_id", "format").Unique()}
}

// ReportPiece is a part of a file of a report.
type ReportPiece struct{ ent.Schema }

// Fields of a piece.
func (ReportPiece) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("report_id", uuid.UUID{}).Annotations(names("report")).Immutable(),
		field.String("format").Immutable().Comment("of the file"),
		field.Int("number").Immutable().Comment("from 0"),
		field.Bytes("content").Immutable().Sensitive().Comment("256 KiB, the last one less"),
	}
}

// Indexes of a piece.
func (ReportPiece) Indexes() []ent.Index {
	return []ent.Index{index.Fields("report_id", "format", "number").Unique()}
}

// ReportParty is a party that a report names: when it is erased, the report is made again.
type ReportParty struct{ ent.Schema }

// Fields of a named party.
func (ReportParty) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("report_id", uuid.UUID{}).Annotations(names("report")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
	}
}

// Indexes of a named party.
func (ReportParty) Indexes() []ent.Index {
	return []ent.Index{index.Fields("party_id", "report_id").Unique(), index.Fields("report_id")}
}

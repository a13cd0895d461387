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

// ContentReport is that a party wants a moderator to look at something.
type ContentReport struct{ ent.Schema }

// Mixin of a report.
func (ContentReport) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a report.
func (ContentReport) Fields() []ent.Field {
	return []ent.Field{
		field.String("reported_type").Immutable().Comment("COMMENT"),
		field.UUID("reported_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.String("subject_type").Immutable().Comment("of where that was said: DIALOGUE, PROPOSAL, PRACTICE, ASSESSMENT"),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Optional().Nillable().Immutable(),
		field.UUID("author_id", uuid.UUID{}).Annotations(party).Immutable().Comment("of what is reported"),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable(),
		field.Text("reason").GoType(optional.Text("")),
		field.String("state").GoType(enum.ContentReportState("")).Default("OPEN"),
	}
}

// Indexes of a report.
func (ContentReport) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("reported_id", "party_id").Unique(),
		index.Fields("reported_id", "id").StorageKey("content_report_open").Annotations(entsql.IndexWhere("state = 'OPEN'")),
		index.Fields("party_id", "created_at"),
	}
}

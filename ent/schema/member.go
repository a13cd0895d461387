package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"
)

// Member is a participant, with a random id: a person or machine that acts for a stakeholder. Person says who it is.
type Member struct{ ent.Schema }

// Mixin of a member.
func (Member) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a member.
func (Member) Fields() []ent.Field {
	return []ent.Field{
		field.String("issuer").Optional().Nillable().Comment("only in members from releases before persons had a table"),
		field.String("subject").Optional().Nillable(),
		field.UUID("stakeholder_id", uuid.UUID{}).Annotations(party).Optional().Nillable(),
		field.Strings("roles").Optional().Comment("what the member's last token granted, less what was taken back since"),
	}
}

// Indexes of a member.
func (Member) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("issuer", "subject").Unique(),
		index.Fields("stakeholder_id"),
	}
}

package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Proposal is a text that parties want adopted. This row has the text of its newest version.
type Proposal struct{ ent.Schema }

// Mixin of a proposal.
func (Proposal) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a proposal.
func (Proposal) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.UUID("author_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable().Comment("the member who wrote it for the authoring party; never public"),
		field.String("kind").GoType(enum.ProposalKind("")),
		field.String("reference").Optional().Nillable().Comment("its number for people, from the first time that it is submitted"),
		field.String("title"),
		field.Text("summary").GoType(optional.Text("")).Default(""),
		field.Text("body"),
		field.String("language").Default("en"),
		field.String("state").GoType(enum.ProposalState("")).Default("DRAFT"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
		field.String("hidden_from").GoType(enum.ProposalState("")).Default("").Comment("of one that is hidden: the state that it comes back to"),
		field.Bool("published").Default(false).Comment("has been OPEN once; a text withdrawn before that stays private to its author"),
		field.Int("version").Default(1),
		field.String("content_hash"),
		field.Time("submitted_at").Optional().Nillable(),
		field.Time("opened_at").Optional().Nillable(),
		field.Int("opened_version").Optional().Nillable().Comment("the version that was first open to all; earlier ones are private"),
		field.UUID("firm_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Comment("the firm that would do what is adopted"),
		field.Int("accepted_version").Optional().Nillable().Comment("the version that this firm has last accepted"),
		field.Time("accepted_at").Optional().Nillable(),
		field.UUID("supersedes_id", uuid.UUID{}).Annotations(names("proposal")).Optional().Nillable().Immutable(),
	}
}

// Indexes of a proposal.
func (Proposal) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("reference").Unique(),
		index.Fields("dialogue_id", "id"),
		index.Fields("author_id", "id"),
		index.Fields("firm_id", "id"),
		index.Fields("supersedes_id"),
		index.Fields("state", "id"),
		index.Fields("updated_at", "id"),
		index.Fields("opened_at", "id"),
		index.Fields("dialogue_id", "updated_at", "id"),
		index.Fields("dialogue_id", "opened_at", "id"),
	}
}

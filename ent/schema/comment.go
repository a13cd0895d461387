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

// Comment is a remark about a dialogue, a proposal, a practice, an assessment, a framework or a principle, or a reply to one.
type Comment struct{ ent.Schema }

// Mixin of a comment.
func (Comment) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a comment.
func (Comment) Fields() []ent.Field {
	return []ent.Field{
		field.String("subject_type").Immutable().Comment("DIALOGUE, PROPOSAL, PRACTICE, ASSESSMENT, FRAMEWORK, PRINCIPLE"),
		field.UUID("subject_id", uuid.UUID{}).Annotations(names(thing)).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Optional().Nillable().Immutable().Comment("the dialogue it belongs to; none under a practice"),
		field.UUID("parent_id", uuid.UUID{}).Annotations(names("comment")).Optional().Nillable().Immutable(),
		field.Int("depth").Default(0).Immutable(),
		field.UUID("thread_id", uuid.UUID{}).Annotations(names("comment")).Optional().Nillable().Immutable().Comment("of a reply: the top-level comment above it"),
		field.String("path").Default("").Immutable().
			Comment("of a reply: the ids below the top-level comment down to its own, 32 hexadecimal digits each; it sorts a thread in reading order"),
		field.UUID("group_id", uuid.UUID{}).Annotations(names("commentgroup")).Optional().Nillable().
			Comment("of a top-level comment: those that say nearly the same; none in an imported one, and in one that was taken out"),
		field.UUID("author_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Optional().Nillable().Immutable(),
		field.Text("body").GoType(optional.Text("")),
		field.String("stance").GoType(enum.Stance("")).Default("NEUTRAL"),
		field.String("language").Default("en"),
		field.UUID("phase_id", uuid.UUID{}).Annotations(names(thing)).Optional().Nillable().Immutable().
			Comment("the phase of the dialogue that took it; none outside of dialogues"),
		field.Int("late").Default(0).Immutable().Comment("1 for one that came when its phase was over, else 0: a number, by which lists are ordered"),
		field.Bool("owed").Default(false).Immutable().
			Comment("a disposition, while it is shown: it is at the top, and came in time in a phase that asks for comments"),
		field.String("outcome").GoType(enum.DispositionOutcome("")).Optional().Nillable().Comment("of its present disposition"),
		field.Int("version").Optional().Nillable().Immutable().Comment("of what it is about, when it was made; none where that has no versions"),
		field.Int("quote_start").Optional().Nillable().Comment("of the quoted passage, in characters"),
		field.Int("quote_end").Optional().Nillable(),
		field.Int("quote_version").Optional().Nillable(),
		field.Text("quote_text").GoType(optional.Text("")).Default(""),
		field.String("state").GoType(enum.CommentState("")).Default("VISIBLE"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
		field.Time("edited_at").Optional().Nillable(),
		field.Int("agrees").Default(0),
		field.Int("disagrees").Default(0),
		field.Int("passes").Default(0),
	}
}

// CommentVersion is what a comment said at one time. A comment that was never edited has none.
type CommentVersion struct{ ent.Schema }

// Fields of a version.
func (CommentVersion) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("comment_id", uuid.UUID{}).Annotations(names("comment")).Immutable(),
		field.UUID("author_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Int("number").Immutable(),
		field.Text("body").GoType(optional.Text("")),
		field.String("stance").GoType(enum.Stance("")).Immutable(),
		field.String("language").Immutable(),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of a version.
func (CommentVersion) Indexes() []ent.Index {
	return []ent.Index{index.Fields("comment_id", "number").Unique(), index.Fields("author_id", "id")}
}

// Indexes of a comment.
func (Comment) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("subject_id", "depth", "id"),
		index.Fields("subject_id", "depth", "late", "id"),
		index.Fields("subject_id", "depth", "late", "agrees", "id").Annotations(entsql.DescColumns("agrees", "id")),
		index.Fields("parent_id", "id"),
		index.Fields("thread_id", "path"),
		index.Fields("group_id", "id"),
		index.Fields("author_id", "id"),
		index.Fields("dialogue_id", "id"),
		index.Fields("updated_at", "id"),
		index.Fields("dialogue_id", "outcome", "id").StorageKey("comment_owed").Annotations(entsql.IndexWhere(Owed)),
	}
}

// Owed is of comments that are owed a disposition, whether they have one or not.
const Owed = "owed AND state = 'VISIBLE'"

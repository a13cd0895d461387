package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Ballot is a vote on one version of a proposal under one rule, which is frozen with the roll when it opens.
type Ballot struct{ ent.Schema }

// Mixin of a ballot.
func (Ballot) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a ballot.
func (Ballot) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("proposal_id", uuid.UUID{}).Annotations(names("proposal")).Immutable(),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Immutable(),
		field.UUID("convenor_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Int("version").Immutable().Comment("of the proposal"),
		field.String("content_hash").Immutable(),
		field.UUID("rule_id", uuid.UUID{}).Annotations(names("decisionrule")).Immutable(),
		field.Text("rule").Immutable().Comment("its document, as it was when the ballot opened"),
		field.String("rule_hash").Immutable(),
		field.String("secrecy").GoType(enum.BallotSecrecy("")).Immutable(),
		field.Bool("at_once").Default(false).Immutable().Comment("papers are shown as soon as they are cast"),
		field.String("state").GoType(enum.BallotState("")).Default("OPEN"),
		field.Text("state_reason").GoType(optional.Text("")).Default(""),
		field.Time("closes_at").Immutable(),
		field.String("roll_root").Immutable(),
		field.Int("seats").Immutable(),
		field.Int("without_seat").Default(0).Immutable().Comment("electors who fit no leaf of the rule"),
		field.String("outcome").GoType(enum.DecisionOutcome("")).Default(""),
		field.Text("result").GoType(optional.Text("")).Default("").Comment("JSON; every number that was compared"),
		field.Int("papers").Default(0).Comment("that were counted"),
		field.Time("counted_at").Optional().Nillable(),
		field.Text("answer").GoType(optional.Text("")).Default("").Comment("of the convenor to an objection that had to be answered first"),
		field.Time("answered_at").Optional().Nillable(),
		field.Bool("shredded").Default(true).Comment("nothing of its sealed papers and key is left in the files of the database"),
	}
}

// Indexes of a ballot.
func (Ballot) Indexes() []ent.Index {
	return []ent.Index{index.Fields("proposal_id", "id"), index.Fields("dialogue_id", "id"), index.Fields("state", "closes_at")}
}

// BallotSeat is a place on the roll of a ballot.
type BallotSeat struct{ ent.Schema }

// Fields of a seat.
func (BallotSeat) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable(),
		field.UUID("ballot_id", uuid.UUID{}).Annotations(names("ballot")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.String("leaf").Immutable(),
		field.Int("revision").Default(0).Comment("of its last paper; 0 for none"),
		field.UUID("proxy_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Comment("the party that cast the last paper for it"),
		field.UUID("holder_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Comment("the party that may cast for it"),
		field.Bool("recused").Default(false).Comment("its party takes no part"),
		field.Text("recusal").GoType(optional.Text("")).Default("").Comment("why its party takes no part"),
	}
}

// Indexes of a seat.
func (BallotSeat) Indexes() []ent.Index {
	return []ent.Index{index.Fields("ballot_id", "party_id").Unique(), index.Fields("party_id"), index.Fields("holder_id", "ballot_id"), index.Fields("ballot_id", "id")}
}

// BallotPaper is a paper: of an open ballot one for each seat that has cast, of a secret one what was counted. Nothing connects the latter
// with a seat, and nothing tells when it was cast.
type BallotPaper struct{ ent.Schema }

// Fields of a paper.
func (BallotPaper) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable().Comment("of its seat; of a secret ballot the beginning of its tracker"),
		field.UUID("ballot_id", uuid.UUID{}).Annotations(names("ballot")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Optional().Nillable().Immutable(),
		field.String("tracker").GoType(optional.Text("")).Default("").Immutable().Comment("by which its voter, and nobody else, knows it"),
		field.String("leaf").Immutable(),
		field.String("choice"),
		field.Text("reason").GoType(optional.Text("")).Default(""),
		field.Bool("reasoned").Default(false).Comment("it was cast with a reason, even if that was erased since"),
	}
}

// Indexes of a paper.
func (BallotPaper) Indexes() []ent.Index {
	return []ent.Index{index.Fields("ballot_id", "id"), index.Fields("party_id")}
}

// SealedPaper is a paper of a secret ballot that is still open: one for each seat. It is destroyed with the count.
type SealedPaper struct{ ent.Schema }

// Fields of a sealed paper.
func (SealedPaper) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable().Comment("of its seat"),
		field.UUID("ballot_id", uuid.UUID{}).Annotations(names("ballot")).Immutable(),
		field.Int("revision"),
		field.Bytes("sealed"),
	}
}

// Indexes of a sealed paper.
func (SealedPaper) Indexes() []ent.Index { return []ent.Index{index.Fields("ballot_id", "id")} }

// BallotKey opens the papers of a secret ballot. It is sealed under the master key, and destroyed with the count.
type BallotKey struct{ ent.Schema }

// Fields of a key.
func (BallotKey) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Immutable().Comment("of its ballot"),
		field.Bytes("sealed").Immutable(),
	}
}

// RollObjection is what a party says against the roll of a ballot.
type RollObjection struct{ ent.Schema }

// Fields of an objection.
func (RollObjection) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("ballot_id", uuid.UUID{}).Annotations(names("ballot")).Immutable(),
		field.UUID("party_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.Text("text").GoType(optional.Text("")),
		field.Time("created_at").Default(now).Immutable(),
	}
}

// Indexes of an objection.
func (RollObjection) Indexes() []ent.Index {
	return []ent.Index{index.Fields("ballot_id", "party_id").Unique(), index.Fields("party_id")}
}

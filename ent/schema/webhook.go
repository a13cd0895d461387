package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// longAgo is before any clock's time: a claim that ended then is free.
func longAgo() time.Time { return time.Unix(0, 0).UTC() }

// Webhook is an address of a party that is notified of acts. Its position in the log serves as its queue: the acts after it
// are still to be sent, so an outage of the receiver adds no rows.
type Webhook struct{ ent.Schema }

// Mixin of a webhook.
func (Webhook) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a webhook.
func (Webhook) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("stakeholder_id", uuid.UUID{}).Annotations(party).Immutable(),
		field.UUID("member_id", uuid.UUID{}).Annotations(person).Immutable().Comment("the member who registered it; deliveries depend on the party's rights, not on this member's"),
		field.String("url"),
		field.Text("description").GoType(optional.Text("")).Default(""),
		field.Strings("types").Optional().Comment("of acts; empty for all"),
		field.UUID("dialogue_id", uuid.UUID{}).Annotations(names("dialogue")).Optional().Nillable(),
		field.Strings("jurisdictions").Optional().Comment("of firms whose assessments it follows; empty for everything"),
		field.String("scheme").GoType(enum.WebhookScheme("")).Immutable(),
		field.String("public_key").Default("").Comment("of ED25519"),
		field.Bytes("secret").Optional().Sensitive().Comment("sealed; none after the webhook was deleted"),
		field.Bytes("previous_secret").Optional().Sensitive().Comment("sealed; also signs until the overlap ends"),
		field.Time("previous_until").Optional().Nillable(),
		field.String("state").GoType(enum.WebhookState("")).Default("PENDING"),
		field.Text("state_reason").Default(""),
		field.Time("verified_at").Optional().Nillable().Comment("when its current address first echoed a challenge"),
		field.Time("challenge_at").Optional().Nillable().Comment("when to send a challenge; none if no challenge is due"),
		field.Int("challenge_attempt").Default(0),

		field.Int64("position").Default(0).Comment("sequence number up to which everything is settled; never shown, because it would reveal hidden acts"),
		field.Int64("replay_position").Default(0),
		field.Int64("replay_until").Default(0).Comment("a replay runs while replay_position is before it"),
		field.Int64("delivered_seq").Default(0).Comment("sequence number of the act delivered last"),
		field.Time("delivered_at").Optional().Nillable(),

		field.Int("attempt").Default(0).Comment("how often the event at the head of the queue was attempted"),
		field.UUID("attempt_act", uuid.UUID{}).Annotations(names("act")).Optional().Nillable(),
		field.Time("due_at").Default(now).Comment("nothing is sent before then"),
		field.Int("failures").Default(0).Comment("in a row; the breaker opens at five"),
		field.Time("failing_since").Optional().Nillable(),

		field.String("claimed_by").Default(""),
		field.Bool("slow").Default(false).Comment("its receiver took long to answer last time: it is served apart"),
		field.Time("claimed_until").Default(longAgo),
		field.Int64("fence").Default(0).Comment("grows with each claim, which exposes a worker whose claim expired"),
	}
}

// Indexes of a webhook.
func (Webhook) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("stakeholder_id", "id"),
		index.Fields("state", "due_at"),
	}
}

// WebhookDelivery is one attempt to send something to a webhook.
type WebhookDelivery struct{ ent.Schema }

// Fields of a delivery.
func (WebhookDelivery) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.UUID("webhook_id", uuid.UUID{}).Annotations(names("webhook")).Immutable(),
		field.UUID("act_id", uuid.UUID{}).Annotations(names("act")).Optional().Nillable().Immutable().Comment("none for a challenge"),
		field.Int64("seq").Default(0).Immutable().Comment("of the act; shown only in sealed form"),
		field.String("event_id").Immutable().Comment("webhook-id, the same for every attempt"),
		field.String("type").Immutable(),
		field.Int("attempt").Immutable(),
		field.Time("at").Immutable(),
		field.Int("status_code").Optional().Nillable().Immutable(),
		field.Int("duration_ms").Immutable(),
		field.String("outcome").GoType(enum.WebhookOutcome("")).Immutable(),
		field.Text("detail").Default("").Immutable().Comment("why it failed, or the beginning of the receiver's response"),
		field.Time("next_attempt_at").Optional().Nillable().Immutable(),
	}
}

// Indexes of a delivery.
func (WebhookDelivery) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("webhook_id", "id"),
		index.Fields("at"),
	}
}

// DeadLetter is an event that the server gave up sending to a webhook.
type DeadLetter struct{ ent.Schema }

// Mixin of a dead letter.
func (DeadLetter) Mixin() []ent.Mixin { return []ent.Mixin{Noun{}} }

// Fields of a dead letter.
func (DeadLetter) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("webhook_id", uuid.UUID{}).Annotations(names("webhook")).Immutable(),
		field.UUID("act_id", uuid.UUID{}).Annotations(names("act")).Immutable(),
		field.Int64("seq").Immutable(),
		field.String("event_id").Immutable(),
		field.String("type").Immutable(),
		field.Int("attempts"),
		field.Text("reason"),
		field.String("state").GoType(enum.DeadLetterState("")).Default("DEAD"),
	}
}

// Indexes of a dead letter.
func (DeadLetter) Indexes() []ent.Index {
	return []ent.Index{
		index.Fields("webhook_id", "id"),
		index.Fields("webhook_id", "act_id").Unique(),
		index.Fields("webhook_id", "state"),
	}
}

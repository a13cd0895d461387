package webhook

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/url"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// Event is what a receiver gets: CloudEvents 1.0.2 in structured JSON. It is thin: it names the act, and the receiver reads
// the rest with the rights that it has when it reads.
type Event struct {
	SpecVersion     string    `json:"specversion"`
	ID              string    `json:"id"` // webhook-id: the same for every attempt, so that a receiver recognises a repeat
	Source          string    `json:"source"`
	Type            string    `json:"type"`
	Subject         string    `json:"subject"`
	Time            time.Time `json:"time"`
	DataContentType string    `json:"datacontenttype"`
	DataSchema      string    `json:"dataschema"`
	Data            any       `json:"data"`
}

// Data names an act.
type Data struct {
	Act      string `json:"act"`
	Subject  string `json:"subject"`
	Revision int    `json:"revision"`
	Cursor   string `json:"cursor,omitempty"` // for replayWebhook; or of the subscription that this was forwarded from
	Link     string `json:"link"`             // returns the act, given the party's token
}

// Challenge is the data of an event that asks a receiver to prove that it expects events.
type Challenge struct {
	Webhook   string `json:"webhook"`
	Challenge string `json:"challenge"`
}

// ChallengeType is the type of the event that a receiver answers by echoing the challenge.
const ChallengeType = "webhook.challenge"

// Happened holds what an event needs of an act.
type Happened struct {
	Type, Act, Subject string
	Revision           int
	At                 time.Time
	Cursor             string
}

// NewEvent makes the event of an act; source is the address of the server.
func NewEvent(source, id string, h Happened) Event {
	query := `{node(id:"` + h.Act + `"){...on Act{type at subjectId subjectRevision subject{__typename}}}}`
	return newEvent(source, id, h.Type, h.Subject, h.At, Data{
		Act: h.Act, Subject: h.Subject, Revision: h.Revision, Cursor: h.Cursor, Link: source + "/graphql?query=" + url.QueryEscape(query),
	})
}

func newEvent(source, id, typ, subject string, at time.Time, data any) Event {
	return Event{
		SpecVersion: "1.0", ID: id, Source: source, Type: typ, Subject: subject, Time: at.UTC(), DataContentType: "application/json",
		DataSchema: source + SchemaPath(typ), Data: data,
	}
}

// Body is the event as it is sent.
func (e Event) Body() ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("write an event: %w", err)
	}
	return b, nil
}

// EventID identifies an act to one receiver. It is always the same: a receiver that has seen it has seen the act.
func EventID(receiver, act uuid.UUID) string {
	sum := sha256.Sum256(append(receiver[:], act[:]...))
	id := uuid.UUID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUIDv8, RFC 9562
	return typeid.New("msg", id).String()
}

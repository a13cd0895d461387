// Package schema declares what is stored: one file per noun, with fields, indexes and uniqueness. It has no rules, no policy
// and no hooks; a domain's service is the only writer of its rows.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"
)

// newID makes a UUIDv7: ids sort by creation, so no list needs an index on a time as well.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// now is in whole microseconds, the precision of PostgreSQL.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Noun has the fields of everything that a client can name.
type Noun struct{ mixin.Schema }

// Fields of a noun.
func (Noun) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Default(newID).Immutable(),
		field.Time("created_at").Default(now).Immutable(),
		field.Time("updated_at").Default(now),
		field.Int("revision").Default(1).Comment("counts the saves of this row; an update names the revision it saw"),
	}
}

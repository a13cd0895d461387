package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// Lease lets one process at a time do a job. The fence grows with each holder, which exposes a holder whose lease expired.
type Lease struct{ ent.Schema }

// Fields of a lease.
func (Lease) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").Immutable().Comment("the job"),
		field.String("holder"),
		field.Int64("fence"),
		field.Time("expires_at"),
	}
}

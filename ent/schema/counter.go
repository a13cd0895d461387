package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
)

// Counter counts the reference numbers that begin alike. A number is taken in the transaction that gives it away, so that none is
// given twice and none that was given is lost.
type Counter struct{ ent.Schema }

// Fields of a counter.
func (Counter) Fields() []ent.Field {
	return []ent.Field{
		field.String("id").Immutable().Comment("what its numbers begin with, such as 2026/ or 2026/14-P"),
		field.Int64("value").Comment("the number that was given last"),
	}
}

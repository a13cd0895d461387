package schema

import (
	"encoding/json"

	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// ChamberTally is what is shown of the votes on a comment by chamber, until it is renewed. It holds nothing that is withheld.
type ChamberTally struct{ ent.Schema }

// Fields of a tally by chamber.
func (ChamberTally) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("id", uuid.UUID{}).Annotations(names("comment")).Immutable().Comment("of the comment"),
		field.Int("step").Comment("how often it was renewed"),
		field.Int("agrees").Comment("of all chambers, when it was renewed"),
		field.Int("disagrees"),
		field.Int("passes"),
		field.JSON("shown", json.RawMessage{}).Comment("by chamber: agrees, disagrees and passes, 0 for what is withheld"),
	}
}

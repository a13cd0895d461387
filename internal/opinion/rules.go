// Package opinion keeps what parties think of parts of impact assessments, and what the firms answer.
//
// GIVEN -> READ -> ANSWERED, or GIVEN -> ANSWERED. Until it is answered or read, the party may replace it: GIVEN -> REPLACED.
package opinion

import (
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// longest is how long an opinion and a reply may be.
const longest = 10_000

// Words are what an opinion says.
type Words struct {
	Question *string // nil for one about a risk
	Stance   enum.OpinionStance
	Text     string
}

// Check gives the words normalised, or says which fields are wrong. Whoever sees something wrong says what. It is
// about a question or about a risk.
func (w Words) Check(onRisk bool) (Words, error) {
	var f fault.Form
	switch {
	case w.Question == nil && !onRisk:
		f.Refuse("question", enum.UserErrorCodeRequired, "say which question or which risk the opinion is about")
	case w.Question != nil && onRisk:
		f.Refuse("risk", enum.UserErrorCodeExclusive, "give the question or the risk, not both")
	}
	if w.Stance == enum.OpinionStanceConcern || w.Stance == enum.OpinionStanceObject {
		w.Text = f.Text("text", w.Text, longest)
	} else {
		w.Text = f.OptionalText("text", w.Text, longest)
	}
	return w, f.Err()
}

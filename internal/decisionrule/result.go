package decisionrule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Result is what papers decide, as clients see it.
type Result struct {
	Outcome                   enum.DecisionOutcome
	Sentence                  string
	Quorum, Tests, Objections []*Finding
	Groups                    []*GroupCount
	Unopened                  []*Unopened
}

// Finding is one comparison.
type Finding struct {
	Key               string `json:"id"` // the id of the quorum, the test or the objection
	Group             *string
	Left, Base, Bound string
	Holds             bool
	Cause             *enum.FindingCause
}

// GroupCount is what was counted in a group.
type GroupCount struct {
	Key                                        *string
	Eligible, Cast, Counted, Destroyed, Silent int
	Choices                                    []*ChoiceCount
}

// ChoiceCount is how often something was chosen.
type ChoiceCount struct {
	Choice string
	Papers int
	Weight string
}

// Unopened are papers of a leaf that were destroyed.
type Unopened struct {
	Leaf            string
	Papers, Lacking int
}

// Kept reads a result as a ballot keeps it; nil for none.
func Kept(text string) *Result {
	if text == "" {
		return nil
	}
	r := new(Result)
	if err := json.Unmarshal([]byte(text), r); err != nil {
		panic(fmt.Sprintf("the result of a ballot that we wrote cannot be read: %v", err))
	}
	return r
}

// mostLines is how many lines of counts a preview takes.
const mostLines = 250

// PreviewResult says what counts would decide under a rule.
func (s *Service) PreviewResult(ctx context.Context, id uuid.UUID, lines []decision.Line) (*Result, error) {
	var form fault.Form
	if !form.Count("counts", len(lines), 0, mostLines) {
		return nil, form.Err()
	}
	rule, err := s.rule(ctx, id)
	if err != nil {
		return nil, err
	}
	result, err := decision.Evaluate(rule, lines)
	var wrong *decision.LineFault
	if errors.As(err, &wrong) {
		return nil, fault.InvalidField(fmt.Sprintf("counts.%d.%s", wrong.Line, wrong.Member), enum.UserErrorCodeInvalid, "%s", wrong.Message)
	}
	if err != nil {
		return nil, err
	}
	return resultOf(result), nil
}

func resultOf(r *decision.Result) *Result {
	out := &Result{
		Outcome: enum.DecisionOutcome(r.Outcome), Sentence: r.Sentence, Quorum: findingsOf(r.Quorum), Tests: findingsOf(r.Tests), Objections: findingsOf(r.Objections),
		Unopened: []*Unopened{},
	}
	for _, g := range r.Groups {
		one := &GroupCount{
			Key: orNull(g.Key), Eligible: int(g.Eligible), Cast: int(g.Cast), Counted: int(g.Counted), Destroyed: int(g.Destroyed), Silent: int(g.Silent),
		}
		for _, c := range g.Choices {
			one.Choices = append(one.Choices, &ChoiceCount{c.Choice, int(c.Papers), c.Weight.String()})
		}
		out.Groups = append(out.Groups, one)
	}
	for _, u := range r.Unopened {
		out.Unopened = append(out.Unopened, &Unopened{u.Leaf, int(u.Papers), int(u.Missing)})
	}
	return out
}

func findingsOf(found []decision.Finding) []*Finding {
	out := make([]*Finding, len(found))
	for i, f := range found {
		out[i] = &Finding{Key: f.ID, Group: orNull(f.Group), Left: f.Left.String(), Base: f.Base.String(), Bound: f.Bound.String(), Holds: f.Holds}
		if f.Cause != "" {
			cause := enum.FindingCause(f.Cause)
			out[i].Cause = &cause
		}
	}
	return out
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Package risk keeps what could go wrong, as impact assessments say.
//
// PRESENT -> REMOVED, and back when what everybody was consulted on is restored. What a risk says, what is done about it and which
// mitigations are planned is content of its assessment: it changes while that is being written, which begins the assessment's next
// version. An approver of the firm who did not write it accepts a risk as it is, until a time and for what it says then; acceptances never
// change. How high a risk is follows from what it says, and only verified mitigations lower it.
package risk

import (
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// Most is how many risks an assessment ever has, whatever became of them.
	Most = 250
	// Longest is how long the longer texts on risks and mitigations may be.
	Longest = 10_000
	// longestAccepted is for how long a risk can be accepted at once.
	longestAccepted = 2 * 366 * 24 * time.Hour
)

// Words are what a risk says.
type Words struct {
	Title, Description   string
	Likelihood, Severity int
	Reversibility        *enum.RiskReversibility
	Scope                *enum.RiskScope
	Treatment            enum.RiskTreatment
}

// Check gives the words normalised, or says which fields are wrong.
func (w Words) Check() (Words, error) {
	var f fault.Form
	w.Title = f.Line("title", w.Title, 200)
	w.Description = f.OptionalText("description", w.Description, Longest)
	f.Between("likelihood", w.Likelihood, 1, 4)
	f.Between("severity", w.Severity, 1, 4)
	return w, f.Err()
}

// same tells whether two say the same.
func (w Words) same(other Words) bool {
	return w.Title == other.Title && w.Description == other.Description && w.Likelihood == other.Likelihood && w.Severity == other.Severity &&
		w.Treatment == other.Treatment && equal(w.Reversibility, other.Reversibility) && equal(w.Scope, other.Scope)
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

// Grade is how likely and how severe a risk is.
type Grade struct {
	Likelihood, Severity, Score int
	Level                       enum.RiskLevel
}

// GradeOf grades a likelihood and a severity of 1 to 4.
func GradeOf(likelihood, severity int) Grade {
	score, level := likelihood*severity, enum.RiskLevelCritical
	switch {
	case score < 4:
		level = enum.RiskLevelLow
	case score < 8:
		level = enum.RiskLevelMedium
	case score < 12:
		level = enum.RiskLevelHigh
	}
	return Grade{likelihood, severity, score, level}
}

// Step is a mitigation as far as it lowers a risk.
type Step struct {
	State                            enum.MitigationState
	LowersLikelihood, LowersSeverity int
}

// Residual is what is left of a risk: each mitigation that is verified lowers it, none raises it, and nothing lowers it below 1.
func Residual(inherent Grade, steps []Step) Grade {
	likelihood, severity := inherent.Likelihood, inherent.Severity
	for _, s := range steps {
		if s.State == enum.MitigationStateVerified {
			likelihood -= max(s.LowersLikelihood, 0)
			severity -= max(s.LowersSeverity, 0)
		}
	}
	return GradeOf(max(likelihood, 1), max(severity, 1))
}

// within refuses a time until which nobody can accept a risk.
func within(until, now time.Time) error {
	last := now.Add(longestAccepted)
	switch {
	case !until.After(now):
		return fault.InvalidField("until", enum.UserErrorCodeInThePast, "this time is over already: give one in the future").With(fault.Values{Date: &now})
	case until.After(last):
		return fault.InvalidField("until", enum.UserErrorCodeOutOfRange, "a risk is accepted for two years at most: look at it again then").With(fault.Values{Date: &last})
	}
	return nil
}

// acceptable refuses to accept what something is to be done about.
func acceptable(t enum.RiskTreatment) error {
	if t == enum.RiskTreatmentAccept {
		return nil
	}
	return &fault.Fault{
		Kind: fault.State, Code: enum.UserErrorCodeState, Field: "id", Message: "something is to be done about this risk: treat it as ACCEPT first",
		Values: fault.Values{State: optional.Text(t), States: []string{string(enum.RiskTreatmentAccept)}},
	}
}

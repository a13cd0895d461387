// Package hazard is what a version of an assessment says of its risks, as package risk keeps them and package assessment writes them.
package hazard

import (
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Risk is something that could go wrong, as a version of an assessment says, with what had become of it then.
type Risk struct {
	Number        int
	Title         string
	Description   optional.Text
	Likelihood    int
	Severity      int
	Reversibility *enum.RiskReversibility
	Scope         *enum.RiskScope
	Treatment     enum.RiskTreatment
	Mitigations   []Mitigation

	Residual Grade // what follows goes on beside the content
	Accepted *Acceptance
}

// Grade is how likely and how severe a risk is.
type Grade struct {
	Likelihood int `json:"likelihood"`
	Severity   int `json:"severity"`
}

// Withheld are the parts of an assessment's risks that most do not read, by the numbers of the risks.
type Withheld map[int]*WithheldRisk

// WithheldRisk is what is withheld of a risk.
type WithheldRisk struct {
	Parts       []enum.RiskPart
	Mitigations []int // their numbers
}

// Of is what is withheld of the risk of a number.
func (w Withheld) Of(number int) WithheldRisk {
	if of := w[number]; of != nil {
		return *of
	}
	return WithheldRisk{}
}

// Mitigation is what is planned about a risk, and how far it is.
type Mitigation struct {
	Number           int
	Title            string
	Description      optional.Text
	Owner            *uuid.UUID
	Due              *time.Time
	LowersLikelihood int
	LowersSeverity   int
	State            enum.MitigationState
}

// Acceptance is who accepted a risk as it is, and until when.
type Acceptance struct {
	By    uuid.UUID
	Until time.Time
}

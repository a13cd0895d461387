package mitigation

import (
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Plan is what is planned.
type Plan struct {
	Title, Description               string
	Owner                            *uuid.UUID
	Due                              *time.Time
	LowersLikelihood, LowersSeverity int
}

// Check gives the plan normalised, or says which fields are wrong.
func (p Plan) Check() (Plan, error) {
	var f fault.Form
	p.Title = f.Line("title", p.Title, 200)
	p.Description = f.OptionalText("description", p.Description, longest)
	f.Between("lowersLikelihood", p.LowersLikelihood, 0, 3)
	f.Between("lowersSeverity", p.LowersSeverity, 0, 3)
	if p.Due != nil {
		due := p.Due.UTC().Truncate(time.Microsecond)
		p.Due = &due
	}
	return p, f.Err()
}

// same tells whether two plan the same.
func (p Plan) same(other Plan) bool {
	owner := p.Owner == other.Owner || p.Owner != nil && other.Owner != nil && *p.Owner == *other.Owner
	due := p.Due == other.Due || p.Due != nil && other.Due != nil && p.Due.Equal(*other.Due)
	return owner && due && p.Title == other.Title && p.Description == other.Description && p.LowersLikelihood == other.LowersLikelihood &&
		p.LowersSeverity == other.LowersSeverity
}

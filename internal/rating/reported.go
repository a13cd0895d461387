package rating

import (
	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Reported is what may be shown of the ratings of a side on a version, in the state that the assessment was in; nil for nothing.
func Reported(side enum.RatingSide, ratings []*db.Rating, state enum.ImpactAssessmentState) *report.SideRating {
	var all sums
	for _, r := range ratings {
		if r.Side == side {
			all = sums{all.likelihood + r.Likelihood, all.severity + r.Severity, all.n + 1}
		}
	}
	r := all.together(side, closed(state))
	if r == nil {
		return nil
	}
	return &report.SideRating{Side: r.Side, LikelihoodHundredths: r.LikelihoodHundredths, SeverityHundredths: r.SeverityHundredths, N: r.N}
}

// Package rating keeps how likely and how severe others than the firm think a risk is.
//
// GIVEN -> REPLACED, by a later one of the same party on the same version of the assessment. Only the party sees its rating, and no act
// tells others of it. Customers rate while a consultation is open; what they think together is shown when no more ratings of this version
// can come, and from five on: else somebody could tell one's rating from what was shown before. Those from outside who are appointed to
// sign rate until the review is over.
package rating

import (
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// least is how many customers must have rated a risk for anything to be shown of it.
const least = 5

func check(likelihood, severity int) error {
	var f fault.Form
	f.Between("likelihood", likelihood, 1, 4)
	f.Between("severity", severity, 1, 4)
	return f.Err()
}

// SideRating is how one side rates a risk, in hundredths.
type SideRating struct {
	Side                                     enum.RatingSide
	LikelihoodHundredths, SeverityHundredths int
	N                                        int
}

// sums are the ratings of one side, added up.
type sums struct{ likelihood, severity, n int }

// together is what is shown of the ratings of a side; nil for nothing. closed says that no more can come.
func (s sums) together(side enum.RatingSide, closed bool) *SideRating {
	if s.n == 0 || side == enum.RatingSideCustomers && (s.n < least || !closed) {
		return nil
	}
	return &SideRating{side, hundredths(s.likelihood, s.n), hundredths(s.severity, s.n), s.n}
}

// hundredths is a mean in hundredths, rounded half up.
func hundredths(sum, n int) int { return (200*sum + n) / (2 * n) }

// closed tells whether customers can rate a version of an assessment no more, now that it is in a state: it is past the consultation, and
// what changes now is another version.
func closed(state enum.ImpactAssessmentState) bool {
	return state != enum.ImpactAssessmentStateDraft && state != enum.ImpactAssessmentStateInConsultation
}

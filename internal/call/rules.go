// Package call keeps calls on firms for assessments.
//
// OPEN -> CLOSED | WITHDRAWN. A regulator calls on firms of its jurisdictions, who convened a dialogue for its outcome on any. Which firms are
// called is settled when the call is opened, by practices that everybody sees: else the list would tell of practices that are only
// planned. Later firms are added by name, with as much time as the others had. What each firm does is in package calledfirm.
package call

import (
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// mostPlaces is how many jurisdictions, sectors and kinds a call names.
	mostPlaces = 50
	// mostFirms is how many firms a call is on.
	mostFirms = 10_000
	// longestCall is for how long a call is open at most.
	longestCall = 5 * 366 * 24 * time.Hour
)

// ahead refuses a date that is not later than one before, is over, or too far away.
func ahead(due, before, now time.Time) error {
	last := now.Add(longestCall)
	switch {
	case !due.After(now):
		return fault.InvalidField("dueAt", enum.UserErrorCodeInThePast, "this time is over already: give one in the future").With(fault.Values{Date: &now})
	case !due.After(before):
		return fault.InvalidField("dueAt", enum.UserErrorCodeOutOfRange, "a call is extended to a later date").With(fault.Values{Date: &before})
	case due.After(last):
		return fault.InvalidField("dueAt", enum.UserErrorCodeOutOfRange, "a call is open for five years at most").With(fault.Values{Date: &last})
	}
	return nil
}

// within tells whether each of some jurisdictions is one of others, or lies in one.
func within(codes, of []string) bool {
	for _, code := range codes {
		if !fault.Among(of, code) {
			return false
		}
	}
	return true
}

// reaches tells whether a firm's jurisdictions are among those of a call; all are when it names none.
func reaches(jurisdictions, firms []string) bool {
	if len(jurisdictions) == 0 {
		return true
	}
	return slices.ContainsFunc(firms, func(code string) bool { return fault.Among(jurisdictions, code) })
}

package contentreport

import (
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// MostADay is how many reports a party may make within a day.
const MostADay = 100

// Within refuses another report of a party that has made as many as it may.
func Within(made int) error {
	if limit := MostADay; made >= limit {
		return fault.Coded(fault.State, enum.UserErrorCodeLimitReached, "your party has made %d reports within a day: wait before it makes more", made).
			With(fault.Values{Limit: &limit, Actual: &made})
	}
	return nil
}

// Reworded refuses a report of a party that has reported the thing already, unless it says something else while nobody has dealt with it.
func Reworded(state enum.ContentReportState, before, now string) error {
	switch {
	case state == enum.ContentReportStateSettled:
		return fault.Coded(fault.State, enum.UserErrorCodeNothingToDo, "your party has reported this, and a moderator has dealt with it")
	case before == now:
		return fault.NothingToDo("your party has reported this already, in these words")
	}
	return nil
}

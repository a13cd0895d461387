// Package calledfirm keeps what firms do about calls for assessments.
//
// PENDING -> ANSWERED, when the firm files what the call asks for, and back when that is sent back. PENDING -> CLAIMED, when the firm says
// that the call does not apply to it, and from there EXEMPT, or PENDING again with two weeks at least, as the caller decides. The rest
// follows from the time: who has filed after the date is late, and who has filed nothing by then is silent. Nobody is silent who could
// not act: whose claim is not decided, who is suspended, and whose call ended before the date.
package calledfirm

import (
	"time"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// grace is how long a firm has at least to file when its claim was refused.
	grace = 14 * 24 * time.Hour
	// longest is how long a claim or a decision may be.
	longest = 2_000
)

// reminders are how long before the date a firm is reminded, the first one first.
var reminders = []time.Duration{14 * 24 * time.Hour, 3 * 24 * time.Hour}

// Stand is what the status of a called firm follows from, at a time.
type Stand struct {
	State  enum.CalledFirmState
	Late   bool // it answered after its date
	Over   bool // its date is past, or is now
	Ended  bool // the call was closed or withdrawn before its date
	Active bool // the firm's party may act
}

// Status is how a called firm stands.
func (s Stand) Status() enum.CalledFirmStatus {
	switch s.State {
	case enum.CalledFirmStateExempt:
		return enum.CalledFirmStatusNotApplicable
	case enum.CalledFirmStateClaimed:
		return enum.CalledFirmStatusClaimed
	case enum.CalledFirmStateAnswered:
		if s.Late {
			return enum.CalledFirmStatusLate
		}
		return enum.CalledFirmStatusFiled
	case enum.CalledFirmStatePending:
		if s.Over && !s.Ended && s.Active {
			return enum.CalledFirmStatusSilent
		}
	}
	return enum.CalledFirmStatusPending
}

// reminded is how many reminders a firm has had when a time is left, and whether one is due now that it has not had.
func reminded(left time.Duration, had int) (int, bool) {
	n := 0
	for _, before := range reminders {
		if left <= before {
			n++
		}
	}
	return n, n > had && left > 0
}

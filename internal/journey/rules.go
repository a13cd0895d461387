// Package journey holds customers' ways through what firms offer: planned ones, step by step, and actual ones, by logs of events.
//
// DRAFT -> PUBLISHED -> RETIRED. A draft is its firm's alone. A planned journey can be changed until it is retired; a step that is taken out
// is REMOVED, and what was said of it stays. Of a log only the paths with their numbers of cases are kept, and none of fewer than five
// cases is shown. Package touchpoint reads the steps.
package journey

import (
	"regexp"
	"strconv"
)

var durations = regexp.MustCompile(`^P(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,5})S)?)?$`)

var goals = regexp.MustCompile(`^(?:100(?:\.0{1,2})?|\d{1,2}(?:\.\d{1,2})?)$`)

// seconds is how long a duration is; false for what is none.
func seconds(duration string) (int64, bool) {
	parts := durations.FindStringSubmatch(duration)
	if parts == nil || duration == "P" || duration[len(duration)-1] == 'T' {
		return 0, false
	}
	total := int64(0)
	for i, each := range []int64{86_400, 3_600, 60, 1} {
		n, _ := strconv.ParseInt(parts[i+1], 10, 64) // digits, or nothing
		total += n * each
	}
	return total, true
}

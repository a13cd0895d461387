package comment

import (
	"encoding/json"

	"github.com/plenary-dialogue/plenary/internal/report"
)

// Reported is what is shown by chamber, of what is stored, as reports have it.
func Reported(stored json.RawMessage) ([]report.ChamberTally, error) {
	shown, err := ShownOf(stored)
	var all []report.ChamberTally
	for _, n := range shown {
		all = append(all, report.ChamberTally{Chamber: n.Chamber, Agree: n.Agree, Disagree: n.Disagree, Pass: n.Pass})
	}
	return all, err
}

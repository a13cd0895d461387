package contentreport

import (
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestHowManyReportsAPartyMayMake(t *testing.T) {
	for made, want := range map[int]bool{0: true, MostADay - 1: true, MostADay: false, MostADay + 1: false} {
		if err := Within(made); (err == nil) != want {
			t.Errorf("Within(%d) = %v, want allowed: %v", made, err, want)
		}
	}
}

func TestAReportIsRewordedWhileItIsOpen(t *testing.T) {
	for _, row := range []struct {
		name        string
		state       enum.ContentReportState
		before, now string
		want        bool
	}{
		{"other words", enum.ContentReportStateOpen, "Spam.", "Spam, twice.", true},
		{"the same words", enum.ContentReportStateOpen, "Spam.", "Spam.", false},
		{"once it is settled", enum.ContentReportStateSettled, "Spam.", "Spam, twice.", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			err := Reworded(row.state, row.before, row.now)
			if (err == nil) != row.want || err != nil && fault.Of(err).UserCode() != enum.UserErrorCodeNothingToDo {
				t.Errorf("Reworded = %v, want allowed: %v", err, row.want)
			}
		})
	}
}

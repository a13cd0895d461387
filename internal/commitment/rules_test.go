package commitment

import (
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestReportable(t *testing.T) {
	for _, row := range []struct {
		name         string
		to           enum.CommitmentStatus
		all, reached int
		want         enum.UserErrorCode
	}{
		{"it is on track without a milestone", enum.CommitmentStatusOnTrack, 0, 0, ""},
		{"it is at risk", enum.CommitmentStatusAtRisk, 3, 1, ""},
		{"it is done when all is reached", enum.CommitmentStatusDone, 3, 3, ""},
		{"not before", enum.CommitmentStatusDone, 3, 2, enum.UserErrorCodeIncomplete},
		{"nor when nothing was planned", enum.CommitmentStatusDone, 0, 0, enum.UserErrorCodeIncomplete},
		{"nobody goes back to planning", enum.CommitmentStatusPlanned, 1, 0, enum.UserErrorCodeInvalid},
		{"to drop it is another thing", enum.CommitmentStatusDropped, 1, 0, enum.UserErrorCodeInvalid},
	} {
		t.Run(row.name, func(t *testing.T) {
			var code enum.UserErrorCode
			if f := fault.Of(Reportable(row.to, row.all, row.reached)); f != nil {
				code = f.Code
			}
			if code != row.want {
				t.Errorf("Reportable gives %q, want %q", code, row.want)
			}
		})
	}
}

package rating

import (
	"testing"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestWhatIsShownOfRatings(t *testing.T) {
	for _, c := range []struct {
		name   string
		side   enum.RatingSide
		sums   sums
		closed bool
		want   *SideRating
	}{
		{"nobody", "REVIEWERS", sums{}, true, nil},
		{"one reviewer", "REVIEWERS", sums{3, 2, 1}, false, &SideRating{"REVIEWERS", 300, 200, 1}},
		{"three reviewers", "REVIEWERS", sums{8, 4, 3}, false, &SideRating{"REVIEWERS", 267, 133, 3}},
		{"four customers", "CUSTOMERS", sums{8, 8, 4}, true, nil},
		{"five customers, while more can come", "CUSTOMERS", sums{10, 11, 5}, false, nil},
		{"five customers", "CUSTOMERS", sums{10, 11, 5}, true, &SideRating{"CUSTOMERS", 200, 220, 5}},
		{"half up", "CUSTOMERS", sums{9, 17, 8}, true, &SideRating{"CUSTOMERS", 113, 213, 8}},
	} {
		got := c.sums.together(c.side, c.closed)
		if (got == nil) != (c.want == nil) || got != nil && *got != *c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestWhenNoMoreRatingsCome(t *testing.T) {
	for state, want := range map[enum.ImpactAssessmentState]bool{
		"DRAFT": false, "IN_CONSULTATION": false, "IN_REVIEW": true, "CHANGES_REQUESTED": true, "APPROVED": true, "PUBLISHED": true,
		"OUTDATED": true, "SUPERSEDED": true, "WITHDRAWN": true, "REVOKED": true,
	} {
		if closed(state) != want {
			t.Errorf("%s: %v", state, !want)
		}
	}
}

func TestARatingIsOneToFour(t *testing.T) {
	for _, c := range []struct {
		likelihood, severity int
		good                 bool
	}{{1, 1, true}, {4, 4, true}, {0, 1, false}, {1, 0, false}, {5, 1, false}, {1, 5, false}} {
		if err := check(c.likelihood, c.severity); (err == nil) != c.good {
			t.Errorf("%d, %d: %v", c.likelihood, c.severity, err)
		}
	}
}

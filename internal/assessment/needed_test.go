package assessment

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// TestUnmetNeedsByLevel: what the levels of the usual template lack, by who has signed.
func TestUnmetNeedsByLevel(t *testing.T) {
	const (
		approver, peer, data = enum.CapacityApprover, enum.CapacityPeerReviewer, enum.CapacityDataScientist
		customer, dpo, legal = enum.CapacityCustomerRepresentative, enum.CapacityDpo, enum.CapacityLegal
	)
	for _, row := range []struct {
		name    string
		level   questionnaire.Level
		there   []enum.Capacity
		missing int64
	}{
		{"without a level, an approver signs", 0, nil, 1},
		{"and that is enough", 0, []enum.Capacity{approver}, 0},
		{"level I needs an approver", 1, []enum.Capacity{peer, customer, dpo}, 1},
		{"level II needs three", 2, nil, 3},
		{"one of whom is an expert of either kind", 2, []enum.Capacity{approver, customer, data}, 0},
		{"a lawyer is none", 2, []enum.Capacity{approver, customer, legal}, 1},
		{"level III needs four", 3, []enum.Capacity{approver, customer, peer}, 1},
		{"with the data protection officer it is whole", 3, []enum.Capacity{approver, customer, peer, dpo}, 0},
		{"level IV needs two experts", 4, []enum.Capacity{approver, customer, dpo, peer}, 1},
		{"who may be of one kind", 4, []enum.Capacity{approver, customer, dpo, peer, peer}, 0},
		{"a second approver is no expert", 4, []enum.Capacity{approver, approver, customer, dpo, peer}, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := count(unmet(small(t).SignOffs(row.level), row.there)); got != row.missing {
				t.Errorf("%d signatures are missing, want %d", got, row.missing)
			}
		})
	}
}

func count(needs []questionnaire.SignOff) (n int64) {
	for _, one := range needs {
		n += one.Count
	}
	return n
}

// TestEachSignatureCountsOnceWhereItHelpsMost: as many needs are met as by trying every way to share the signatures out.
func TestEachSignatureCountsOnceWhereItHelpsMost(t *testing.T) {
	capacities := []enum.Capacity{enum.CapacityApprover, enum.CapacityPeerReviewer, enum.CapacityDataScientist, enum.CapacityEthics}
	rapid.Check(t, func(t *rapid.T) {
		var needs []questionnaire.SignOff
		for range rapid.IntRange(1, 4).Draw(t, "needs") {
			named := rapid.SliceOfNDistinct(rapid.SampledFrom(capacities), 1, 3, rapid.ID).Draw(t, "capacities")
			need := questionnaire.SignOff{Capacity: string(named[0]), Count: int64(rapid.IntRange(1, 3).Draw(t, "count"))}
			for _, c := range named[1:] {
				need.OrCapacities = append(need.OrCapacities, string(c))
			}
			needs = append(needs, need)
		}
		there := rapid.SliceOfN(rapid.SampledFrom(capacities), 0, 6).Draw(t, "there")
		if got, want := count(unmet(needs, there)), fewest(needs, there); got != want {
			t.Fatalf("%d signatures are missing, want %d", got, want)
		}
	})
}

// fewest tries every way.
func fewest(needs []questionnaire.SignOff, there []enum.Capacity) int64 {
	if len(there) == 0 {
		return count(needs)
	}
	best := fewest(needs, there[1:]) // the first is not used
	for i, n := range needs {
		if n.Count > 0 && slices.Contains(capacitiesOf(n), there[0]) {
			rest := slices.Clone(needs)
			rest[i].Count--
			best = min(best, fewest(rest, there[1:]))
		}
	}
	return best
}

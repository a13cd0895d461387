package framework

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestMissingToAdopt(t *testing.T) {
	customers := func(n int) Input {
		return Input{Kind: enum.StakeholderKindCustomer, Comments: n, Parties: n, Disposed: n}
	}
	firm := func(members int) Input {
		return Input{Kind: enum.StakeholderKindFirm, Comments: members + 1, Parties: 1, Disposed: members + 1, members: members}
	}
	ngo := Input{Kind: enum.StakeholderKindNgo, Comments: 1, Parties: 1, Disposed: 1}
	academic := Input{Kind: enum.StakeholderKindAcademicInstitution, Comments: 1, Parties: 1, Disposed: 1}
	unanswered := ngo
	unanswered.Disposed = 0
	loud := Input{Kind: enum.StakeholderKindCustomer, Comments: 50, Parties: 4, Disposed: 50}
	for name, c := range map[string]struct {
		owner enum.StakeholderKind
		input []Input
		want  []string
	}{
		"nothing was said": {enum.StakeholderKindFirm, nil, []string{
			"5 customers give input; 0 have", "2 members of its owner give input, besides those who wrote it; 0 have", "a party of a third chamber gives input; none has",
		}},
		"all that it takes":                       {enum.StakeholderKindFirm, []Input{customers(5), firm(2), ngo}, nil},
		"parties count, not their comments":       {enum.StakeholderKindFirm, []Input{loud, firm(2), ngo}, []string{"5 customers give input; 4 have"}},
		"who wrote it does not count":             {enum.StakeholderKindFirm, []Input{customers(5), firm(1), ngo}, []string{"2 members of its owner give input, besides those who wrote it; 1 have"}},
		"another firm is no third chamber":        {enum.StakeholderKindFirm, []Input{customers(5), {Kind: enum.StakeholderKindFirm, Comments: 3, Parties: 2, Disposed: 3, members: 2}}, []string{"a party of a third chamber gives input; none has"}},
		"each is answered":                        {enum.StakeholderKindFirm, []Input{customers(5), firm(2), unanswered}, []string{"each input is answered with a reason; 8 of 9 are"}},
		"the commons take two more chambers":      {"", []Input{customers(5), ngo}, []string{"parties of two chambers other than customers give input; those of 1 have"}},
		"and no members of an owner":              {"", []Input{customers(5), ngo, academic}, nil},
		"the owner's chamber may be any, as NGOs": {enum.StakeholderKindNgo, []Input{customers(5), {Kind: enum.StakeholderKindNgo, Comments: 2, Parties: 1, Disposed: 2, members: 2}, firm(0)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, lack := range MissingToAdopt(c.owner, c.input) {
				got = append(got, lack.Message)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOverdue(t *testing.T) {
	due := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		state enum.FrameworkState
		due   *time.Time
		now   time.Time
		want  bool
	}{
		{"on its date a review is not overdue", enum.FrameworkStateAdopted, &due, due, false},
		{"after it, it is", enum.FrameworkStateAdopted, &due, due.Add(1), true},
		{"what is replaced is not reviewed", enum.FrameworkStateSuperseded, &due, due.Add(1), false},
		{"nor what was never adopted", enum.FrameworkStateInReview, nil, due, false},
	} {
		if got := Overdue(c.state, c.due, c.now); got != c.want {
			t.Errorf("%s: Overdue = %t, want %t", c.name, got, c.want)
		}
	}
}

// The hash was computed with another program, as docs/hashes.md describes it.
func TestTheHashOfAFrameworkIsTheDocumentedOne(t *testing.T) {
	w := Words{Title: "A", Scope: "Ä", ReviewEveryMonths: 12, Principles: []Principle{
		{Key: "a", Statement: "So.", Requirement: enum.RequirementTransparency}, {Key: "b", Statement: "Or so.", Value: "cost"},
	}}
	const want = "4d393ce78ad46fcbc1757d4f430286c8a5fbaf3cc92a72d3dbf7e5e5e54b4c18"
	if got := w.Hash(); got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

package sponsorship

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	firm      = enum.StakeholderKindFirm
	ngo       = enum.StakeholderKindNgo
	customer  = enum.StakeholderKindCustomer
	regulator = enum.StakeholderKindRegulator
)

type kinds = []enum.StakeholderKind

var fsc = Rule{Sponsors: 2, Chambers: kinds{firm, ngo, customer}}

func TestOf(t *testing.T) {
	for _, row := range []struct {
		name     string
		rule     Rule
		proposer enum.StakeholderKind
		sponsors map[enum.StakeholderKind]int
		want     Standing
	}{
		{"nothing is missing where nothing is asked for", Rule{}, firm, nil, Standing{0, 0, 0, kinds{}}},
		{"two of any chamber", Rule{Sponsors: 2}, firm, map[enum.StakeholderKind]int{firm: 1}, Standing{2, 1, 1, kinds{}}},
		{"more than enough", Rule{Sponsors: 2}, firm, map[enum.StakeholderKind]int{firm: 3}, Standing{2, 3, 0, kinds{}}},
		{"a proposer and two seconders of all chambers", fsc, firm, nil, Standing{2, 0, 2, kinds{ngo, customer}}},
		{"one of which is there", fsc, firm, map[enum.StakeholderKind]int{ngo: 1}, Standing{2, 1, 1, kinds{customer}}},
		{"both are there", fsc, firm, map[enum.StakeholderKind]int{ngo: 1, customer: 1}, Standing{2, 2, 0, kinds{}}},
		{"two of one chamber leave the other out", fsc, firm, map[enum.StakeholderKind]int{ngo: 2}, Standing{2, 2, 1, kinds{customer}}},
		{"a second of the proposer's chamber stands for no other", fsc, ngo, map[enum.StakeholderKind]int{ngo: 1, firm: 1}, Standing{2, 2, 1, kinds{customer}}},
		{"a proposer of none of the chambers takes three", fsc, regulator, map[enum.StakeholderKind]int{firm: 1}, Standing{2, 1, 2, kinds{ngo, customer}}},
		{"a sponsor of no listed chamber does not count", fsc, firm, map[enum.StakeholderKind]int{regulator: 2}, Standing{2, 0, 2, kinds{ngo, customer}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, row.rule.Of(row.proposer, row.sponsors)); diff != "" {
				t.Errorf("Of (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	for _, row := range []struct {
		name, field string
		rule        Rule
	}{
		{"the rule of FSC is one", "", fsc},
		{"nobody needs to ask for sponsors", "", Rule{}},
		{"a number below none is refused", "rule.sponsors", Rule{Sponsors: -1}},
		{"a number above twenty is refused", "rule.sponsors", Rule{Sponsors: 21}},
		{"a chamber is listed once", "rule.chambers.1", Rule{Sponsors: 2, Chambers: kinds{ngo, ngo}}},
		{"one sponsor and the proposer are not of three chambers", "rule.chambers", Rule{Sponsors: 1, Chambers: kinds{firm, ngo, customer}}},
		{"no sponsors come from no chambers", "rule.chambers", Rule{Chambers: kinds{firm}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			var f fault.Form
			row.rule.Check(&f, "rule")
			switch got := fault.Of(f.Err()); {
			case row.field == "" && got != nil:
				t.Errorf("Check = %v, want nothing", got)
			case row.field != "" && (got == nil || got.Field != row.field):
				t.Errorf("Check = %v, want a fault of %s", got, row.field)
			}
		})
	}
}

func TestTakes(t *testing.T) {
	for _, row := range []struct {
		name    string
		rule    Rule
		chamber enum.StakeholderKind
		want    bool
	}{
		{"no rule takes nobody", Rule{}, firm, false},
		{"a rule without chambers takes any", Rule{Sponsors: 1}, regulator, true},
		{"but no one without a party", Rule{Sponsors: 1}, "", false},
		{"one with chambers takes those", fsc, ngo, true},
		{"and no others", fsc, regulator, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := row.rule.Takes(row.chamber); got != row.want {
				t.Errorf("Takes(%s) = %t, want %t", row.chamber, got, row.want)
			}
		})
	}
}

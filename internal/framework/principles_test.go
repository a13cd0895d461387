package framework

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func words(key, statement string) Principle {
	return Principle{Key: key, Statement: statement, Value: "cost"}
}

func TestCheckPrinciples(t *testing.T) {
	both := words("a", "So.")
	both.Requirement = enum.RequirementTransparency
	neither := words("a", "So.")
	neither.Value = ""
	for name, c := range map[string]struct {
		all  []Principle
		want enum.UserErrorCode // empty for none
	}{
		"a principle names a value":                   {[]Principle{words("a", "So.")}, ""},
		"it has a key of letters, digits and hyphens": {[]Principle{words("fair-price-2", "So.")}, ""},
		"and no other":                                {[]Principle{words("Fair price", "So.")}, enum.UserErrorCodeInvalid},
		"it says something":                           {[]Principle{words("a", " ")}, enum.UserErrorCodeRequired},
		"no two have a key":                           {[]Principle{words("a", "So."), words("a", "Or so.")}, enum.UserErrorCodeDuplicate},
		"it does not name both":                       {[]Principle{both}, enum.UserErrorCodeExclusive},
		"nor neither":                                 {[]Principle{neither}, enum.UserErrorCodeExclusive},
		"a framework has some":                        {nil, enum.UserErrorCodeTooFew},
	} {
		t.Run(name, func(t *testing.T) {
			var f fault.Form
			checkPrinciples(&f, c.all)
			var got enum.UserErrorCode
			if one := fault.Of(f.Err()); one != nil {
				got = one.UserCode()
			}
			if got != c.want {
				t.Errorf("Check = %q, want %q", got, c.want)
			}
		})
	}
}

func TestCompareMatchesByKey(t *testing.T) {
	from := []Principle{words("a", "A."), words("b", "B."), words("c", "C."), words("d", "D.")}
	to := []Principle{words("b", "B."), words("e", "E."), words("c", "See."), words("a", "A.")}
	want := []Pair{
		{Key: "b", Change: enum.PrincipleChangeMoved, From: 1, To: 0},
		{Key: "e", Change: enum.PrincipleChangeAdded, From: -1, To: 1},
		{Key: "c", Change: enum.PrincipleChangeChanged, From: 2, To: 2},
		{Key: "a", Change: enum.PrincipleChangeMoved, From: 0, To: 3},
		{Key: "d", Change: enum.PrincipleChangeRemoved, From: 3, To: -1},
	}
	if diff := cmp.Diff(want, Compare(from, to)); diff != "" {
		t.Errorf("Compare (-want +got):\n%s", diff)
	}
	for _, pair := range Compare(from, from) {
		if pair.Change != enum.PrincipleChangeSame {
			t.Errorf("in the same version %s is %s", pair.Key, pair.Change)
		}
	}
}

package practice_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestMissingToActivate(t *testing.T) {
	told := func(keys ...enum.DisclosureKey) []practice.Disclosure {
		var all []practice.Disclosure
		for _, key := range keys {
			all = append(all, practice.Disclosure{Key: key, Text: "So."})
		}
		return all
	}
	for name, c := range map[string]struct {
		kind   enum.PracticeKind
		has    []practice.Disclosure
		lapsed enum.ImpactLevel
		want   []string
	}{
		"a price tells what it depends on":       {enum.PracticeKindPricing, nil, "", []string{"it does not say what the price depends on"}},
		"a price that does lacks nothing":        {enum.PracticeKindPricing, told(enum.DisclosureKeyPriceFactors), "", nil},
		"what another kind owes does not help":   {enum.PracticeKindPricing, told(enum.DisclosureKeyClaims), "", []string{"it does not say what the price depends on"}},
		"a claim needs evidence":                 {enum.PracticeKindLabelling, told(enum.DisclosureKeyClaims), "", []string{"it gives no evidence of what the label claims"}},
		"a claim with evidence lacks nothing":    {enum.PracticeKindLabelling, []practice.Disclosure{{Key: enum.DisclosureKeyClaims, Text: "So.", Evidence: "A study"}}, "", nil},
		"marketing owes two":                     {enum.PracticeKindMarketing, told(enum.DisclosureKeyStopping), "", []string{"it does not say who is targeted"}},
		"an interface owes two":                  {enum.PracticeKindInterfaceDesign, told(enum.DisclosureKeySteered), "", []string{"it does not say how a customer gets out, by a way as short as the way in"}},
		"data owes four":                         {enum.PracticeKindDataUse, told(enum.DisclosureKeyCollected, enum.DisclosureKeySources, enum.DisclosureKeyRetention), "", []string{"it does not say how the data is kept safe"}},
		"personalisation owes the same":          {enum.PracticeKindPersonalisation, told(enum.DisclosureKeyCollected, enum.DisclosureKeySources, enum.DisclosureKeyRetention, enum.DisclosureKeySecurity), "", nil},
		"other kinds owe nothing":                {enum.PracticeKindServiceDelivery, nil, "", nil},
		"an assessment that lapsed is made anew": {enum.PracticeKindOther, nil, enum.ImpactLevelIii, []string{"its last assessment found level III and is not current any more: publish a new one first"}},
		"what is disclosed is said before that":  {enum.PracticeKindPricing, nil, enum.ImpactLevelIv, []string{"it does not say what the price depends on", "its last assessment found level IV and is not current any more: publish a new one first"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, lack := range practice.MissingToActivate(c.kind, c.has, c.lapsed) {
				got = append(got, lack.Message)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
		})
	}
}

// The hash was computed with another program, as docs/hashes.md describes it.
func TestTheHashOfWordsHoldsTheirDisclosures(t *testing.T) {
	w := practice.Words{Kind: enum.PracticeKindPricing, Title: "A", DataCategories: []string{"Ä"}, AffectedGroups: []string{"b", "c"}, Disclosures: []practice.Disclosure{
		{Key: enum.DisclosureKeyPriceFactors, Text: "Demand.", Evidence: ""},
	}}
	const want = "589618a17766767c9a847d8bade4687bb8fd923fe61032ec430a4bccf1d815a6"
	if got := w.Hash(); got != want {
		t.Errorf("Hash = %s, want %s", got, want)
	}
}

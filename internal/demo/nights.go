package demo

import (
	_ "embed"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

// customersAlone is the rule of a secret ballot of customers.
//
//go:embed customers-alone.json
var customersAlone string

const nightBrief = "After the last train a ride may be the only way home. What may it cost then, and who pays for that?"

type nightComment struct {
	name, by string
	stance   enum.Stance
	body     string
}

// nightComments end with a campaign: three texts of one kind.
var nightComments = []nightComment{
	{"nurse", "customer", "FOR", "I finish at two in the morning, three times a week. A ride home has cost more than I earned in the last hour. A cap for people on late shifts would do."},
	{"drivers", "firm", "NEUTRAL", "Few people want to drive at night. Without a higher fare there would be fewer rides, and longer waits. A cap has to leave the drivers' share as it is."},
	{"figures", "academic", "NEUTRAL", "We compared 41,000 fares: between one and five in the morning they rose by 38 percent in the centre and by 71 percent in the outer districts."},
	{"warning", "ngo", "FOR", "Whoever books at night should see the day's fare next to it, before paying."},
	{"rude", "customer4", "AGAINST", "The drivers are crooks, every one of them, and should be sent home."},
	{"number", "customer4", "AGAINST", "I complained at 01 555 0142 and nobody answered."},
	{"campaign 1", "customer2", "AGAINST", campaign("The night is not a luxury.")},
	{"campaign 2", "customer3", "AGAINST", campaign("Night is not a luxury.")},
	{"campaign 3", "customer5", "AGAINST", campaign("The night is no luxury.")},
}

// campaign is the text that was handed out, as somebody begins it.
func campaign(begin string) string {
	return begin + " People who work when others sleep keep hospitals, bakeries and stations running, and they have no train to take home. We ask that no fare " +
		"be higher between midnight and six than it was at noon of the same day, in every city and for everybody, whatever an algorithm makes of the demand, " +
		"and that the operator publishes each month how often this was not kept and why."
}

var nightHeard = []struct {
	text  string
	cites []string
}{
	{"People on late shifts pay fares that take much of what they earned.", []string{"nurse"}},
	{"Many want no surcharge at all between midnight and six.", []string{"campaign 1", "campaign 2", "campaign 3"}},
	{"The firm fears that fewer people would drive at night.", []string{"drivers"}},
	{"The day's fare should stand next to that of the night.", []string{"warning"}},
}

var nightFates = []struct {
	of      []string
	outcome enum.DispositionOutcome
	reason  string
}{
	{[]string{"nurse"}, enum.DispositionOutcomeAccepted, "The proposed commitment caps fares after late shifts."},
	{[]string{"drivers"}, enum.DispositionOutcomePartlyAccepted, "The drivers' share stays as it is; the cap comes all the same."},
	{[]string{"figures", "warning"}, enum.DispositionOutcomeAccepted, "Both are in the proposed guideline."},
	{[]string{"rude"}, enum.DispositionOutcomeOutOfScope, "It is not about fares."},
	{[]string{"campaign 1", "campaign 2", "campaign 3"}, enum.DispositionOutcomeRejected, "The proposal without any surcharge goes to a ballot as it is; this text is not taken over."},
}

var nightProposals = []proposalText{
	{
		"late shift", "ngo", "nights", "COMMITMENT", "A cap after late shifts", "Between one and five the factor stays at or below 1.3.",
		"Northwind Mobility keeps the demand factor at or below 1.3 between one and five in the morning. The drivers' share is not lowered for it.",
		nil,
		[]string{"submit", "take up", "open", "accept"},
	},
	{
		"outer districts", "academic", "nights", "GUIDELINE", "The same night in every district", "No district pays more at night than another.",
		"Between one and five in the morning the demand factor does not differ between the districts of a city.",
		nil,
		[]string{"submit", "take up", "open"},
	},
	{
		"no surcharge", "customer2", "nights", "GUIDELINE", "No surcharge at night", "Between midnight and six a ride costs what it cost at noon.",
		"Between midnight and six no fare is higher than that of the same ride at noon of the same day.",
		nil,
		[]string{"submit", "take up", "open"},
	},
	{
		"secret", "customer", "nights", "GUIDELINE", "No fare by battery", "How full a telephone's battery is does not enter a fare.",
		"A fare does not depend on what the operator can learn about the state of the customer's device.",
		nil,
		[]string{"submit", "take up", "open"},
	},
	{
		"device", "customer3", "nights", "GUIDELINE", "No fare by telephone", "Which telephone somebody has does not enter a fare.",
		"A fare does not depend on the make, the model or the age of the customer's telephone.",
		nil,
		[]string{"submit", "take up", "open"},
	},
	{
		"receipt", "regulator", "nights", "GUIDELINE", "A receipt that says why", "Each night receipt names the factor and its reason.",
		"The receipt of a ride between one and five names the demand factor and the reason for it, in one sentence.",
		nil,
		[]string{"submit", "take up", "open"},
	},
}

// heardAgain is a sentence of the second version of what was heard.
const heardAgain = "Fares rose most in the outer districts."

type paperText struct{ by, choice, reason string }

var nightPapers = map[string][]paperText{
	"late shift": {
		{"firm", "FOR", "We have accepted it."},
		{"firm2", "ABSTAIN", ""},
		{"customer", "FOR", ""},
		{"customer2", "FOR", ""},
		{"customer3", "FOR", ""},
		{"customer4", "AGAINST", "It should hold from midnight on."},
		{"regulator", "FOR", ""},
		{"ngo", "FOR", ""},
		{"academic", "FOR", ""},
	},
	"outer districts": {
		{"firm", "FOR", ""}, {"customer", "FOR", ""}, {"customer3", "FOR", ""}, {"regulator", "FOR", ""}, {"ngo", "FOR", ""}, {"academic", "FOR", ""},
	},
	"no surcharge": {
		{"firm", "AGAINST", "Nobody would drive."},
		{"firm2", "AGAINST", ""},
		{"customer", "ABSTAIN", ""},
		{"customer2", "FOR", ""},
		{"customer3", "FOR", ""},
		{"regulator", "AGAINST", "The cap is enough."},
		{"ngo", "FOR", ""},
		{"academic", "AGAINST", "Longer waits are a price too."},
	},
	"secret": {
		{"customer", "FOR", ""}, {"customer2", "FOR", ""}, {"customer3", "AGAINST", ""}, {"customer4", "FOR", ""}, {"customer5", "FOR", ""}, {"customer6", "AGAINST", ""},
	},
}

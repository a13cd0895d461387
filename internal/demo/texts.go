package demo

import (
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/mitigation"
	"github.com/plenary-dialogue/plenary/internal/opinion"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/risk"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

type practiceText struct {
	name, by            string
	kind                enum.PracticeKind
	title, text         string
	data, groups, steps []string
	tells               []practice.Disclosure
}

var practices = []practiceText{
	{
		"surge", "firm", "PRICING", "Prices that follow demand",
		"The price of a ride rises when many ask for one. The app shows the factor, not what it is made of.",
		[]string{"location", "time of request", "ride history"},
		[]string{"shift workers", "people without a car"},
		[]string{"try", "activate"},
		[]practice.Disclosure{{
			Key:  enum.DisclosureKeyPriceFactors,
			Text: "Distance, time, and how many ask for a ride for each car that is free within two kilometres. Never who asks, nor from which phone.",
		}},
	},
	{
		"returns", "firm", "SERVICE_DELIVERY", "Assistant for refunds",
		"A language model answers refund requests first. A person reads what it refuses.",
		[]string{"messages", "payment history"},
		[]string{"people who write in a second language"},
		[]string{"try"},
		nil,
	},
	{
		"offers", "firm2", "PERSONALISATION", "Offers from the loyalty card",
		"Offers in the app depend on what was bought before.",
		[]string{"purchases", "shop visits"},
		[]string{"families", "people on diets"},
		[]string{"try", "activate"},
		[]practice.Disclosure{
			{Key: enum.DisclosureKeyCollected, Text: "What was bought, when and in which shop."},
			{Key: enum.DisclosureKeySources, Text: "The till, where the card is shown. Nothing is bought from others."},
			{Key: enum.DisclosureKeyRetention, Text: "Two years, then only how often each kind of goods was bought."},
			{
				Key: enum.DisclosureKeySecurity, Text: "Purchases are kept apart from names, and the firm's own staff reads them only together.",
				Evidence: "ISO/IEC 27001 certificate of 2025",
			},
		},
	},
	{
		"layout", "firm2", "INTERFACE_DESIGN", "Shorter way to cancel", "Cancelling a delivery plan in two steps, as joining.", nil, nil, nil, nil,
	},
}

type dialogueText struct {
	name, title, brief string
	visibility         enum.DialogueVisibility
	about, invite      []string
}

var dialogues = []dialogueText{
	{
		"prices", "What may a price know about you?",
		"Fares rise with demand. Which facts about a person may a price depend on, and what must be shown before the ride is booked?",
		"PUBLIC",
		[]string{"surge"},
		nil,
	},
	{
		"labels", "Marking offers that were paid for",
		"Some offers in shopping apps were chosen for you, some were paid for by a maker. Can people tell, and should they?",
		"PUBLIC",
		[]string{"offers"},
		nil,
	},
	{
		"refunds", "When a model answers first",
		"A closed round on how refund requests are judged, before the trial is widened. What would have to be true for a customer to trust it?",
		"INVITED",
		[]string{"returns"},
		[]string{"northwind-mobility", "customer-amber", "customer-birch", "fair-screens", "lakeside-university"},
	},
}

type proposalText struct {
	name, by, in         string
	kind                 enum.ProposalKind
	title, summary, body string
	about, steps         []string
}

var proposals = []proposalText{
	{
		"cap", "ngo", "prices", "GUIDELINE", "A ceiling while public transport stands still",
		"During strikes and outages the factor stays at or below 1.5.",
		"When public transport in a city is suspended, the demand factor does not exceed 1.5 for as long as the suspension lasts.",
		[]string{"surge"},
		[]string{"submit", "take up", "open", "edit"},
	},
	{
		"show", "customer", "prices", "PRACTICE_CHANGE", "Show what the price is made of",
		"Before booking, list each part of the price in plain words.",
		"Before a ride is booked the app shows the base fare, the demand factor and anything else that moved the price, each in one line.",
		[]string{"surge"},
		[]string{"submit", "take up", "open", "accept"},
	},
	{
		"history", "academic", "prices", "POLICY", "No ride history in prices",
		"A person's past rides may not move the price of the next one.",
		"The price of a ride depends on the ride alone. What a person booked, paid or declined before is not an input.",
		[]string{"surge"},
		[]string{"submit", "take up", "open"},
	},
	{
		"notice", "firm", "prices", "COMMITMENT", "Tell people when waiting is cheaper",
		"If the factor is likely to fall within 15 minutes, say so.",
		"When our forecast sees the factor fall by a quarter within fifteen minutes, the app says so next to the price.",
		[]string{"surge"},
		[]string{"submit", "take up"},
	},
	{
		"audit", "regulator", "prices", "POLICY", "A yearly look at who pays more",
		"An outside body compares prices by district once a year.",
		"Once a year a body that is independent of the firm compares fares by district and time and publishes what it finds.",
		[]string{"surge"},
		[]string{"submit"},
	},
	{
		"pool", "firm", "prices", "COMMITMENT", "A fund for late shifts",
		"A share of surge income pays for rides after night shifts.", "Two percent of what the demand factor brings goes into vouchers for people who work nights.",
		[]string{"surge"},
		nil,
	},
	{
		"mark", "ngo", "labels", "GUIDELINE", "Mark paid offers before they are opened",
		"The word “paid” on the card, not behind it.", "An offer that a maker paid for carries the word “paid” on its card, as large as the price.",
		[]string{"offers"},
		[]string{"submit", "take up", "open"},
	},
	{
		"why", "customer2", "labels", "PRACTICE_CHANGE", "A “why this?” on every offer",
		"One tap says why I see it, one more switches it off.", "Each offer has a “why this?” that names the reason in one sentence and a switch that stops that reason.",
		[]string{"offers"},
		[]string{"submit", "take up", "open", "accept"},
	},
	{
		"separate", "academic", "labels", "GUIDELINE", "Two shelves", "Paid offers stand apart from chosen ones.",
		"Offers that were paid for are listed apart from those that were chosen for the person.",
		[]string{"offers"},
		[]string{"submit", "take up", "return"},
	},
	{
		"colour", "customer3", "labels", "PRACTICE_CHANGE", "Another colour for paid offers", "A colour of their own.",
		"Paid offers have a background of another colour.",
		[]string{"offers"},
		[]string{"submit", "take up", "open", "withdraw"},
	},
	{
		"human", "customer", "refunds", "COMMITMENT", "A person within one day", "Who asks for a person gets one within a working day.",
		"Whoever asks for a person is answered by one within one working day, and the model's refusal does not count until then.",
		[]string{"returns"},
		[]string{"submit", "take up", "open"},
	},
	{
		"second", "academic", "refunds", "POLICY", "Test in second languages", "Publish refusal rates by language before widening.",
		"Before the assistant is offered in another city, its refusal rates are published by the language of the request.",
		[]string{"returns"},
		[]string{"submit", "take up", "open"},
	},
	{
		"log", "firm", "refunds", "PRACTICE_CHANGE", "Keep what the model was told", "So that a refusal can be explained later.",
		"For ninety days we keep what the model saw when it refused, so that a person can explain it.",
		[]string{"returns"},
		nil,
	},
}

type commentText struct {
	name, by, on string
	kind         policy.Resource // of the subject; empty for a reply
	stance       enum.Stance
	body         string
	quote        int // characters of the subject's text quoted from its start; 0 for none
}

var comments = []commentText{
	{"c1", "customer", "prices", policy.Dialogue, "FOR", "I do not mind paying more at midnight. I mind not knowing why.", 0},
	{"c2", "firm", "prices", policy.Dialogue, "NEUTRAL", "Demand is the only thing that moves our factor today. We can show that.", 22},
	{"c3", "academic", "prices", policy.Dialogue, "NEUTRAL", "Willingness to pay can be inferred from location alone. Saying “only demand” does not settle it.", 0},
	{"c4", "ngo", "prices", policy.Dialogue, "AGAINST", "Night workers pay most and choose least.", 0},
	{"c5", "customer3", "prices", policy.Dialogue, "FOR", "Show me the price of waiting ten minutes.", 0},
	{"r1", "customer", "c2", "", "NEUTRAL", "Then show it before I book, please.", 0},
	{"r2", "firm", "r1", "", "FOR", "That is what “Show what the price is made of” asks. We support it.", 0},
	{"r3", "customer4", "r2", "", "FOR", "Noted. I will look for it in the app.", 0},
	{"p1", "customer2", "cap", policy.Proposal, "FOR", "The last strike cost me a day's pay in fares.", 0},
	{"p2", "firm", "cap", policy.Proposal, "AGAINST", "With a ceiling fewer drivers come out, and people wait longer.", 43},
	{"p3", "academic", "cap", policy.Proposal, "NEUTRAL", "Both effects are real; a trial in one city would tell their sizes.", 0},
	{"p4", "ngo", "p2", "", "NEUTRAL", "Would you pay drivers the difference during a suspension?", 0},
	{"p5", "customer", "show", policy.Proposal, "FOR", "One line each. Not a page of terms.", 0},
	{"p6", "regulator", "show", policy.Proposal, "FOR", "This would also meet the duty to inform before the contract.", 0},
	{"p7", "firm", "history", policy.Proposal, "FOR", "We do not use ride history now and can promise to keep it so.", 0},
	{"l1", "customer2", "labels", policy.Dialogue, "FOR", "I thought all offers were chosen for me.", 0},
	{"l2", "firm2", "labels", policy.Dialogue, "NEUTRAL", "A third of the offers are paid for. We have never hidden it, but we have not shown it either.", 0},
	{"spam", "customer4", "labels", policy.Dialogue, "NEUTRAL", "Cheap watches, write to me!", 0},
	{"l3", "customer3", "mark", policy.Proposal, "FOR", "As large as the price is the point.", 0},
	{"l4", "firm2", "mark", policy.Proposal, "FOR", "We can do this with the spring release.", 0},
	{"f1", "customer", "refunds", policy.Dialogue, "AGAINST", "It refused me in a language I do not speak well.", 0},
	{"f2", "academic", "refunds", policy.Dialogue, "NEUTRAL", "The trial's log should show by language how often it refuses.", 0},
	{"a1", "customer3", "offers", policy.Practice, "NEUTRAL", "My card knows my diet. Who else does?", 0},
}

type voteText struct {
	on string
	by map[string]enum.VoteChoice
}

var votes = []voteText{
	{"c1", map[string]enum.VoteChoice{"customer2": "AGREE", "customer3": "AGREE", "customer4": "AGREE", "ngo": "AGREE", "firm": "AGREE", "academic": "PASS"}},
	{"c2", map[string]enum.VoteChoice{"customer": "PASS", "ngo": "DISAGREE", "academic": "DISAGREE", "regulator": "PASS"}},
	{"c3", map[string]enum.VoteChoice{"ngo": "AGREE", "regulator": "AGREE", "firm": "DISAGREE", "customer": "AGREE"}},
	{"c4", map[string]enum.VoteChoice{"customer": "AGREE", "customer2": "AGREE", "firm": "DISAGREE", "academic": "AGREE"}},
	{"c5", map[string]enum.VoteChoice{"customer": "AGREE", "firm": "AGREE", "regulator": "AGREE", "ngo": "AGREE", "academic": "AGREE"}},
	{"p1", map[string]enum.VoteChoice{"customer": "AGREE", "customer3": "AGREE", "ngo": "AGREE"}},
	{"p2", map[string]enum.VoteChoice{"customer": "DISAGREE", "academic": "PASS", "firm2": "AGREE"}},
	{"p3", map[string]enum.VoteChoice{"firm": "AGREE", "ngo": "AGREE", "regulator": "AGREE", "customer2": "PASS"}},
	{"l1", map[string]enum.VoteChoice{"customer": "AGREE", "customer3": "AGREE", "firm2": "PASS"}},
	{"l2", map[string]enum.VoteChoice{"ngo": "AGREE", "regulator": "AGREE"}},
	{"f1", map[string]enum.VoteChoice{"customer2": "AGREE", "ngo": "AGREE"}},
}

type assessmentText struct {
	name, by, about, title string
	publish                bool
	answers                []assessment.Change
	risks                  []riskText
	opinions               []opinionText
	signers                []signerText
	recall                 string // why it is taken back from consultation; empty if it is not
}

// riskText is a risk with what the firm does about it, and until when it is accepted if it is.
type riskText struct {
	words    risk.Words
	plan     mitigation.Plan
	verified string // how somebody else found that it works; empty where nobody has
	accepted string // why it is accepted as it is, for a year; empty where it is not
}

// opinionText is an opinion with what the firm replies; empty where it has not yet.
type opinionText struct {
	by    string
	words opinion.Words
	reply string
}

// signerText is who signs, as what, and what they say of it.
type signerText struct {
	by       string
	capacity enum.Capacity
	reason   string
}

func said(question, text, note string) assessment.Change {
	v := questionnaire.Said(text)
	return assessment.Change{Question: question, Value: &v, Note: note}
}

func chosen(question, note string, options ...string) assessment.Change {
	v := questionnaire.Chosen(options...)
	return assessment.Change{Question: question, Value: &v, Note: note}
}

func yes(question, note string) assessment.Change {
	v := questionnaire.True(true)
	return assessment.Change{Question: question, Value: &v, Note: note}
}

var assessments = []assessmentText{
	{
		"a-surge", "firm", "surge", "Prices that follow demand: who pays", true,
		[]assessment.Change{
			said("purpose", "To bring supply and demand together within minutes.", ""),
			said("affected", "Everybody who rides at peak times; night workers most.", "District figures, 2025."),
			chosen("personal-data", "Time of the request as well. No ride history. Checked in the code on release 48.", "location"),
			chosen("decides", "", "program"),
			said("oversight", "A duty officer can cap the factor for a district.", ""),
			yes("appeal", "Within 14 days."),
		},
		[]riskText{
			{
				words: risk.Words{Title: "Night workers pay more", Description: "They travel when few drivers do.", Likelihood: 4, Severity: 2, Treatment: "MITIGATE"},
				plan:  mitigation.Plan{Title: "Vouchers from a fund", LowersLikelihood: 2}, verified: "The accounts of the fund show it.",
			},
			{
				words: risk.Words{Title: "Location stands in for income", Description: "Districts differ in income.", Likelihood: 2, Severity: 3, Treatment: "MITIGATE"},
				plan:  mitigation.Plan{Title: "Yearly comparison by district", LowersSeverity: 1},
			},
			{
				words:    risk.Words{Title: "A ride costs more than it did yesterday", Likelihood: 4, Severity: 1, Treatment: "ACCEPT"},
				accepted: "Whoever waits pays less, and the price is shown before.",
			},
		},
		[]opinionText{
			{"ngo", opinion.Words{Question: new("affected"), Stance: "CONCERN", Text: "Night workers have no other way home: the fund should be theirs by right."}, "It is: every ride home from a night shift counts."},
			{"customer2", opinion.Words{Question: new("appeal"), Stance: "SUPPORT"}, "Thank you."},
		},
		[]signerText{
			{"academic", enum.CapacityPeerReviewer, "The comparison by district is sound."},
			{"customer3", enum.CapacityCustomerRepresentative, ""},
			{"approver", enum.CapacityApprover, ""},
		},
		"",
	},
	{
		"a-offers", "firm2", "offers", "Offers from the loyalty card", false,
		[]assessment.Change{
			said("purpose", "Offers people use.", ""),
			chosen("personal-data", "Purchases of the last year.", "purchases", "health"),
		},
		[]riskText{{
			words: risk.Words{Title: "Diet and health show", Description: "What is bought tells of illness.", Likelihood: 3, Severity: 3, Treatment: "AVOID"},
			plan:  mitigation.Plan{Title: "Health categories are left out", LowersLikelihood: 2},
		}},
		[]opinionText{
			{"customer", opinion.Words{Question: new("personal-data"), Stance: "OBJECT", Text: "What I buy at the pharmacy shelf is nobody's business."}, ""},
		},
		nil, "",
	},
	{
		"a-layout", "firm2", "layout", "Two steps out: whom the old way kept", false,
		[]assessment.Change{said("purpose", "People leave as easily as they joined.", "")},
		nil,
		[]opinionText{
			{"regulator", opinion.Words{Question: new("affected"), Stance: "CONCERN", Text: "Say how many gave up on the old way."}, "We count them now."},
		},
		nil, "The number of those who gave up is missing.",
	},
}

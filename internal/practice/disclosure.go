package practice

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Disclosure is what a practice tells those on whom it is used about one thing that its kind owes them.
type Disclosure struct {
	Key      enum.DisclosureKey `json:"key"`
	Text     string             `json:"text"`
	Evidence optional.Text      `json:"evidence,omitempty"`
}

// owed are what practices of each kind disclose before they are put in use, in the order in which it is listed. Other kinds owe nothing.
var owed = map[enum.PracticeKind][]enum.DisclosureKey{
	enum.PracticeKindPricing:         {enum.DisclosureKeyPriceFactors},
	enum.PracticeKindLabelling:       {enum.DisclosureKeyClaims},
	enum.PracticeKindMarketing:       {enum.DisclosureKeyTargeted, enum.DisclosureKeyStopping},
	enum.PracticeKindDataUse:         ofData,
	enum.PracticeKindPersonalisation: ofData,
	enum.PracticeKindInterfaceDesign: {enum.DisclosureKeySteered, enum.DisclosureKeyWayOut},
}

var ofData = []enum.DisclosureKey{enum.DisclosureKeyCollected, enum.DisclosureKeySources, enum.DisclosureKeyRetention, enum.DisclosureKeySecurity}

// lacking says of each key what a practice does not say that lacks it.
var lacking = map[enum.DisclosureKey]string{
	enum.DisclosureKeyPriceFactors: "it does not say what the price depends on",
	enum.DisclosureKeyClaims:       "it does not say what the label claims",
	enum.DisclosureKeyTargeted:     "it does not say who is targeted",
	enum.DisclosureKeyStopping:     "it does not say how a customer stops it",
	enum.DisclosureKeyCollected:    "it does not say what data is collected",
	enum.DisclosureKeySources:      "it does not say where the data comes from",
	enum.DisclosureKeyRetention:    "it does not say how long the data is kept",
	enum.DisclosureKeySecurity:     "it does not say how the data is kept safe",
	enum.DisclosureKeySteered:      "it does not say which choice is steered",
	enum.DisclosureKeyWayOut:       "it does not say how a customer gets out, by a way as short as the way in",
}

// MissingToActivate says what a practice lacks to be put in use: what its kind has to disclose, and an assessment in the place of one
// that found a high level and lapsed; the level is empty where none did.
func MissingToActivate(kind enum.PracticeKind, has []Disclosure, lapsed enum.ImpactLevel) []*fault.Fault {
	lacks := []*fault.Fault{}
	lack := func(field, message string) {
		lacks = append(lacks, &fault.Fault{Kind: fault.State, Code: enum.UserErrorCodeIncomplete, Field: field, Message: message})
	}
	for _, key := range owed[kind] {
		at := slices.IndexFunc(has, func(d Disclosure) bool { return d.Key == key })
		switch {
		case at < 0:
			lack("disclosures", lacking[key])
		case key == enum.DisclosureKeyClaims && has[at].Evidence == "":
			lack("disclosures", "it gives no evidence of what the label claims")
		}
	}
	if lapsed != "" {
		lack("impactAssessments", fmt.Sprintf("its last assessment found level %s and is not current any more: publish a new one first", lapsed))
	}
	return lacks
}

// checkDisclosures gives them normalised and in the order of their keys, or says in the form what is wrong.
func checkDisclosures(f *fault.Form, all []Disclosure) []Disclosure {
	if !f.Count("disclosures", len(all), 0, len(lacking)) {
		return nil
	}
	checked, seen := make([]Disclosure, len(all)), map[enum.DisclosureKey]bool{}
	for i, d := range all {
		at := fmt.Sprintf("disclosures.%d", i)
		d.Text = f.Text(at+".text", d.Text, 5000)
		d.Evidence = optional.Text(f.OptionalText(at+".evidence", string(d.Evidence), 2000))
		if seen[d.Key] {
			f.Add(fault.InvalidField(at+".key", enum.UserErrorCodeDuplicate, "this is disclosed twice"))
		}
		checked[i], seen[d.Key] = d, true
	}
	slices.SortStableFunc(checked, func(a, b Disclosure) int { return slices.Index(keys, a.Key) - slices.Index(keys, b.Key) })
	return checked
}

// keys are the keys in the order in which they are listed and hashed, which is that of the schema.
var keys = slices.Concat(
	owed[enum.PracticeKindPricing], owed[enum.PracticeKindLabelling], owed[enum.PracticeKindMarketing], ofData, owed[enum.PracticeKindInterfaceDesign],
)

// stored is how disclosures are kept.
func stored(all []Disclosure) json.RawMessage {
	if len(all) == 0 {
		return nil
	}
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // texts are always JSON
	}
	return text
}

// DisclosuresOf are the disclosures of a practice.
func DisclosuresOf(row *db.Practice) []Disclosure { return disclosures(row.Disclosures) }

// DisclosedBy are those of a version.
func DisclosedBy(v *db.PracticeVersion) []Disclosure { return disclosures(v.Disclosures) }

func disclosures(text json.RawMessage) []Disclosure {
	all := []Disclosure{}
	if len(text) == 0 {
		return all
	}
	if err := json.Unmarshal(text, &all); err != nil {
		panic(fmt.Sprintf("a practice has disclosures that nobody stored: %v", err))
	}
	return all
}

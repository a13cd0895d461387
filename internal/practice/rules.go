package practice

import (
	"slices"
	"strconv"

	"github.com/plenary-dialogue/plenary/internal/content"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Words are what a version of a practice says.
type Words struct {
	Title, Description             string
	Kind                           enum.PracticeKind
	DataCategories, AffectedGroups []string
	Disclosures                    []Disclosure
}

// Check gives the words normalised, or says which fields are wrong.
func (w Words) Check() (Words, error) {
	var f fault.Form
	w.Title = f.Line("title", w.Title, 200)
	w.Description = f.OptionalText("description", w.Description, 20_000)
	w.DataCategories = f.Lines("dataCategories", w.DataCategories, 50, 100)
	w.AffectedGroups = f.Lines("affectedGroups", w.AffectedGroups, 50, 100)
	w.Disclosures = checkDisclosures(&f, w.Disclosures)
	return w, f.Err()
}

// Hash identifies the words. Those of practices that disclose nothing have the hash that they had before there were disclosures.
func (w Words) Hash() string {
	texts := slices.Concat([]string{string(w.Kind), w.Title, w.Description}, content.Listed(w.DataCategories), content.Listed(w.AffectedGroups))
	if len(w.Disclosures) > 0 {
		texts = append(texts, strconv.Itoa(len(w.Disclosures)))
	}
	for _, d := range w.Disclosures {
		texts = append(texts, string(d.Key), d.Text, string(d.Evidence))
	}
	return content.Hash(texts...)
}

package practice

import "github.com/plenary-dialogue/plenary/internal/fault"

// Words are what a version of a practice says.
type Words struct {
	Title, Description, Kind       string
	DataCategories, AffectedGroups []string
}

// Check gives the words normalised, or says which field is wrong.
func (w Words) Check() (Words, error) {
	var err error
	if w.Title, err = fault.Line("title", w.Title, 200); err != nil {
		return w, err
	}
	if w.Description, err = fault.OptionalText("description", w.Description, 20_000); err != nil {
		return w, err
	}
	if w.DataCategories, err = fault.Lines("dataCategories", w.DataCategories, 50, 100); err != nil {
		return w, err
	}
	w.AffectedGroups, err = fault.Lines("affectedGroups", w.AffectedGroups, 50, 100)
	return w, err
}

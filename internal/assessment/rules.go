package assessment

import "github.com/plenary-dialogue/plenary/internal/fault"

// Words are what an assessment says beside its answers and its risks.
type Words struct{ Title string }

// Check gives the words normalised, or says which fields are wrong.
func (w Words) Check() (Words, error) {
	var f fault.Form
	w.Title = f.Line("title", w.Title, 200)
	return w, f.Err()
}

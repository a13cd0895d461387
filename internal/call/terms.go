package call

import (
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Terms are what a call asks, of whom and until when.
type Terms struct {
	Dialogue      *uuid.UUID // of whose outcome it is part; nil for a regulator's own
	Template      string     // the key
	Reason        string
	Jurisdictions []string
	Sectors       []string
	Kinds         []enum.PracticeKind
	Due           time.Time
}

// Check gives the terms normalised, or says which fields are wrong.
func (t Terms) Check(now time.Time) (Terms, error) {
	var f fault.Form
	t.Template = f.Line("templateKey", t.Template, 200)
	t.Reason = f.Text("reason", t.Reason, 2_000)
	t.Jurisdictions = f.Jurisdictions("jurisdictions", t.Jurisdictions, mostPlaces)
	t.Sectors = f.Lines("sectors", t.Sectors, mostPlaces, 50)
	f.Count("practiceKinds", len(t.Kinds), 0, mostPlaces)
	t.Due = t.Due.UTC().Truncate(time.Microsecond)
	f.Add(ahead(t.Due, now, now))
	return t, f.Err()
}

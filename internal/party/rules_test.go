package party

import (
	"testing"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

func TestARegistrationIsChecked(t *testing.T) {
	for _, row := range []struct {
		name  string
		in    Registration
		field string // empty when it is good
	}{
		{"a name is enough when it makes a handle", Registration{Kind: "NGO", Name: "Fair Screens"}, ""},
		{"a name is wanted", Registration{Kind: "NGO"}, "name"},
		{"a name without Latin letters needs a handle", Registration{Kind: "NGO", Name: "台灣"}, "handle"},
		{"a name in any script with a handle is good", Registration{Kind: "NGO", Name: "台灣", Handle: "taiwan"}, ""},
		{"a handle has no capitals", Registration{Kind: "NGO", Name: "X", Handle: "ABC"}, "handle"},
		{"a handle has at least three characters", Registration{Kind: "NGO", Name: "X", Handle: "ab"}, "handle"},
		{"a handle does not end in a hyphen", Registration{Kind: "NGO", Name: "X", Handle: "abc-"}, "handle"},
		{"a firm has no mission", Registration{Kind: "FIRM", Name: "Firm", Mission: "M"}, "mission"},
		{"an NGO has no legal name", Registration{Kind: "NGO", Name: "Name", LegalName: "L"}, "legalName"},
		{"a website is an address", Registration{Kind: "FIRM", Name: "Firm", Website: "javascript:alert(1)"}, "website"},
		{"a website carries no password", Registration{Kind: "FIRM", Name: "Firm", Website: "https://u:p@example.org"}, "website"},
		{"a name may not hide characters", Registration{Kind: "NGO", Name: "Fair\u200b Screens"}, "name"},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := row.in.Check()
			if row.field == "" && err != nil {
				t.Fatalf("Check = %v, want no error", err)
			}
			if f := fault.Of(err); row.field != "" && (f == nil || f.Field != row.field) {
				t.Errorf("Check = %v, want a fault of %s", err, row.field)
			}
		})
	}
}

func TestAHandleIsMadeOfTheName(t *testing.T) {
	for name, want := range map[string]string{
		"Fair Screens": "fair-screens", "  A.B & C! ": "a-b-c", "Very Long Name That Goes On And On And On Beyond Forty": "very-long-name-that-goes-on-and-on-and-o",
	} {
		var f fault.Form
		if got, err := handle(&f, "", name), f.Err(); got != want || err != nil {
			t.Errorf("handle(%q) = %q, %v, want %q", name, got, err, want)
		}
	}
}

package party

import (
	"strings"
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
		"Nörthwind Mobility": "northwind-mobility", "No\u0308rthwind": "northwind", "Straße GmbH": "strasse-gmbh", "École": "ecole", "Ærø Œuvre": "aero-oeuvre",
		"İstanbul Işık": "istanbul-isik", "Łódź": "lodz", "O’Brien's": "obriens", "Ｎｏｒｔｈ wind": "north-wind", "Þórður": "thordur", "A²": "",
		"Nоrthwind with a Cyrillic o": "", "台灣": "", "Café 台灣": "", "ab": "",
		"Admin": "", "Support": "", "Plenary": "", "Police": "", "Administrators": "administrators",
	} {
		var f fault.Form
		got := handle(&f, "", name)
		if f := fault.Of(f.Err()); got != want && want != "" || (want == "") != (f != nil) || f != nil && f.Field != "handle" {
			t.Errorf("handle(%q) = %q, %v, want %q", name, got, f, want)
		}
	}
	for _, h := range reserved {
		if len(h) >= 3 {
			var f fault.Form
			if handle(&f, h, "Northwind"); !fault.Is(f.Err(), fault.Invalid) {
				t.Errorf("the handle %s = %v, want it refused", h, f.Err())
			}
		}
	}
}

func TestATakenHandleGetsANumber(t *testing.T) {
	taken := map[string]bool{"north": true, "north-2": true, strings.Repeat("a", 40): true, "b": false}
	for handle, want := range map[string]string{"north": "north-3", "south": "south", strings.Repeat("a", 40): strings.Repeat("a", 38) + "-2"} {
		if got := numbered(handle, func(h string) bool { return taken[h] }); got != want {
			t.Errorf("numbered(%s) = %s, want %s", handle, got, want)
		}
	}
}

func TestNamesThatCountAsTheSameAndThatLookAlike(t *testing.T) {
	const name = "Northwind Mobility"
	for other, row := range map[string]struct{ same, alike bool }{
		name: {true, true}, "NORTHWIND  mobility": {true, true}, "Ｎｏｒｔｈｗｉｎｄ Mobility": {true, true}, "Northwind\u00a0Mobility": {true, true},
		"Nоrthwind Mobility": {false, true}, "Northvvind Mobility": {false, false}, "Nörthwind Mobility": {false, false}, "Southwind Mobility": {false, false},
	} {
		if got := nameKey(other) == nameKey(name); got != row.same {
			t.Errorf("%q counts as the same name as %q: %t, want %t", other, name, got, row.same)
		}
		if got := nameSkeleton(other) == nameSkeleton(name); got != row.alike && other != "Northvvind Mobility" {
			t.Errorf("%q looks like %q: %t, want %t", other, name, got, row.alike)
		}
	}
	for in, want := range map[string]string{
		"Fair Screens": "Fair Screens", "台灣": "台灣", "Fair\u3000Screens": "Fair Screens", "क्\u200dष": "क्\u200dष", // a joiner that its script needs
		"Fair\u200dScreens": "", "Fair\u200cScreens": "", "Fair\U000e0041": "", "Fair\u2060": "", "Fair\u00ad": "", "Fair\ufe0f": "", "Fair\u3164": "", "\u115fFair": "",
	} {
		var f fault.Form
		if got, err := checkName(&f, "name", in), f.Err(); got != want && err == nil || (err == nil) != (want != "") {
			t.Errorf("checkName(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

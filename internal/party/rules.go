package party

import (
	"net/url"
	"strings"
	"unicode"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Registration is what a party says about itself when it registers.
type Registration struct {
	Kind, Name, Handle, Description                              string
	Jurisdictions                                                []string
	LegalName, SectorCode, SectorLabel, SizeBand, RegistrationNo string
	Website, Mandate, LegalBasis, Mission                        string
	FocusAreas, Disciplines                                      []string
	EthicsBoard                                                  bool
}

// Check gives the registration with its texts normalised, or says which field is wrong. It refuses a field of another
// kind and does not drop it: the sender meant something by it.
func (r Registration) Check() (Registration, error) {
	var err error
	line := func(field string, s *string, most int) {
		if err == nil {
			*s, err = fault.OptionalLine(field, *s, most)
		}
	}
	lines := func(field string, list *[]string) {
		if err == nil {
			*list, err = fault.Lines(field, *list, 50, 100)
		}
	}
	if r.Name, err = fault.Line("name", r.Name, 200); err != nil {
		return r, err
	}
	if r.Description, err = fault.OptionalText("description", r.Description, 10_000); err != nil {
		return r, err
	}
	line("legalName", &r.LegalName, 200)
	line("sectorCode", &r.SectorCode, 20)
	line("sectorLabel", &r.SectorLabel, 200)
	line("registrationNumber", &r.RegistrationNo, 100)
	line("legalBasis", &r.LegalBasis, 500)
	line("mission", &r.Mission, 2000)
	lines("jurisdictions", &r.Jurisdictions)
	lines("focusAreas", &r.FocusAreas)
	lines("disciplines", &r.Disciplines)
	if err != nil {
		return r, err
	}
	if r.Handle, err = handle(r.Handle, r.Name); err != nil {
		return r, err
	}
	if err := checkWebsite(r.Website); err != nil {
		return r, err
	}
	return r, r.checkKind()
}

// handle checks a handle, or makes one from the name. A name without Latin letters or digits makes none: then the party
// must choose one.
func handle(given, name string) (string, error) {
	s := given
	if s == "" {
		s = strings.Trim(strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
			return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
		}), "-"), "-")
		if len(s) > 40 {
			s = strings.Trim(s[:40], "-")
		}
	}
	if len(s) < 3 || len(s) > 40 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || s[0] == '-' || s[len(s)-1] == '-' {
		return "", fault.InvalidField("handle", "a handle has 3 to 40 lower-case letters, digits and hyphens, and begins and ends with a letter or digit")
	}
	return s, nil
}

func checkWebsite(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || len(s) > 500 {
		return fault.InvalidField("website", "give a web address such as https://example.org")
	}
	return nil
}

func (r Registration) checkKind() error {
	for _, f := range []struct {
		field, kind string
		given       bool
	}{
		{"legalName", "FIRM", r.LegalName != ""},
		{"sectorCode", "FIRM", r.SectorCode != ""},
		{"sectorLabel", "FIRM", r.SectorLabel != ""},
		{"sizeBand", "FIRM", r.SizeBand != ""},
		{"registrationNumber", "FIRM", r.RegistrationNo != ""},
		{"website", "FIRM", r.Website != ""},
		{"mandate", "REGULATOR", r.Mandate != ""},
		{"legalBasis", "REGULATOR", r.LegalBasis != ""},
		{"mission", "NGO", r.Mission != ""},
		{"focusAreas", "NGO", len(r.FocusAreas) > 0},
		{"disciplines", "ACADEMIC_INSTITUTION", len(r.Disciplines) > 0},
		{"ethicsBoard", "ACADEMIC_INSTITUTION", r.EthicsBoard},
	} {
		if f.given && f.kind != r.Kind {
			return fault.InvalidField(f.field, "only a party of kind %s has this field", f.kind)
		}
	}
	return nil
}

package party

import (
	"net/url"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Registration is what a party says about itself when it registers.
type Registration struct {
	Kind                                               enum.StakeholderKind
	Name, Handle, Description                          string
	Jurisdictions                                      []string
	LegalName, SectorCode, SectorLabel, RegistrationNo string
	SizeBand                                           enum.SizeBand
	Mandate                                            enum.Mandate
	Website, LegalBasis, Mission                       string
	FocusAreas, Disciplines                            []string
	EthicsBoard                                        bool
}

// Check gives the registration with its texts normalised, or says which fields are wrong. It refuses a field of another
// kind and does not drop it: the sender meant something by it.
func (r Registration) Check() (Registration, error) {
	var f fault.Form
	r.Name = checkName(&f, "name", r.Name)
	r.Description = f.OptionalText("description", r.Description, 10_000)
	for _, text := range []struct {
		field string
		s     *string
		most  int
	}{
		{"legalName", &r.LegalName, 200},
		{"sectorCode", &r.SectorCode, 20},
		{"sectorLabel", &r.SectorLabel, 200},
		{"registrationNumber", &r.RegistrationNo, 100},
		{"legalBasis", &r.LegalBasis, 500},
		{"mission", &r.Mission, 2000},
	} {
		*text.s = f.OptionalLine(text.field, *text.s, text.most)
	}
	r.Jurisdictions = f.Jurisdictions("jurisdictions", r.Jurisdictions, 50)
	r.FocusAreas = f.Lines("focusAreas", r.FocusAreas, 50, 100)
	r.Disciplines = f.Lines("disciplines", r.Disciplines, 50, 100)
	if r.Name != "" || r.Handle != "" {
		r.Handle = handle(&f, r.Handle, r.Name)
	}
	checkWebsite(&f, r.Website)
	r.checkKind(&f)
	return r, f.Err()
}

func checkWebsite(f *fault.Form, s string) {
	if s == "" {
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || len(s) > 500 {
		f.Refuse("website", enum.UserErrorCodeInvalidUrl, "give a web address such as https://example.org")
	}
}

func (r Registration) checkKind(form *fault.Form) {
	for _, f := range []struct {
		field string
		kind  enum.StakeholderKind
		given bool
	}{
		{"legalName", enum.StakeholderKindFirm, r.LegalName != ""},
		{"sectorCode", enum.StakeholderKindFirm, r.SectorCode != ""},
		{"sectorLabel", enum.StakeholderKindFirm, r.SectorLabel != ""},
		{"sizeBand", enum.StakeholderKindFirm, r.SizeBand != ""},
		{"registrationNumber", enum.StakeholderKindFirm, r.RegistrationNo != ""},
		{"website", enum.StakeholderKindFirm, r.Website != ""},
		{"mandate", enum.StakeholderKindRegulator, r.Mandate != ""},
		{"legalBasis", enum.StakeholderKindRegulator, r.LegalBasis != ""},
		{"mission", enum.StakeholderKindNgo, r.Mission != ""},
		{"focusAreas", enum.StakeholderKindNgo, len(r.FocusAreas) > 0},
		{"disciplines", enum.StakeholderKindAcademicInstitution, len(r.Disciplines) > 0},
		{"ethicsBoard", enum.StakeholderKindAcademicInstitution, r.EthicsBoard},
	} {
		if f.given && f.kind != r.Kind {
			form.Refuse(f.field, enum.UserErrorCodeNotApplicable, "only a party of kind %s has this field", f.kind)
		}
	}
}

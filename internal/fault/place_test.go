package fault

import (
	"slices"
	"strings"
	"testing"
)

func TestTheTableOfJurisdictions(t *testing.T) {
	if len(countries) != 249 || !slices.IsSorted(countries) || len(slices.Compact(slices.Clone(countries))) != 249 {
		t.Errorf("%d countries, want 249 in order, each once", len(countries))
	}
}

func TestJurisdictionsAreCodes(t *testing.T) {
	for in, want := range map[string]string{
		"IE": "IE", "gb": "GB", " fr ": "FR", "eu": "EU", "CA-QC": "CA-QC", "us-ca": "US-CA", "GB-ENG": "GB-ENG", "FR-75": "FR-75",
		"GBR": "", "XX": "", "SU": "", "DD": "", "AN": "", "": "", "Ireland": "", "EU-IE": "", "CA-": "", "CA-QUEB": "", "CA-Q C": "", "XX-QC": "", "-": "",
	} {
		var f Form
		if got, err := f.jurisdiction("j", in), f.Err(); got != want && want != "" || (err == nil) != (want != "") {
			t.Errorf("Jurisdiction(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
	for in, hint := range map[string]string{"UK": "GB", "uk-sct": "GB-SCT", "EL": "GR"} {
		var f Form
		f.jurisdiction("j", in)
		if err := f.Err(); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("Jurisdiction(%q) = %v, want a hint at %s", in, err, hint)
		}
	}
}

func TestSetsHaveNoDoubles(t *testing.T) {
	var f Form
	if got := f.Jurisdictions("j", []string{"ie", "EU"}, 2); f.Err() != nil || !slices.Equal(got, []string{"IE", "EU"}) {
		t.Errorf("Jurisdictions = %v, %v", got, f.Err())
	}
	for list, want := range map[string]string{
		"DE DE": "DUPLICATE j.1", "de DE": "DUPLICATE j.1", "DE XX": "INVALID_JURISDICTION j.1", "DE FR IE": "TOO_MANY j",
	} {
		var f Form
		f.Jurisdictions("j", strings.Fields(list), 2)
		if got := Of(f.Err()); got == nil || string(got.UserCode())+" "+got.Field != want {
			t.Errorf("Jurisdictions(%s) = %v, want %s", list, f.Err(), want)
		}
	}
	for list, want := range map[string]string{"en,EN": "DUPLICATE l.1", "iw,he": "DUPLICATE l.1", "": "INVALID_LANGUAGE l.0"} {
		var f Form
		f.Languages("l", strings.Split(list, ","), 20)
		if got := Of(f.Err()); got == nil || string(got.UserCode())+" "+got.Field != want {
			t.Errorf("Languages(%s) = %v, want %s", list, f.Err(), want)
		}
	}
}

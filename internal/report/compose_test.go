package report

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/schema/enum"
)

func TestFrenchReportsHaveASpaceBeforeAColon(t *testing.T) {
	tight := map[string]*regexp.Regexp{
		"md":   regexp.MustCompile(`\pL:\*\*|(?m)^(Type|SHA-256 du document): `),
		"html": regexp.MustCompile(`<li>[\pL ]+: |document: `),
		"pdf":  regexp.MustCompile(`(Type|Identifiant|document): `),
	}
	for format, pattern := range tight {
		file, _ := rendered(t, format, example(2, french))
		if found := pattern.FindString(told(t, format, file)); found != "" {
			t.Errorf("%s has %q", format, found)
		}
		file, _ = rendered(t, format, example(2, english))
		if strings.Contains(told(t, format, file), "Type\u00a0:") {
			t.Errorf("%s has a French colon in English", format)
		}
	}
}

func TestCommentsOnSeveralSubjectsStandUnderTheirTitles(t *testing.T) {
	d := &Document{Type: TypeConsultation, Language: "en", Consultation: &Consultation{
		About: Topic{Type: SubjectDialogue, ID: "dialogue_1", Title: "Ranking"}, Total: 3,
		Proposals: []Proposal{{ID: "proposal_1", Reference: "2026/1-P1", Title: "Show why", Language: "en"}},
		Comments: []Comment{
			{ID: "comment_1", About: "dialogue_1", Language: "en", Body: "One."},
			{ID: "comment_2", About: "proposal_1", Language: "en", Body: "Two."},
			{ID: "comment_3", About: "proposal_1", Language: "en", Body: "Three.", Parent: "comment_2", Depth: 1},
		},
	}}
	if got, want := headings(t, d), []string{"Comments", "Ranking", "2026/1-P1 Show why"}; !slices.Equal(got, want) {
		t.Errorf("headings = %q, want %q", got, want)
	}
	d.Consultation.Comments = d.Consultation.Comments[:1]
	if got, want := headings(t, d), []string{"Comments"}; !slices.Equal(got, want) {
		t.Errorf("headings over comments on one subject = %q, want %q", got, want)
	}
}

// headings are those from the comments on, but for the list of parties.
func headings(t *testing.T, d *Document) []string {
	t.Helper()
	m, err := begin(d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, b := range compose(m) {
		if b.kind == heading {
			all = append(all, plain(b.text))
		}
	}
	return all[slices.Index(all, "Comments") : len(all)-1]
}

// A call that nobody has answered yet leaves nothing to count, and no heading without words.
func TestAPortfolioOfACallWithoutAssessmentsSaysSo(t *testing.T) {
	d := &Document{Type: TypePortfolio, Language: "en", Portfolio: &Portfolio{
		Call: &Call{ID: "call_1", State: CallOpen, Firms: []CalledFirm{{Firm: Party{"firm_1", enum.StakeholderKindFirm, "Northwind"}, Status: CalledPending}}},
	}}
	file, _ := rendered(t, "md", d)
	if text := string(file); !strings.Contains(text, "## Assessments\n\nThere are none.\n") || strings.Contains(text, "By level") {
		t.Errorf("the report says %s", text)
	}
}

package surveyjs_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/surveyjs"
)

var versions = []string{"v0.9", "v0.9.1", "v0.10.0", "v1.0.1"}

func aia(t testing.TB, version string) (*questionnaire.Template, []surveyjs.Notice) {
	t.Helper()
	text := shareddata.Read(t, "aia", "survey-enfr-"+version+".json")
	template, notices, err := surveyjs.Read(text, surveyjs.About{Key: "aia", Title: "Algorithmic Impact Assessment", Jurisdiction: "CA"})
	if err != nil {
		for _, f := range source.Of(err).Listed {
			t.Error(f.Line, f)
		}
		t.FailNow()
	}
	return template, notices
}

type counts struct {
	Pages, Panels, Answerable, Scored, MaxRaw, MaxMitigationBothPhases, MaxNotScored int64
	Elements, Conditions                                                             map[string]int64
	ByPage                                                                           []struct {
		Name              string
		VisibleIf         *string
		Questions, Scored int64
		Max               map[string]int64
		Panels            []string
	}
}

func TestTheFourQuestionnairesHaveTheirCounts(t *testing.T) {
	var file struct{ Surveys map[string]counts }
	if err := json.Unmarshal(shareddata.Read(t, "assessment", "aia-counts.json"), &file); err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			template, _ := aia(t, version)
			want := file.Surveys[version]
			if diff := cmp.Diff(asCounted(want), counted(template)); diff != "" {
				t.Errorf("the file (-) and the template (+):\n%s", diff)
			}
			if template.RawMax() != want.MaxRaw || template.MitigationMax() != want.MaxMitigationBothPhases {
				t.Errorf("maxima = %d, %d; want %d, %d", template.RawMax(), template.MitigationMax(), want.MaxRaw, want.MaxMitigationBothPhases)
			}
		})
	}
}

type count struct {
	Pages, Panels, Answerable, Scored, NotScored, Conditions int64
	Types                                                    map[string]int64
	ByPage                                                   []page
}

type page struct {
	Name, VisibleIf   string
	Questions, Scored int64
	Max               map[string]int64
	Panels            []string
}

// asCounted brings the counts of a file into the form of those of a template. Panels without questions are panels, too.
func asCounted(c counts) count {
	out := count{Pages: c.Pages, Panels: c.Panels, Answerable: c.Answerable, Scored: c.Scored, NotScored: c.MaxNotScored, Types: map[string]int64{
		"SINGLE": c.Elements["radiogroup"] + c.Elements["dropdown"], "MULTI": c.Elements["checkbox"], "TEXT": c.Elements["text"] + c.Elements["comment"],
	}}
	for _, n := range c.Conditions {
		out.Conditions += n
	}
	for _, p := range c.ByPage {
		one := page{p.Name, "", p.Questions, p.Scored, p.Max, p.Panels}
		if p.VisibleIf != nil {
			one.VisibleIf = *p.VisibleIf
		}
		out.ByPage = append(out.ByPage, one)
	}
	return out
}

func counted(t *questionnaire.Template) count {
	d := t.Document()
	out := count{Pages: int64(len(d.Sections)), Types: map[string]int64{}}
	for _, s := range d.Sections {
		one := page{Name: s.Key, VisibleIf: s.VisibleIf, Questions: int64(len(s.Questions)), Max: map[string]int64{}}
		for _, p := range s.Panels {
			one.Panels = append(one.Panels, p.Key)
		}
		if s.VisibleIf != "" {
			out.Conditions++
		}
		out.Panels += int64(len(s.Panels))
		for _, q := range s.Questions {
			out.Answerable++
			out.Types[string(q.Type)]++
			if q.VisibleIf != "" {
				out.Conditions++
			}
			most, total := t.MaxScore(q.Key)
			if most == 0 {
				continue
			}
			one.Scored++
			one.Max[map[questionnaire.ScoreType]string{questionnaire.Raw: "RS", questionnaire.Mitigation: "MS", questionnaire.None: "NS"}[total]] += most
			if total == questionnaire.None {
				out.NotScored += most
			}
		}
		out.Scored += one.Scored
		out.ByPage = append(out.ByPage, one)
	}
	return out
}

type given struct {
	ID, Version, Phase           string
	Answers                      json.RawMessage
	Visible                      []string
	ExpectAll, ExpectVisibleOnly totals
}

type totals struct{ Raw, Mitigation, Current, Level, MaxRaw, MaxMitigationBothPhases int64 }

func lines(t testing.TB, path ...string) []given {
	t.Helper()
	var all []given
	for line := range bytes.Lines(shareddata.Read(t, path...)) {
		var g given
		if err := json.Unmarshal(line, &g); err != nil {
			t.Fatal(err)
		}
		all = append(all, g)
	}
	return all
}

func answers(t testing.TB, template *questionnaire.Template, g given) (questionnaire.Answers, []questionnaire.Kept) {
	t.Helper()
	var faults questionnaire.Faults
	n := source.JSON(g.Answers, source.Limits{Bytes: 1 << 20, Nodes: 10_000, Depth: 4}, &faults)
	if n == nil {
		t.Fatal(faults.Err())
	}
	return template.ImportPlain(n)
}

func got(t *questionnaire.Template, s *questionnaire.Set) totals {
	n := t.Totals(s)
	return totals{n.Raw, n.Mitigation, n.Current, int64(n.Level), t.RawMax(), t.MitigationMax()}
}

func templates(t testing.TB) map[string]*questionnaire.Template {
	all := map[string]*questionnaire.Template{}
	for _, v := range versions {
		all[v], _ = aia(t, v)
	}
	return all
}

func TestGeneratedAnswersShowAndScoreAsInSurveyJS(t *testing.T) {
	all, sets := templates(t), lines(t, "assessment", "aia-visibility.jsonl")
	if len(sets) != 96 {
		t.Fatalf("read %d sets of answers, want 96", len(sets))
	}
	for _, g := range sets {
		template := all[g.Version]
		a, kept := answers(t, template, g)
		s := template.Set(a)
		if diff := cmp.Diff(g.Visible, template.Visibility(s).Keys()); diff != "" {
			t.Errorf("%s: visible in SurveyJS (-) and here (+):\n%s", g.ID, diff)
		}
		if diff := cmp.Diff(g.ExpectVisibleOnly, got(template, s)); diff != "" || len(kept) > 0 {
			t.Errorf("%s: expected (-) and computed (+):\n%s%v", g.ID, diff, kept)
		}
		if diff := cmp.Diff(g.ExpectAll.Raw, allRaw(template, a)); diff != "" {
			t.Errorf("%s: raw points of all answers, hidden ones too:\n%s", g.ID, diff)
		}
		text, err := json.Marshal(a.Given())
		if err != nil {
			t.Fatal(err)
		}
		scanned, err := template.ReadSet(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, again := range []*questionnaire.Set{template.SetOf(a.Given()), scanned} {
			if diff := cmp.Diff(s, again, cmp.AllowUnexported(*s)); diff != "" {
				t.Errorf("%s: from rows (-) and from a document (+):\n%s", g.ID, diff)
			}
		}
	}
}

// allRaw sums the weights of all raw answers, shown or not.
func allRaw(t *questionnaire.Template, a questionnaire.Answers) (sum int64) {
	for key, v := range a {
		if _, total := t.MaxScore(key); total != questionnaire.Raw {
			continue
		}
		for _, o := range t.Question(key).Options {
			if slices.Contains(v.Choices, o.Value) {
				sum += o.Weight
			}
		}
	}
	return sum
}

func TestPublishedAssessmentsScoreAsPublished(t *testing.T) {
	all, sets := templates(t), lines(t, "aia", "oracle-scores.jsonl")
	if len(sets) != 26 {
		t.Fatalf("read %d assessments, want 26", len(sets))
	}
	unknown := 0
	for _, g := range sets {
		template := all[g.Version]
		a, kept := answers(t, template, g)
		unknown += len(kept)
		s := template.Set(a)
		if diff := cmp.Diff(g.ExpectVisibleOnly, got(template, s)); diff != "" {
			t.Errorf("%s: published (-) and computed (+):\n%s", g.ID, diff)
		}
		if phase := template.Phase(s); phase != g.Phase {
			t.Errorf("%s: phase %q, want %q", g.ID, phase, g.Phase)
		}
	}
	if unknown != 1 {
		t.Errorf("%d answers were kept apart, want the one whose option its questionnaire lacks", unknown)
	}
}

func TestContainsOnASingleChoiceIsWrittenAsItsOptions(t *testing.T) {
	template, notices := aia(t, "v1.0.1")
	for key, want := range map[string]string{
		"aboutSystem3A": `{aboutSystem3} = "item2-0"`, "aboutSystem3B": `{aboutSystem3} = "item3-1"`, "aboutSystem3C": `{aboutSystem3} = "item4-1"`,
		"aboutSystem4A": `{aboutSystem4} = "item2-0"`, "aboutSystem4B": `{aboutSystem4} = "item3-1"`, "aboutSystem4C": `{aboutSystem4} = "item4-1"`,
	} {
		if got := template.Question(key).VisibleIf; got != want {
			t.Errorf("%s is shown if %s, want %s", key, got, want)
		}
		if !slices.ContainsFunc(notices, func(n surveyjs.Notice) bool { return strings.HasSuffix(n.Message, "written as "+want) && n.Line > 1 }) {
			t.Errorf("no notice tells that a condition is written as %s", want)
		}
	}
}

func TestMarkupBecomesPlainText(t *testing.T) {
	for _, v := range versions {
		template, _ := aia(t, v)
		d := template.Document()
		if s := d.Sections[0].Intro["fr"]; len(s) < 500 {
			t.Errorf("%s: the welcome is %q", v, s)
		}
		if v != "v0.9" && !strings.Contains(d.Sections[0].Intro["en"], "(https://") {
			t.Errorf("%s: the welcome lost its links", v)
		}
		if i := bytes.IndexByte(template.Bytes(), '<'); i >= 0 {
			t.Errorf("%s: markup is left: %s", v, template.Bytes()[i:min(len(template.Bytes()), i+60)])
		}
		again, err := questionnaire.Read(template.Bytes())
		if err != nil || again.Hash() != template.Hash() {
			t.Errorf("%s: written and read again, it is another: %v", v, err)
		}
	}
}

// A firm answers for one phase, so that half of the mitigation cannot be reached (canada-ca/aia-eia-js#1153).
func TestWhatCanBeReachedIsKnown(t *testing.T) {
	for _, v := range versions {
		template, _ := aia(t, v)
		most, exact := template.Reachable()
		if !exact || most.Raw != template.RawMax() || 2*most.Mitigation != template.MitigationMax() {
			t.Errorf("%s: %+v of %d and %d, exact: %v", v, most, template.RawMax(), template.MitigationMax(), exact)
		}
	}
}

// The figures of v1.0.1, the largest of the four: go test -bench . ./internal/questionnaire/surveyjs
func BenchmarkTotals(b *testing.B) {
	template, sets := filled(b)
	b.Run("10000 sets in memory", func(b *testing.B) {
		for b.Loop() {
			for i := range 10_000 {
				template.Totals(sets[i%len(sets)])
			}
		}
	})
	b.Run("10000 scores with their explanation", func(b *testing.B) {
		for b.Loop() {
			for i := range 10_000 {
				template.Score(sets[i%len(sets)])
			}
		}
	})
}

// filled are the template of v1.0.1 and sets of about 150 answers.
func filled(b testing.TB) (*questionnaire.Template, []*questionnaire.Set) {
	template, _ := aia(b, "v1.0.1")
	var sets []*questionnaire.Set
	for n := range 100 {
		a := questionnaire.Answers{}
		for i, key := range template.Keys() {
			q := template.Question(key)
			switch {
			case len(a) == 150 || (i+n)%7 == 0:
			case len(q.Options) > 0:
				a[key] = questionnaire.Chosen(q.Options[(i*n)%len(q.Options)].Value)
			case i%3 > 0:
				a[key] = questionnaire.Said("text")
			}
		}
		sets = append(sets, template.Set(a))
	}
	return template, sets
}

func BenchmarkFromDocuments(b *testing.B) {
	template, _ := aia(b, "v1.0.1")
	var documents [][]byte
	for _, g := range lines(b, "assessment", "aia-visibility.jsonl") {
		a, _ := answers(b, template, g)
		for i, key := range template.Keys() {
			if q := template.Question(key); len(a) < 150 && len(q.Options) > 0 && a[key].Choices == nil {
				a[key] = questionnaire.Chosen(q.Options[i%len(q.Options)].Value)
			}
		}
		text, err := json.Marshal(a.Given())
		if err != nil {
			b.Fatal(err)
		}
		documents = append(documents, text)
	}
	b.SetBytes(int64(len(documents[0])))
	b.Run("10000 documents decoded and scored", func(b *testing.B) {
		for b.Loop() {
			for i := range 10_000 {
				s, err := template.ReadSet(documents[i%len(documents)])
				if err != nil {
					b.Fatal(err)
				}
				template.Totals(s)
			}
		}
	})
}

package story_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/surveyjs"
)

// oracle is an assessment of which another program has said what it scores.
type oracle struct {
	ID, Version string
	Answers     json.RawMessage
	Visible     []string // nil where it is not said
	Want        struct {
		Raw, Mitigation, Current, Level, MaxRaw, MaxMitigationBothPhases int
	} `json:"expectVisibleOnly"`
}

// oracles are the 26 published assessments and the 96 generated ones.
func oracles(t *testing.T) []oracle {
	t.Helper()
	var all []oracle
	for _, path := range [][]string{{"aia", "oracle-scores.jsonl"}, {"assessment", "aia-visibility.jsonl"}} {
		lines := bufio.NewScanner(bytes.NewReader(shareddata.Read(t, path...)))
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var one oracle
			if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
				t.Fatal(err)
			}
			all = append(all, one)
		}
	}
	if len(all) != 122 {
		t.Fatalf("%d assessments with known scores, want 26 and 96", len(all))
	}
	return all
}

// inLines are assessments as a file that can be imported.
func inLines(all []oracle) []byte {
	var b bytes.Buffer
	for _, one := range all {
		b.Write(must(json.Marshal(map[string]any{"title": one.ID, "version": one.Version, "answers": one.Answers})))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// TestTheAIAComesOutAsItWentIn: Canada's four questionnaires and the assessments under them whose scores are known go into the database,
// and come out by score and form.
func TestTheAIAComesOutAsItWentIn(t *testing.T) {
	all := oracles(t)
	each(t, true, func(t *testing.T, w *world) {
		ctx := policy.WithActor(context.Background(), policy.SystemActor("test"))
		templates := map[string]string{}
		for _, version := range []string{"v0.9", "v0.9.1", "v0.10.0", "v1.0.1"} {
			q, _, err := surveyjs.Read(shareddata.Read(t, "aia", "survey-enfr-"+version+".json"), surveyjs.About{Key: "canada-aia", Title: "AIA " + version, Jurisdiction: "CA"})
			if err != nil {
				t.Fatal(err)
			}
			made := must(w.Domains.Templates.Import(ctx, q))
			must(w.Domains.Templates.Activate(ctx, made.Subject, nil))
			templates[version] = fmt.Sprintf("canada-aia@%d", len(templates)+1)
		}
		options := intake.Options{"subject": {newScene(w).id("Prices that follow")}}
		for version, reference := range templates {
			options["template"] = append(options["template"], version+"="+reference)
		}
		kind := must(w.Domains.Imports.Kind("assessment"))
		_, results, err := w.Domains.Imports.Put(ctx, kind, intake.Source{Text: inLines(all), Options: options})
		if err != nil {
			t.Fatal(err)
		}
		w.settle()
		unplaced := 0
		for i, result := range results {
			one := all[i]
			id, _, _ := strings.Cut(result, " ")
			got := w.ask(persona("firm"), fmt.Sprintf(`{impactAssessment(id: %q){phase level: score{level} score{raw rawMax mitigation mitigationMax current}
				form{score{raw} unplaced{question why} sections{questions{visible question{key}}}}}}`, id)).at("impactAssessment")
			level := [...]string{"I", "II", "III", "IV"}[one.Want.Level-1]
			want := fmt.Sprintln(one.Want.Raw, one.Want.MaxRaw, one.Want.Mitigation, one.Want.MaxMitigationBothPhases, one.Want.Current, level)
			score := got.at("score")
			if have := fmt.Sprintln(score.at("raw").v, score.at("rawMax").v, score.at("mitigation").v, score.at("mitigationMax").v, score.at("current").v, got.at("level", "level").text()); have != want {
				t.Errorf("%s scores %s, want %s", one.ID, have, want)
			}
			unplaced += len(got.at("form", "unplaced").list())
			if one.Visible == nil {
				continue
			}
			var visible []string
			for _, section := range got.at("form", "sections").list() {
				for _, q := range section.at("questions").list() {
					if shown, _ := q.at("visible").v.(bool); shown {
						visible = append(visible, q.at("question", "key").text())
					}
				}
			}
			slices.Sort(visible)
			slices.Sort(one.Visible)
			if diff := cmp.Diff(one.Visible, visible); diff != "" {
				t.Errorf("%s shows other questions (-want +got):\n%s", one.ID, diff)
			}
		}
		if unplaced == 0 {
			t.Error("no answer was without a place, but one of the published assessments has an option that its questionnaire lacks")
		}
	})
}

// TestAFormOfTheAIAFitsTheLimits: a form with options and answers fits the price of a query, and twenty do not.
func TestAFormOfTheAIAFitsTheLimits(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		const form = `form{progress{required} missingToPublish{code} score{current} sections{visible section{key title{text}} questions{visible whyHidden
			question{key type title{text language} help{text} options{value title{text} weight}} answer{value{choices text} note revision}}}}`
		a := w.post(call{query: `{impactAssessments(first: 1){nodes{` + form + `}}}`, token: w.token(persona("auditor"))})
		if a.code() != "" {
			t.Errorf("one form = %s", a.text)
		}
		if a := w.post(call{query: `{impactAssessments(first: 20){nodes{` + form + `}}}`, token: w.token(persona("auditor"))}); a.code() != "COST_LIMIT_EXCEEDED" {
			t.Errorf("twenty forms = %s, want COST_LIMIT_EXCEEDED", a.text)
		}
	})
}

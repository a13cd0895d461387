package pia_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/pia"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

func loyalty(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/loyalty.json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var ignored = cmpopts.IgnoreUnexported(pia.Attachment{})

func TestAnExportBecomesAnAssessmentOfTheSkeleton(t *testing.T) {
	got, err := pia.Read(loyalty(t))
	if err != nil {
		t.Fatal(source.Of(err).Listed)
	}
	want := &pia.Import{
		Title: "Loyalty card", Category: "Retail", People: pia.People{Author: "A. Writer", Evaluator: "E. Reader", Validator: "V. Judge"},
		Answers: questionnaire.Answers{
			"111": questionnaire.Said("A card that collects points.\n\n- One\n- Two"), "211": questionnaire.Said("See here (https://shop.example/why)"),
			"321": questionnaire.Said("Profiles\nUnwanted advertising"), "324": questionnaire.Said("Encryption\nAccess control"),
			"325": questionnaire.Chosen("3"), "326": questionnaire.Chosen("2"), "345": questionnaire.Chosen("4"),
		},
		Kept:     []questionnaire.Kept{{Question: "999", Value: questionnaire.Said("A question of our own"), Code: "UNKNOWN_QUESTION", Why: "the template has no such question"}},
		Measures: []pia.Measure{{Title: "Encryption", Text: "AES, at rest."}, {Title: "Access control", Text: "By role."}},
		Notes: []pia.Note{
			{Question: "211", Measure: -1, Text: "Which partners?", At: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)},
			{Measure: 0, Text: "Which cipher?", At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)},
		},
		Evaluations: []pia.Evaluation{
			{Section: "1.1", Measure: -1, Status: pia.Acceptable},
			{Question: "211", Measure: -1, Status: pia.Improvable, Comment: "Be precise.", ActionPlan: "Name each purpose.", InCharge: "P. Keeper", DueAt: "2026-06-30"},
			{Measure: 1, Status: pia.ToBeFixed, Comment: "Review roles."},
			{Section: "3.2", Measure: -1, Status: pia.Improvable},
		},
		Risks: []pia.Risk{
			{Section: "3.2", Rated: pia.Rating{Severity: 3, Likelihood: 2}, Residual: pia.Rating{Severity: 2, Likelihood: 1}, Measures: []string{"Encryption", "Access control"}},
			{Section: "3.3"},
			{Section: "3.4", Rated: pia.Rating{Severity: 4}},
		},
		Opinions: []pia.Opinion{
			{Side: pia.OfDPO, Names: "D. Officer", Stance: pia.Support, Text: "Go ahead."},
			{Side: pia.OfPeople, Names: "Twelve members", Stance: pia.Object, Text: "Too much is kept."},
		},
		Adjustments: "Kept for a year only.",
		Notices:     []pia.Notice{{Path: "pia.novelty", Line: 24, Message: "this is not taken over"}},
	}
	if diff := cmp.Diff(want, got, ignored); diff != "" {
		t.Errorf("want (-), read (+):\n%s", diff)
	}
}

func TestTheSkeletonHasTheNumbersOfTheSoftware(t *testing.T) {
	template, err := pia.Skeleton()
	if err != nil {
		t.Fatal(err)
	}
	keys := template.Keys()
	if len(keys) != 36 || keys[0] != "111" || keys[35] != "346" {
		t.Errorf("%d questions: %v", len(keys), keys)
	}
	for _, key := range keys {
		want := questionnaire.Text
		if key > "300" && (key[2] == '5' || key[2] == '6') {
			want = questionnaire.Single
		}
		if got := template.Question(key).Type; got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
}

func TestAZipBringsItsAttachments(t *testing.T) {
	got, err := pia.Read(zipped(t, "Attachments/map.pdf", "%PDF", "pia-loyalty.json", string(loyalty(t)), "Doc/pia.doc", "x", "Pièces jointes/../../etc/p\u202easswd", "", "pia.pdf", "x"))
	if err != nil {
		t.Fatal(source.Of(err).Listed)
	}
	var names []string
	for _, a := range got.Attachments {
		b, err := a.Bytes()
		if err != nil || int64(len(b)) != a.Size {
			t.Errorf("%s: %d bytes of %d, %v", a.Name, len(b), a.Size, err)
		}
		names = append(names, a.Name)
	}
	if diff := cmp.Diff([]string{"map.pdf", "p_asswd"}, names); diff != "" || len(got.Answers) != 7 || len(got.Notices) != 3 {
		t.Errorf("attachments:\n%s%d answers, notices %v", diff, len(got.Answers), got.Notices)
	}
}

func TestWhatIsNoExportIsRefused(t *testing.T) {
	good := string(loyalty(t))
	whole := zipped(t, "pia.json", good, "a/b.bin", strings.Repeat("0123456789", 1000))
	at := bytes.Index(whole, []byte("a/b.bin")) + len("a/b.bin") + 3
	broken := slices.Clone(whole)
	broken[at] ^= 0xff
	bomb := zipped(t, "pia.json", good, "a/bomb", strings.Repeat("\x00", pia.MaxAttachment+1))
	var many []string
	for i := range pia.MaxFiles + 1 {
		many = append(many, fmt.Sprint("a/", i), "")
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"no JSON":           {[]byte("hello"), " SYNTAX"},
		"another JSON":      {[]byte(`{"answers": []}`), "pia REQUIRED"},
		"two assessments":   {[]byte(`[{"pia": {"name": "a"}}, {"pia": {"name": "b"}}]`), " TOO_MANY"},
		"no name":           {[]byte(`{"pia": {"name": ""}}`), "pia.name REQUIRED"},
		"a member too many": {[]byte(`{"pia": {"name": "x"}, "invoices": []}`), "invoices UNKNOWN_MEMBER"},
		"an answer of another form": {
			[]byte(`{"pia": {"name": "x"}, "answers": [{"reference_to": 111, "data": {"text": "x", "drawing": 1}}, {"data": 5}]}`),
			"answers.0.data.drawing UNKNOWN_MEMBER answers.1 REQUIRED answers.1.data WRONG_TYPE",
		},
		"a gauge of five":    {[]byte(`{"pia": {"name": "x"}, "answers": [{"reference_to": 325, "data": {"gauge": 5}}]}`), "answers.0.data.gauge OUT_OF_RANGE"},
		"one question twice": {[]byte(`{"pia": {"name": "x"}, "answers": [{"reference_to": 111, "data": {"text": "a"}}, {"reference_to": "111", "data": {"text": "b"}}]}`), "answers.1.reference_to DUPLICATE"},
		"an evaluation of nothing": {
			[]byte(`{"pia": {"name": "x"}, "evaluations": [{"reference_to": "1", "status": 4, "estimated_implementation_date": "soon"}]}`),
			"evaluations.0.estimated_implementation_date INVALID evaluations.0.reference_to INVALID evaluations.0.status OUT_OF_RANGE",
		},
		"a zip that is cut off":   {whole[:len(whole)/2], " SYNTAX"},
		"a zip that is changed":   {broken, "a/b.bin SYNTAX"},
		"a zip without an export": {zipped(t, "a/pia.json", good), " REQUIRED"},
		"a zip with two exports":  {zipped(t, "pia.json", good, "pia2.json", good), "pia2.json TOO_MANY"},
		"a bomb":                  {bomb, "a/bomb TOO_LARGE"},
		"a thousand files":        {zipped(t, many...), " TOO_MANY"},
	} {
		got, err := pia.Read(c.file)
		var told []string
		if found := source.Of(err); found != nil {
			for _, f := range found.Listed {
				told = append(told, f.Path+" "+string(f.Code))
			}
		}
		slices.Sort(told)
		if s := strings.Join(told, " "); s != c.want || got != nil {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"pia": {"name": "x", "dpo_status": 1, "dpos_names": "y"}, "answers": [{"reference_to": 325, "data": {"gauge": 3}}], "evaluations": [{"reference_to": "3.2", "gauges": {"x": 1, "y": 2}}]}`))
	f.Add(zipped(f, "pia.json", `{"pia": {"name": "x"}}`, "a/b", "c"))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := pia.Read(b)
		if (got == nil) != (source.Of(err) != nil) {
			t.Fatalf("read %v, error %v", got, err)
		}
	})
}

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// TestTemplatesAndAssessmentsAreImported: with the commands as an operator gives them.
func TestTemplatesAndAssessmentsAreImported(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{"PLENARY_DATABASE": "sqlite://" + filepath.Join(dir, "plenary.db"), "PLENARY_KEYS": filepath.Join(dir, "keys")}
	survey := filepath.Join(dir, "survey.json")
	if err := os.WriteFile(survey, shareddata.Read(t, "aia", "survey-enfr-v0.10.0.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := call(t, env, "import", "template", survey, "--form", "surveyjs", "--key", "canada-aia", "--title", "Algorithmic Impact Assessment", "--jurisdiction", "CA", "--activate")
	if code != 0 || !regexp.MustCompile(`^template_\w{26} canada-aia@1 ACTIVE, 153 questions, sha256 [0-9a-f]{64}\n$`).MatchString(out) {
		t.Fatalf("import template = %d, %q, %s", code, out, errs)
	}
	if code, _, errs := call(t, env, "import", "template", survey, "--form", "surveyjs", "--key", "canada-aia", "--title", "Algorithmic Impact Assessment", "--jurisdiction", "CA"); code == 0 || !strings.Contains(errs, "canada-aia@1") {
		t.Errorf("the same content again = %d, %s; want it refused, with the version that there is", code, errs)
	}
	bad := filepath.Join(dir, "bad.json")
	if err := os.WriteFile(bad, []byte("{\n\"format\": \"plenary-assessment-template/1\",\n\"key\": \"X\"\n}"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs = call(t, env, "import", "template", bad)
	if code == 0 || !strings.Contains(errs, "bad.json:3: key: ") || !strings.Contains(errs, ": sections: ") || !strings.Contains(errs, "nothing was imported") {
		t.Errorf("a bad template = %d, %s; want all its mistakes with their lines", code, errs)
	}
	assessments := filepath.Join(dir, "assessments.jsonl")
	if err := os.WriteFile(assessments, []byte(`{"title": "One", "version": "v0.10.0", "answers": {"nobody": "item1"}}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs = call(t, env, "import", "assessment", assessments, "--subject", "practice_01h455vb4pex5vsknk084sn02q", "--template", "*=canada-aia@1")
	if code == 0 || !strings.Contains(errs, "nothing was imported") {
		t.Errorf("assessments of nothing = %d, %s", code, errs)
	}
	code, _, errs = call(t, env, "import", "assessment", assessments, "--subject", "practice_01h455vb4pex5vsknk084sn02q", "--template", "v1=canada-aia@1")
	if code == 0 || !strings.Contains(errs, `assessments.jsonl:1: version: UNKNOWN_MEMBER: no template is named for the version "v0.10.0"`) {
		t.Errorf("an unknown version = %d, %s", code, errs)
	}
}

// TestFilesAreImportedOverTheNetwork: the same commands with a server and a token, as a party gives them.
func TestFilesAreImportedOverTheNetwork(t *testing.T) {
	folder := testdb.Shared(t, "data", "consultations", "scoop-hivemind.ubi")
	t.Chdir(t.TempDir())
	lines, _ := serving(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--admin-listen", "")
	_, rest, _ := strings.Cut(strings.Join(lines, "\n"), "http://")
	addr, _, _ := strings.Cut(rest, "/")
	as := func(who string, args ...string) (code int, out, errs string) {
		t.Helper()
		_, token, _ := call(t, nil, "token", "--as", who+"@demo")
		return call(t, map[string]string{"PLENARY_TOKEN": strings.TrimSpace(token)}, append([]string{"import"}, append(args, "--server", "http://"+addr)...)...)
	}
	write := func(name, text string) string {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	form := func(typ string) string {
		return fmt.Sprintf(`{"format": "plenary-assessment-template/1", "key": "fees", "languages": ["en"], "title": {"en": "Fees"}, "jurisdiction": "IE",
			"sections": [{"key": "s", "title": {"en": "S"}, "scoreType": "NONE", "questions": [{"key": "a", "type": %q, "title": {"en": "A"}}]}]}`, typ)
	}
	good, bad := write("good.json", form("TEXT")), write("bad.json", form("MATRIX"))
	code, _, errs := as("firm", "template", good, "--yes")
	if code != 1 || !strings.Contains(errs, "nothing was imported: ROLE ") {
		t.Errorf("a template from a firm = %d, %s", code, errs)
	}
	code, _, errs = as("regulator", "template", bad, "--yes")
	if code != 1 || !strings.Contains(errs, "bad.json:2: sections.0.questions.0.type: INVALID: ") || !strings.Contains(errs, "bad.json: 1\n") {
		t.Errorf("a bad template = %d, %s", code, errs)
	}
	code, out, errs := as("regulator", "template", good)
	if code != 0 || !strings.Contains(errs, "  1 questions\n") || !regexp.MustCompile(`^import_\w{26} is checked and not started; `).MatchString(out) {
		t.Errorf("a check alone = %d, %q, %s", code, out, errs)
	}
	code, out, errs = as("regulator", "template", good, "--yes", "--activate")
	if code != 0 || !regexp.MustCompile(`^template_\w{26} fees@1 ACTIVE, 1 questions, sha256 [0-9a-f]{64}\n$`).MatchString(out) {
		t.Errorf("a template = %d, %q, %s", code, out, errs)
	}
	code, out, errs = as("facilitator", "consultation", folder, "--yes")
	if code != 0 || !regexp.MustCompile(`^dialogue_\w{26} loaded: \d+ statements`).MatchString(out) {
		t.Errorf("a consultation = %d, %q, %s", code, out, errs)
	}
}

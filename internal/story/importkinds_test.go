package story_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/shareddata"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// checked is an import that was found right.
func (w *world) checked(who auth.Identity, kind string, options url.Values, content []byte) data {
	w.t.Helper()
	a := w.imports(w.token(who), kind, options, content)
	if a.status != 201 || a.data.at("import", "state").text() != "CHECKED" {
		w.t.Fatalf("the check answered %d %.2000s", a.status, a.text)
	}
	return a.data.at("import")
}

// begins starts an import, and gives the code of the refusal.
func (w *world) begins(who auth.Identity, checked data) (code string) {
	w.t.Helper()
	a := w.post(call{query: `mutation($i: ID!, $s: String!){startImport(input: {id: $i, sha256: $s}){userErrors{code message}}}`, token: w.token(who), variables: map[string]any{
		"i": checked.at("id").text(), "s": checked.at("sha256").text(),
	}})
	return a.code()
}

// results are what an import has made, which is done.
func (w *world) results(who auth.Identity, checked data) []string {
	w.t.Helper()
	one := w.ask(who, `query($i: ID!){import(id: $i){state failure faults{message} results}}`, "i", checked.at("id").text()).at("import")
	if one.at("state").text() != "DONE" {
		w.t.Fatalf("the import is %v", one.v)
	}
	var all []string
	for _, r := range one.at("results").list() {
		all = append(all, r.text())
	}
	return all
}

// brings has a file checked and imported.
func (w *world) brings(who auth.Identity, kind string, options url.Values, content []byte) []string {
	w.t.Helper()
	one := w.checked(who, kind, options, content)
	if code := w.begins(who, one); code != "" {
		w.t.Fatalf("the import is refused: %s", code)
	}
	w.work()
	return w.results(who, one)
}

// TestTheAIAComesOverTheNetwork: one of Canada's questionnaires, from an admin, and the assessments under it, from a firm.
func TestTheAIAComesOverTheNetwork(t *testing.T) {
	const version = "v0.10.0"
	all := slices.DeleteFunc(oracles(t), func(o oracle) bool { return o.Version != version })
	each(t, true, func(t *testing.T, w *world) {
		made := w.brings(persona("admin"), "template", url.Values{"form": {"surveyjs"}, "key": {"canada-aia"}, "title": {"AIA"}, "jurisdiction": {"CA"}, "activate": {"true"}},
			shareddata.Read(t, "aia", "survey-enfr-"+version+".json"))
		if len(made) != 1 || !strings.Contains(made[0], " canada-aia@1 ACTIVE, 153 questions, ") {
			t.Errorf("the template = %q", made)
		}
		results := w.brings(persona("firm"), "assessment", url.Values{"subject": {newScene(w).id("Prices that follow")}, "template": {version + "=canada-aia@1"}}, inLines(all))
		if len(results) != len(all) || len(all) == 0 {
			t.Fatalf("%d assessments came, want %d", len(results), len(all))
		}
		for i, one := range all {
			level := [...]string{"I", "II", "III", "IV"}[one.Want.Level-1]
			want := fmt.Sprintf(" %s: raw %d of %d, mitigation %d of %d, current %d, level %s;", one.ID, one.Want.Raw, one.Want.MaxRaw, one.Want.Mitigation, one.Want.MaxMitigationBothPhases, one.Want.Current, level)
			if !strings.Contains(results[i], want) {
				t.Errorf("result %d = %s, want %s", i, results[i], want)
			}
		}
	})
}

// TestBadTemplatesOverTheNetwork: each is told where it is wrong, and nothing is kept of it.
func TestBadTemplatesOverTheNetwork(t *testing.T) {
	var file struct {
		Cases []struct {
			Name, Path string
			Q          []json.RawMessage
		}
	}
	if err := json.Unmarshal(shareddata.Read(t, "assessment", "templates-bad.json"), &file); err != nil {
		t.Fatal(err)
	}
	each(t, true, func(t *testing.T, w *world) {
		before := w.counted("SELECT COUNT(*) FROM templates")
		for _, c := range file.Cases {
			var questions []string
			for _, raw := range c.Q {
				var q map[string]any
				d := json.NewDecoder(bytes.NewReader(raw))
				d.UseNumber()
				if err := d.Decode(&q); err != nil {
					t.Fatal(err)
				}
				if q["title"] == nil {
					q["title"] = map[string]any{"en": "Q"}
				}
				options, _ := q["options"].([]any)
				for _, o := range options {
					if one := o.(map[string]any); one["title"] == nil {
						one["title"] = map[string]any{"en": "O"}
					}
				}
				questions = append(questions, string(must(json.MarshalIndent(q, "", " "))))
			}
			text := `{"format": "plenary-assessment-template/1", "key": "bad", "languages": ["en"], "title": {"en": "Bad"}, "sections": [` +
				"\n" + `{"key": "s", "title": {"en": "S"}, "scoreType": "RAW", "questions": [` + "\n" + strings.Join(questions, ",\n") + `]}]}`
			a := w.imports(w.token(persona("admin")), "template", nil, []byte(text)).data.at("import")
			first := a.at("faults", 0)
			if a.at("state").text() != "REFUSED" || a.at("faultCount").number() != 1 || first.at("path").text() != c.Path || first.at("line").number() < 2 || first.at("message").text() == "" {
				t.Errorf("%s: the check answers %v, want one fault at %s", c.Name, a.v, c.Path)
			}
			w.forget()
		}
		if after := w.counted("SELECT COUNT(*) FROM templates"); after != before {
			t.Errorf("%d templates were kept", after-before)
		}
	})
}

// zipOf is a folder as a zip, in which the files lie in a folder of a name.
func zipOf(t *testing.T, folder, inside string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range must(filepath.Glob(filepath.Join(folder, "*.csv"))) {
		f := must(z.Create(inside + filepath.Base(name)))
		must(f.Write(must(os.ReadFile(name))))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestAConsultationComesOverTheNetwork: a facilitator imports one for its party; sent again it brings nothing, and another party's it is
// not.
func TestAConsultationComesOverTheNetwork(t *testing.T) {
	folder := testdb.Shared(t, "data", "consultations", "scoop-hivemind.ubi")
	each(t, true, func(t *testing.T, w *world) {
		who := persona("facilitator")
		one := w.checked(who, "consultation", nil, zipOf(t, folder, ""))
		counts := map[string]int{}
		for _, c := range one.at("counts").list() {
			counts[c.at("what").text()] = c.at("count").number()
		}
		if code := w.begins(who, one); code != "" {
			t.Fatalf("the import is refused: %s", code)
		}
		w.work()
		made := w.results(who, one)
		id, said, _ := strings.Cut(made[0], " ")
		dialogue := w.ask(visitor, `query($i: ID!){dialogue(id: $i){state convenor{id} comments{totalCount}}}`, "i", id).at("dialogue")
		if dialogue.at("state").text() != "CLOSED" || dialogue.at("convenor", "id").text() != who.Stakeholder || !strings.HasPrefix(said, "loaded: ") {
			t.Errorf("the dialogue = %v, %q; want a closed one of the facilitator's party", dialogue.v, made)
		}
		if n := w.counted("SELECT COUNT(*) FROM votes"); counts["votes"] == 0 || n < counts["votes"] || counts["statements"] == 0 {
			t.Errorf("the check promised %v, and %d votes are there", counts, n)
		}
		again := w.checked(who, "consultation", nil, zipOf(t, folder, "export/"))
		for _, c := range again.at("counts").list() {
			if c.at("count").number() != 0 {
				t.Errorf("the same consultation again would bring %v", c.v)
			}
		}
		ngo := auth.Identity{Subject: "nina" + subjects, Roles: []string{"ngo", "facilitator"}, Stakeholder: persona("ngo").Stakeholder}
		other := w.imports(w.token(ngo), "consultation", nil, zipOf(t, folder, "")).data.at("import")
		if other.at("state").text() != "REFUSED" || other.at("faults", 0, "code").text() != "DUPLICATE" {
			t.Errorf("another party's import of it = %v", other.v)
		}
	})
}

// TestAnExportOfPIAComes: as an assessment of the skeleton that ships for it; what the skeleton does not ask is kept beside.
func TestAnExportOfPIAComes(t *testing.T) {
	export := must(os.ReadFile(filepath.Join("..", "questionnaire", "pia", "testdata", "loyalty.json")))
	each(t, true, func(t *testing.T, w *world) {
		if err := w.Domains.Templates.Ship(context.Background()); err != nil {
			t.Fatal(err)
		}
		w.settle()
		results := w.brings(persona("firm"), "assessment", url.Values{"form": {"pia"}, "subject": {newScene(w).id("Prices that follow")}}, export)
		id, _, _ := strings.Cut(results[0], " ")
		one := w.ask(persona("firm"), `query($i: ID!){impactAssessment(id: $i){template{key} form{unplaced{question value{text}} sections{questions{question{key} answer{note value{text choices}}}}}}}`, "i", id).at("impactAssessment")
		answers, notes, beside := 0, 0, map[string]bool{}
		for _, section := range one.at("form", "sections").list() {
			for _, q := range section.at("questions").list() {
				if !q.at("answer").isNull() {
					answers++
				}
				if q.at("answer", "note").text() != "" {
					notes++
				}
			}
		}
		for _, u := range one.at("form", "unplaced").list() {
			name, _, _ := strings.Cut(u.at("question").text(), ".")
			beside[name] = true
		}
		if one.at("template", "key").text() != "privacy-impact" || answers == 0 || notes == 0 || !beside["measures"] || !beside["evaluations"] || !beside["opinions"] {
			t.Errorf("of the export came %d answers, %d notes and beside them %v", answers, notes, beside)
		}
	})
}

// TestRightsAreDecidedAgain: between the check and the start, and between the start and the job.
func TestRightsAreDecidedAgain(t *testing.T) {
	text := func(key string) []byte { return fmt.Appendf(nil, smallTemplate, key, "IE") }
	each(t, true, func(t *testing.T, w *world) {
		regulator, admin := persona("regulator"), persona("admin")
		bounded := regulator
		bounded.Scopes = []string{"reports:read"}
		one := w.checked(regulator, "template", nil, text("one"))
		if a := w.imports(w.token(bounded), "template", nil, text("two")); a.status != 403 || a.data.at("errors", 0, "extensions", "code").text() != "SCOPE" {
			t.Errorf("a token that only reads had a file checked: %s", a.text)
		}
		if code := w.begins(bounded, one); code != "SCOPE" {
			t.Errorf("a token that only reads started an import: %q", code)
		}
		suspended := func(yes bool) {
			t.Helper()
			mutation := `approveStakeholder(input: {id: $i})`
			if yes {
				mutation = `suspendStakeholder(input: {id: $i, reason: "A dispute."})`
			}
			if a := w.post(call{query: "mutation($i: ID!){" + mutation + "{userErrors{code}}}", token: w.token(admin), variables: map[string]any{"i": regulator.Stakeholder}}); a.code() != "" {
				t.Fatal(a.text)
			}
		}
		suspended(true)
		if code := w.begins(regulator, one); code != "PARTY_INACTIVE" {
			t.Errorf("a suspended party started an import: %q", code)
		}
		suspended(false)
		if code := w.begins(regulator, one); code != "" {
			t.Fatalf("the import is refused: %s", code)
		}
		failed := func(why string, one data) {
			t.Helper()
			w.work()
			got := w.ask(persona("regulator"), `query($i: ID!){import(id: $i){state failure results}}`, "i", one.at("id").text()).at("import")
			if got.at("state").text() != "FAILED" || got.at("failure").text() == "" {
				t.Errorf("an import of %s = %v", why, got.v)
			}
		}
		suspended(true)
		failed("a party that was suspended after the start", one)
		suspended(false)
		two := w.checked(regulator, "template", nil, text("two"))
		if code := w.begins(regulator, two); code != "" {
			t.Fatalf("the import is refused: %s", code)
		}
		if a := w.post(call{query: `mutation($i: String!, $s: String!){revokeAccess(input: {issuer: $i, subject: $s, role: REGULATOR, reason: "left"}){userErrors{code}}}`, token: w.token(admin), variables: map[string]any{
			"i": auth.DevURL, "s": regulator.Subject,
		}}); a.code() != "" {
			t.Fatal(a.text)
		}
		w.work()
		if n := w.counted("SELECT COUNT(*) FROM templates WHERE key IN ('one', 'two')") + w.counted("SELECT COUNT(*) FROM import_chunks"); n != 0 {
			t.Errorf("%d templates or pieces of files are there of imports that failed", n)
		}
		if n := w.counted("SELECT COUNT(*) FROM imports WHERE state = 'FAILED'"); n != 2 {
			t.Errorf("%d imports failed, want both", n)
		}
	})
}

// TestAnImportOutlivesItsServer: what a server leaves that is killed is run by another one when its lease is over, and given up after
// three.
func TestAnImportOutlivesItsServer(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		admin := persona("admin")
		state := func(one data) string {
			return w.ask(admin, `query($i: ID!){import(id: $i){state}}`, "i", one.at("id").text()).at("import", "state").text()
		}
		one := w.checked(admin, "template", nil, fmt.Appendf(nil, smallTemplate, "one", "IE"))
		w.begins(admin, one)
		w.change(`UPDATE imports SET holder = 'killed', held_until = ?, attempts = 1`, start.Add(30*time.Second))
		w.work()
		if s := state(one); s != "RUNNING" {
			t.Errorf("an import that another server holds is %s", s)
		}
		w.clock.Advance(31 * time.Second)
		w.work()
		if s := state(one); s != "DONE" || w.counted("SELECT COUNT(*) FROM templates WHERE key = 'one'") != 1 {
			t.Errorf("an import whose server was killed is %s", s)
		}
		two := w.checked(admin, "template", nil, fmt.Appendf(nil, smallTemplate, "two", "IE"))
		w.begins(admin, two)
		w.change(`UPDATE imports SET attempts = 3 WHERE state = 'RUNNING'`)
		w.work()
		if s := state(two); s != "FAILED" || w.counted("SELECT COUNT(*) FROM templates WHERE key = 'two'") != 0 {
			t.Errorf("an import that has brought three servers down is %s", s)
		}
		three := w.checked(admin, "template", nil, fmt.Appendf(nil, smallTemplate, "three", "IE"))
		w.begins(admin, three)
		ctx, stop := context.WithCancel(context.Background())
		stop()
		if ran, err := w.Domains.Imports.Turn(ctx, "this server"); err == nil || state(three) != "RUNNING" {
			t.Errorf("a server that stops ran %v, %v, and left an import %s", ran, err, state(three))
		}
		w.change(`UPDATE import_chunks SET content = ?`, []byte("{}"))
		w.work()
		if s := state(three); s != "FAILED" {
			t.Errorf("an import whose file is another than the one that was checked is %s", s)
		}
	})
}

// TestImportsAreDeletedThatNobodyStarts: after a day, with their files, and only so many wait.
func TestImportsAreDeletedThatNobodyStarts(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		admin := persona("admin")
		for i := range 10 {
			w.checked(admin, "template", nil, fmt.Appendf(nil, smallTemplate, fmt.Sprint("fees-", i), "IE"))
		}
		if a := w.imports(w.token(admin), "template", nil, fmt.Appendf(nil, smallTemplate, "more", "IE")); a.status != 409 || a.data.at("errors", 0, "extensions", "code").text() != "TOO_MANY" {
			t.Errorf("the eleventh import = %d %s", a.status, a.text)
		}
		sweep := func(want int) {
			t.Helper()
			if err := w.Domains.Imports.Sweep(context.Background(), "this server"); err != nil {
				t.Fatal(err)
			}
			if n := w.counted("SELECT COUNT(*) FROM imports"); n != want {
				t.Errorf("%d imports are left, want %d", n, want)
			}
		}
		w.clock.Advance(23 * time.Hour)
		sweep(10)
		w.clock.Advance(2 * time.Hour)
		sweep(0)
		if n := w.counted("SELECT COUNT(*) FROM import_chunks"); n != 0 {
			t.Errorf("%d pieces of files are left", n)
		}
	})
}

// TestImportsAreFollowed: by who has sent one, and by nobody else.
func TestImportsAreFollowed(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		one := w.checked(persona("regulator"), "template", nil, fmt.Appendf(nil, smallTemplate, "one", "IE"))
		const query = `subscription($i: ID!){importUpdated(id: $i){act{type} import{state results}}}`
		events := w.follow(persona("regulator"), query, "i", one.at("id").text())
		if e, ok := w.follow(persona("firm"), query, "i", one.at("id").text()).next(); !ok || !strings.Contains(e.data, "NOT_FOUND") {
			t.Errorf("another party follows the import: %v", e)
		}
		if code := w.begins(persona("regulator"), one); code != "" {
			t.Fatalf("the import is refused: %s", code)
		}
		for _, want := range []string{"IMPORT_STARTED", "IMPORT_FINISHED"} {
			e := events.event().data.at("importUpdated")
			if e.at("act", "type").text() != want || want == "IMPORT_FINISHED" && e.at("import", "state").text() != "DONE" {
				t.Errorf("event = %v, want %s", e.v, want)
			}
		}
	})
}

// TestFilesThatAreNotImported: what is refused before anything of it is looked at.
func TestFilesThatAreNotImported(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		admin := w.token(persona("admin"))
		for _, c := range []struct {
			rule    string
			kind    string
			options url.Values
			content []byte
			status  int
			code    string
		}{
			{"a template has four mebibytes at most", "template", nil, bytes.Repeat([]byte(" "), 4<<20+1), 413, "BAD_USER_INPUT"},
			{"options are those of the kind", "template", url.Values{"colour": {"red"}}, fmt.Appendf(nil, smallTemplate, "one", "IE"), 201, "UNKNOWN_MEMBER"},
			{"options are given once", "template", url.Values{"activate": {"true", "false"}}, fmt.Appendf(nil, smallTemplate, "one", "IE"), 201, "DUPLICATE"},
			{"what nobody can store is told", "template", nil, []byte(`{"format": "plenary-assessment-template/1", "\u0000": 1}`), 201, ""},
			{"a zip is whole", "consultation", nil, []byte("PK\x03\x04"), 201, "SYNTAX"},
			{"a zip has the files", "consultation", nil, zipOf(t, t.TempDir(), ""), 201, "INVALID"},
			{"a zip unpacks to little", "consultation", nil, zipBomb(t), 201, "TOO_LARGE"},
		} {
			a := w.imports(admin, c.kind, c.options, c.content)
			code := a.data.at("errors", 0, "extensions", "code").text()
			if a.status == 201 {
				code = a.data.at("import", "faults", 0, "code").text()
			}
			if a.status != c.status || c.code != "" && code != c.code || code == "" {
				t.Errorf("%s: answered %d %.500s, want %d %s", c.rule, a.status, a.text, c.status, c.code)
			}
		}
	})
}

// zipBomb is a zip that unpacks to more than a server reads.
func zipBomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"summary.csv", "comments.csv", "votes.csv", "participants-votes.csv"} {
		f := must(z.Create(name))
		must(f.Write([]byte("a,b\n")))
		for range 32 {
			must(f.Write(bytes.Repeat([]byte("1,2\n"), 1<<18)))
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

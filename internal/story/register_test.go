package story_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/piprate/json-gold/ld"

	"github.com/plenary-dialogue/plenary/ent/db/assessment"
	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/csvtext"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

// registered asks for a register as it was sent, with a token if one is given.
func (w *world) registered(path string, who auth.Identity, header http.Header) (int, http.Header, []byte) {
	w.t.Helper()
	req := must(http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+"/registers/"+path, nil))
	req.Header.Set("Accept-Encoding", "identity")
	if who.Subject != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(who))
	}
	for name, values := range header {
		req.Header[name] = values
	}
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	var body bytes.Buffer
	must(body.ReadFrom(resp.Body))
	return resp.StatusCode, resp.Header, body.Bytes()
}

// registeredRows reads a register as CSV: the rows by the names of their columns.
func (w *world) registeredRows(name string) []map[string]string {
	w.t.Helper()
	status, _, body := w.registered(name+".csv", visitor, nil)
	if status != http.StatusOK {
		w.t.Fatalf("the register of %s answers %d %s", name, status, body)
	}
	all := must(csv.NewReader(bytes.NewReader(body)).ReadAll())
	rows := make([]map[string]string, len(all)-1)
	for i, fields := range all[1:] {
		rows[i] = map[string]string{}
		for j, column := range all[0] {
			rows[i][column] = csvtext.Restored(fields[j])
		}
	}
	return rows
}

// catalogued reads a register as JSON.
func (w *world) catalogued(name string) data {
	w.t.Helper()
	status, _, body := w.registered(name+".jsonld", visitor, nil)
	var v any
	if err := json.Unmarshal(body, &v); status != http.StatusOK || err != nil {
		w.t.Fatalf("the register of %s answers %d %v: %s", name, status, err, body)
	}
	return data{v}
}

// column are the values of a column.
func column(rows []map[string]string, name string) []string {
	all := []string{}
	for _, row := range rows {
		all = append(all, row[name])
	}
	return all
}

// approved brings a draft of the firm to its publication but for the last step.
func (w *world) approved(id string) {
	w.t.Helper()
	firm := persona("firm")
	w.did(firm, "answerQuestions", `id: %q, answers: [{question: "affected", value: {text: "People."}, note: "Said Ms Jones.", expectedRevision: 0}, {question: "decides", value: {choices: ["person"]}, expectedRevision: 0}]`, "", id)
	w.did(firm, "setRedactions", `id: %q, redactions: [{path: ["answers", "affected", "note"], reason: "A name."}, {path: ["risks", "1", "title"], reason: "A secret."}], expectedRevision: %v`, "",
		w.risky(id), w.ask(firm, fmt.Sprintf("{impactAssessment(id: %q){revision}}", id)).at("impactAssessment", "revision").v)
	hash := w.did(firm, "openConsultation", "id: %q", "impactAssessment{contentHash}", id).at("impactAssessment", "contentHash").text()
	w.did(firm, "submitAssessment", "id: %q", "", id)
	w.did(persona("approver"), "signOffAssessment", "id: %q, capacity: APPROVER, contentHash: %q", "", id, hash)
}

// risky adds two risks to a draft, and gives its id.
func (w *world) risky(id string) string {
	w.t.Helper()
	for _, title := range []string{"The recipe leaks", "-Delays"} {
		w.did(persona("firm"), "addRisk", `assessment: %q, title: %q, likelihood: 1, severity: 1, treatment: MITIGATE`, "", id, title)
	}
	return id
}

// TestRegistersHoldWhatIsPublished follows an assessment and a practice in all forms of the registers.
func TestRegistersHoldWhatIsPublished(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) { c.PublicURL = "https://plenary.example" })
		w.settle()
		all := func() []string {
			var bodies []string
			for _, path := range []string{"assessments.csv", "assessments.jsonld", "practices.csv", "practices.jsonld"} {
				_, _, body := w.registered(path, visitor, nil)
				bodies = append(bodies, string(body))
			}
			return bodies
		}
		before := all()
		id := w.drafted()
		practice := w.did(persona("firm"), "proposePractice", `title: "=1+1", description: "@SUM(A1)", kind: OTHER, dataCategories: ["+names"]`, "practice{id}").at("practice", "id").text()
		if diff := cmp.Diff(before, all()); diff != "" {
			t.Fatalf("a draft and a plan show in the registers:\n%s", diff)
		}
		w.approved(id)
		w.did(persona("firm"), "revisePractice", `id: %q, title: "'quoted', and \"so\" on", expectedRevision: 1`, "", practice)
		if diff := cmp.Diff(before, all()); diff != "" {
			t.Fatalf("what is approved, and a plan, show in the registers:\n%s", diff)
		}
		w.did(persona("approver"), "publishAssessment", "id: %q", "", id)
		w.did(persona("firm"), "tryPractice", "id: %q", "", practice)
		w.did(persona("firm"), "revisePractice", `id: %q, title: "-2", reason: "Shorter.", expectedRevision: 3`, "", practice)

		w.checkAssessment(id)
		w.checkPractice(practice)
		for _, body := range all() {
			for _, secret := range []string{"Said Ms Jones.", "The recipe leaks", "=1+1", subjects} {
				if strings.Contains(body, secret) {
					t.Errorf("a register tells %q", secret)
				}
			}
		}
		w.did(persona("approver"), "revokeAssessment", `id: %q, reason: "It was wrong."`, "", id)
		rows := w.registeredRows("assessments")
		if i := slices.Index(column(rows, "id"), id); i < 0 || rows[i]["state"] != "REVOKED" || rows[i]["state_reason"] != "It was wrong." {
			t.Errorf("when it is revoked the register has %v", rows)
		}
	})
}

// checkAssessment compares the entry of an assessment with what visitors read over GraphQL.
func (w *world) checkAssessment(id string) {
	w.t.Helper()
	read := w.ask(visitor, fmt.Sprintf("{impactAssessment(id: %q){reference title state publishedAt contentHash published score{level} practice{id title description} firm{id name legalName}}}", id)).
		at("impactAssessment")
	rows := w.registeredRows("assessments")
	i := slices.Index(column(rows, "id"), id)
	if i < 0 {
		w.t.Fatalf("the register lacks the assessment: %v", column(rows, "id"))
	}
	row := rows[i]
	for name, want := range map[string]string{
		"reference": read.at("reference").text(), "title": read.at("title").text(), "state": "PUBLISHED", "published_at": read.at("publishedAt").text(),
		"content_hash": read.at("contentHash").text(), "level": read.at("score", "level").text(), "subject": read.at("practice", "id").text(),
		"subject_title": read.at("practice", "title").text(), "purpose": read.at("practice", "description").text(), "firm": read.at("firm", "id").text(),
		"atrs_name": read.at("practice", "title").text(), "atrs_impact_assessment_name": read.at("title").text(), "atrs_senior_responsible_owner": "",
		"annex_viii_a5_intended_purpose": read.at("practice", "description").text(), "annex_viii_c1_deployer": row["firm_name"],
		"annex_viii_a11_declaration_of_conformity": "",
		"risks": `[{"number":1,"title":null,"likelihood":1,"severity":1,"treatment":"MITIGATE","residual":` + residual(row["risks"], 0) +
			`},{"number":2,"title":"-Delays","likelihood":1,"severity":1,"treatment":"MITIGATE","residual":` + residual(row["risks"], 1) + `}]`,
	} {
		if row[name] != want {
			w.t.Errorf("the register has %s = %q, want %q", name, row[name], want)
		}
	}
	where := must(url.Parse(row["url"]))
	got := w.get(call{query: where.Query().Get("query")})
	if where.Host != "plenary.example" || where.Path != "/graphql" || got.data.at("impactAssessment", "published").text() != read.at("published").text() {
		w.t.Errorf("at %s is read %s", row["url"], got.text)
	}
	_, _, body := w.registered("assessments.jsonld", visitor, nil)
	if !strings.Contains(string(body), `"document":`+read.at("published").text()+",") {
		w.t.Errorf("what was published is not in the register byte for byte: %s", body)
	}
}

// residual is how high a risk is, as a cell has it.
func residual(risks string, i int) string {
	var all []struct{ Residual json.RawMessage }
	if err := json.Unmarshal([]byte(risks), &all); err != nil || i >= len(all) {
		return "none"
	}
	return string(all[i].Residual)
}

// checkPractice: the versions from the first trial on are there, with texts that begin like formulas as they were.
func (w *world) checkPractice(id string) {
	w.t.Helper()
	var got [][]string
	for _, row := range w.registeredRows("practices") {
		if row["practice"] == id {
			got = append(got, []string{row["version"], row["current"], row["title"], row["atrs_name"], row["annex_viii_a5_intended_purpose"], row["data_categories"], row["reason"], row["state"], row["atrs_team"]})
		}
	}
	want := [][]string{
		{"2", "false", `'quoted', and "so" on`, `'quoted', and "so" on`, "@SUM(A1)", `["+names"]`, "", "TRIAL", ""},
		{"3", "true", "-2", "-2", "@SUM(A1)", `["+names"]`, "Shorter.", "TRIAL", ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("versions in the register (-want +got):\n%s", diff)
	}
	_, _, body := w.registered("practices.csv", visitor, nil)
	for _, cell := range []string{`"'-2"`, `"'@SUM(A1)"`, `"''quoted'`} {
		if !strings.Contains(string(body), cell) {
			w.t.Errorf("a spreadsheet would run what should be %s", cell)
		}
	}
}

// noLoader fails whoever wants to load something.
type noLoader struct{}

func (noLoader) LoadDocument(address string) (*ld.RemoteDocument, error) {
	return nil, errors.New("nothing is to be loaded: " + address)
}

// TestRegistersAreLinkedData reads registers with another program, which may load nothing.
func TestRegistersAreLinkedData(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) { c.PublicURL = "https://plenary.example" })
		w.settle()
		for _, name := range []string{"assessments", "practices"} {
			options := ld.NewJsonLdOptions("")
			options.DocumentLoader = noLoader{}
			catalog := w.catalogued(name)
			expanded, err := ld.NewJsonLdProcessor().Expand(catalog.v, options)
			if err != nil || len(expanded) != 1 {
				t.Fatalf("%s: %d nodes: %v", name, len(expanded), err)
			}
			const dcat, dct = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
			whole := data{expanded[0]}
			if id, typ := whole.at("@id").text(), whole.at("@type", 0).text(); id != "https://plenary.example/registers/"+name || typ != dcat+"Catalog" {
				t.Errorf("%s: the catalog is %s, a %s", name, id, typ)
			}
			sets, rows := whole.at(dcat+"dataset").list(), w.registeredRows(name)
			if len(sets) != len(rows) || len(rows) == 0 {
				t.Fatalf("%s: %d data sets and %d rows", name, len(sets), len(rows))
			}
			for i, set := range sets {
				row := rows[i]
				if set.at("@id").text() != "urn:plenary:"+row["id"] || set.at(dct+"identifier", 0, "@value").text() != row["id"] || set.at(dct+"title", 0, "@value").text() != row["title"] {
					t.Errorf("%s: a data set is %v, want %v", name, set, row)
				}
				if at := set.at(dct+"modified", 0); at.at("@value").text() != row["updated_at"] || at.at("@type").text() != "http://www.w3.org/2001/XMLSchema#dateTime" {
					t.Errorf("%s: it was changed at %v, want %s", name, at, row["updated_at"])
				}
				if set.at(dct+"publisher", 0, "@id").text() != "urn:plenary:"+row["firm"] || set.at("urn:plenary:register-1:atrs_organisation", 0, "@value").text() != row["firm_name"] {
					t.Errorf("%s: the publisher is %v, want %s", name, set.at(dct+"publisher"), row["firm"])
				}
			}
			if files := whole.at(dcat + "distribution").list(); len(files) != 2 {
				t.Errorf("%s is said to be in %d files", name, len(files))
			}
			if triples, err := ld.NewJsonLdProcessor().ToRDF(catalog.v, options); err != nil || triples == nil {
				t.Errorf("%s as RDF: %v", name, err)
			}
		}
	})
}

// TestRegistersAreTheSameForEverybody: no token changes what is in them, and they hold what the filter inRegister lists.
func TestRegistersAreTheSameForEverybody(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		w.approved(w.drafted())
		for _, path := range []string{"assessments.csv", "assessments.jsonld", "practices.csv", "practices.jsonld"} {
			_, header, want := w.registered(path, visitor, nil)
			for _, name := range viewers[1:] {
				status, got, body := w.registered(path, viewer(name), nil)
				if status != http.StatusOK || !bytes.Equal(want, body) || got.Get("ETag") != header.Get("ETag") {
					t.Errorf("%s for %s is another one: %d", path, name, status)
				}
			}
			if status, _, body := w.registered(path, visitor, http.Header{"Authorization": {"Bearer nonsense"}}); status != http.StatusOK || !bytes.Equal(want, body) {
				t.Errorf("%s with a token that is none: %d", path, status)
			}
			if status, _, _ := w.registered(path, within("firm", "webhooks:write"), nil); status != http.StatusOK {
				t.Errorf("%s with a token for something else: %d", path, status)
			}
		}
		for _, row := range []struct{ register, list, column string }{{"assessments", "impactAssessments", "id"}, {"practices", "practices", "practice"}} {
			want := slices.Compact(slices.Sorted(slices.Values(column(w.registeredRows(row.register), row.column))))
			for _, name := range viewers {
				got := w.ask(viewer(name), "{"+row.list+"(first: 100, filter: {inRegister: true}){totalCount nodes{id}}}").at(row.list)
				ids := got.at("nodes").texts("id")
				slices.Sort(ids)
				if diff := cmp.Diff(want, ids); diff != "" || fmt.Sprint(got.at("totalCount").v) != fmt.Sprint(len(want)) {
					t.Errorf("%s lists other %s than the file has (-file +list):\n%s", name, row.register, diff)
				}
			}
		}
	})
}

func TestRegistersOverHTTP(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		for _, row := range []struct {
			rule, path, accept, media string
			status                    int
		}{
			{"CSV by its name", "assessments.csv", "", "text/csv; charset=utf-8; header=present", 200},
			{"its name counts, whatever is accepted", "assessments.csv", "application/ld+json", "text/csv; charset=utf-8; header=present", 200},
			{"JSON-LD by its name", "practices.jsonld", "", "application/ld+json", 200},
			{"what is liked", "practices", "text/csv", "text/csv; charset=utf-8; header=present", 200},
			{"JSON-LD otherwise", "practices", "*/*", "application/ld+json", 200},
			{"nothing that there is", "practices", "application/pdf", "application/json", 406},
			{"no such register", "parties.csv", "", "application/json; charset=utf-8", 404},
			{"no such format", "practices.xml", "", "application/json; charset=utf-8", 404},
			{"parameters", "practices.csv?level=I", "", "application/json", 400},
		} {
			header := http.Header{}
			if row.accept != "" {
				header.Set("Accept", row.accept)
			}
			status, got, body := w.registered(row.path, visitor, header)
			if status != row.status || got.Get("Content-Type") != row.media || (got.Get("ETag") != "") != (status == 200) {
				t.Errorf("%s: %d %v %s, want %d %s", row.rule, status, got, body, row.status, row.media)
			}
		}
		_, header, body := w.registered("assessments.jsonld", visitor, nil)
		tag := header.Get("ETag")
		if header.Get("Cache-Control") != "public, no-cache" || header.Get("Vary") == "" {
			t.Errorf("it may be kept as %v", header)
		}
		_, zipped, small := w.registered("assessments.jsonld", visitor, http.Header{"Accept-Encoding": {"gzip"}})
		if zipped.Get("Content-Encoding") != "gzip" || !bytes.Equal(gunzipped(t, small), body) {
			t.Errorf("compressed it is another one: %v", zipped)
		}
		if status, _, body := w.registered("assessments.jsonld", visitor, http.Header{"If-None-Match": {tag}}); status != http.StatusNotModified || len(body) > 0 {
			t.Errorf("its tag is answered %d", status)
		}
		for _, path := range []string{"assessments.csv", "practices.jsonld"} {
			if status, _, _ := w.registered(path, visitor, http.Header{"If-None-Match": {tag}}); status != http.StatusOK {
				t.Errorf("the tag of another register is answered %d for %s", status, path)
			}
		}
		if status, header, body := w.fetchWith(http.MethodHead, "/registers/assessments.jsonld"); status != 200 || len(body) > 0 || header.Get("ETag") != tag {
			t.Errorf("HEAD answers %d %v", status, header)
		}
		if status, header, _ := w.fetchWith(http.MethodPost, "/registers/practices"); status != http.StatusMethodNotAllowed || header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST answers %d", status)
		}
		w.drafted()
		w.settle()
		status, _, again := w.registered("assessments.jsonld", visitor, http.Header{"If-None-Match": {tag}})
		if status != http.StatusOK || !bytes.Equal(again, body) {
			t.Errorf("after an act on a draft the tag answers %d; the register is the same: %v", status, bytes.Equal(again, body))
		}
	})
}

// TestRegistersHaveNoCap reads more than one batch of each.
func TestRegistersHaveNoCap(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		w.grows(120)
		w.Store.Client().Assessment.Update().Where(assessment.Title("Long")).SetPublishedAt(start).ExecX(t.Context())
		ids := column(w.registeredRows("assessments"), "id")
		if len(ids) < 120 || !slices.IsSorted(ids) || len(slices.Compact(ids)) != len(ids) {
			t.Errorf("%d assessments are registered, want 120 and more, in order and each once", len(ids))
		}
		practice := newScene(w).id("Prices that follow")
		for i := range 120 {
			key := must(typeid.Parse("practice", practice))
			w.Store.Client().PracticeVersion.Create().SetPracticeID(key).SetNumber(100 + i).SetTitle("More").SetKind("OTHER").SetContentHash("0").
				SetEditorID(stakeholder("firm")).SaveX(t.Context())
		}
		if n := len(w.catalogued("practices").at("dcat:dataset").list()); n < 120 || n != len(w.registeredRows("practices")) {
			t.Errorf("%d versions are registered, want 120 and more", n)
		}
	})
}

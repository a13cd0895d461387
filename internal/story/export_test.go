package story_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/ent/db/assessment"
	"github.com/plenary-dialogue/plenary/ent/db/assessmentversion"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/csvtext"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// pulled is what somebody got of an export.
type pulled struct {
	lines             []map[string]any
	deleted           []string
	count, tombstones int
	cursor            string
}

// ids are those of the assessments, in order.
func (p pulled) ids() []string {
	ids := []string{}
	for _, l := range p.lines {
		ids = append(ids, l["id"].(string))
	}
	return ids
}

// line is that of an assessment; nil for none.
func (p pulled) line(id string) map[string]any {
	for _, l := range p.lines {
		if l["id"] == id {
			return l
		}
	}
	return nil
}

const exportPath = "/exports/assessments."

// exported asks for an export.
func (w *world) exported(who auth.Identity, query string, header http.Header) (int, http.Header, []byte) {
	w.t.Helper()
	req := must(http.NewRequestWithContext(context.Background(), http.MethodGet, w.url+exportPath+query, nil))
	if who.Subject != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(who))
	}
	req.Header.Set("Accept-Encoding", "identity")
	for name, values := range header {
		req.Header[name] = values
	}
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header, must(io.ReadAll(resp.Body))
}

// pull takes a whole export as lines of JSON.
func (w *world) pull(who auth.Identity, query string) pulled {
	w.t.Helper()
	status, _, body := w.exported(who, "jsonl?"+query, nil)
	if status != http.StatusOK {
		w.t.Fatalf("an export answered %d %s", status, body)
	}
	return w.readExport(body)
}

// readExport reads lines of JSON, and checks what the last one counts.
func (w *world) readExport(body []byte) pulled {
	w.t.Helper()
	var p pulled
	ended := false
	for line := range strings.Lines(string(body)) {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil || ended {
			w.t.Fatalf("a line of an export, after the last one %v: %v: %s", ended, err, line)
		}
		switch {
		case l["end"] == true:
			p.count, p.tombstones, p.cursor, ended = int(l["count"].(float64)), int(l["tombstones"].(float64)), l["cursor"].(string), true
		case l["deleted"] == true:
			p.deleted = append(p.deleted, l["id"].(string))
		default:
			p.lines = append(p.lines, l)
		}
	}
	if !ended || p.count != len(p.lines) || p.tombstones != len(p.deleted) {
		w.t.Fatalf("an export of %d lines and %d tombstones, ended %v, counts %d and %d", len(p.lines), len(p.deleted), ended, p.count, p.tombstones)
	}
	return p
}

// exportedRows reads an export as CSV: the rows by the names of their columns, without the last one.
func (w *world) exportedRows(who auth.Identity, query string) []map[string]string {
	w.t.Helper()
	status, _, body := w.exported(who, "csv?"+query, nil)
	if status != http.StatusOK {
		w.t.Fatalf("an export answered %d %s", status, body)
	}
	all := must(csv.NewReader(bytes.NewReader(body)).ReadAll())
	rows := []map[string]string{}
	whole := 0
	for _, fields := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = csvtext.Restored(fields[i])
		}
		rows = append(rows, row)
		if row["cursor"] != "" {
			whole++
		}
	}
	last := rows[len(rows)-1]
	if last["record"] != "END" || fmt.Sprint(whole-1) != fmt.Sprint(atoi(w.t, last["count"])+atoi(w.t, last["tombstones"])) {
		w.t.Fatalf("an export with %d cursors ends with %v", whole, last)
	}
	return rows[:len(rows)-1]
}

func atoi(t testing.TB, s string) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(s, &n); err != nil {
		t.Fatalf("%q is no number: %v", s, err)
	}
	return n
}

// checkExports compares what is exported with what can be read.
func (s *sightseer) checkExports(d *drawn) {
	want := []string{}
	for _, key := range d.ids["assessment"] {
		if id := typeid.New("assessment", key).String(); s.seen[id] {
			want = append(want, id)
		}
	}
	slices.Sort(want)
	got := s.w.pull(s.who, "")
	ids := got.ids()
	slices.Sort(ids)
	if diff := cmp.Diff(want, ids); diff != "" {
		s.rt.Errorf("%s exports other assessments than node shows (-seen +exported):\n%s", s.name, diff)
	}
	inRows := map[string]bool{}
	for _, row := range s.w.exportedRows(s.who, "") {
		inRows[row["id"]] = true
	}
	for _, id := range want {
		if !inRows[id] || len(inRows) != len(want) {
			s.rt.Errorf("%s exports %d assessments as CSV, want %d", s.name, len(inRows), len(want))
			break
		}
	}
	for _, by := range []string{"LEVEL", "STATE", "TEMPLATE", "FIRM"} {
		figures, sum := s.w.ask(s.who, "{assessmentFigures(groupBy: "+by+"){total others groups{count level state template{id} firm{id}}}}").at("assessmentFigures"), 0
		for _, g := range figures.at("groups").list() {
			sum += atoi(s.w.t, fmt.Sprint(g.at("count").v))
		}
		if n := fmt.Sprint(figures.at("total").v); n != fmt.Sprint(len(want)) || sum != len(want) {
			s.rt.Errorf("%s counts %s by %s, and %d in groups; %d can be read", s.name, n, by, sum, len(want))
		}
	}
	if len(want) == 0 {
		return
	}
	for _, a := range s.w.ask(s.who, `query($ids: [ID!]!){nodes(ids: $ids){... on ImpactAssessment{id subject{... on Node{id}} firm{id} state}}}`, "ids", want).at("nodes").list() {
		line := got.line(a.at("id").text())
		if line["firm"] != a.at("firm", "id").text() || line["state"] != a.at("state").text() {
			s.rt.Errorf("%s exports %v, want %v", s.name, line, a)
		}
	}
}

// gunzipped is a text that was compressed.
func gunzipped(t testing.TB, b []byte) []byte {
	t.Helper()
	return must(io.ReadAll(must(gzip.NewReader(bytes.NewReader(b)))))
}

// did runs a mutation that must succeed, and settles the log.
func (w *world) did(who auth.Identity, mutation, input, get string, args ...any) data {
	w.t.Helper()
	a := w.send(who, fmt.Sprintf("mutation{%s(input: {%s}){%s act{id} userErrors{code field message}}}", mutation, fmt.Sprintf(input, args...), get))
	if errs := userErrors(a.data.v); len(errs) > 0 || len(a.codes) > 0 {
		w.t.Fatalf("%s: %s", mutation, a.text)
	}
	w.settle()
	return a.data.at(mutation)
}

// moves has a party act in other jurisdictions.
func (w *world) moves(name string, codes ...string) {
	w.t.Helper()
	id := typeid.New("stakeholder", stakeholder(name)).String()
	revision := w.ask(persona("admin"), fmt.Sprintf("{stakeholder(id: %q){revision}}", id)).at("stakeholder", "revision").v
	w.did(persona("admin"), "updateStakeholder", "id: %q, jurisdictions: %s, expectedRevision: %v", "", id, must(json.Marshal(codes)), revision)
}

// TestAPullAfterACursorSaysWhatChanged follows an assessment from its draft to its end, as several viewers pull it.
func TestAPullAfterACursorSaysWhatChanged(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		firm, regulator := persona("firm"), persona("regulator")
		cursors := map[string]string{}
		names := []string{"visitor", "customer", "regulator", "firm", "auditor"}
		for _, name := range names {
			p := w.pull(viewer(name), "")
			if len(p.lines) == 0 {
				t.Fatalf("%s pulls nothing of the example", name)
			}
			cursors[name] = p.cursor
			if p := w.pull(viewer(name), "since="+p.cursor); len(p.lines)+len(p.deleted) != 0 {
				t.Errorf("nothing has happened, and %s pulls %v %v", name, p.ids(), p.deleted)
			}
		}
		// what each pulls after a step: the state, deleted, or nothing
		step := func(what, id string, want map[string]string) {
			t.Helper()
			for _, name := range names {
				p := w.pull(viewer(name), "since="+cursors[name])
				got := "nothing"
				if l := p.line(id); l != nil {
					got = l["state"].(string)
				} else if slices.Contains(p.deleted, id) {
					got = "deleted"
				} else if len(p.lines)+len(p.deleted) > 0 {
					got = fmt.Sprint(p.ids(), p.deleted)
				}
				expected, ok := want[name]
				if !ok {
					expected = want["others"]
				}
				if got != expected {
					t.Errorf("%s: %s pulls %s, want %s", what, name, got, expected)
				}
				cursors[name] = p.cursor
			}
		}
		id := w.drafted()
		w.settle()
		step("a draft", id, map[string]string{"firm": "DRAFT", "auditor": "DRAFT", "others": "nothing"})
		w.did(firm, "answerQuestions", `id: %q, answers: [{question: "affected", value: {text: "Whom nobody knows."}, note: "Said Ms Jones.", expectedRevision: 0}]`, "", id)
		w.did(firm, "setRedactions", `id: %q, redactions: [{path: ["answers", "affected", "note"], reason: "A name."}], expectedRevision: %v`, "", id,
			w.ask(firm, fmt.Sprintf("{impactAssessment(id: %q){revision}}", id)).at("impactAssessment", "revision").v)
		step("an answer", id, map[string]string{"firm": "DRAFT", "auditor": "DRAFT", "others": "nothing"})
		hash := w.did(firm, "openConsultation", "id: %q", "impactAssessment{contentHash}", id).at("impactAssessment", "contentHash").text()
		step("a consultation", id, map[string]string{"others": "IN_CONSULTATION"})

		accepter := acceptedBy(t, w.pull(firm, ""))
		const secret, word = "Said Ms Jones.", "Whom nobody knows."
		for _, name := range append(names, "academic", "firm2", "ngo") {
			for _, kind := range []string{"jsonl", "csv"} {
				_, _, body := w.exported(viewer(name), kind, nil)
				whole := name == "regulator" || name == "firm" || name == "auditor"
				if strings.Contains(string(body), secret) != whole || !strings.Contains(string(body), word) {
					t.Errorf("%s reads what is withheld in %s: %v, and the rest: %v", name, kind, !whole, strings.Contains(string(body), word))
				}
				if bytes.Contains(body, []byte(accepter)) != (name == "firm" && kind == "jsonl") {
					t.Errorf("%s reads in %s who accepted a risk: %v", name, kind, name != "firm")
				}
			}
		}
		line := w.pull(visitor, "").line(id)
		if note := answerIn(line, "affected")["note"].(map[string]any); line["whole"] != false || line["contentHash"] != hash || len(note) != 1 || note["sha256"] == nil {
			t.Errorf("a visitor reads %v, want a commitment in the place of the note", line)
		}

		w.did(firm, "recallAssessment", `id: %q, reason: "In which languages?"`, "", id)
		step("taken back", id, map[string]string{"firm": "DRAFT", "auditor": "DRAFT", "others": "deleted"})
		w.did(firm, "answerQuestions", `id: %q, answers: [{question: "purpose", value: {text: "Another thing."}, expectedRevision: 1}]`, "", id)
		step("written again", id, map[string]string{"firm": "DRAFT", "auditor": "DRAFT", "others": "nothing"}) // what goes on there is not theirs
		w.did(firm, "openConsultation", "id: %q", "", id)
		w.did(firm, "submitAssessment", "id: %q", "", id)
		w.did(persona("approver"), "returnAssessment", `id: %q, reason: "Who is affected?"`, "", id)
		step("returned", id, map[string]string{"others": "CHANGES_REQUESTED"})
		w.did(firm, "addRisk", `assessment: %q, title: "Errors", likelihood: 1, severity: 1, treatment: MITIGATE`, "", id)
		step("with another risk", id, map[string]string{"firm": "DRAFT", "auditor": "DRAFT", "others": "deleted"})
		w.did(firm, "addRisk", `assessment: %q, title: "Delays", likelihood: 1, severity: 1, treatment: MITIGATE`, "", id)
		step("and another", id, map[string]string{"firm": "DRAFT", "auditor": "DRAFT", "others": "nothing"})
		hash = w.did(firm, "openConsultation", "id: %q", "impactAssessment{contentHash}", id).at("impactAssessment", "contentHash").text()
		w.did(firm, "submitAssessment", "id: %q", "", id)
		w.did(persona("approver"), "signOffAssessment", "id: %q, capacity: APPROVER, contentHash: %q", "", id, hash)
		w.did(persona("approver"), "publishAssessment", "id: %q", "", id)
		step("published", id, map[string]string{"others": "PUBLISHED"})

		published := w.ask(visitor, fmt.Sprintf("{impactAssessment(id: %q){published}}", id)).at("impactAssessment", "published").text()
		_, _, body := w.exported(visitor, "jsonl", nil)
		if !strings.Contains(string(body), `"document":`+published+"}\n") {
			t.Errorf("what was published is not in the export byte for byte: %s", published)
		}
		if docs := w.pull(regulator, "").line(id)["document"]; strings.Contains(string(must(json.Marshal(docs))), `{"sha256":`) {
			t.Errorf("the regulator does not read the whole: %v", docs)
		}
		w.did(persona("approver"), "revokeAssessment", `id: %q, reason: "It was wrong."`, "", id)
		step("revoked", id, map[string]string{"others": "REVOKED"})

		// a firm that leaves: the regulator reads from now on what everybody reads
		w.moves("firm", "FR")
		for _, name := range names {
			p := w.pull(viewer(name), "since="+cursors[name])
			if l := p.line(id); l == nil || fmt.Sprint(l["jurisdictions"]) != "[FR]" || l["whole"] != (name == "firm" || name == "auditor") {
				t.Errorf("%s pulls of a firm that has moved: %v", name, l)
			}
		}
		// and a regulator that does: its cursors are no good any more
		w.moves("regulator", "FR")
		status, _, text := w.exported(regulator, "jsonl?since="+cursors["regulator"], nil)
		if status != http.StatusGone || !strings.Contains(string(text), "CURSOR_EXPIRED") {
			t.Errorf("a cursor from before the move: %d %s", status, text)
		}
		if l := w.pull(regulator, "").line(id); l["whole"] != true {
			t.Errorf("from the beginning the regulator reads %v", l)
		}
	})
}

// acceptedBy is the member who has accepted a risk, as the firm reads it.
func acceptedBy(t *testing.T, p pulled) string {
	t.Helper()
	for _, l := range p.lines {
		for _, r := range l["document"].(map[string]any)["risks"].([]any) {
			if accepted, ok := r.(map[string]any)["accepted"].(map[string]any); ok && l["whole"] == true {
				if by, ok := accepted["by"].(map[string]any)["words"].(string); ok {
					return by
				}
			}
		}
	}
	t.Fatal("no risk was accepted: this shows nothing")
	return ""
}

// answerIn finds an answer in the document of a line.
func answerIn(line map[string]any, question string) map[string]any {
	for _, a := range line["document"].(map[string]any)["answers"].([]any) {
		if a := a.(map[string]any); a["question"] == question {
			return a
		}
	}
	return nil
}

// TestAPullGoesOnFromAnyLine cuts pulls off behind each line, and goes on from there: together that is the whole.
func TestAPullGoesOnFromAnyLine(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		for range 3 {
			w.drafted()
		}
		w.settle()
		auditor := persona("auditor")
		all := w.pull(auditor, "")
		for i, l := range all.lines {
			rest := w.pull(auditor, "since="+l["cursor"].(string))
			if diff := cmp.Diff(all.ids()[i+1:], rest.ids()); diff != "" || rest.cursor != all.cursor {
				t.Errorf("after line %d (-want +got):\n%s", i, diff)
			}
		}
		w.moves("firm", "IE") // an act that changes many
		w.moves("firm2", "FR")
		later := w.pull(auditor, "since="+all.cursor)
		if len(later.lines) != len(all.lines) {
			t.Fatalf("after acts on both firms %d lines, want %d", len(later.lines), len(all.lines))
		}
		for i, l := range later.lines {
			rest := w.pull(auditor, "since="+l["cursor"].(string))
			if diff := cmp.Diff(later.ids()[i+1:], rest.ids()); diff != "" || rest.cursor != later.cursor {
				t.Errorf("after line %d of what changed (-want +got):\n%s", i, diff)
			}
		}
	})
}

func TestExportsThatAreNotGiven(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		firm, other := persona("firm"), persona("firm2")
		mine := w.pull(firm, "state=PUBLISHED").cursor
		for _, c := range []struct {
			rule, query string
			who         auth.Identity
			status      int
			code, field string
		}{
			{"a parameter that there is not", "jsonl?states=PUBLISHED", firm, 400, "BAD_USER_INPUT", "states"},
			{"a state that there is not", "csv?state=published", firm, 400, "BAD_USER_INPUT", "state"},
			{"a level that there is not", "jsonl?level=5", firm, 400, "BAD_USER_INPUT", "level"},
			{"the id of something else", "jsonl?firm=practice_01h455vb4pex5vsknk084sn02q", firm, 400, "BAD_USER_INPUT", "firm"},
			{"two firms", "jsonl?firm=stakeholder_01h455vb4pex5vsknk084sn02q&firm=stakeholder_01h455vb4pex5vsknk084sn02r", firm, 400, "BAD_USER_INPUT", "firm"},
			{"a template that is none", "jsonl?template=short-form@1", firm, 400, "BAD_USER_INPUT", "template"},
			{"no code of a jurisdiction", "jsonl?jurisdiction=Ireland", firm, 400, "BAD_USER_INPUT", "jurisdiction.0"},
			{"a time without a zone", "jsonl?publishedAfter=2026-03-02", firm, 400, "BAD_USER_INPUT", "publishedAfter"},
			{"nothing", "jsonl?sector=", firm, 400, "BAD_USER_INPUT", "sector"},
			{"no cursor", "jsonl?since=", firm, 400, "BAD_USER_INPUT", "since"},
			{"a forged cursor", "jsonl?since=AAAA", firm, 400, "BAD_USER_INPUT", "since"},
			{"a cursor of another list", "jsonl?since=" + w.ask(firm, "{head}").at("head").text(), firm, 400, "BAD_USER_INPUT", "since"},
			{"a cursor of another viewer", "jsonl?state=PUBLISHED&since=" + mine, other, 403, "CURSOR_MISMATCH", ""},
			{"a visitor's cursor", "jsonl?since=" + w.pull(visitor, "").cursor, other, 403, "CURSOR_MISMATCH", ""},
			{"a cursor of another filter", "jsonl?state=APPROVED&since=" + mine, firm, 400, "BAD_USER_INPUT", "since"},
			{"a cursor of a filter without it", "csv?since=" + mine, firm, 400, "BAD_USER_INPUT", "since"},
		} {
			status, header, body := w.exported(c.who, c.query, nil)
			var a struct {
				Errors []struct {
					Message    string
					Extensions struct{ Code string }
					Path       []string
				}
			}
			if err := json.Unmarshal(body, &a); err != nil || len(a.Errors) != 1 {
				t.Fatalf("%s: %d %s", c.rule, status, body)
			}
			one := a.Errors[0]
			if status != c.status || one.Extensions.Code != c.code || strings.Join(one.Path, ".") != c.field || one.Message == "" || header.Get("ETag") != "" {
				t.Errorf("%s: %d %s, want %d %s at %q", c.rule, status, body, c.status, c.code, c.field)
			}
		}
		if p := w.pull(firm, "state=PUBLISHED&since="+mine); len(p.lines) != 0 {
			t.Errorf("the cursor is good where it was given: %v", p.ids())
		}
		for scopes, opens := range tokens {
			status, header, body := w.exported(within("firm", strings.Fields(scopes)...), "jsonl", nil)
			refused := status == http.StatusForbidden && strings.Contains(header.Get("WWW-Authenticate"), `scope="reports:read"`) && strings.Contains(string(body), `"SCOPE"`)
			if opens.queries != (status == http.StatusOK) || !opens.queries != refused {
				t.Errorf("with %q an export answers %d %s", scopes, status, body)
			}
		}
		if status, header, _ := w.fetchWith(http.MethodPost, "/exports/assessments.jsonl"); status != http.StatusMethodNotAllowed || header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST answers %d", status)
		}
	})
}

func (w *world) fetchWith(method, path string) (int, http.Header, []byte) {
	w.t.Helper()
	req := must(http.NewRequestWithContext(context.Background(), method, w.url+path, nil))
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header, must(io.ReadAll(resp.Body))
}

// TestExportsFilterAsListsDo compares each filter with the same one over GraphQL.
func TestExportsFilterAsListsDo(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		w.drafted()
		template := w.template("short-form@1")
		firm := typeid.New("stakeholder", stakeholder("firm")).String()
		found := 0
		for query, filter := range map[string]string{
			"state=PUBLISHED":                      "state: [PUBLISHED]",
			"state=PUBLISHED&state=DRAFT":          "state: [PUBLISHED, DRAFT]",
			"level=I&level=II":                     "level: [I, II]",
			"level=III":                            "level: [III]",
			"firm=" + firm:                         fmt.Sprintf("firm: %q", firm),
			"template=" + template:                 fmt.Sprintf("template: [%q]", template),
			"templateKey=short-form":               `templateKey: ["short-form"]`,
			"templateKey=other":                    `templateKey: ["other"]`,
			"jurisdiction=FR":                      `jurisdiction: ["FR"]`,
			"jurisdiction=DE":                      `jurisdiction: ["DE"]`,
			"sector=H49.32":                        `sector: ["H49.32"]`,
			"publishedAfter=2020-01-01T00:00:00Z":  `publishedAfter: "2020-01-01T00:00:00Z"`,
			"publishedBefore=2020-01-01T00:00:00Z": `publishedBefore: "2020-01-01T00:00:00Z"`,
			"publishedAfter=2020-01-01T02:00:00%2B02:00&state=PUBLISHED": `publishedAfter: "2020-01-01T00:00:00Z", state: [PUBLISHED]`,
		} {
			for _, name := range []string{"visitor", "firm", "auditor"} {
				want := []string{}
				for _, one := range w.ask(viewer(name), "{impactAssessments(first: 100, filter: {"+filter+"}){nodes{id}}}").at("impactAssessments", "nodes").list() {
					want = append(want, one.at("id").text())
				}
				slices.Sort(want)
				if diff := cmp.Diff(want, w.pull(viewer(name), query).ids()); diff != "" {
					t.Errorf("%s by %s (-listed +exported):\n%s", query, name, diff)
				}
				found += len(want)
			}
		}
		if found == 0 {
			t.Error("nothing was found: this shows nothing")
		}
	})
}

func TestExportsOverHTTP(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		firm := persona("firm")
		status, header, body := w.exported(firm, "jsonl", http.Header{"Range": {"bytes=0-9"}})
		tag := header.Get("ETag")
		if w.readExport(body); status != http.StatusOK || tag == "" || header.Get("Accept-Ranges") != "none" || header.Get("Content-Type") != "application/jsonl; charset=utf-8" {
			t.Errorf("a range is answered %d %v", status, header)
		}
		_, zipped, small := w.exported(firm, "jsonl", http.Header{"Accept-Encoding": {"br;q=1.0, gzip;q=0.8"}})
		if text := gunzipped(t, small); zipped.Get("Content-Encoding") != "gzip" || string(text) != string(body) {
			t.Errorf("compressed it is another one: %v, %d bytes of %d", zipped, len(text), len(body))
		}
		if _, plain, _ := w.exported(firm, "jsonl", http.Header{"Accept-Encoding": {"gzip;q=0, *"}}); plain.Get("Content-Encoding") != "" {
			t.Errorf("who refuses gzip gets %v", plain)
		}
		for _, c := range []struct {
			rule, query, tag string
			who              auth.Identity
			status           int
		}{
			{"nothing has happened", "jsonl", tag, firm, 304},
			{"as a strong one, among others", "jsonl", `"x", ` + strings.TrimPrefix(tag, "W/"), firm, 304},
			{"of another viewer", "jsonl", tag, persona("firm2"), 200},
			{"of another filter", "jsonl?state=DRAFT", tag, firm, 200},
			{"of another format", "csv", tag, firm, 200},
			{"after a cursor", "jsonl?since=" + w.pull(firm, "").cursor, tag, firm, 200},
		} {
			status, header, body := w.exported(c.who, c.query, http.Header{"If-None-Match": {c.tag}})
			if status != c.status || status == 304 && (len(body) > 0 || header.Get("ETag") != tag) {
				t.Errorf("a tag, %s: %d %q, want %d", c.rule, status, body, c.status)
			}
		}
		if status, header, body := w.fetchWith(http.MethodHead, "/exports/assessments.csv"); status != 200 || len(body) > 0 || header.Get("ETag") == "" {
			t.Errorf("HEAD answers %d %v", status, header)
		}
		w.drafted()
		w.settle()
		if status, _, _ := w.exported(firm, "jsonl", http.Header{"If-None-Match": {tag}}); status != 200 {
			t.Errorf("after an act the tag answers %d", status)
		}
	})
}

// TestTwoExportsRunAtOnce: slow readers hold the places of exports, and nothing that others need.
func TestTwoExportsRunAtOnce(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, nil)
		w.settle()
		w.grows(60)
		slow := func() *http.Response {
			req := must(http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+exportPath+"jsonl", nil))
			req.Header.Set("Accept-Encoding", "identity")
			return must(w.client.Do(req))
		}
		first, second := slow(), slow() // their bodies are larger than what lies between a server and a client
		status, header, body := w.exported(visitor, "jsonl", nil)
		if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || !strings.Contains(string(body), "UNAVAILABLE") {
			t.Errorf("a third export answers %d %.200s", status, body)
		}
		for range 50 { // more than there are places
			w.ask(visitor, "{impactAssessments(first: 1){totalCount}}")
		}
		w.did(persona("firm"), "draftAssessment", "subject: %q, template: %q, title: %q", "", newScene(w).id("Prices that follow"), w.template("short-form@1"), "Meanwhile")
		for _, resp := range []*http.Response{first, second} {
			if p := w.readExport(must(io.ReadAll(resp.Body))); p.count < 60 {
				t.Errorf("a slow reader got %d", p.count)
			}
			resp.Body.Close()
		}
		if status, _, _ := w.exported(visitor, "jsonl", nil); status != http.StatusOK {
			t.Errorf("when they have ended, an export answers %d", status)
		}
	})
}

// grows adds published assessments of 200 kB each.
func (w *world) grows(n int) {
	w.t.Helper()
	ctx := context.Background()
	c := w.Store.Client()
	like := c.Assessment.Query().Where(assessment.State(enum.ImpactAssessmentStatePublished)).FirstX(ctx)
	kept := c.AssessmentVersion.Query().Where(assessmentversion.AssessmentID(like.ID), assessmentversion.Number(like.Version)).OnlyX(ctx)
	d := map[string]any{}
	if err := json.Unmarshal([]byte(kept.Published), &d); err != nil {
		w.t.Fatal(err)
	}
	d["answers"] = []any{map[string]any{"question": "purpose", "open": map[string]any{"text": strings.Repeat("words ", 200_000/6)}}}
	text := string(must(json.Marshal(d)))
	for range n {
		one := c.Assessment.Create().SetTemplateID(like.TemplateID).SetSubjectType(like.SubjectType).SetSubjectID(like.SubjectID).SetSubjectVersion(1).
			SetFirmID(like.FirmID).SetMemberID(like.MemberID).SetTitle("Long").SetState(like.State).SetContentHash("0").SetOpenedAt(start).SaveX(ctx)
		c.AssessmentVersion.Create().SetAssessmentID(one.ID).SetNumber(1).SetDocument(text).SetPublished(text).SetContentHash("0").SaveX(ctx)
	}
}

// TestFiguresCountWhatIsListed compares groups with lists.
func TestFiguresCountWhatIsListed(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.drafted()
		for _, name := range []string{"visitor", "firm", "regulator"} {
			for by, filter := range map[string]string{"STATE": "state: [%s]", "LEVEL": "level: [%s]", "FIRM": "firm: %q", "TEMPLATE": "template: [%q]"} {
				figures := w.ask(viewer(name), "{assessmentFigures(groupBy: "+by+`, filter: {templateKey: ["short-form"]}){total groups{count level state template{id} firm{id}}}}`).at("assessmentFigures")
				if len(figures.at("groups").list()) == 0 {
					t.Errorf("%s counts nothing by %s", name, by)
				}
				before := 1 << 30
				for _, g := range figures.at("groups").list() {
					value := g.at(strings.ToLower(by))
					if by == "FIRM" || by == "TEMPLATE" {
						value = value.at("id")
					}
					n := atoi(t, fmt.Sprint(g.at("count").v))
					listed := w.ask(viewer(name), fmt.Sprintf("{impactAssessments(filter: {"+filter+"}){totalCount}}", value.text())).at("impactAssessments", "totalCount").v
					if fmt.Sprint(listed) != fmt.Sprint(n) || n > before {
						t.Errorf("%s counts %d by %s as %s, and %v are listed", name, n, by, value.text(), listed)
					}
					before = n
				}
			}
		}
		if total := w.ask(visitor, `{assessmentFigures(groupBy: STATE, filter: {state: [DRAFT]}){total groups{count}}}`).at("assessmentFigures", "total").v; fmt.Sprint(total) != "0" {
			t.Errorf("a visitor counts %v drafts", total)
		}
	})
}

// TestASubscriptionFollowsAJurisdiction: live and after a cursor, what happens to assessments that a filter keeps comes, and nothing else.
func TestASubscriptionFollowsAJurisdiction(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		s := newScene(w)
		w.quiet()
		prices, offers := s.id("assessment: Prices that follow demand: who pays"), s.id("assessment: Offers from the loyalty card")
		firm2 := typeid.New("stakeholder", stakeholder("firm2")).String()
		after := w.ask(visitor, "{head}").at("head").text()
		filters := map[string][]string{ // the comments that come
			`{jurisdiction: ["FR"]}`:        {"on prices", "last"},
			`{jurisdiction: ["IE"]}`:        {"on prices", "on offers", "last"},
			`{sector: ["G47.11"]}`:          {"on offers"},
			`{firm: "` + firm2 + `"}`:       {"on offers"},
			`{level: [IV]}`:                 {},
			`{templateKey: ["short-form"]}`: {"on prices", "on offers", "last"},
			`{}`:                            {"on prices", "on offers", "last"},
		}
		query := func(filter, more string) string {
			return "subscription{impactAssessmentUpdated(filter: " + filter + more + "){act{type subject{... on Comment{body}}} impactAssessment{id}}}"
		}
		following := map[string]*followed{}
		for filter := range filters {
			following[filter] = w.follow(visitor, query(filter, ""))
		}
		posted := map[string]string{"on prices": prices, "on offers": offers, "last": prices}
		for _, body := range []string{"on prices", "on offers", "last"} {
			w.ask(persona("ngo"), "mutation($s: ID!, $b: String!){postComment(input: {subject: $s, body: $b}){comment{id}}}", "s", posted[body], "b", body)
			w.quiet()
		}
		w.ask(persona("ngo"), "mutation($s: ID!){postComment(input: {subject: $s, body: \"Elsewhere\"}){comment{id}}}", "s", s.id("Prices that follow"))
		for filter, want := range filters {
			for how, f := range map[string]*followed{"live": following[filter], "after a cursor": w.follow(visitor, query(filter, fmt.Sprintf(", after: %q", after)))} {
				for _, body := range want {
					e := f.event().data.at("impactAssessmentUpdated")
					if got := e.at("act", "subject", "body").text(); got != body || e.at("impactAssessment", "id").text() != posted[body] {
						t.Errorf("%s, %s: %v, want %s on %s", filter, how, e.v, body, posted[body])
					}
				}
			}
		}
		for _, wrong := range []string{"", `id: "` + prices + `", filter: {}`, `filter: {jurisdiction: ["Ireland"]}`} {
			args := ""
			if wrong != "" {
				args = "(" + wrong + ")"
			}
			if a := w.stream(call{query: "subscription{impactAssessmentUpdated" + args + "{cursor}}"}); !slices.Equal(a.codes, []string{"BAD_USER_INPUT"}) {
				t.Errorf("with %q it answers %s", wrong, a.text)
			}
		}
	})
}

package story_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// reporting makes the reports that were asked for.
func (w *world) reporting() {
	w.t.Helper()
	w.settle() // a checkpoint covers what they are over
	for must(w.Domains.Reports.Turn(context.Background(), "this server")) {
		continue
	}
	w.settle()
}

const reportFields = `id type audience language title state failure hash asOf{seq time checkpoint} signature problems{format code where message} remade{hash because} expiresAt files{format mediaType bytes sha256 url}`

// reports has a report made, and reads it.
func (w *world) reports(who auth.Identity, input string, args ...any) data {
	w.t.Helper()
	w.settle()
	id := w.did(who, "requestReport", input, "report{id}", args...).at("report", "id").text()
	w.reporting()
	return w.reported(who, id)
}

func (w *world) reported(who auth.Identity, id string) data {
	w.t.Helper()
	return w.ask(who, fmt.Sprintf("{report(id: %q){%s}}", id, reportFields)).at("report")
}

// reportFile reads a file of a report.
func (w *world) reportFile(who auth.Identity, id, format string, header http.Header) (int, http.Header, []byte) {
	w.t.Helper()
	req := must(http.NewRequestWithContext(context.Background(), http.MethodGet, w.url+"/reports/"+id+"."+format, nil))
	for name, values := range header {
		req.Header[name] = values
	}
	if who.Subject != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(who))
	}
	resp := must(w.client.Do(req))
	defer resp.Body.Close()
	return resp.StatusCode, resp.Header, must(io.ReadAll(resp.Body))
}

// documentOf is the document of a report.
func (w *world) documentOf(who auth.Identity, id string) report.Document {
	w.t.Helper()
	status, _, body := w.reportFile(who, id, "json", nil)
	var d struct{ Document report.Document }
	if err := json.Unmarshal(body, &d); err != nil || status != http.StatusOK {
		w.t.Fatalf("the report answered %d %.300s: %v", status, body, err)
	}
	return d.Document
}

// TestReportsSayWhatTheirAudienceReads makes reports of an assessment for everybody, for a regulator and for its firm.
func TestReportsSayWhatTheirAudienceReads(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) { c.PublicURL = "https://plenary.example" })
		w.settle()
		id, dialogue := w.drafted(), newScene(w).id("What may")
		w.approved(id)
		w.did(persona("approver"), "publishAssessment", "id: %q", "", id)
		made := map[string]data{}
		for audience, who := range map[string]auth.Identity{"PUBLIC": persona("customer"), "REGULATOR": persona("regulator"), "PARTY": persona("firm")} {
			r := w.reports(who, "type: ASSESSMENT, audience: %s, assessment: %q", audience, id)
			if r.at("state").text() != "READY" {
				t.Fatalf("%s: %s", audience, text(r))
			}
			made[audience] = r
			d := w.documentOf(who, r.at("id").text())
			a := d.Assessment
			if a == nil || len(a.Risks) != 2 || a.State != "PUBLISHED" || len(a.SignOffs) != 1 {
				t.Fatalf("%s: %+v", audience, d)
			}
			whole := audience != "PUBLIC"
			if c := w.documentOf(who, w.reports(who, "type: CONSULTATION, audience: %s, dialogue: %q", audience, dialogue).at("id").text()).Consultation; c.Total == 0 || votes(c) == 0 {
				t.Errorf("%s: the consultation has %d comments and %d votes", audience, c.Total, votes(c))
			}
			if (a.Risks[0].Title == "The recipe leaks") != whole {
				t.Errorf("%s reads of the risk %q", audience, a.Risks[0].Title)
			}
			_, _, md := w.reportFile(who, r.at("id").text(), "md", nil)
			if strings.Contains(string(md), "Said Ms Jones.") != whole {
				t.Errorf("%s: the note is in the text: %v", audience, !whole)
			}
			if _, _, whole := w.reportFile(who, r.at("id").text(), "json", nil); strings.Contains(string(whole), "member_") != (audience == "PARTY") {
				t.Errorf("%s: members are named: %v", audience, audience != "PARTY")
			}
		}
	})
}

// expireReports has the files of all reports deleted, as after a while.
func (w *world) expireReports() {
	w.t.Helper()
	w.change("UPDATE reports SET expires_at = ? WHERE state = 'READY'", time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC))
	w.change("DELETE FROM leases WHERE id = 'reports'")
	if err := w.Domains.Reports.Sweep(context.Background(), "this server"); err != nil {
		w.t.Fatal(err)
	}
}

// votes are those on all comments.
func votes(c *report.Consultation) (n int) {
	for _, one := range c.Comments {
		n += one.Agree + one.Disagree + one.Pass
	}
	return n
}

// allReports has reports of every type and audience made over the end of the log, and gives who reads each.
func (w *world) allReports(seq, assessment, dialogue, versions string) map[string]auth.Identity {
	w.t.Helper()
	all := map[string]auth.Identity{}
	for audience, who := range map[string]auth.Identity{"PUBLIC": persona("customer"), "REGULATOR": persona("regulator"), "PARTY": persona("firm")} {
		for _, input := range []string{
			"type: ASSESSMENT, assessment: " + assessment, "type: CONSULTATION, assessment: " + assessment, "type: CONSULTATION, dialogue: " + dialogue,
			"type: PORTFOLIO", `type: ASSESSMENT, language: "fr", assessment: ` + assessment, "type: DIFF, " + versions,
		} {
			r := w.reports(who, "audience: %s, %s, asOf: {seq: %q}", audience, input, seq)
			if r.at("state").text() != "READY" {
				w.t.Fatalf("%s for %s: %s", input, audience, text(r))
			}
			all[r.at("id").text()] = who
		}
	}
	return all
}

// contents are the files of reports, by report and format.
func (w *world) contents(all map[string]auth.Identity) map[string]string {
	w.t.Helper()
	out := map[string]string{}
	for id, who := range all {
		for _, f := range report.Formats() {
			status, header, body := w.reportFile(who, id, f.Name, nil)
			if status != http.StatusOK || header.Get("ETag") != fmt.Sprintf(`"%x"`, sha256.Sum256(body)) {
				w.t.Fatalf("%s.%s answered %d with the tag %s", id, f.Name, status, header.Get("ETag"))
			}
			out[id+"."+f.Name] = string(body)
		}
	}
	return out
}

// TestReportsAreTheSameAfterAnyChange makes reports of all types, changes what they are about in every way, deletes their files and has
// them made again.
func TestReportsAreTheSameAfterAnyChange(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) { c.PublicURL = "https://plenary.example" })
		w.settle()
		s := newScene(w)
		id, dialogue := w.drafted(), s.id("What may")
		w.approved(id)
		w.did(persona("approver"), "publishAssessment", "id: %q", "", id)
		customer, facilitator := persona("customer"), persona("facilitator")
		said := w.did(customer, "postComment", `subject: %q, body: "It was like this.", language: "en"`, "comment{id revision}", dialogue)
		comment := said.at("comment", "id").text()
		w.did(persona("ngo"), "postComment", `parent: %q, body: "Not always."`, "", comment)
		more := w.did(customer, "postComment", `subject: %q, body: "And more."`, "comment{id revision}", dialogue).at("comment")
		open := w.ask(visitor, `{impactAssessments(first: 1, filter: {state: [IN_CONSULTATION]}){nodes{id form{sections{questions{question{key}}}}}}}`).at("impactAssessments", "nodes", 0)
		question := open.at("form", "sections", 0, "questions", 0, "question", "key").text()
		opinion := w.did(customer, "giveOpinion", `assessment: %q, question: %q, stance: CONCERN, text: "Who checks it?"`, "opinion{id}", open.at("id").text(), question).at("opinion", "id").text()
		w.did(persona("firm2"), "replyToOpinion", `id: %q, reply: "We do."`, "", opinion)
		version := w.ask(visitor, fmt.Sprintf("{impactAssessment(id: %q){versions(first: 1){nodes{id}}}}", id)).at("impactAssessment", "versions", "nodes", 0, "id").text()
		seq := fmt.Sprint(must(w.Log.PlaceAt(context.Background(), time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC))))
		all := w.allReports(seq, fmt.Sprintf("%q", id), fmt.Sprintf("%q", dialogue), fmt.Sprintf("from: %q, to: %q", version, version))
		also := w.reports(customer, `audience: PUBLIC, type: CONSULTATION, assessment: %q, asOf: {seq: %q}`, open.at("id").text(), seq)
		all[also.at("id").text()] = customer
		before := w.contents(all)
		if consulted := before[also.at("id").text()+".md"]; !strings.Contains(consulted, "Who checks it?") || !strings.Contains(consulted, "We do.") {
			t.Errorf("the consultation lacks an opinion or its reply:\n%.2000s", consulted)
		}

		// Everything is changed that these reports show.
		w.did(customer, "giveOpinion", `assessment: %q, question: %q, stance: OBJECT, text: "Nobody does."`, "", open.at("id").text(), question)
		w.did(customer, "editComment", `id: %q, body: "And less.", expectedRevision: %v`, "", more.at("id").text(), more.at("revision").v)
		w.did(persona("academic"), "voteOnComment", `id: %q, choice: AGREE`, "", comment)
		w.did(facilitator, "hideComment", `id: %q, reason: "A test."`, "", comment)
		w.did(persona("approver"), "revokeAssessment", `id: %q, reason: "It was wrong."`, "", id)
		w.did(facilitator, "updateDialogue", `id: %q, title: "Another title", brief: "Another brief.", reason: "A test.", expectedRevision: %v`, "", dialogue,
			w.ask(visitor, fmt.Sprintf("{dialogue(id: %q){revision}}", dialogue)).at("dialogue", "revision").v)
		party := typeid.New("stakeholder", stakeholder("firm")).String()
		w.did(persona("admin"), "updateStakeholder", `id: %q, name: "Northwind of Another Name", expectedRevision: %v`, "", party,
			w.ask(visitor, fmt.Sprintf("{stakeholder(id: %q){revision}}", party)).at("stakeholder", "revision").v)
		w.moves("firm", "JP")
		w.did(facilitator, "closeDialogue", `id: %q, outcome: "Settled."`, "", dialogue)

		w.expireReports()
		for id, who := range all {
			if state := w.reported(who, id).at("state").text(); state != "EXPIRED" {
				t.Fatalf("%s is %s", id, state)
			}
			if status, _, _ := w.reportFile(who, id, "json", nil); status != http.StatusGone {
				t.Errorf("%s answers %d", id, status)
			}
		}
		w.change("UPDATE reports SET state = 'QUEUED'")
		w.reporting()
		for name, body := range w.contents(all) {
			if body == before[name] {
				continue
			}
			if strings.HasSuffix(name, ".md") {
				t.Errorf("%s is another one (-before +after):\n%s", name, cmp.Diff(before[name], body))
			} else {
				t.Errorf("%s is another one", name)
			}
		}
	})
}

// TestAnErasureRemakesReports: a report that had words of somebody who was erased has them no more, says so and keeps its old hash; others
// are as they were.
func TestAnErasureRemakesReports(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) { c.PublicURL = "https://plenary.example" })
		w.settle()
		c := w.leaver()
		w.settle()
		dialogue := newScene(w).id("What may")
		firm := persona("firm")
		with := w.reports(firm, "type: CONSULTATION, audience: PUBLIC, dialogue: %q", dialogue)
		without := w.reports(firm, "type: PORTFOLIO, audience: PARTY")
		own := w.did(c.Identity, "requestReport", "type: CONSULTATION, audience: PARTY, dialogue: %q", "report{id}", dialogue).at("report", "id").text()
		w.reporting()
		if _, _, body := w.reportFile(firm, with.at("id").text(), "json", nil); !strings.Contains(string(body), c.word) {
			t.Fatal("the report has none of the words: this test shows nothing")
		}
		w.did(c.Identity, "eraseMember", `id: %q, confirm: "ERASE"`, "", c.member)
		for id, want := range map[string]int{with.at("id").text(): http.StatusConflict, without.at("id").text(): http.StatusOK} {
			if status, _, body := w.reportFile(firm, id, "json", nil); status != want {
				t.Errorf("until it is made again, %s answers %d %.100s, want %d", id, status, body, want)
			}
		}
		w.reporting()
		again := w.reported(firm, with.at("id").text())
		remade := again.at("remade").list()
		if again.at("state").text() != "READY" || len(remade) != 1 || remade[0].at("hash").text() != with.at("hash").text() || again.at("hash").text() == with.at("hash").text() {
			t.Errorf("the report is %s", text(again))
		}
		for _, f := range report.Formats() {
			if _, _, body := w.reportFile(firm, with.at("id").text(), f.Name, nil); strings.Contains(string(body), c.word) {
				t.Errorf("the word is in %s", f.Name)
			}
		}
		if other := w.reported(firm, without.at("id").text()); other.at("hash").text() != without.at("hash").text() || len(other.at("remade").list()) != 0 {
			t.Errorf("a report without the words is %s", text(other))
		}
		if n := w.count("reports", "WHERE party_id IS NOT NULL AND audience = 'PARTY'"); n != 1 {
			t.Errorf("%d reports for parties are left, want that of the firm; the customer's was %s", n, own)
		}
		if n := w.count("row_versions", "WHERE content LIKE '%"+c.word+"%'"); n != 0 {
			t.Errorf("%d versions of rows have the word", n)
		}
	})
}

// keeps keeps versions of what a test has written past the use cases, as a server does at its start.
func (w *world) keeps() {
	w.t.Helper()
	if err := w.Domains.History.Fill(context.Background(), w.Domains.History.Behind); err != nil {
		w.t.Fatal(err)
	}
}

// published is an assessment of the example that everybody reads.
func (w *world) published() string {
	w.t.Helper()
	return w.ask(visitor, `{impactAssessments(first: 1, filter: {state: [PUBLISHED]}){nodes{id}}}`).at("impactAssessments", "nodes", 0, "id").text()
}

// TestFilesOfReportsAreReadAndVerified: by whoever may, in parts, by an address without a token, and checked against the signed list.
func TestFilesOfReportsAreReadAndVerified(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, nil)
		firm := persona("firm")
		r := w.reports(firm, "type: ASSESSMENT, audience: PARTY, assessment: %q", w.published())
		id := r.at("id").text()
		_, _, sig := w.reportFile(firm, id, "sig", nil)
		if string(sig) != r.at("signature").text() {
			t.Error("the signed list is another one over GraphQL")
		}
		for i, f := range r.at("files").list() {
			format := f.at("format").text()
			_, header, body := w.reportFile(firm, id, format, nil)
			tag := header.Get("ETag")
			if f.at("sha256").text() != strings.Trim(tag, `"`) || fmt.Sprint(f.at("bytes").v) != fmt.Sprint(len(body)) {
				t.Errorf("%s: %s and %d bytes, but the report says %s", format, tag, len(body), text(f))
			}
			if status, _, none := w.reportFile(firm, id, format, http.Header{"If-None-Match": {tag}}); status != http.StatusNotModified || len(none) > 0 {
				t.Errorf("%s: what the client has is answered with %d", format, status)
			}
			if status, _, part := w.reportFile(firm, id, format, http.Header{"Range": {"bytes=10-19"}, "If-Range": {tag}}); status != http.StatusPartialContent || string(part) != string(body[10:20]) {
				t.Errorf("%s: a part is answered with %d %q", format, status, part)
			}
			if status, _, whole := w.reportFile(firm, id, format, http.Header{"Range": {"bytes=10-19"}, "If-Range": {`"other"`}}); status != http.StatusOK || len(whole) != len(body) {
				t.Errorf("%s: a part of another file is answered with %d", format, status)
			}
			said, err := report.Verify(id+"."+format, body, sig, w.Log.Verifiers())
			if err != nil || said.ID != id {
				t.Errorf("%s: %v", format, err)
			}
			body[len(body)/2] ^= 1
			if _, err := report.Verify(id+"."+format, body, sig, w.Log.Verifiers()); err == nil {
				t.Errorf("%s: one altered byte is not noticed", format)
			}
			status, _, _ := w.fetch(strings.TrimPrefix(f.at("url").text(), w.url), "")
			other := r.at("files").list()[(i+1)%7].at("format").text()
			elsewhere, _, _ := w.fetch(strings.Replace(strings.TrimPrefix(f.at("url").text(), w.url), "."+format+"?", "."+other+"?", 1), "")
			if status != http.StatusOK || elsewhere != http.StatusForbidden {
				t.Errorf("%s: the address answers %d, and for %s %d", format, status, other, elsewhere)
			}
		}
		for name, who := range map[string]auth.Identity{"a visitor": visitor, "a customer": persona("customer"), "another firm": persona("firm2"), "a regulator": persona("regulator")} {
			if status, _, _ := w.reportFile(who, id, "json", nil); status != http.StatusNotFound {
				t.Errorf("%s is answered %d", name, status)
			}
		}
		if status, _, _ := w.reportFile(firm, id, "exe", nil); status != http.StatusNotFound {
			t.Errorf("an unknown format is answered %d", status)
		}
	})
}

// TestEventsOfReportsHaveAddresses: what a subscription says of a report opens like what a query says, live and after a cursor.
func TestEventsOfReportsHaveAddresses(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := live(t, databaseURL, nil)
		firm, query := persona("firm"), `subscription($after: String){acts(filter: {type: [REPORT_READY]}, after: $after){act{subject{... on Report{audience files{url}}}}}}`
		w.quiet()
		head := w.ask(firm, "{head}").at("head").text()
		now := w.follow(firm, query)
		w.reports(firm, "type: ASSESSMENT, audience: PARTY, assessment: %q", w.published())
		for how, f := range map[string]*followed{"live": now, "after a cursor": w.follow(firm, query, "after", head)} {
			files := f.event().data.at("acts", "act", "subject", "files").list()
			if len(files) == 0 {
				t.Fatalf("%s the event tells no files", how)
			}
			for _, one := range files {
				if status, _, _ := w.fetch(strings.TrimPrefix(one.at("url").text(), w.url), ""); status != http.StatusOK {
					t.Errorf("%s the address %s answers %d", how, one.at("url").text(), status)
				}
			}
		}
	})
}

// TestATokenForReportsHasThemMade: reports:read is enough, other scopes are not.
func TestATokenForReportsHasThemMade(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		id := w.published()
		r := w.reports(within("regulator", "reports:read"), "type: ASSESSMENT, audience: REGULATOR, assessment: %q", id)
		if status, _, _ := w.reportFile(within("regulator", "reports:read"), r.at("id").text(), "pdf", nil); status != http.StatusOK || r.at("state").text() != "READY" {
			t.Errorf("with reports:read the file is answered %d: %s", status, text(r))
		}
		for _, scope := range []string{"events:read", "webhooks:write"} {
			a := w.send(within("regulator", scope), fmt.Sprintf(`mutation{requestReport(input: {type: ASSESSMENT, audience: REGULATOR, assessment: %q}){userErrors{code}}}`, id))
			if a.code() != "SCOPE" {
				t.Errorf("with %s: %s", scope, a.text)
			}
		}
	})
}

// TestRegulatorsReadReportsOfTheirJurisdictions: one that has others now reads none of those that were made for it before.
func TestRegulatorsReadReportsOfTheirJurisdictions(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		regulator := persona("regulator")
		r := w.reports(regulator, "type: PORTFOLIO, audience: REGULATOR")
		d := w.documentOf(regulator, r.at("id").text())
		if d.Portfolio == nil || d.Portfolio.Total == 0 {
			t.Fatalf("the portfolio is empty: %+v", d)
		}
		w.moves("regulator", "JP")
		if status, _, _ := w.reportFile(regulator, r.at("id").text(), "json", nil); status != http.StatusNotFound {
			t.Errorf("the report of before is answered %d", status)
		}
		if list := w.ask(regulator, `{reports(filter: {audience: [REGULATOR]}){totalCount nodes{id}}}`).at("reports", "nodes").list(); len(list) != 0 {
			t.Errorf("it is listed: %v", list)
		}
		again := w.reports(regulator, "type: PORTFOLIO, audience: REGULATOR")
		if d := w.documentOf(regulator, again.at("id").text()); d.Portfolio.Total != 0 || !d.Empty {
			t.Errorf("in Japan it reads %d assessments", d.Portfolio.Total)
		}
		a := w.send(regulator, fmt.Sprintf(`mutation{requestReport(input: {type: ASSESSMENT, audience: REGULATOR, assessment: %q}){userErrors{code}}}`, w.published()))
		if a.code() != "NOT_FOUND" {
			t.Errorf("of elsewhere: %s", a.text)
		}
	})
}

// TestReportsAreTakenOver: from a server that is gone, not from one that is alive; what has brought three down fails; and the one that was
// thought gone writes nothing.
func TestReportsAreTakenOver(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		ctx, firm, now := context.Background(), persona("firm"), w.clock.Now().UTC()
		id := w.did(firm, "requestReport", "type: PORTFOLIO, audience: PARTY", "report{id}").at("report", "id").text()
		held := func(until time.Time, attempts int) {
			w.change("UPDATE reports SET state = 'RUNNING', holder = 'another', held_until = ?, attempts = ?", until, attempts)
		}
		held(now.Add(time.Minute), 1)
		if ran := must(w.Domains.Reports.Turn(ctx, "this server")); ran {
			t.Error("it takes a report from a server that is alive")
		}
		held(now.Add(-time.Minute), 1)
		if ran := must(w.Domains.Reports.Turn(ctx, "this server")); !ran || w.reported(firm, id).at("state").text() != "READY" {
			t.Errorf("taken over, it is %s", text(w.reported(firm, id)))
		}
		held(now.Add(-time.Minute), 3)
		w.reporting()
		if r := w.reported(firm, id); r.at("state").text() != "FAILED" || r.at("failure").isNull() || len(r.at("files").list()) != 0 {
			t.Errorf("after three servers it is %s", text(r))
		}
		acts := w.actsWritten()
		w.did(firm, "requestReport", "type: PORTFOLIO, audience: PARTY, asOf: {seq: %q}", "report{id}", w.reported(firm, id).at("asOf", "seq").text())
		if n := w.actsWritten(); n != acts+1 {
			t.Errorf("asking again writes %d acts", n-acts)
		}
		w.reporting()
		if r := w.reported(firm, id); r.at("state").text() != "READY" {
			t.Errorf("asked for again, it is %s", text(r))
		}
	})
}

// TestTheSameReportIsMadeOnce, whoever asks at the same time.
func TestTheSameReportIsMadeOnce(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		w.settle()
		id, people := w.published(), []string{"customer", "ngo", "academic", "firm", "firm2", "regulator"}
		answers := make([]string, len(people))
		seq := fmt.Sprint(must(w.Log.PlaceAt(context.Background(), time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC))))
		var all sync.WaitGroup
		for i, name := range people {
			token := w.token(persona(name))
			all.Go(func() {
				query := fmt.Sprintf(`mutation{requestReport(input: {type: ASSESSMENT, audience: PUBLIC, assessment: %q, asOf: {seq: %q}}){report{id} userErrors{code}}}`, id, seq)
				answers[i] = w.post(call{query: query, token: token}).data.at("requestReport", "report", "id").text()
			})
		}
		all.Wait()
		slices.Sort(answers)
		if one := slices.Compact(answers); len(one) != 1 || one[0] == "" {
			t.Errorf("they were given %q", answers)
		}
		if n := w.count("report_holders", ""); n != len(people) {
			t.Errorf("%d parties hold it, want %d", n, len(people))
		}
	})
}

// TestAPartyHoldsSomeReports at once.
func TestAPartyHoldsSomeReports(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		w := open(t, databaseURL, func(c *app.Config) { c.Reports.Most = 2 })
		w.settle()
		firm := persona("firm")
		for _, language := range []string{"en", "fr"} {
			w.did(firm, "requestReport", "type: PORTFOLIO, audience: PARTY, language: %q, asOf: {seq: %q}", "report{id}", language, "10")
		}
		w.did(firm, "requestReport", "type: PORTFOLIO, audience: PARTY, language: %q, asOf: {seq: %q}", "report{id}", "en", "10") // it has it already
		a := w.send(firm, `mutation{requestReport(input: {type: PORTFOLIO, audience: PARTY, asOf: {seq: "11"}}){userErrors{code values{limit}}}}`)
		if got := a.data.at("requestReport", "userErrors", 0); got.at("code").text() != "LIMIT_REACHED" || fmt.Sprint(got.at("values", "limit").v) != "2" {
			t.Errorf("the third: %s", a.text)
		}
		w.reporting()
		w.expireReports()
		w.did(firm, "requestReport", "type: PORTFOLIO, audience: PARTY", "report{id}")
	})
}

// TestReportsTellWhatBecameOfDecisions: a regulator's portfolio has the commitments and the official responses of the firms of its
// jurisdictions, as they were at its place of the log; one that is narrowed to some assessments has none; a dialogue's report has its own.
func TestReportsTellWhatBecameOfDecisions(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		regulator := persona("regulator")
		places, dialogue := map[string]int64{}, ""
		tellTo(t, w, must(txtar.ParseFile("testdata/commitment.txtar")), func(one step, _ call, a answer) {
			w.settle()
			places[one.name] = must(w.Log.Head(context.Background()))
			if one.name == "a dialogue that takes proposals and holds ballots" {
				dialogue = a.data.at("conveneDialogue", "dialogue", "id").text()
			}
		})
		portfolio := func(place, narrowed string) *report.Portfolio {
			t.Helper()
			r := w.reports(regulator, "type: PORTFOLIO, audience: REGULATOR, asOf: {seq: %q}%s", strconv.FormatInt(places[place], 10), narrowed)
			d := w.documentOf(regulator, r.at("id").text())
			if d.Portfolio == nil {
				t.Fatalf("there is no portfolio: %+v", r)
			}
			return d.Portfolio
		}
		late := portfolio("a regulator finds it", "").Commitments
		if len(late) != 1 || !late[0].Late || late[0].Status != enum.CommitmentStatusOnTrack || late[0].Firm.Name != "Northwind Mobility" ||
			late[0].StatusReason != "Lamps are ordered." || len(late[0].Milestones) != 1 || !late[0].Milestones[0].Late || late[0].Milestones[0].Progress != 40 {
			t.Errorf("while the milestone is late, the report says %+v", late)
		}
		if before := portfolio("it says how far it has got", "").Commitments; len(before) != 1 || before[0].Late || before[0].Milestones[0].Late {
			t.Errorf("before it was due, the report says %+v", before)
		}
		if none := portfolio("customer votes for it: p", "").Commitments; len(none) != 0 {
			t.Errorf("before the count, there is %+v", none)
		}
		end := portfolio(lastStep(places), "")
		if len(end.Commitments) != 1 || end.Commitments[0].Status != enum.CommitmentStatusDone || end.Commitments[0].Late || end.Commitments[0].Title != "Light the stops" {
			t.Errorf("at the end, the report says %+v", end.Commitments)
		}
		asked := portfolio("the convenor asks the firm what it thinks of it", "").OfficialResponses
		if len(asked) != 1 || asked[0].State != enum.OfficialResponseStateRequested || asked[0].Text != "" || asked[0].Late {
			t.Errorf("before the firm answers, the report says %+v", asked)
		}
		if given := end.OfficialResponses; len(given) != 1 || given[0].Text != "We can light them by the summer." || given[0].Title != "Light the stops" {
			t.Errorf("after it has answered, the report says %+v", given)
		}
		if narrowed := portfolio(lastStep(places), ", portfolio: {state: [PUBLISHED]}"); len(narrowed.Commitments)+len(narrowed.OfficialResponses) != 0 {
			t.Errorf("a portfolio of published assessments has %+v and %+v", narrowed.Commitments, narrowed.OfficialResponses)
		}
		r := w.reports(persona("customer"), "type: CONSULTATION, audience: PUBLIC, dialogue: %q", dialogue)
		if d := w.documentOf(persona("customer"), r.at("id").text()); d.Consultation == nil || len(d.Consultation.Commitments) != 1 {
			t.Errorf("the report of the dialogue has no commitment: %+v", d.Consultation)
		}
	})
}

// lastStep is the step after which there were most acts.
func lastStep(places map[string]int64) string {
	last := ""
	for name, seq := range places {
		if seq > places[last] {
			last = name
		}
	}
	return last
}

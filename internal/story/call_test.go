package story_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/auth"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/report"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const day = 24 * time.Hour

// calls is a scene in which a regulator calls on firms.
type calls struct {
	loop
	call string
	due  time.Time
}

// firmOf is somebody who files for a firm.
func firmOf(id uuid.UUID) auth.Identity {
	who := someone("filer-"+id.String(), "firm", "approver")
	who.Stakeholder = typeid.New("stakeholder", id).String()
	return who
}

// firm writes a firm with a practice in a state.
func (c *calls) firm(name string, practice enum.PracticeState, jurisdictions ...string) uuid.UUID {
	c.t.Helper()
	ctx, client := context.Background(), c.Store.Client()
	id := uuid.Must(uuid.NewV7())
	client.Stakeholder.Create().SetID(id).SetKind(enum.StakeholderKindFirm).SetName(name).SetHandle(strings.ToLower(name)).SetStatus(enum.StakeholderStatusActive).
		SetJurisdictions(jurisdictions).SetSectorCode("H49").ExecX(ctx)
	create := client.Practice.Create().SetFirmID(id).SetTitle("Of " + name).SetKind(enum.PracticeKindPricing).SetState(practice)
	if practice != enum.PracticeStateProposed {
		create.SetShownVersion(1)
	}
	create.ExecX(ctx)
	return id
}

// approved writes an approved assessment of a firm's practice.
func (c *calls) approved(firm uuid.UUID) (row *db.Assessment, id string) {
	c.t.Helper()
	ctx, client := context.Background(), c.Store.Client()
	practice := client.Practice.Create().SetFirmID(firm).SetTitle("Assessed").SetKind(enum.PracticeKindPricing).SetState(enum.PracticeStateTrial).SetShownVersion(1).SaveX(ctx)
	row = client.Assessment.Create().SetTemplateID(c.templateKey("short-form@1")).SetSubjectType("PRACTICE").SetSubjectID(practice.ID).SetSubjectVersion(1).
		SetFirmID(firm).SetMemberID(uuid.New()).SetTitle("A").SetState(enum.ImpactAssessmentStateApproved).SetContentHash(strings.Repeat("a", 64)).SaveX(ctx)
	return row, typeid.New("assessment", row.ID).String()
}

// does runs a mutation and gives its payload, with what it refuses as code and field.
func (c *calls) does(who auth.Identity, mutation, input, get string) (data, string) {
	c.t.Helper()
	a := c.send(who, fmt.Sprintf("mutation{%s(input: {%s}){%s userErrors{code field message}}}", mutation, input, get))
	if len(a.codes) > 0 {
		c.t.Fatalf("%s: %s", mutation, a.text)
	}
	payload := a.data.at(mutation)
	var refused []string
	for _, one := range payload.at("userErrors").list() {
		field := ""
		for _, part := range one.at("field").list() {
			field = part.text()
		}
		refused = append(refused, one.at("code").text()+" "+field)
	}
	return payload, strings.Join(refused, ", ")
}

// must is does for what succeeds.
func (c *calls) must(who auth.Identity, mutation, input, get string) data {
	c.t.Helper()
	payload, refused := c.does(who, mutation, input, get)
	if refused != "" {
		c.t.Fatalf("%s was refused: %s", mutation, refused)
	}
	return payload
}

// refused is does for what does not.
func (c *calls) refused(who auth.Identity, mutation, input, want string) {
	c.t.Helper()
	if _, got := c.does(who, mutation, input, "act{type}"); got != want {
		c.t.Errorf("%s(%s) is refused with %q, want %q", mutation, input, got, want)
	}
}

// counts compares how the call stands for everybody.
func (c *calls) counts(addressed, filed, late, exempt, silent int) {
	c.t.Helper()
	got := c.ask(visitor, fmt.Sprintf("{assessmentCall(id: %q){addressed filed late notApplicable silent}}", c.call)).at("assessmentCall")
	want := fmt.Sprintf("map[addressed:%d filed:%d late:%d notApplicable:%d silent:%d]", addressed, filed, late, exempt, silent)
	if fmt.Sprint(got.v) != want {
		c.t.Errorf("the call stands at %v, want %s", got.v, want)
	}
}

// entry is the id of a firm's entry in the call, with its status.
func (c *calls) entry(firm uuid.UUID) (id, status string) {
	c.t.Helper()
	for _, one := range c.ask(visitor, fmt.Sprintf("{assessmentCall(id: %q){firms{nodes{id status firm{id}}}}}", c.call)).at("assessmentCall", "firms", "nodes").list() {
		if one.at("firm", "id").text() == typeid.New("stakeholder", firm).String() {
			return one.at("id").text(), one.at("status").text()
		}
	}
	c.t.Fatalf("the call is not on %s", firm)
	return "", ""
}

func (c *calls) turn(want int) {
	c.t.Helper()
	if n, err := c.Domains.CalledFirms.Turn(context.Background(), "this server"); n != want || err != nil {
		c.t.Errorf("%d firms are reminded, %v; want %d", n, err, want)
	}
}

// TestACallOnFiveFirms: one files, one files late, to one it does not apply, one is refused that, and one stays silent. A firm that has
// only planned practices is not called, nor one of elsewhere.
func TestACallOnFiveFirms(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		c := &calls{loop: loop{newScene(w)}}
		regulator := persona("regulator")
		w.Store.Client().Practice.Update().SetKind(enum.PracticeKindOther).ExecX(context.Background()) // of the example: none is called
		var firms []uuid.UUID
		for _, name := range []string{"Alder", "Beech", "Cedar", "Date", "Elm"} {
			firms = append(firms, c.firm(name, enum.PracticeStateTrial, "IE"))
		}
		c.firm("Planner", enum.PracticeStateProposed, "IE")
		c.firm("Foreign", enum.PracticeStateTrial, "CA")
		later := c.firm("Later", enum.PracticeStateProposed, "IE")
		c.due = w.clock.Now().Add(60 * day).Truncate(time.Second)
		terms := `templateKey: "short-form", reason: "Prices are looked at.", practiceKinds: [PRICING], dueAt: %q`
		at := func(d time.Time) string { return d.Format(time.RFC3339) }

		c.refused(regulator, "openCall", fmt.Sprintf(terms+`, jurisdictions: ["CA"]`, at(c.due)), "JURISDICTION ")
		c.refused(regulator, "openCall", fmt.Sprintf(terms, at(w.clock.Now().Add(-day))), "IN_THE_PAST dueAt")
		c.refused(regulator, "openCall", fmt.Sprintf(`templateKey: "nothing", reason: "x", dueAt: %q`, at(c.due)), "NOT_FOUND templateKey")
		c.refused(regulator, "openCall", fmt.Sprintf(terms+`, sectors: ["Z99"]`, at(c.due)), "INVALID jurisdictions")
		c.refused(persona("firm"), "openCall", fmt.Sprintf(terms, at(c.due)), "ROLE ")
		opened := c.must(regulator, "openCall", fmt.Sprintf(terms, at(c.due)), "assessmentCall{id jurisdictions addressed} act{type}")
		c.call = opened.at("assessmentCall", "id").text()
		if got := fmt.Sprint(opened.at("assessmentCall", "jurisdictions").v, opened.at("assessmentCall", "addressed").v); got != "[IE]5" {
			t.Fatalf("it is on %s, want five firms of Ireland", got)
		}
		c.counts(5, 0, 0, 0, 0)

		// One does not apply, one is refused that.
		for _, i := range []int{2, 3} {
			id, _ := c.entry(firms[i])
			c.refused(firmOf(firms[0]), "answerCall", fmt.Sprintf(`id: %q, notApplicable: "Not ours."`, id), "OWNER ")
			c.refused(firmOf(firms[i]), "answerCall", fmt.Sprintf(`id: %q, notApplicable: " "`, id), "REQUIRED notApplicable")
			c.must(firmOf(firms[i]), "answerCall", fmt.Sprintf(`id: %q, notApplicable: "We set no prices."`, id), "calledFirm{status claim}")
			c.refused(persona("facilitator"), "decideExemption", fmt.Sprintf(`id: %q, accepted: true, reason: " "`, id), "REQUIRED reason")
			c.refused(firmOf(firms[i]), "decideExemption", fmt.Sprintf(`id: %q, accepted: true, reason: "We agree."`, id), "ROLE ")
			got := c.must(regulator, "decideExemption", fmt.Sprintf(`id: %q, accepted: %v, reason: "We have looked."`, id, i == 2), "calledFirm{status claim decision}").at("calledFirm")
			if want := map[int]string{2: "NOT_APPLICABLE", 3: "PENDING"}[i]; got.at("status").text() != want || got.at("decision").text() != "We have looked." {
				t.Errorf("decided: %v, want %s", got.v, want)
			}
		}
		c.counts(5, 0, 0, 1, 0)

		// One files in time; it has moved, and files by virtue of the call.
		row, id := c.approved(firms[0])
		w.Store.Client().Stakeholder.UpdateOneID(firms[0]).SetJurisdictions([]string{"FR"}).ExecX(context.Background())
		cma := c.ask(visitor, `{stakeholder(handle: "consumer-markets-authority"){id}}`).at("stakeholder", "id").text()
		if got := c.send(regulator, fmt.Sprintf("{impactAssessment(id: %q){title}}", id)); !got.data.at("impactAssessment").isNull() && len(got.codes) > 0 {
			t.Errorf("before it is filed the regulator reads it: %s", got.text)
		}
		file := func(hash string) string {
			return fmt.Sprintf("assessment: %q, contentHash: %q, regulator: %q", id, hash, cma)
		}
		c.refused(firmOf(firms[0]), "fileAssessment", file(strings.Repeat("b", 64)), "CONTENT_CHANGED contentHash")
		c.refused(firmOf(firms[1]), "fileAssessment", file(*row.ContentHash), "OWNER ")
		filed := c.must(firmOf(firms[0]), "fileAssessment", file(*row.ContentHash), "filing{id state version receipt assessment{id}}").at("filing")
		c.refused(firmOf(firms[0]), "fileAssessment", file(*row.ContentHash), "DUPLICATE regulator")
		c.counts(5, 1, 0, 1, 0)

		// It is sent back, filed again and acknowledged.
		c.refused(persona("firm2"), "acknowledgeFiling", fmt.Sprintf("id: %q", filed.at("id").text()), "NOT_FOUND ")
		c.must(regulator, "returnFiling", fmt.Sprintf(`id: %q, reason: "A page is missing."`, filed.at("id").text()), "filing{state reason}")
		c.counts(5, 0, 0, 1, 0)
		again := c.must(firmOf(firms[0]), "fileAssessment", file(*row.ContentHash), "filing{id}").at("filing", "id").text()
		c.must(regulator, "acknowledgeFiling", fmt.Sprintf("id: %q", again), "filing{state answeredAt}")
		c.counts(5, 1, 0, 1, 0)
		c.checkReceipt(again, firms[0])
		c.checkPrivate(again, id)

		// Firms that have done nothing are reminded 14 and 3 days before: Beech, Date and Elm.
		c.turn(0)
		w.clock.Advance(46 * day)
		c.turn(3)
		c.turn(0)
		w.clock.Advance(11 * day)
		c.turn(3)
		w.clock.Advance(2 * day)
		c.turn(0)
		c.must(regulator, "addFirmToCall", fmt.Sprintf("id: %q, firm: %q", c.call, typeid.New("stakeholder", later)), "assessmentCall{addressed}")
		c.refused(regulator, "addFirmToCall", fmt.Sprintf("id: %q, firm: %q", c.call, typeid.New("stakeholder", later)), "DUPLICATE firm")
		c.refused(regulator, "addFirmToCall", fmt.Sprintf("id: %q, firm: %q", c.call, typeid.New("stakeholder", stakeholder("ngo"))), "NOT_FOUND firm")
		w.clock.Advance(day - time.Second)
		c.counts(6, 1, 0, 1, 0)
		w.clock.Advance(time.Second) // the date: silence is published, but not of who has as much time as the others had
		c.counts(6, 1, 0, 1, 3)
		if _, status := c.entry(later); status != "PENDING" {
			t.Errorf("the firm that came later is %s", status)
		}

		// One files late.
		w.clock.Advance(time.Second)
		late, lateID := c.approved(firms[1])
		c.must(firmOf(firms[1]), "fileAssessment", fmt.Sprintf("assessment: %q, contentHash: %q, regulator: %q", lateID, *late.ContentHash, cma), "filing{id}")
		c.counts(6, 1, 1, 1, 2)
		c.checkPortfolio()
		claim, _ := c.entry(firms[4])
		c.refused(firmOf(firms[4]), "answerCall", fmt.Sprintf(`id: %q, notApplicable: "Too late."`, claim), "TOO_LATE ")

		// More time for all, and the end.
		c.refused(regulator, "extendCall", fmt.Sprintf(`id: %q, dueAt: %q, reason: "x"`, c.call, at(w.clock.Now())), "IN_THE_PAST dueAt")
		c.must(regulator, "extendCall", fmt.Sprintf(`id: %q, dueAt: %q, reason: "Many have asked."`, c.call, at(w.clock.Now().Add(5*day))), "assessmentCall{dueAt}")
		c.counts(6, 2, 0, 1, 0)
		c.turn(2) // Date and Elm, who have three weeks less
		c.refused(persona("firm"), "closeCall", fmt.Sprintf(`id: %q, reason: "x"`, c.call), "ROLE ")
		c.must(regulator, "closeCall", fmt.Sprintf(`id: %q, reason: "It is done."`, c.call), "assessmentCall{state}")
		w.clock.Advance(60 * day)
		c.counts(6, 2, 0, 1, 0) // it ended before the date: nobody is silent
		c.turn(0)
	})
}

// checkPortfolio sees that a report over the call says what became of each firm, and names what was filed to nobody else than its regulator.
func (c *calls) checkPortfolio() {
	c.t.Helper()
	c.keeps()
	for audience, who := range map[string]auth.Identity{"PUBLIC": persona("customer"), "REGULATOR": persona("regulator")} {
		r := c.reports(who, "type: PORTFOLIO, audience: %s, portfolio: {call: %q}", audience, c.call)
		d := c.documentOf(who, r.at("id").text())
		got := map[string]report.CalledState{}
		for _, f := range d.Portfolio.Call.Firms {
			got[f.Firm.Name] = f.Status
		}
		want := map[string]report.CalledState{
			"Alder": report.CalledFiled, "Beech": report.CalledLate, "Cedar": report.CalledNotApplicable, "Date": report.CalledSilent, "Elm": report.CalledSilent, "Later": report.CalledPending,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			c.t.Errorf("%s: the firms are (-want +got):\n%s", audience, diff)
		}
		if audience == "PUBLIC" && d.Portfolio.Total != 0 {
			c.t.Errorf("everybody is told what was filed: %+v", d.Portfolio.Assessments)
		}
	}
}

// checkReceipt verifies a receipt with the log's key, as somebody elsewhere does.
func (c *calls) checkReceipt(id string, firm uuid.UUID) {
	c.t.Helper()
	c.settle()
	text := c.ask(firmOf(firm), fmt.Sprintf("{filing(id: %q){receipt}}", id)).at("filing", "receipt").text()
	var keys []note.Verifier
	for _, key := range c.Log.Verifiers() {
		v, err := note.NewVerifier(key)
		if err != nil {
			c.t.Fatal(err)
		}
		keys = append(keys, v)
	}
	n, err := note.Open([]byte(text), note.VerifierList(keys...))
	if err != nil || !bundle.IsReceipt(n.Text) || !strings.Contains(n.Text, "content-hash "+strings.Repeat("a", 64)+"\n") {
		c.t.Errorf("the receipt is %s, %v", text, err)
	}
	if _, err := note.Open([]byte(strings.Replace(text, "version 1", "version 2", 1)), note.VerifierList(keys...)); err == nil {
		c.t.Error("another version has the same signature")
	}
}

// checkPrivate looks for a filing where it must not be.
func (c *calls) checkPrivate(filing, assessment string) {
	c.t.Helper()
	query := fmt.Sprintf(`{node(id: %q){id} filings{nodes{id}} byFirm: filings(filter: {assessment: %q}){nodes{id}} impactAssessment(id: %q){filings{nodes{id}}} acts(filter: {type: [FILING_FILED, FILING_RETURNED, FILING_ACKNOWLEDGED]}){nodes{type}}}`,
		filing, assessment, assessment)
	for _, who := range []string{"ngo", "firm2", "customer"} {
		if a := c.send(persona(who), query); strings.Contains(a.text, filing) || strings.Contains(a.text, "FILING_") {
			c.t.Errorf("%s finds the filing: %s", who, a.text)
		}
	}
	a := c.send(persona("regulator"), query)
	types := []string{}
	for _, one := range a.data.at("acts", "nodes").list() {
		types = append(types, one.at("type").text())
	}
	slices.Sort(types)
	if got := strings.Join(types, " "); a.data.at("node").isNull() || got != "FILING_ACKNOWLEDGED FILING_FILED FILING_FILED FILING_RETURNED" || a.data.at("impactAssessment").isNull() {
		c.t.Errorf("the regulator reads %s", a.text)
	}
}

// TestRegulatorsHearWhatBecomesOfWhatWasFiled: it is out of date, superseded or revoked; once for each, and only who has it.
func TestRegulatorsHearWhatBecomesOfWhatWasFiled(t *testing.T) {
	each(t, true, func(t *testing.T, w *world) {
		c := &calls{loop: loop{newScene(w)}}
		firm := c.firm("Alder", enum.PracticeStateTrial, "IE")
		cma := c.ask(visitor, `{stakeholder(handle: "consumer-markets-authority"){id}}`).at("stakeholder", "id").text()
		row, id := c.approved(firm)
		c.refused(firmOf(firm), "fileAssessment", fmt.Sprintf("assessment: %q, contentHash: %q, regulator: %q", id, *row.ContentHash, typeid.New("stakeholder", stakeholder("ngo"))), "NOT_FOUND regulator")
		w.Store.Client().Stakeholder.UpdateOneID(firm).SetJurisdictions([]string{"FR"}).ExecX(context.Background())
		c.refused(firmOf(firm), "fileAssessment", fmt.Sprintf("assessment: %q, contentHash: %q, regulator: %q", id, *row.ContentHash, cma), "JURISDICTION regulator")
		w.Store.Client().Stakeholder.UpdateOneID(firm).SetJurisdictions([]string{"IE"}).ExecX(context.Background())
		c.must(firmOf(firm), "fileAssessment", fmt.Sprintf("assessment: %q, contentHash: %q, regulator: %q", id, *row.ContentHash, cma), "filing{id}")
		heard := func(want ...string) {
			t.Helper()
			c.settle()
			got := c.ask(persona("regulator"), "{acts(filter: {type: [FILING_OUTDATED, FILING_SUPERSEDED, FILING_REVOKED]}){nodes{type subject{... on Filing{id}}}}}").at("acts", "nodes").list()
			types := []string{}
			for _, one := range got {
				types = append(types, one.at("type").text())
			}
			if !slices.Equal(types, want) {
				t.Errorf("the regulator heard %v, want %v", types, want)
			}
			if a := c.send(persona("ngo"), "{acts(filter: {type: [FILING_OUTDATED, FILING_SUPERSEDED, FILING_REVOKED]}){nodes{type}}}"); strings.Contains(a.text, "FILING_") {
				t.Errorf("the NGO heard: %s", a.text)
			}
		}
		heard()
		w.Store.Client().Assessment.UpdateOneID(row.ID).SetState(enum.ImpactAssessmentStatePublished).SetPublishedAt(w.clock.Now()).SetNextReviewDueAt(w.clock.Now().Add(day)).ExecX(context.Background())
		w.clock.Advance(2 * day)
		if _, err := w.Domains.Assessments.Turn(context.Background(), "this server"); err != nil {
			t.Fatal(err)
		}
		heard("FILING_OUTDATED")
		c.refused(firmOf(firm), "fileAssessment", fmt.Sprintf("assessment: %q, contentHash: %q, regulator: %q", id, *row.ContentHash, cma), "STATE ")
		c.must(persona("regulator"), "revokeAssessment", fmt.Sprintf(`id: %q, reason: "It is wrong."`, id), "impactAssessment{state}")
		heard("FILING_OUTDATED", "FILING_REVOKED")
	})
}

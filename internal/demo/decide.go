package demo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db/commitment"
	"github.com/plenary-dialogue/plenary/ent/db/decisionrule"
	"github.com/plenary-dialogue/plenary/ent/db/hiding"
	"github.com/plenary-dialogue/plenary/ent/db/proposalversion"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/ballot"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/synthesis"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Past is how long before now the example begins, so that it has decisions that were made and carried out.
const Past = 40 * 24 * time.Hour

// FillWithPast fills an empty database, and goes on to what was decided and what is under way. The services must take their time, and the
// database's, from the clock, which stands at now and is moved: it begins in the past, and ends at now.
func FillWithPast(ctx context.Context, s *store.Store, l *actlog.Log, d *domains.Domains, issuer string, c *clock.Fixed) (filled bool, err error) {
	now := c.Now()
	c.Advance(-Past)
	w := &writer{store: s, log: l, domains: d, issuer: issuer, now: c.Now(), made: map[string]uuid.UUID{}}
	if filled, err = w.fill(ctx); err != nil || !filled {
		return filled, err
	}
	for _, m := range []struct {
		day  int // from now
		what string
		do   func(context.Context) error
	}{
		{-39, "convene", w.conveneNights},
		{-38, "speak", w.speakOfNights},
		{-38, "write a framework", w.writeFramework},
		{-38, "plan a journey", w.planRide},
		{-37, "bring a log of rides", w.bringRides},
		{-37, "moderate", w.moderateNights},
		{-36, "give input", w.giveInput},
		{-32, "adopt a framework", w.adoptFramework},
		{-31, "say what was heard", w.hear},
		{-30, "propose", w.proposeForNights},
		{-29, "answer", w.answerOfficially},
		{-29, "say what was taken up", w.takeUp},
		{-28, "open ballots", w.openBallots},
		{-26, "cast", w.castPapers},
		{-20, "count", w.count},
		{-19, "plan", w.planMilestones},
		{-12, "report", w.reportProgress},
		{-3, "open ballots", w.openLast},
		{-2, "say again what was heard", w.hearAgain},
		{-1, "cast", w.castLast},
		{0, "note what is late", w.note},
	} {
		c.Advance(now.AddDate(0, 0, m.day).Sub(c.Now()))
		w.now = c.Now()
		if err := m.do(ctx); err != nil {
			return true, fmt.Errorf("fill the example: %s: %w", m.what, err)
		}
	}
	if _, err = l.Drain(ctx); err != nil {
		return true, err
	}
	return true, d.History.Fill(ctx, d.History.Behind)
}

// neighbours are parties that only vote, with whom a secret ballot of customers keeps its secret, and a colleague who gives input.
var neighbours = []Persona{
	{"customer5", "customer-elm", []policy.Role{policy.Customer}},
	{"customer6", "customer-fern", []policy.Role{policy.Customer}},
	{"service", "northwind-mobility", []policy.Role{policy.Firm}},
}

func (w *writer) conveneNights(ctx context.Context) error {
	registrations := []party.Registration{{Kind: "CUSTOMER", Name: "Elm", Handle: "customer-elm"}, {Kind: "CUSTOMER", Name: "Fern", Handle: "customer-fern"}}
	if err := w.admit(ctx, registrations, neighbours); err != nil {
		return err
	}
	result, err := w.domains.DecisionRules.Define(w.as(ctx, "facilitator"), customersAlone, nil)
	if err := w.did("customers", result, err); err != nil {
		return err
	}
	decides := w.now.AddDate(0, 0, 7)
	as := w.as(ctx, "facilitator")
	result, err = w.domains.Dialogues.Convene(as, dialogue.Plan{
		Title: "Fares at night", Brief: nightBrief, Visibility: "PUBLIC", Languages: []string{"en"},
		Phases: []dialogue.PhasePlan{
			{Kind: enum.PhaseKindConsultation, OpensAt: w.now, ClosesAt: &decides, MayComment: true, MayVote: true, TakesLate: true},
			{Kind: enum.PhaseKindDecision, OpensAt: decides, MayComment: true, MayVote: true, MayPropose: true, MayAmend: true, MayBallot: true},
		},
	}, []uuid.UUID{w.made["surge"]}, nil, nil)
	if err := w.did("nights", result, err); err != nil {
		return err
	}
	_, err = w.domains.Dialogues.Open(as, w.made["nights"], nil)
	return err
}

func (w *writer) speakOfNights(ctx context.Context) error {
	for _, c := range nightComments {
		result, err := w.domains.Comments.Post(w.as(ctx, c.by), &comment.Subject{Type: policy.Dialogue, ID: w.made["nights"]}, nil,
			comment.Draft{Body: c.body, Stance: c.stance, Language: "en"}, nil)
		if err := w.did(c.name, result, err); err != nil {
			return err
		}
	}
	return nil
}

// moderateNights leaves a queue: a comment that was reported, and one that was hidden, with an appeal that nobody has decided.
func (w *writer) moderateNights(ctx context.Context) error {
	reason := "It calls the drivers names."
	if _, err := w.domains.ContentReports.File(w.as(ctx, "ngo"), w.domains.Comments, w.made["rude"], reason, nil); err != nil {
		return err
	}
	if _, err := w.domains.Comments.Hide(w.as(ctx, "facilitator"), w.made["number"], "It gives a driver's telephone number.", nil); err != nil {
		return err
	}
	hidden, err := w.store.Client().Hiding.Query().Where(hiding.HiddenID(w.made["number"])).Only(ctx)
	if err != nil {
		return err
	}
	_, err = w.domains.Hidings.Appeal(w.as(ctx, "customer4"), hidden.ID, "It is the number of the company's own hotline.", nil)
	return err
}

// hear says what was heard, has a party say that it was not, answers that, and says what became of the comments.
func (w *writer) hear(ctx context.Context) error {
	as := w.as(ctx, "facilitator")
	result, err := w.domains.Syntheses.Publish(as, w.heard())
	if err := w.did("heard", result, err); err != nil {
		return err
	}
	academic, _ := PersonaOf("academic")
	if _, err := w.domains.Syntheses.Object(w.as(ctx, "academic"), w.made["heard"], "That fares at night rose twice as much in the outer districts is left out.", nil); err != nil {
		return err
	}
	if _, err := w.domains.Syntheses.Answer(as, w.made["heard"], academic.Stakeholder(), "True. The figures are taken up in the guideline that is proposed.", nil); err != nil {
		return err
	}
	for _, d := range nightFates {
		var ids []uuid.UUID
		for _, name := range d.of {
			ids = append(ids, w.made[name])
		}
		if _, err := w.domains.Comments.Dispose(as, ids, comment.Decision{Outcome: d.outcome, Reason: d.reason}); err != nil {
			return err
		}
	}
	return nil
}

// heard is what was heard in the first phase.
func (w *writer) heard() synthesis.Plan {
	plan := synthesis.Plan{Dialogue: w.made["nights"], Phase: 1}
	for _, s := range nightHeard {
		one := synthesis.Sentence{Text: s.text}
		for _, name := range s.cites {
			one.Citations = append(one.Citations, w.made[name])
		}
		plan.Sentences = append(plan.Sentences, one)
	}
	return plan
}

// takeUp says of which version comments became a part.
func (w *writer) takeUp(ctx context.Context) error {
	version, err := w.store.Client().ProposalVersion.Query().Where(proposalversion.ProposalID(w.made["outer districts"])).Only(ctx)
	if err != nil {
		return err
	}
	_, err = w.domains.Comments.Dispose(w.as(ctx, "facilitator"), []uuid.UUID{w.made["figures"]}, comment.Decision{
		Outcome: enum.DispositionOutcomeAccepted, Reason: "The proposed guideline says the same of every district.", Version: &version.ID,
	})
	return err
}

// hearAgain says anew what was heard. A party says that it was not, and waits for an answer.
func (w *writer) hearAgain(ctx context.Context) error {
	plan := w.heard()
	plan.Sentences = append(plan.Sentences, synthesis.Sentence{Text: heardAgain, Citations: []uuid.UUID{w.made["figures"]}})
	result, err := w.domains.Syntheses.Publish(w.as(ctx, "facilitator"), plan)
	if err := w.did("heard again", result, err); err != nil {
		return err
	}
	_, err = w.domains.Syntheses.Object(w.as(ctx, "firm"), w.made["heard again"], "That a cap has to leave the drivers' share as it is is left out.", nil)
	return err
}

func (w *writer) proposeForNights(ctx context.Context) error {
	firm, _ := PersonaOf("firm")
	bound := firm.Stakeholder()
	for _, p := range nightProposals {
		bond := proposal.Bond{}
		if p.kind == enum.ProposalKindCommitment {
			bond.Firm = &bound
		}
		result, err := w.domains.Proposals.Draft(w.as(ctx, p.by), w.made["nights"], proposal.Words{
			Kind: p.kind, Title: p.title, Summary: p.summary, Body: p.body, Language: "en",
		}, bond, []uuid.UUID{w.made["surge"]}, nil)
		if err := w.did(p.name, result, err); err != nil {
			return err
		}
		for _, step := range p.steps {
			if err := w.step(ctx, p, step); err != nil {
				return fmt.Errorf("%s: %s: %w", p.name, step, err)
			}
		}
	}
	for _, asked := range []struct {
		of, whom string
		days     int
	}{{"late shift", "firm", 5}, {"secret", "regulator", 14}} {
		p, _ := PersonaOf(asked.whom)
		result, err := w.domains.OfficialResponses.Request(w.as(ctx, "facilitator"), w.made[asked.of], p.Stakeholder(), w.now.AddDate(0, 0, asked.days))
		if err := w.did("asked "+asked.whom, result, err); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) answerOfficially(ctx context.Context) error {
	_, err := w.domains.OfficialResponses.Give(w.as(ctx, "firm"), w.made["asked firm"], "We can do this in all nine cities before the winter, and name the cap in the app.", nil, nil)
	return err
}

func (w *writer) openBallots(ctx context.Context) error {
	for _, b := range []struct{ on, rule string }{
		{"late shift", "plenary.five-chambers"}, {"outer districts", "plenary.five-chambers"}, {"no surcharge", "plenary.five-chambers"}, {"secret", ""},
	} {
		if err := w.openBallot(ctx, b.on, b.rule, 7); err != nil {
			return err
		}
	}
	return nil
}

// openBallot opens a ballot under a rule that ships with the server, or under that of the customers alone.
func (w *writer) openBallot(ctx context.Context, on, rule string, days int) error {
	row, err := w.store.Client().Proposal.Get(ctx, w.made[on])
	if err != nil {
		return err
	}
	by := w.made["customers"]
	if rule != "" {
		shipped, err := w.store.Client().DecisionRule.Query().Where(decisionrule.Key(rule)).First(ctx)
		if err != nil {
			return err
		}
		by = shipped.ID
	}
	result, err := w.domains.Ballots.Open(w.as(ctx, "facilitator"), ballot.Plan{
		Proposal: row.ID, Rule: by, ContentHash: row.ContentHash, ClosesAt: w.now.AddDate(0, 0, days),
	})
	return w.did("ballot on "+on, result, err)
}

func (w *writer) castPapers(ctx context.Context) error {
	for on, papers := range nightPapers {
		if err := w.cast(ctx, on, papers); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) cast(ctx context.Context, on string, papers []paperText) error {
	for _, p := range papers {
		none := int32(0)
		paper := ballot.Paper{Choice: p.choice, Reason: p.reason, Revision: &none}
		if on == "secret" || on == "device" {
			nonce := make([]byte, 16)
			_, _ = rand.Read(nonce) // it never fails
			paper.Nonce = hex.EncodeToString(nonce)
		}
		if _, _, err := w.domains.Ballots.Cast(w.as(ctx, p.by), w.made["ballot on "+on], paper); err != nil {
			return fmt.Errorf("%s on %s: %w", p.by, on, err)
		}
	}
	return nil
}

// count counts what has closed, as the server does by itself.
func (w *writer) count(ctx context.Context) error {
	_, err := w.domains.Ballots.Turn(ctx, "the example")
	return err
}

func (w *writer) planMilestones(ctx context.Context) error {
	made, err := w.store.Client().Commitment.Query().Where(commitment.ProposalID(w.made["late shift"])).Only(ctx)
	if err != nil {
		return err
	}
	w.made["commitment"] = made.ID
	for _, m := range []struct {
		name, title string
		days        int
	}{
		{"app", "The app names the cap before a ride is booked", 8}, {"pilot", "A month of trial in two cities", 16}, {"all", "All nine cities", 90},
	} {
		result, err := w.domains.Milestones.Plan(w.as(ctx, "firm"), made.ID, m.title, w.now.AddDate(0, 0, m.days))
		if err := w.did("milestone "+m.name, result, err); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) reportProgress(ctx context.Context) error {
	firm := w.as(ctx, "firm")
	for _, r := range []struct {
		name, note string
		progress   int
	}{{"app", "Released with version 8.2.", 100}, {"pilot", "Begun in the first city; the second follows.", 40}} {
		if _, err := w.domains.Milestones.Report(firm, w.made["milestone "+r.name], r.progress, r.note, nil, nil); err != nil {
			return err
		}
	}
	_, err := w.domains.Commitments.Report(firm, w.made["commitment"], enum.CommitmentStatusOnTrack, "The app is ready; the trial runs.", nil)
	return err
}

func (w *writer) openLast(ctx context.Context) error {
	if err := w.openBallot(ctx, "receipt", "plenary.five-chambers", 10); err != nil {
		return err
	}
	return w.openBallot(ctx, "device", "", 10)
}

func (w *writer) castLast(ctx context.Context) error {
	if err := w.cast(ctx, "receipt", []paperText{{"ngo", "FOR", ""}, {"customer", "FOR", ""}}); err != nil {
		return err
	}
	return w.cast(ctx, "device", []paperText{{"customer", "FOR", ""}, {"customer3", "FOR", ""}, {"customer5", "AGAINST", ""}})
}

// note writes what the server notes by itself.
func (w *writer) note(ctx context.Context) error {
	if _, err := w.domains.Dialogues.Note(ctx, w.now); err != nil {
		return err
	}
	for _, turn := range []func(context.Context, string) (int, error){
		w.domains.OfficialResponses.Turn, w.domains.Commitments.Turn, w.domains.Guidelines.Turn, w.domains.Hidings.Turn,
	} {
		if _, err := turn(ctx, "the example"); err != nil {
			return err
		}
	}
	return nil
}

package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/domains"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/tie"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Fill writes the example into an empty database. It reports false, and writes nothing, if the database holds any party.
func Fill(ctx context.Context, s *store.Store, l *actlog.Log, d *domains.Domains, issuer string, now time.Time) (filled bool, err error) {
	w := &writer{store: s, log: l, domains: d, issuer: issuer, now: now, made: map[string]uuid.UUID{}}
	return w.fill(ctx)
}

func (w *writer) fill(ctx context.Context) (filled bool, err error) {
	s, l, d, now := w.store, w.log, w.domains, w.now
	n, err := s.Client().Stakeholder.Query().Count(ctx)
	if err != nil || n > 0 {
		return false, err
	}
	if err := d.History.Fill(ctx, d.History.Behind); err != nil { // from the beginning on
		return false, err
	}
	for _, part := range []func(context.Context) error{w.people, w.practices, w.dialogues, w.proposals, w.comments, w.votes, w.rules, w.templates, w.assessments, w.ties, w.endings} {
		if err := part(ctx); err != nil {
			return false, fmt.Errorf("fill the example: %w", err)
		}
	}
	if _, err := d.Dialogues.Note(ctx, now); err != nil {
		return true, fmt.Errorf("note the phases of the example: %w", err)
	}
	if _, err = l.Drain(ctx); err != nil {
		return true, err
	}
	return true, d.History.Fill(ctx, d.History.Behind) // nobody tells the tallies of these votes
}

// writer plays the people of the example.
type writer struct {
	store   *store.Store
	log     *actlog.Log
	domains *domains.Domains
	issuer  string
	now     time.Time
	made    map[string]uuid.UUID // what was made so far, by the example's own names
}

// as gives the context in which a persona acts.
func (w *writer) as(ctx context.Context, name string) context.Context {
	all := slices.Concat(Personas, neighbours)
	i := slices.IndexFunc(all, func(p Persona) bool { return p.Name == name })
	if i < 0 {
		panic("demo: no persona is called " + name)
	}
	p := all[i]
	a := policy.Actor{Member: id("member", p.Subject()), Stakeholder: p.Stakeholder(), Kind: string(enum.StakeholderKindCustomer), Status: "ACTIVE", Roles: p.Roles}
	for _, reg := range parties {
		if reg.Handle == p.Party {
			a.Kind = string(reg.Kind)
		}
	}
	return policy.WithActor(ctx, a)
}

// did keeps the id of what a use case made, under a name.
func (w *writer) did(name string, r *act.Result, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	w.made[name] = r.Subject
	return nil
}

func (w *writer) people(ctx context.Context) error { return w.admit(ctx, parties, Personas) }

// admit writes parties and members directly: the operator of the example has admitted them all.
func (w *writer) admit(ctx context.Context, parties []party.Registration, people []Persona) error {
	actor := policy.SystemActor("demo")
	return w.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, reg := range parties {
			reg, err := reg.Check()
			if err != nil {
				return err
			}
			key := id("stakeholder", reg.Handle)
			row, err := w.domains.Parties.Begin(tx, reg, enum.StakeholderStatusActive).SetID(key).SetIssuer(w.issuer).Save(ctx)
			if err != nil {
				return err
			}
			if _, err := w.log.Append(ctx, tx, actor, act.Entry{
				Type: "stakeholder.registered", Subject: act.Subject{Type: policy.Stakeholder, ID: key, Revision: row.Revision},
				Payload: map[string]any{"kind": row.Kind, "status": row.Status},
			}); err != nil {
				return err
			}
		}
		for _, p := range people {
			key := id("member", p.Subject())
			if err := w.log.Vault().EnterAs(ctx, tx, key, w.issuer, p.Subject(), w.now); err != nil {
				return err
			}
			member := tx.Member.Create().SetID(key).SetRoles(rolesOf(p))
			if p.Party != "" {
				member.SetStakeholderID(p.Stakeholder())
			}
			if err := member.Exec(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// rolesOf are the roles that the tokens of a persona grant.
func rolesOf(p Persona) []string {
	roles := make([]string, len(p.Roles))
	for i, r := range p.Roles {
		roles[i] = string(r)
	}
	return roles
}

func (w *writer) practices(ctx context.Context) error {
	for _, p := range practices {
		as := w.as(ctx, p.by)
		result, err := w.domains.Practices.Propose(as, practice.Words{
			Title: p.title, Description: p.text, Kind: p.kind, DataCategories: p.data, AffectedGroups: p.groups,
			Disclosures: p.tells,
		})
		if err := w.did(p.name, result, err); err != nil {
			return err
		}
		for _, step := range p.steps {
			move := map[string]func(context.Context, uuid.UUID, *int32) (*act.Result, error){
				"try": w.domains.Practices.Try, "activate": w.domains.Practices.Activate, "pause": w.domains.Practices.Pause,
			}[step]
			if _, err := move(as, w.made[p.name], nil); err != nil {
				return fmt.Errorf("%s: %s: %w", p.name, step, err)
			}
		}
	}
	return nil
}

func (w *writer) dialogues(ctx context.Context) error {
	day := 24 * time.Hour
	for _, d := range dialogues {
		as := w.as(ctx, "facilitator")
		var about []uuid.UUID
		for _, name := range d.about {
			about = append(about, w.made[name])
		}
		var invite []uuid.UUID
		for _, handle := range d.invite {
			invite = append(invite, id("stakeholder", handle))
		}
		framing, opens := w.now.Add(-30*day), w.now.Add(-28*day)
		result, err := w.domains.Dialogues.Convene(as, dialogue.Plan{
			Title: d.title, Brief: d.brief, Visibility: d.visibility, Languages: []string{"en"},
			Phases: []dialogue.PhasePlan{
				{Kind: enum.PhaseKindFraming, OpensAt: framing, ClosesAt: &opens, MayComment: true},
				{Kind: enum.PhaseKindProposals, OpensAt: opens, MayComment: true, MayVote: true, MayPropose: true},
			},
		}, about, invite, nil)
		if err := w.did(d.name, result, err); err != nil {
			return err
		}
		if _, err := w.domains.Dialogues.Open(as, w.made[d.name], nil); err != nil {
			return fmt.Errorf("open %s: %w", d.name, err)
		}
	}
	return nil
}

func (w *writer) proposals(ctx context.Context) error {
	for _, p := range proposals {
		var about []uuid.UUID
		for _, name := range p.about {
			about = append(about, w.made[name])
		}
		result, err := w.domains.Proposals.Draft(w.as(ctx, p.by), w.made[p.in], proposal.Words{
			Kind: p.kind, Title: p.title, Summary: p.summary, Body: p.body, Language: "en",
		}, proposal.Bond{}, about, nil)
		if err := w.did(p.name, result, err); err != nil {
			return err
		}
		for _, step := range p.steps {
			if err := w.step(ctx, p, step); err != nil {
				return fmt.Errorf("%s: %s: %w", p.name, step, err)
			}
		}
	}
	return nil
}

func (w *writer) step(ctx context.Context, p proposalText, step string) error {
	author, facilitator, key := w.as(ctx, p.by), w.as(ctx, "facilitator"), w.made[p.name]
	var err error
	switch step {
	case "submit":
		_, err = w.domains.Proposals.Submit(author, key, nil)
	case "take up":
		_, err = w.domains.Proposals.TakeUp(facilitator, key, nil)
	case "open":
		_, err = w.domains.Proposals.Open(facilitator, key, nil)
	case "accept":
		err = w.accept(ctx, key)
	case "return":
		_, err = w.domains.Proposals.Return(facilitator, key, "Please say who would check this, and how often.", nil)
	case "withdraw":
		_, err = w.domains.Proposals.Withdraw(author, key, "Taken up by another proposal.", nil)
	case "edit":
		body := p.body + "\n\nThe figures are published every quarter."
		_, err = w.domains.Proposals.Edit(author, key, proposal.Change{Body: &body}, "Says how often figures are published, as commenters asked.", nil)
	}
	return err
}

// accept has the firm that a proposal would bind accept it.
func (w *writer) accept(ctx context.Context, key uuid.UUID) error {
	row, err := w.store.Client().Proposal.Get(ctx, key)
	if err != nil {
		return err
	}
	for _, p := range Personas {
		if row.FirmID != nil && p.Stakeholder() == *row.FirmID {
			_, err := w.domains.Proposals.Accept(w.as(ctx, p.Name), key, row.Version, nil)
			return err
		}
	}
	return fmt.Errorf("nobody acts for the firm of %s", key)
}

func (w *writer) comments(ctx context.Context) error {
	for _, c := range comments {
		var about *comment.Subject
		var parent *uuid.UUID
		if key, ok := w.made[c.on]; ok && c.kind == "" {
			parent = &key
		} else {
			about = &comment.Subject{Type: c.kind, ID: w.made[c.on]}
		}
		d := comment.Draft{Body: c.body, Stance: c.stance, Language: "en"}
		if c.quote > 0 {
			d.Quote = &comment.QuoteAt{Start: 0, End: c.quote}
		}
		result, err := w.domains.Comments.Post(w.as(ctx, c.by), about, parent, d, nil)
		if err := w.did(c.name, result, err); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) votes(ctx context.Context) error {
	for _, v := range votes {
		for name, choice := range v.by {
			if _, err := w.domains.Comments.Vote(w.as(ctx, name), w.made[v.on], choice, nil); err != nil {
				return fmt.Errorf("%s votes on %s: %w", name, v.on, err)
			}
		}
	}
	return nil
}

// rules defines the rules that ship with the server, and one of the facilitator's own.
func (w *writer) rules(ctx context.Context) error {
	if err := w.domains.DecisionRules.Ship(ctx); err != nil {
		return err
	}
	result, err := w.domains.DecisionRules.Define(w.as(ctx, "facilitator"), twoHouses, nil)
	return w.did("two-houses", result, err)
}

// templates puts in use what ships with the server and the short form of the example, and leaves a draft with the regulator.
func (w *writer) templates(ctx context.Context) error {
	operator := policy.WithActor(ctx, policy.SystemActor("demo"))
	if err := w.domains.Templates.Ship(operator); err != nil {
		return err
	}
	for _, d := range templates {
		as := operator
		if d.Jurisdiction != "" {
			as = w.as(ctx, "regulator")
		}
		t, err := questionnaire.Check(d)
		if err != nil {
			return fmt.Errorf("%s: %w", d.Key, err)
		}
		result, err := w.domains.Templates.Import(as, t)
		if err := w.did(d.Key, result, err); err != nil {
			return err
		}
	}
	_, err := w.domains.Templates.Activate(operator, w.made["short-form"], nil)
	return err
}

func (w *writer) assessments(ctx context.Context) error {
	for _, a := range assessments {
		firm := w.as(ctx, a.by)
		result, err := w.domains.Assessments.Draft(firm, assessment.Subject{Type: policy.Practice, ID: w.made[a.about]}, w.made["short-form"], a.title)
		if err := w.did(a.name, result, err); err != nil {
			return err
		}
		key := w.made[a.name]
		if _, err := w.domains.Assessments.Answer(firm, key, slices.Clone(a.answers), nil); err != nil {
			return fmt.Errorf("answer %s: %w", a.name, err)
		}
		if err := w.risks(ctx, a, key); err != nil {
			return err
		}
		if err := w.consult(ctx, a, key); err != nil {
			return err
		}
		if a.publish {
			if err := w.review(ctx, a, key); err != nil {
				return err
			}
		}
	}
	return nil
}

// risks writes what could go wrong, with what is done about it.
func (w *writer) risks(ctx context.Context, a assessmentText, key uuid.UUID) error {
	firm := w.as(ctx, a.by)
	for _, one := range a.risks {
		name := a.name + " " + one.words.Title
		result, err := w.domains.Risks.Add(firm, key, one.words)
		if err := w.did(name, result, err); err != nil {
			return err
		}
		if one.accepted != "" {
			if _, err := w.domains.Risks.Accept(w.as(ctx, "approver"), w.made[name], w.now.AddDate(1, 0, 0), one.accepted, nil); err != nil {
				return fmt.Errorf("accept %s: %w", name, err)
			}
		}
		if one.plan.Title == "" {
			continue
		}
		result, err = w.domains.Mitigations.Add(firm, w.made[name], one.plan)
		if err := w.did(name+", mitigated", result, err); err != nil {
			return err
		}
		if err := w.mitigate(ctx, a.by, name+", mitigated", one.verified); err != nil {
			return err
		}
	}
	return nil
}

// mitigate has a mitigation done, and found by somebody else to work.
func (w *writer) mitigate(ctx context.Context, by, name, verified string) error {
	if verified == "" {
		return nil
	}
	if _, err := w.domains.Mitigations.Record(w.as(ctx, by), w.made[name], enum.MitigationStateImplemented, "", nil); err != nil {
		return fmt.Errorf("record %s: %w", name, err)
	}
	if _, err := w.domains.Mitigations.Verify(w.as(ctx, "approver"), w.made[name], verified, nil); err != nil {
		return fmt.Errorf("verify %s: %w", name, err)
	}
	return nil
}

// consult opens the consultation on an assessment, and gives opinions.
func (w *writer) consult(ctx context.Context, a assessmentText, key uuid.UUID) error {
	firm := w.as(ctx, a.by)
	if _, err := w.domains.Assessments.Open(firm, key, nil, nil); err != nil {
		return fmt.Errorf("open the consultation on %s: %w", a.name, err)
	}
	for _, o := range a.opinions {
		result, err := w.domains.Opinions.Give(w.as(ctx, o.by), key, nil, o.words)
		if err := w.did(a.name+" "+o.by, result, err); err != nil {
			return err
		}
		if o.reply == "" {
			continue
		}
		if _, err := w.domains.Opinions.Reply(firm, w.made[a.name+" "+o.by], o.reply, nil); err != nil {
			return fmt.Errorf("reply on %s: %w", a.name, err)
		}
	}
	if a.recall == "" {
		return nil
	}
	if _, err := w.domains.Assessments.Recall(firm, key, a.recall, nil); err != nil {
		return fmt.Errorf("recall %s: %w", a.name, err)
	}
	return nil
}

// review has an assessment signed and published. In the example nobody waits for two weeks: the consultation ends at once.
func (w *writer) review(ctx context.Context, a assessmentText, key uuid.UUID) error {
	firm := w.as(ctx, a.by)
	for _, s := range a.signers {
		if s.capacity == enum.CapacityApprover {
			continue
		}
		p, _ := PersonaOf(s.by)
		party := p.Stakeholder()
		if _, err := w.domains.Assessments.Appoint(firm, key, assessment.Seat{Capacity: s.capacity, Party: &party}, nil); err != nil {
			return fmt.Errorf("appoint %s for %s: %w", s.by, a.name, err)
		}
	}
	if err := w.store.Client().Assessment.UpdateOneID(key).SetConsultationUntil(w.now).Exec(ctx); err != nil {
		return err
	}
	if _, err := w.domains.Assessments.Submit(firm, key, nil); err != nil {
		return fmt.Errorf("submit %s: %w", a.name, err)
	}
	row, err := w.store.Client().Assessment.Get(ctx, key)
	if err != nil {
		return err
	}
	for _, s := range a.signers {
		if _, err := w.domains.Assessments.SignOff(w.as(ctx, s.by), key, s.capacity, *row.ContentHash, s.reason, nil); err != nil {
			return fmt.Errorf("%s signs %s: %w", s.by, a.name, err)
		}
	}
	if _, err := w.domains.Assessments.Publish(w.as(ctx, "approver"), key, nil); err != nil {
		return fmt.Errorf("publish %s: %w", a.name, err)
	}
	return nil
}

// ties declares what binds the university to a firm.
func (w *writer) ties(ctx context.Context) error {
	_, err := w.domains.Ties.Declare(w.as(ctx, "academic"), id("stakeholder", "harbour-grocers"), tie.Words{
		Kind: enum.TieKindFunding, Description: "A chair in consumer research, for five years.", Since: w.now.AddDate(-2, 0, 0),
	})
	if err != nil {
		return fmt.Errorf("declare a tie: %w", err)
	}
	return nil
}

// endings hides a comment and closes a dialogue.
func (w *writer) endings(ctx context.Context) error {
	as := w.as(ctx, "facilitator")
	if _, err := w.domains.Comments.Hide(as, w.made["spam"], "Advertising; it does not speak to the question.", nil); err != nil {
		return fmt.Errorf("hide: %w", err)
	}
	_, err := w.domains.Dialogues.Close(as, w.made["labels"],
		"All five chambers want offers that were paid for to be marked before they are opened. Harbour Grocers begins in spring.", nil)
	if err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

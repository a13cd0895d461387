package dialogue

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/sponsorship"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Change is what a dialogue is to be from now on; nil keeps what it is.
type Change struct {
	Title, Brief *string
	Phases       []PhasePlan
	Sponsors     *sponsorship.Rule
	Assessed     *bool
	Languages    []string    // of a draft only
	Practices    []uuid.UUID // of a draft only
	Files        []uuid.UUID // all that the brief has
}

// Update changes a dialogue, with a reason.
func (s *Service) Update(ctx context.Context, id uuid.UUID, c Change, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	because := s.Because(reason)
	entry := because.Entry
	because.Entry = func(typ string, space Space) act.Entry {
		e := entry(typ, space)
		if space.State == enum.DialogueStateDraft { // once it is open, everybody sees the act
			e.Reason = ""
		}
		return e
	}
	var hashes []string
	return because.Attaching(&hashes).Change(ctx, policy.UpdateDialogue, id, expected, "dialogue.updated", func(ctx context.Context, tx *db.Tx, space Space) (*db.Dialogue, error) {
		c, err := s.check(ctx, tx, space, c)
		if err != nil {
			return nil, err
		}
		if c.Phases != nil {
			if err := s.held(ctx, tx, space, c.Phases); err != nil {
				return nil, err
			}
			if err := s.replan(ctx, tx, space, c.Phases); err != nil {
				return nil, err
			}
		}
		about := false
		if c.Practices != nil {
			if about, err = s.practices.Relink(ctx, tx, policy.Dialogue, id, c.Practices); err != nil {
				return nil, err
			}
		}
		var attached bool
		if hashes, attached, err = s.files.Put(ctx, tx, policy.Dialogue, id, unversioned, c.Files); err != nil {
			return nil, err
		}
		if !about && !attached && !c.differs(space) {
			return nil, fault.NothingToDo("the dialogue is like this already")
		}
		return c.set(space.Update()).AddRevision(1).SetUpdatedAt(space.Now).Save(ctx)
	})
}

// differs tells whether a change makes a dialogue other than it is; what the dialogue is about is left to its links.
func (c Change) differs(space Space) bool {
	return c.Title != nil && *c.Title != space.Title || c.Brief != nil && *c.Brief != string(space.Brief) ||
		c.Languages != nil && !slices.Equal(c.Languages, space.Languages) || c.Sponsors != nil && !c.Sponsors.Same(space.sponsors()) ||
		c.Assessed != nil && *c.Assessed != space.RequiresAssessment ||
		c.Phases != nil && !slices.EqualFunc(c.Phases, plansOf(space.Phases), PhasePlan.equal)
}

func (c Change) set(update *db.DialogueUpdateOne) *db.DialogueUpdateOne {
	if c.Title != nil {
		update.SetTitle(*c.Title)
	}
	if c.Brief != nil {
		update.SetBrief(optional.Text(*c.Brief))
	}
	if c.Languages != nil {
		update.SetLanguages(c.Languages)
	}
	if c.Assessed != nil {
		update.SetRequiresAssessment(*c.Assessed)
	}
	if c.Sponsors != nil {
		update.SetSponsors(c.Sponsors.Sponsors).SetSponsorChambers(wordsOf(*c.Sponsors))
	}
	return update
}

// equal tells whether two phases are planned alike.
func (p PhasePlan) equal(q PhasePlan) bool {
	ends := p.ClosesAt == nil && q.ClosesAt == nil || p.ClosesAt != nil && q.ClosesAt != nil && p.ClosesAt.Equal(*q.ClosesAt)
	starts := p.OpensAt.Equal(q.OpensAt)
	p.OpensAt, p.ClosesAt, q.OpensAt, q.ClosesAt = time.Time{}, nil, time.Time{}, nil
	return starts && ends && p == q
}

// check gives a change with its texts normalised, or says everything that is wrong with it.
func (s *Service) check(ctx context.Context, tx *db.Tx, space Space, c Change) (Change, error) {
	var f fault.Form
	if c.Title != nil {
		c.Title = new(f.Line("title", *c.Title, 200))
	}
	if c.Brief != nil {
		c.Brief = new(f.OptionalText("brief", *c.Brief, 20_000))
	}
	if c.Phases != nil {
		Replan(&f, plansOf(space.Phases), c.Phases, space.OpenedAt != nil, space.Now)
	}
	if c.Sponsors != nil {
		c.Sponsors = new(c.Sponsors.Check(&f, "sponsorRule"))
	}
	if c.Languages != nil && onlyOfADraft(&f, "languages", space) {
		c.Languages = f.Languages("languages", c.Languages, 20)
	}
	if c.Practices != nil && onlyOfADraft(&f, "practices", space) {
		f.Add(s.practices.Linkable(ctx, tx, c.Practices))
	}
	return c, f.Err()
}

func onlyOfADraft(f *fault.Form, field string, space Space) bool {
	if space.State == enum.DialogueStateDraft {
		return true
	}
	f.Add((&fault.Fault{Kind: fault.State, Code: enum.UserErrorCodeState, Field: field, Message: "you can change this only while the dialogue is a draft"}).
		With(fault.Values{State: optional.Text(space.State), States: []string{string(enum.DialogueStateDraft)}}))
	return false
}

func plansOf(phases []*db.Phase) []PhasePlan {
	plans := make([]PhasePlan, len(phases))
	for i, p := range phases {
		plans[i] = PhasePlan{p.Kind, p.OpensAt, p.ClosesAt, p.MayComment, p.MayVote, p.MayPropose, p.MayAmend, p.MayBallot, p.TakesLateComments}
	}
	return plans
}

// held refuses to take the phase away under a ballot that is open in it.
func (s *Service) held(ctx context.Context, tx *db.Tx, space Space, plans []PhasePlan) error {
	for _, one := range s.polls {
		until, err := one.OpenUntil(ctx, tx, space.ID)
		switch {
		case err != nil:
			return err
		case until != nil && !Holds(plans, space.Now, *until):
			return fault.InvalidField("phases", enum.UserErrorCodeInProgress, "a ballot is open until %s: leave its phase as it is until then, or end the ballot", until.Format(time.RFC3339)).
				With(fault.Values{Date: until})
		}
	}
	return nil
}

// replan saves new phases. A phase keeps its id at its place.
func (s *Service) replan(ctx context.Context, tx *db.Tx, space Space, plans []PhasePlan) error {
	for i, row := range space.Phases[:min(len(plans), len(space.Phases))] {
		p := plans[i]
		update := tx.Phase.UpdateOneID(row.ID).SetKind(p.Kind).SetOpensAt(p.OpensAt).ClearClosesAt().SetMayComment(p.MayComment).SetMayVote(p.MayVote).
			SetMayPropose(p.MayPropose).SetMayAmend(p.MayAmend).SetMayBallot(p.MayBallot).SetTakesLateComments(p.TakesLate)
		if p.ClosesAt != nil {
			update.SetClosesAt(*p.ClosesAt)
		}
		if err := update.Exec(ctx); err != nil {
			return fmt.Errorf("change phase %d: %w", i+1, err)
		}
	}
	if len(plans) > len(space.Phases) {
		return s.savePhases(ctx, tx, space.Dialogue, plans[len(space.Phases):])
	}
	for _, row := range space.Phases[len(plans):] {
		if _, err := s.store.Exec(ctx, tx, "DELETE FROM phases WHERE id = ?", row.ID); err != nil {
			return fmt.Errorf("drop a phase: %w", err)
		}
	}
	return nil
}

// Uninvite takes back invitations. What the parties said stays.
func (s *Service) Uninvite(ctx context.Context, id uuid.UUID, parties []uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.UninviteFromDialogue, id, expected, "dialogue.uninvited", func(ctx context.Context, tx *db.Tx, space Space) (*db.Dialogue, error) {
		var f fault.Form
		if len(parties) == 0 {
			f.Add(fault.Required("stakeholders"))
		} else if f.Count("stakeholders", len(parties), 0, 250) {
			if err := s.uninvite(ctx, tx, id, parties, &f); err != nil {
				return nil, err
			}
		}
		if err := f.Err(); err != nil {
			return nil, err
		}
		return space.Update().AddRevision(1).SetUpdatedAt(space.Now).Save(ctx)
	})
}

func (s *Service) uninvite(ctx context.Context, tx *db.Tx, dialogue uuid.UUID, parties []uuid.UUID, f *fault.Form) error {
	for i, party := range parties {
		n, err := s.store.Exec(ctx, tx, "DELETE FROM invitations WHERE dialogue_id = ? AND stakeholder_id = ?", dialogue, party)
		if err != nil {
			return fmt.Errorf("take back an invitation: %w", err)
		}
		if n == 0 {
			f.Add(fault.MissingField(fmt.Sprintf("stakeholders.%d", i)))
		}
	}
	return nil
}

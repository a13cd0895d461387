package risk

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbrisk "github.com/plenary-dialogue/plenary/ent/db/risk"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about risks.
var acts = []act.Type{{Name: "risk.added"}, {Name: "risk.edited"}, {Name: "risk.treated"}, {Name: "risk.removed"}, {Name: "risk.accepted"}}

// Assessments are what risks belong to.
type Assessments interface {
	// Place loads an assessment inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Standings reads many that are visible already, with the part that the actor has in each.
	Standings(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// Whole tells of which of many that are visible already nothing is withheld from the actor.
	Whole(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// Appointed asks for a column to name one that the actor is appointed to sign.
	Appointed(a policy.Actor, column string) store.Cond
	// Rewrite is what a change of its risks does to one that was loaded.
	Rewrite(ctx context.Context, tx *db.Tx, id uuid.UUID) error
}

// Service holds the use cases of risks.
type Service struct {
	access.Frame[db.Risk, placed]
	clock       clock.Clock
	assessments Assessments
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, of Assessments) *Service {
	n := &Service{clock: c, assessments: of}
	n.Frame = access.Frame[db.Risk, placed]{Noun: nounOf(of), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Add adds a risk to an assessment.
func (s *Service) Add(ctx context.Context, assessment uuid.UUID, w Words) (*act.Result, error) {
	var at access.Place
	return s.Create(ctx, policy.AddRisk, "risk.added", access.In(s.assessments, assessment, &at), func(ctx context.Context, tx *db.Tx) (placed, error) {
		w, err := w.Check()
		if err != nil {
			return placed{}, err
		}
		number, err := s.next(ctx, tx, assessment)
		if err != nil {
			return placed{}, err
		}
		now := s.clock.Now()
		row, err := tx.Risk.Create().SetAssessmentID(assessment).SetNumber(number).SetTitle(w.Title).SetDescription(optional.Text(w.Description)).
			SetLikelihood(w.Likelihood).SetSeverity(w.Severity).SetNillableReversibility(w.Reversibility).SetNillableScope(w.Scope).SetTreatment(w.Treatment).
			SetAuthorID(policy.ActorFrom(ctx).Member).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return placed{}, err
		}
		return placed{row, at}, s.assessments.Rewrite(ctx, tx, assessment)
	})
}

// next is the number of the next risk of an assessment, which is locked.
func (s *Service) next(ctx context.Context, tx *db.Tx, assessment uuid.UUID) (int, error) {
	last := 0
	const text = "SELECT COALESCE(MAX(number), 0) FROM risks WHERE assessment_id = ?"
	err := s.Store.QueryTx(ctx, tx, text, []any{assessment}, func(r *sql.Rows) error { return r.Scan(&last) })
	switch {
	case err != nil:
		return 0, fmt.Errorf("count risks: %w", err)
	case last >= Most:
		return 0, fault.TooLong("assessment", last+1, Most)
	}
	return last + 1, nil
}

// Change is what changes of a risk; nil keeps it.
type Change struct {
	Title, Description   *string
	Likelihood, Severity *int
	Reversibility        *enum.RiskReversibility
	Scope                *enum.RiskScope
	Treatment            *enum.RiskTreatment
}

func (c Change) of(w Words) Words {
	keep(&w.Title, c.Title)
	keep(&w.Description, c.Description)
	keep(&w.Likelihood, c.Likelihood)
	keep(&w.Severity, c.Severity)
	keep(&w.Treatment, c.Treatment)
	if c.Reversibility != nil {
		w.Reversibility = c.Reversibility
	}
	if c.Scope != nil {
		w.Scope = c.Scope
	}
	return w
}

func keep[T any](old, changed *T) {
	if changed != nil {
		*old = *changed
	}
}

// Edit changes what a risk says.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*act.Result, error) {
	return s.rewrite(ctx, policy.EditRisk, id, c, expected, "risk.edited")
}

// Treat changes what is done about a risk.
func (s *Service) Treat(ctx context.Context, id uuid.UUID, t enum.RiskTreatment, expected *int32) (*act.Result, error) {
	return s.rewrite(ctx, policy.TreatRisk, id, Change{Treatment: &t}, expected, "risk.treated")
}

func (s *Service) rewrite(ctx context.Context, action policy.Action, id uuid.UUID, c Change, expected *int32, typ string) (*act.Result, error) {
	return s.Change(ctx, action, id, expected, typ, func(ctx context.Context, tx *db.Tx, p placed) (*db.Risk, error) {
		before := wordsOf(saying(p.Risk))
		w, err := c.of(before).Check()
		if err != nil {
			return nil, err
		}
		if w.same(before) {
			return nil, fault.NothingToDo("the risk says this already")
		}
		if err := s.assessments.Rewrite(ctx, tx, p.AssessmentID); err != nil {
			return nil, err
		}
		return s.revised(p.Update()).SetTitle(w.Title).SetDescription(optional.Text(w.Description)).SetLikelihood(w.Likelihood).SetSeverity(w.Severity).
			SetNillableReversibility(w.Reversibility).SetNillableScope(w.Scope).SetTreatment(w.Treatment).
			SetAuthorID(policy.ActorFrom(ctx).Member).AddEdition(1).Save(ctx)
	})
}

// Remove takes a risk out of its assessment.
func (s *Service) Remove(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.RemoveRisk, id, expected, "risk.removed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Risk, error) {
		if err := s.assessments.Rewrite(ctx, tx, p.AssessmentID); err != nil {
			return nil, err
		}
		return s.revised(p.Update()).SetState(enum.RiskStateRemoved).Save(ctx)
	})
}

// Rewrite is what a change of its mitigations does to the assessment of a risk that was loaded.
func (s *Service) Rewrite(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	row, err := tx.Risk.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("load the risk again: %w", err)
	}
	return s.assessments.Rewrite(ctx, tx, row.AssessmentID)
}

func (s *Service) revised(update *db.RiskUpdateOne) *db.RiskUpdateOne {
	return update.AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Risk.Query().Where(dbrisk.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the assessment, then the risk: whoever adds one locks them in this order, too.
	at, err := s.assessments.Place(ctx, tx, row.AssessmentID)
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Risk.Query().Where(dbrisk.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row, at}, err
}

// Personal says that risks are of firms, written and accepted by their members.
func (s *Service) Personal() []personal.Data {
	const stays = "It stays, and names a member whose identity is gone."
	return []personal.Data{
		{Table: "risks", Column: "author_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member wrote."},
		{
			Table: "risk_acceptances", Column: "member_id", Organisations: true, Erasure: stays,
			Withheld: "What a firm says is its own, not its member's.",
		},
	}
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Risk, ID: p.ID, Revision: p.Revision}, Owner: p.at.Party,
		Parent:  act.Parent{Type: policy.Assessment, ID: p.AssessmentID},
		Payload: map[string]any{"number": p.Number, "likelihood": p.Likelihood, "severity": p.Severity, "treatment": p.Treatment, "state": p.State},
	}
}

package practice

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/practice"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/link"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about practices.
var acts = []act.Type{
	{Name: "practice.proposed"},
	{Name: "practice.revised"},
	{Name: "practice.tried"},
	{Name: "practice.activated"},
	{Name: "practice.paused"},
	{Name: "practice.withdrawn"},
}

// Service holds the use cases of practices.
type Service struct {
	access.Frame[db.Practice, placed]
	store    *store.Store
	clock    clock.Clock
	assessed Assessments
}

// Assessments tell what was found about practices.
type Assessments interface {
	// Lapsed tells, of each practice whose last assessment found a high level and is not current any more, that level; in a transaction, or
	// outside if it is nil.
	Lapsed(ctx context.Context, tx *db.Tx, practices []uuid.UUID) (map[uuid.UUID]enum.ImpactLevel, error)
}

// Assess says who assesses practices: they are made before.
func (s *Service) Assess(a Assessments) { s.assessed = a }

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock) *Service {
	p := &Service{store: s, clock: c}
	p.Frame = access.Frame[db.Practice, placed]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: p.fetch, Entry: entry}
	p.AsPlace = func(a policy.Actor, p placed) access.Place { return placeOf(a, p.Practice) }
	return p
}

// Propose declares a planned practice of the actor's firm.
func (s *Service) Propose(ctx context.Context, w Words) (*act.Result, error) {
	return s.Create(ctx, policy.ProposePractice, "practice.proposed", nil, func(ctx context.Context, tx *db.Tx) (placed, error) {
		w, err := w.Check()
		if err != nil {
			return placed{}, err
		}
		now := s.clock.Now()
		row, err := tx.Practice.Create().SetFirmID(policy.ActorFrom(ctx).Stakeholder).SetTitle(w.Title).SetDescription(optional.Text(w.Description)).SetKind(w.Kind).
			SetDataCategories(w.DataCategories).SetAffectedGroups(w.AffectedGroups).SetDisclosures(stored(w.Disclosures)).SetContentHash(w.Hash()).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return placed{}, err
		}
		return placed{Practice: row}, s.keepVersion(ctx, tx, row, "")
	})
}

// Change holds the new words of a revision; nil keeps the old ones.
type Change struct {
	Title, Description             *string
	DataCategories, AffectedGroups []string
	Disclosures                    []Disclosure
}

func (c Change) of(w Words) Words {
	if c.Title != nil {
		w.Title = *c.Title
	}
	if c.Description != nil {
		w.Description = *c.Description
	}
	if c.DataCategories != nil {
		w.DataCategories = c.DataCategories
	}
	if c.AffectedGroups != nil {
		w.AffectedGroups = c.AffectedGroups
	}
	if c.Disclosures != nil {
		w.Disclosures = c.Disclosures
	}
	return w
}

// Revise changes the words and makes a new version. Once the practice was shown to all, every revision says why, and so does its
// act; what is said of a plan stays with its versions, which only those see who could see the plan.
func (s *Service) Revise(ctx context.Context, id uuid.UUID, c Change, reason string, expected *int32) (*act.Result, error) {
	frame, told := s.Frame, ""
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.Reason = told
		return e
	}
	return frame.Change(ctx, policy.RevisePractice, id, expected, "practice.revised", func(ctx context.Context, tx *db.Tx, p placed) (*db.Practice, error) {
		row := p.Practice
		w, err := c.of(wordsOf(row)).Check()
		var form fault.Form
		form.Add(err)
		if row.ShownVersion != nil {
			told = form.Text("reason", reason, 2000)
			reason = told
		} else {
			reason = form.OptionalText("reason", reason, 2000)
		}
		if err := form.Err(); err != nil {
			return nil, err
		}
		if w.Hash() == row.ContentHash {
			return nil, fault.NothingToDo("the practice says this already")
		}
		row, err = row.Update().SetTitle(w.Title).SetDescription(optional.Text(w.Description)).SetDataCategories(w.DataCategories).
			SetAffectedGroups(w.AffectedGroups).SetDisclosures(stored(w.Disclosures)).SetContentHash(w.Hash()).AddVersion(1).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
		if err == nil {
			err = s.keepVersion(ctx, tx, row, reason)
		}
		return row, err
	})
}

func wordsOf(row *db.Practice) Words {
	return Words{
		Title: row.Title, Description: string(row.Description), Kind: row.Kind, DataCategories: row.DataCategories, AffectedGroups: row.AffectedGroups,
		Disclosures: DisclosuresOf(row),
	}
}

func (s *Service) keepVersion(ctx context.Context, tx *db.Tx, row *db.Practice, reason string) error {
	err := tx.PracticeVersion.Create().SetPracticeID(row.ID).SetNumber(row.Version).SetTitle(row.Title).SetDescription(row.Description).SetKind(row.Kind).
		SetDataCategories(row.DataCategories).SetAffectedGroups(row.AffectedGroups).SetDisclosures(row.Disclosures).SetContentHash(row.ContentHash).SetEditorID(row.FirmID).
		SetReason(optional.Text(reason)).SetCreatedAt(row.UpdatedAt).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep version %d: %w", row.Version, err)
	}
	return nil
}

// Try tries a planned practice with some customers.
func (s *Service) Try(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.TryPractice, id, expected, "practice.tried", func(row *db.Practice) *db.PracticeUpdateOne {
		return row.Update().SetState(enum.PracticeStateTrial).SetShownVersion(row.Version)
	})
}

// Activate puts a practice in use, or takes it up again. Its firm hears what is missing.
func (s *Service) Activate(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	frame := s.Frame
	frame.Fetch = func(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
		p, err := s.fetch(ctx, tx, id)
		if err != nil {
			return p, err
		}
		lacks, err := s.missing(ctx, tx, []*db.Practice{p.Practice})
		if err != nil {
			return p, err
		}
		actor, whole := policy.ActorFrom(ctx), s.Subject(policy.ActorFrom(ctx), p)
		whole.Facts.Add(policy.Complete)
		var form fault.Form
		if policy.Decide(actor, policy.ActivatePractice, whole).Allowed {
			for _, lack := range lacks[0] { // without the field, which is none of this input
				form.Add(&fault.Fault{Kind: lack.Kind, Code: lack.Code, Message: lack.Message})
			}
		}
		p.complete = len(lacks[0]) == 0
		return p, form.Err()
	}
	return frame.Change(ctx, policy.ActivatePractice, id, expected, "practice.activated", func(ctx context.Context, _ *db.Tx, p placed) (*db.Practice, error) {
		return p.Update().SetState(enum.PracticeStateActive).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Missing says of each practice what it lacks to be put in use, whatever its state: one that was in use before its kind had to disclose
// something stays so, and is listed.
func (s *Service) Missing(ctx context.Context, rows []*db.Practice) ([][]*fault.Fault, error) {
	return s.missing(ctx, nil, rows)
}

// missing looks in a transaction, or outside if it is nil.
func (s *Service) missing(ctx context.Context, tx *db.Tx, rows []*db.Practice) ([][]*fault.Fault, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	lapsed, err := s.assessed.Lapsed(ctx, tx, ids)
	all := make([][]*fault.Fault, len(rows))
	for i, row := range rows {
		all[i] = MissingToActivate(row.Kind, DisclosuresOf(row), lapsed[row.ID])
	}
	return all, err
}

// Pause stops a practice for now.
func (s *Service) Pause(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.move(ctx, policy.PausePractice, id, expected, "practice.paused", enum.PracticeStatePaused)
}

// Withdraw gives a practice up.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.move(ctx, policy.WithdrawPractice, id, expected, "practice.withdrawn", enum.PracticeStateWithdrawn)
}

func (s *Service) move(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string, state enum.PracticeState,
) (*act.Result, error) {
	return s.change(ctx, action, id, expected, typ, func(row *db.Practice) *db.PracticeUpdateOne { return row.Update().SetState(state) })
}

func (s *Service) change(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string, do func(row *db.Practice) *db.PracticeUpdateOne,
) (*act.Result, error) {
	return s.Change(ctx, action, id, expected, typ, func(ctx context.Context, _ *db.Tx, p placed) (*db.Practice, error) {
		return do(p.Practice).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Practice.Query().Where(practice.ID(id), s.store.ForUpdate).Only(ctx)
	return placed{Practice: row}, err
}

// Linkable checks what a dialogue or proposal is to be about. A practice that the actor may not see is missing to it.
func (s *Service) Linkable(ctx context.Context, tx *db.Tx, practices []uuid.UUID) error {
	var f fault.Form
	if !f.Count("practices", len(practices), 0, 20) {
		return f.Err()
	}
	actor := policy.ActorFrom(ctx)
	for i, id := range practices {
		row, err := tx.Practice.Get(ctx, id)
		switch {
		case err != nil && !db.IsNotFound(err):
			return fmt.Errorf("load practice: %w", err)
		case err != nil || !s.Reads(actor, placed{Practice: row}):
			f.Add(fault.MissingField(fmt.Sprintf("practices.%d", i)))
		}
	}
	return f.Err()
}

// FirmOf is the firm whose practices these are; nil where they are of several.
func (s *Service) FirmOf(ctx context.Context, tx *db.Tx, practices []uuid.UUID) (*uuid.UUID, error) {
	of, firms := s.store.AnyOf("id", practices), []uuid.UUID(nil)
	err := s.store.QueryTx(ctx, tx, "SELECT DISTINCT firm_id FROM practices WHERE "+of.SQL, of.Args, func(r *sql.Rows) error {
		var firm uuid.UUID
		err := r.Scan(&firm)
		firms = append(firms, firm)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read whose practices these are: %w", err)
	}
	if len(firms) != 1 {
		return nil, nil
	}
	return &firms[0], nil
}

// Link says which practices a thing is about, once they were found linkable.
func (s *Service) Link(ctx context.Context, tx *db.Tx, of policy.Resource, subject uuid.UUID, practices []uuid.UUID) error {
	return link.Add(ctx, s.store, tx, link.Thing{Type: of, ID: subject}, policy.Practice, practices, s.clock.Now())
}

// Relink says anew which practices a thing is about, once they were found linkable, and tells whether that changes it.
func (s *Service) Relink(ctx context.Context, tx *db.Tx, of policy.Resource, subject uuid.UUID, practices []uuid.UUID) (changed bool, err error) {
	return link.Set(ctx, s.store, tx, link.Thing{Type: of, ID: subject}, policy.Practice, practices, s.clock.Now())
}

// Personal says that practices are of firms.
func (s *Service) Personal() []personal.Data {
	const stays, own = "It stays: it names a firm, not a person.", "What a firm says is its own, not its member's."
	return []personal.Data{
		{Table: "practices", Column: "firm_id", Organisations: true, Erasure: stays, Withheld: own},
		{Table: "practice_versions", Column: "editor_id", Organisations: true, Erasure: stays, Withheld: own},
	}
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Practice, ID: p.ID, Revision: p.Revision}, Owner: p.FirmID,
		Payload: map[string]any{"state": p.State, "version": p.Version, "contentHash": p.ContentHash},
	}
}

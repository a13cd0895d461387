package practice

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/practice"
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
	access.Frame[db.Practice, *db.Practice]
	store    *store.Store
	clock    clock.Clock
	assessed Assessments
}

// Assessments tell what was found about practices.
type Assessments interface {
	// Lapsed tells the level that an assessment found which is not current any more, if it was a high one; nil otherwise.
	Lapsed(ctx context.Context, tx *db.Tx, practice uuid.UUID) (*enum.ImpactLevel, error)
}

// Assess says who assesses practices: they are made before.
func (s *Service) Assess(a Assessments) { s.assessed = a }

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock) *Service {
	p := &Service{store: s, clock: c}
	p.Frame = access.Frame[db.Practice, *db.Practice]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: p.fetch, Entry: entry}
	p.AsPlace = placeOf
	return p
}

// Propose declares a planned practice of the actor's firm.
func (s *Service) Propose(ctx context.Context, w Words) (*act.Result, error) {
	return s.Create(ctx, policy.ProposePractice, "practice.proposed", nil, func(ctx context.Context, tx *db.Tx) (*db.Practice, error) {
		w, err := w.Check()
		if err != nil {
			return nil, err
		}
		now := s.clock.Now()
		row, err := tx.Practice.Create().SetFirmID(policy.ActorFrom(ctx).Stakeholder).SetTitle(w.Title).SetDescription(optional.Text(w.Description)).SetKind(w.Kind).
			SetDataCategories(w.DataCategories).SetAffectedGroups(w.AffectedGroups).SetContentHash(w.Hash()).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return nil, err
		}
		return row, s.keepVersion(ctx, tx, row, "")
	})
}

// Change holds the new words of a revision; nil keeps the old ones.
type Change struct {
	Title, Description             *string
	DataCategories, AffectedGroups []string
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
	return w
}

// Revise changes the words and makes a new version. Once the practice was shown to all, every revision says why, and so does its
// act; what is said of a plan stays with its versions, which only those see who could see the plan.
func (s *Service) Revise(ctx context.Context, id uuid.UUID, c Change, reason string, expected *int32) (*act.Result, error) {
	frame, told := s.Frame, ""
	frame.Entry = func(typ string, row *db.Practice) act.Entry {
		e := entry(typ, row)
		e.Reason = told
		return e
	}
	return frame.Change(ctx, policy.RevisePractice, id, expected, "practice.revised", func(ctx context.Context, tx *db.Tx, row *db.Practice) (*db.Practice, error) {
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
			SetAffectedGroups(w.AffectedGroups).SetContentHash(w.Hash()).AddVersion(1).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
		if err == nil {
			err = s.keepVersion(ctx, tx, row, reason)
		}
		return row, err
	})
}

func wordsOf(row *db.Practice) Words {
	return Words{
		Title: row.Title, Description: string(row.Description), Kind: row.Kind, DataCategories: row.DataCategories, AffectedGroups: row.AffectedGroups,
	}
}

func (s *Service) keepVersion(ctx context.Context, tx *db.Tx, row *db.Practice, reason string) error {
	err := tx.PracticeVersion.Create().SetPracticeID(row.ID).SetNumber(row.Version).SetTitle(row.Title).SetDescription(row.Description).SetKind(row.Kind).
		SetDataCategories(row.DataCategories).SetAffectedGroups(row.AffectedGroups).SetContentHash(row.ContentHash).SetEditorID(row.FirmID).
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

// Activate puts a practice in use, or takes it up again. One whose last assessment found a high level is assessed again first, when that
// assessment is not current any more.
func (s *Service) Activate(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.ActivatePractice, id, expected, "practice.activated", func(ctx context.Context, tx *db.Tx, row *db.Practice) (*db.Practice, error) {
		level, err := s.assessed.Lapsed(ctx, tx, id)
		if err != nil {
			return nil, err
		}
		if level != nil {
			return nil, fault.InvalidField("id", enum.UserErrorCodeIncomplete, "its last assessment found level %s and is not current any more: publish a new one first", *level)
		}
		return row.Update().SetState(enum.PracticeStateActive).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
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
	return s.Change(ctx, action, id, expected, typ, func(ctx context.Context, _ *db.Tx, row *db.Practice) (*db.Practice, error) {
		return do(row).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Practice, error) {
	return tx.Practice.Query().Where(practice.ID(id), s.store.ForUpdate).Only(ctx)
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
		case err != nil || !s.Reads(actor, row):
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

// Link says which practices a dialogue or proposal is about, once they were found linkable.
func (s *Service) Link(ctx context.Context, tx *db.Tx, subject uuid.UUID, practices []uuid.UUID) error {
	for i, id := range practices {
		if slices.Contains(practices[:i], id) {
			continue
		}
		if err := tx.Link.Create().SetSubjectID(subject).SetPracticeID(id).Exec(ctx); err != nil {
			return fmt.Errorf("link practice: %w", err)
		}
	}
	return nil
}

// Relink says anew which practices a dialogue or proposal is about, once they were found linkable, and tells whether that changes it.
func (s *Service) Relink(ctx context.Context, tx *db.Tx, subject uuid.UUID, practices []uuid.UUID) (changed bool, err error) {
	linked := map[uuid.UUID]bool{}
	err = s.store.QueryTx(ctx, tx, "SELECT practice_id FROM links WHERE subject_id = ?", []any{subject}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		linked[id] = true
		return err
	})
	if err != nil {
		return false, fmt.Errorf("read what it is about: %w", err)
	}
	if len(linked) == len(practices) && !slices.ContainsFunc(practices, func(id uuid.UUID) bool { return !linked[id] }) {
		return false, nil
	}
	if _, err := s.store.Exec(ctx, tx, "DELETE FROM links WHERE subject_id = ?", subject); err != nil {
		return false, fmt.Errorf("unlink practices: %w", err)
	}
	return true, s.Link(ctx, tx, subject, practices)
}

// Personal says that practices are of firms.
func (s *Service) Personal() []personal.Data {
	const stays, own = "It stays: it names a firm, not a person.", "What a firm says is its own, not its member's."
	return []personal.Data{
		{Table: "practices", Column: "firm_id", Organisations: true, Erasure: stays, Withheld: own},
		{Table: "practice_versions", Column: "editor_id", Organisations: true, Erasure: stays, Withheld: own},
	}
}

func entry(typ string, row *db.Practice) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Practice, ID: row.ID, Revision: row.Revision}, Owner: row.FirmID,
		Payload: map[string]any{"state": row.State, "version": row.Version, "contentHash": row.ContentHash},
	}
}

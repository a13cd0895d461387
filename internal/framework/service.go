package framework

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/framework"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/worker"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about frameworks.
var acts = []act.Type{
	{Name: "framework.drafted"},
	{Name: "framework.edited"},
	{Name: "framework.submitted"},
	{Name: "framework.adopted"},
	{Name: "framework.superseded"},
	{Name: "framework.reviewed"},
	{Name: "framework.retired"},
	{Name: "framework.review_due", By: "the server"},
}

// Service holds the use cases of frameworks.
type Service struct {
	access.Frame[db.Framework, placed]
	clock clock.Clock
	log   access.Appender
}

// New makes the service.
func New(s *store.Store, l access.Appender, c clock.Clock) *Service {
	n := &Service{clock: c, log: l}
	n.Frame = access.Frame[db.Framework, placed]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	n.AsPlace = placeOf
	return n
}

// Draft writes a framework of the actor's party. Nobody else sees it until it is in review. It may replace one that was adopted.
func (s *Service) Draft(ctx context.Context, w Words, replaces *uuid.UUID) (*act.Result, error) {
	owner := policy.ActorFrom(ctx).Stakeholder
	return s.draft(ctx, policy.DraftFramework, w, replaces, &owner)
}

// DraftCommon writes a framework of the commons.
func (s *Service) DraftCommon(ctx context.Context, w Words, replaces *uuid.UUID) (*act.Result, error) {
	return s.draft(ctx, policy.DraftCommonFramework, w, replaces, nil)
}

func (s *Service) draft(ctx context.Context, action policy.Action, w Words, replaces, owner *uuid.UUID) (*act.Result, error) {
	return s.Create(ctx, action, "framework.drafted", nil, func(ctx context.Context, tx *db.Tx) (placed, error) {
		w, err := w.Check()
		var form fault.Form
		form.Add(err)
		id := uuid.Must(uuid.NewV7())
		lineage, version, err := s.next(ctx, tx, id, replaces, owner)
		form.Add(err)
		if err := form.Err(); err != nil {
			return placed{}, err
		}
		actor, now := policy.ActorFrom(ctx), s.clock.Now()
		row, err := tx.Framework.Create().SetID(id).SetAuthorID(actor.Stakeholder).SetNillableOwnerID(owner).SetWriterID(actor.Member).SetLineageID(lineage).
			SetVersion(version).SetTitle(w.Title).SetScope(optional.Text(w.Scope)).SetContentHash(w.Hash()).SetReviewEveryMonths(w.ReviewEveryMonths).
			SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return placed{}, err
		}
		return placed{Framework: row}, put(ctx, tx, id, w.Principles, now)
	})
}

// next is where a new framework stands: the first of a lineage, or after those of the one that it is to replace, which is locked.
func (s *Service) next(ctx context.Context, tx *db.Tx, id uuid.UUID, replaces, owner *uuid.UUID) (lineage uuid.UUID, version int, err error) {
	if replaces == nil {
		return id, 1, nil
	}
	before, err := s.Load(ctx, tx, *replaces)
	if db.IsNotFound(err) || fault.Is(err, fault.NotFound) {
		return id, 0, fault.MissingField("supersedes")
	}
	if err != nil {
		return id, 0, err
	}
	if (before.OwnerID == nil) != (owner == nil) || owner != nil && *before.OwnerID != *owner {
		return id, 0, fault.InvalidField("supersedes", enum.UserErrorCodeOwner, "only its owner replaces a framework, and one of the commons another")
	}
	if before.State == enum.FrameworkStateDraft || before.State == enum.FrameworkStateInReview {
		return id, 0, fault.InvalidField("supersedes", enum.UserErrorCodeState, "this was not adopted: change it as it is")
	}
	if err := s.lock(ctx, tx, before.LineageID); err != nil {
		return id, 0, err
	}
	const last = "SELECT MAX(version) FROM frameworks WHERE lineage_id = ?"
	err = s.Store.QueryTx(ctx, tx, last, []any{before.LineageID}, func(r *sql.Rows) error { return r.Scan(&version) })
	return before.LineageID, version + 1, err
}

// lock keeps others from adding to a lineage, or from adopting in it.
func (s *Service) lock(ctx context.Context, tx *db.Tx, lineage uuid.UUID) error {
	_, err := tx.Framework.Query().Where(framework.ID(lineage), s.Store.ForUpdate).Only(ctx)
	return err
}

// Change holds what an edit changes; nil keeps what is there.
type Change struct {
	Title, Scope      *string
	ReviewEveryMonths *int
	Principles        []Principle
}

func (c Change) of(w Words) Words {
	if c.Title != nil {
		w.Title = *c.Title
	}
	if c.Scope != nil {
		w.Scope = *c.Scope
	}
	if c.ReviewEveryMonths != nil {
		w.ReviewEveryMonths = *c.ReviewEveryMonths
	}
	if c.Principles != nil {
		w.Principles = c.Principles
	}
	return w
}

// Edit changes a framework that is not adopted. Who does is one of its writers from then on.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.EditFramework, id, expected, "framework.edited", func(ctx context.Context, tx *db.Tx, p placed) (*db.Framework, error) {
		old, err := wordsOf(ctx, tx, p.Framework)
		if err != nil {
			return nil, err
		}
		w, err := c.of(old).Check()
		if err != nil {
			return nil, err
		}
		if w.Hash() == p.ContentHash && w.ReviewEveryMonths == p.ReviewEveryMonths {
			return nil, fault.NothingToDo("the framework says this already")
		}
		now := s.clock.Now()
		if err := put(ctx, tx, id, w.Principles, now); err != nil {
			return nil, err
		}
		return p.Update().SetTitle(w.Title).SetScope(optional.Text(w.Scope)).SetReviewEveryMonths(w.ReviewEveryMonths).SetContentHash(w.Hash()).
			SetEditorID(policy.ActorFrom(ctx).Member).AddRevision(1).SetUpdatedAt(now).Save(ctx)
	})
}

func wordsOf(ctx context.Context, tx *db.Tx, row *db.Framework) (Words, error) {
	all, err := principlesOf(ctx, tx, row.ID)
	return Words{Title: row.Title, Scope: string(row.Scope), ReviewEveryMonths: row.ReviewEveryMonths, Principles: all}, err
}

// Submit asks everybody for input on a draft.
func (s *Service) Submit(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.SubmitFramework, id, expected, "framework.submitted", func(ctx context.Context, _ *db.Tx, p placed) (*db.Framework, error) {
		return p.Update().SetState(enum.FrameworkStateInReview).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Adopt puts a framework in force that has been in review, and the version that was in force out of it. Who could adopt it hears what is
// missing.
func (s *Service) Adopt(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	frame := s.Frame
	frame.Fetch = s.fetchToAdopt
	return frame.Change(ctx, policy.AdoptFramework, id, expected, "framework.adopted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Framework, error) {
		now := s.clock.Now()
		if err := s.supersede(ctx, tx, p.LineageID, now); err != nil {
			return nil, err
		}
		return p.Update().SetState(enum.FrameworkStateAdopted).SetReviewDueAt(now.AddDate(0, p.ReviewEveryMonths, 0)).AddRevision(1).SetUpdatedAt(now).Save(ctx)
	})
}

// fetchToAdopt locks the first version of a framework before the version that is to be adopted, so that no two are adopted at once.
func (s *Service) fetchToAdopt(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Framework.Get(ctx, id)
	if err == nil {
		err = s.lock(ctx, tx, row.LineageID)
	}
	if err != nil {
		return placed{}, err
	}
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return p, err
	}
	actor := policy.ActorFrom(ctx)
	if !policy.Decide(actor, policy.AdoptFramework, s.Subject(actor, p)).Allowed {
		return p, nil
	}
	lacks, err := s.missing(ctx, tx, []*db.Framework{p.Framework})
	if err != nil {
		return p, err
	}
	var form fault.Form
	for _, lack := range lacks[0] { // without the field, which is none of this input
		form.Add(&fault.Fault{Kind: lack.Kind, Code: lack.Code, Message: lack.Message})
	}
	return p, form.Err()
}

// supersede puts the version of a lineage out of force that is in force.
func (s *Service) supersede(ctx context.Context, tx *db.Tx, lineage uuid.UUID, now time.Time) error {
	before, err := tx.Framework.Query().Where(framework.LineageID(lineage), framework.State(enum.FrameworkStateAdopted), s.Store.ForUpdate).Only(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err == nil {
		before, err = before.Update().SetState(enum.FrameworkStateSuperseded).AddRevision(1).SetUpdatedAt(now).Save(ctx)
	}
	if err != nil {
		return fmt.Errorf("supersede the version before: %w", err)
	}
	_, err = s.log.Append(ctx, tx, policy.ActorFrom(ctx), entry("framework.superseded", placed{Framework: before}))
	return err
}

// Review says what a review of a framework found that stays as it is, and sets the date of the next.
func (s *Service) Review(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.ReviewFramework, id, expected, "framework.reviewed", func(ctx context.Context, _ *db.Tx, p placed) (*db.Framework, error) {
		now := s.clock.Now()
		return p.Update().SetReviewDueAt(now.AddDate(0, p.ReviewEveryMonths, 0)).ClearNotedAt().AddRevision(1).SetUpdatedAt(now).Save(ctx)
	})
}

// Retire puts a framework out of force.
func (s *Service) Retire(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.RetireFramework, id, expected, "framework.retired", func(ctx context.Context, _ *db.Tx, p placed) (*db.Framework, error) {
		return p.Update().SetState(enum.FrameworkStateRetired).SetStateReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Run notes which reviews are due until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) {
	worker.Every(ctx, "reviews of frameworks", access.NoteEvery, s.Turn)
}

// Turn writes an act for each review that is due, if this server holds the lease.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	return access.Noting[db.Framework, placed]{
		Frame: s.Frame, Log: s.log, Name: "framework-reviews", Action: policy.NoteFrameworkReview, Type: "framework.review_due",
		Due: "SELECT id FROM frameworks WHERE state = 'ADOPTED' AND noted_at IS NULL AND review_due_at < ? ORDER BY review_due_at LIMIT ?",
		Note: func(ctx context.Context, _ *db.Tx, p placed, now time.Time) (*db.Framework, error) {
			if p.NotedAt != nil || !Overdue(p.State, p.ReviewDueAt, now) {
				return nil, nil
			}
			return p.Update().SetNotedAt(now).AddRevision(1).SetUpdatedAt(now).Save(ctx)
		},
	}.Turn(ctx, holder)
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Framework.Query().Where(framework.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{Framework: row}, err
}

// Place loads a framework as a place inside a use case, and keeps it as it is until the end.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	row, err := tx.Framework.Query().Where(framework.ID(id), s.Store.ForShare).Only(ctx)
	if err != nil {
		return access.Place{}, err
	}
	return placeOf(policy.ActorFrom(ctx), placed{Framework: row}), nil
}

// Places reads frameworks as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.Store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	places := make(map[uuid.UUID]access.Place, len(rows))
	for id, row := range rows {
		places[id] = placeOf(policy.ActorFrom(ctx), placed{Framework: row})
	}
	return places, nil
}

// Text gives the scope of a framework.
func (s *Service) Text(ctx context.Context, tx *db.Tx, id uuid.UUID) (string, error) {
	row, err := tx.Framework.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return string(row.Scope), nil
}

// Version says that only the present text of a framework can be quoted: each of its versions is a framework of its own.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

// placeOf is a framework as a place for comments: outside of dialogues, and open from its review on. In review it asks for them, and who
// wrote it answers them; those on a framework of the commons any facilitator may answer.
func placeOf(a policy.Actor, p placed) access.Place {
	at := access.Place{Party: p.AuthorID, Facts: access.Outside(a).With(noun.Subject(a, p).Facts)}
	at.Facts.Remove(policy.Complete)
	if p.State == enum.FrameworkStateDraft {
		at.Facts.Remove(policy.Shown)
	}
	if p.State == enum.FrameworkStateInReview {
		at.Asks = true
		if a.Stakeholder == p.AuthorID || p.OwnerID == nil && a.Has(policy.Facilitator) {
			at.Facts.Add(policy.Responsible)
		}
	}
	if noun.Reads(a, p) {
		at.Facts.Add(policy.InSight)
	}
	return at
}

// Personal says that frameworks are of organisations.
func (s *Service) Personal() []personal.Data {
	const stays, own = "It stays: it names an organisation, not a person.", "What an organisation says is its own, not its member's."
	const member, asks = "It stays: it names a member of an organisation.", "It is the id of the member who asks, which the profile holds."
	return []personal.Data{
		{Table: "frameworks", Column: "author_id", Organisations: true, Erasure: stays, Withheld: own},
		{Table: "frameworks", Column: "owner_id", Organisations: true, Erasure: stays, Withheld: own},
		{Table: "frameworks", Column: "writer_id", Organisations: true, Erasure: member, Withheld: asks},
		{Table: "frameworks", Column: "editor_id", Organisations: true, Erasure: member, Withheld: asks},
	}
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Framework, ID: p.ID, Revision: p.Revision}, Owner: p.AuthorID,
		Payload: map[string]any{"state": p.State, "lineage": p.LineageID, "version": p.Version, "contentHash": p.ContentHash},
	}
}

// writers are the members who wrote a framework.
func writers(row *db.Framework) []uuid.UUID {
	all := []uuid.UUID{row.WriterID}
	if row.EditorID != nil && !slices.Contains(all, *row.EditorID) {
		all = append(all, *row.EditorID)
	}
	return all
}

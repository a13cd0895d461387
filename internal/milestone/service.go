package milestone

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/milestone"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about milestones.
var acts = []act.Type{{Name: "milestone.planned"}, {Name: "milestone.replanned"}, {Name: "milestone.reported"}}

// Commitments are what milestones are steps of.
type Commitments interface {
	// Place loads a commitment inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// Progressed is what a change of a milestone does to a commitment that is locked.
	Progressed(ctx context.Context, tx *db.Tx, id uuid.UUID) error
}

// Service holds the use cases of milestones.
type Service struct {
	access.Frame[db.Milestone, placed]
	clock       clock.Clock
	commitments Commitments
	files       access.Files
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, of Commitments, f access.Files) *Service {
	n := &Service{clock: c, commitments: of, files: f}
	n.Frame = access.Frame[db.Milestone, placed]{Noun: nounOf(of), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Plan plans a milestone.
func (s *Service) Plan(ctx context.Context, commitment uuid.UUID, title string, due time.Time) (*act.Result, error) {
	var at access.Place
	return s.Create(ctx, policy.PlanMilestone, "milestone.planned", access.In(s.commitments, commitment, &at), func(ctx context.Context, tx *db.Tx) (placed, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return placed{}, err
		}
		var f fault.Form
		title := f.Line("title", title, 200)
		f.Ahead("dueAt", due, now.UTC())
		there, err := tx.Milestone.Query().Where(milestone.CommitmentID(commitment)).Count(ctx)
		if err != nil {
			return placed{}, fmt.Errorf("count milestones: %w", err)
		}
		if there >= most {
			limit := most
			f.Add(fault.InvalidField("commitment", enum.UserErrorCodeLimitReached, "a commitment has at most %d milestones", most).With(fault.Values{Limit: &limit}))
		}
		if err := f.Err(); err != nil {
			return placed{}, err
		}
		made := s.clock.Now()
		row, err := tx.Milestone.Create().SetCommitmentID(commitment).SetTitle(title).SetDueAt(due).SetCreatedAt(made).SetUpdatedAt(made).Save(ctx)
		if err != nil {
			return placed{}, err
		}
		return placed{row, at}, s.commitments.Progressed(ctx, tx, commitment)
	})
}

// Replan changes what a milestone is, or when it is due; nil keeps it.
func (s *Service) Replan(ctx context.Context, id uuid.UUID, title *string, due *time.Time, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.ReplanMilestone, id, expected, "milestone.replanned", func(ctx context.Context, tx *db.Tx, p placed) (*db.Milestone, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		var f fault.Form
		update := p.Update().AddRevision(1).SetUpdatedAt(s.clock.Now())
		changed := false
		if title != nil {
			name := f.Line("title", *title, 200)
			update.SetTitle(name)
			changed = name != p.Title
		}
		if due != nil {
			f.Ahead("dueAt", *due, now.UTC())
			update.SetDueAt(*due).ClearNotedAt()
			changed = changed || !due.Equal(p.DueAt)
		}
		if err := f.Err(); err != nil {
			return nil, err
		}
		if !changed {
			return nil, fault.NothingToDo("the milestone is like this already")
		}
		return s.saved(ctx, tx, update)
	})
}

// Report says how far a milestone has got, and which files show it; nil keeps those that it has.
func (s *Service) Report(ctx context.Context, id uuid.UUID, progress int, note string, files []uuid.UUID, expected *int32) (*act.Result, error) {
	var f fault.Form
	f.Between("progress", progress, 0, 100)
	note = f.Text("note", note, 2000)
	if err := f.Err(); err != nil {
		return nil, err
	}
	var hashes []string
	return s.Because(note).Attaching(&hashes).Change(ctx, policy.ReportProgress, id, expected, "milestone.reported", func(ctx context.Context, tx *db.Tx, p placed) (*db.Milestone, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		if hashes, _, err = s.files.Put(ctx, tx, policy.Milestone, id, p.Revision, files); err != nil {
			return nil, err
		}
		update := p.Update().SetProgress(progress).SetState(StateAt(progress)).AddRevision(1).SetUpdatedAt(s.clock.Now())
		switch {
		case StateAt(progress) == p.State:
		case p.State == enum.MilestoneStatePlanned:
			update.SetReachedAt(now.UTC().Truncate(time.Microsecond))
		default: // it was not reached after all: the clock looks at it again
			update.ClearReachedAt().ClearNotedAt()
		}
		return s.saved(ctx, tx, update)
	})
}

func (s *Service) saved(ctx context.Context, tx *db.Tx, update *db.MilestoneUpdateOne) (*db.Milestone, error) {
	row, err := update.Save(ctx)
	if err != nil {
		return nil, err
	}
	return row, s.commitments.Progressed(ctx, tx, row.CommitmentID)
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Milestone.Query().Where(milestone.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	at, err := s.commitments.Place(ctx, tx, row.CommitmentID) // which locks it: nobody else changes its milestones meanwhile
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Milestone.Query().Where(milestone.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row, at}, err
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Milestone, ID: p.ID, Revision: p.Revision}, Owner: p.at.Party, Dialogue: *p.at.Dialogue,
		Parent:  act.Parent{Type: policy.Commitment, ID: p.CommitmentID},
		Payload: map[string]any{"state": p.State, "progress": p.Progress, "dueAt": p.DueAt},
	}
}

package dialogue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/worker"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	lookEvery = 5 * time.Second
	leaseFor  = time.Minute
	// mostAtOnce is in how many dialogues phases begin or end in one look.
	mostAtOnce = 500
)

// Run notes which phases begin and end until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) { worker.Every(ctx, "phases", lookEvery, s.Turn) }

// Turn writes an act for each phase that has begun or ended since the last look, if this server holds the lease. Each is written with
// the mark that it was, so that none is written twice, whatever happens in between.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	now, held, err := s.store.Lease(ctx, "phases", holder, leaseFor)
	if err != nil || !held {
		return 0, err
	}
	return s.Note(ctx, now)
}

// Note writes an act for each phase that has begun or ended by a time and has none yet.
func (s *Service) Note(ctx context.Context, now time.Time) (n int, err error) {
	due, err := s.due(ctx, now)
	if err != nil {
		return 0, err
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("phases"))
	for _, id := range due {
		did := 0
		wrong := s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) { did, err = s.note(ctx, tx, id); return err })
		if wrong == nil {
			n += did
		}
		err = errors.Join(err, wrong)
	}
	return n, err
}

// due are dialogues in which a phase may have begun or ended without an act that says so.
func (s *Service) due(ctx context.Context, now time.Time) (ids []uuid.UUID, err error) {
	const text = `SELECT DISTINCT d.id FROM phases p JOIN dialogues d ON d.id = p.dialogue_id WHERE p.ended_at IS NULL AND p.opens_at <= ? AND d.source = '' AND
		(d.state = 'OPEN' AND p.round = d.round AND (p.began_at IS NULL OR p.closes_at <= ? OR EXISTS (SELECT 1 FROM phases n
			WHERE n.dialogue_id = p.dialogue_id AND n.round = p.round AND n.position > p.position AND n.opens_at <= ?))
		OR (d.state = 'CLOSED' OR p.round < d.round) AND (p.began_at IS NOT NULL OR p.opens_at <= d.closed_at)) ORDER BY d.id LIMIT ?`
	err = s.store.Query(ctx, text, []any{now, now, now, mostAtOnce}, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for phases that begin or end: %w", err)
	}
	return ids, nil
}

// note marks what began and ended in a dialogue, with an act for each.
func (s *Service) note(ctx context.Context, tx *db.Tx, id uuid.UUID) (n int, err error) {
	space, err := s.fetch(ctx, tx, id)
	if err != nil {
		return 0, fmt.Errorf("load the dialogue: %w", err)
	}
	if space.Phases, err = s.everyPhase(ctx, tx, space); err != nil {
		return 0, err
	}
	actor := policy.SystemActor("phases")
	if err := policy.Check(policy.WithActor(ctx, actor), policy.NotePhases, noun.Subject(actor, space)); err != nil {
		return 0, err
	}
	for _, e := range space.changes() {
		column := "ended_at"
		if e.began {
			column = "began_at"
		}
		if _, err := s.store.Exec(ctx, tx, "UPDATE phases SET "+column+" = ? WHERE id = ?", e.at, e.phase.ID); err != nil {
			return 0, fmt.Errorf("mark a phase: %w", err)
		}
		if e.unseen {
			continue
		}
		if _, err := s.log.Append(ctx, tx, actor, s.noted(space, e)); err != nil {
			return 0, fmt.Errorf("%s: %w", policy.NotePhases, err)
		}
		n++
	}
	return n, nil
}

// everyPhase loads the phases of all rounds, in order.
func (s *Service) everyPhase(ctx context.Context, tx *db.Tx, space Space) (all []*db.Phase, err error) {
	text := "SELECT " + strings.Join(phases.Columns, ", ") + " FROM phases WHERE dialogue_id = ? ORDER BY position"
	err = s.store.QueryTx(ctx, tx, text, []any{space.ID}, func(r *sql.Rows) error {
		p := new(db.Phase)
		all = append(all, p)
		return phases.Scan(r, p)
	})
	if err != nil {
		return nil, fmt.Errorf("load the phases: %w", err)
	}
	return all, nil
}

// change is that a phase begins or ends.
type change struct {
	phase  *db.Phase
	began  bool
	unseen bool // it was over before the dialogue was opened: it never took place
	at     time.Time
}

// changes are what began and ended by now and is not marked yet, in order.
func (s Space) changes() (all []change) {
	for i, p := range s.Phases {
		over := s.State == enum.DialogueStateClosed || p.Round < s.Round
		last := s.Now // of the time in which it can have begun
		if over && s.ClosedAt != nil {
			last = *s.ClosedAt
		}
		if p.EndedAt != nil || p.BeganAt == nil && (s.State == enum.DialogueStateDraft || p.OpensAt.After(last)) {
			continue
		}
		end := p.ClosesAt
		if i+1 < len(s.Phases) && s.Phases[i+1].Round == p.Round && end == nil {
			end = &s.Phases[i+1].OpensAt
		}
		ended := end != nil && !end.After(s.Now)
		unseen := p.BeganAt == nil && ended && s.OpenedAt != nil && !end.After(*s.OpenedAt)
		if p.BeganAt == nil {
			all = append(all, change{p, true, unseen, s.Now})
		}
		if ended || over {
			all = append(all, change{p, false, unseen, s.Now})
		}
	}
	return all
}

// noted is the act that a phase began or ended.
func (s *Service) noted(space Space, c change) act.Entry {
	typ := "dialogue.phase_ended"
	if c.began {
		typ = "dialogue.phase_began"
	}
	e := s.Entry(typ, space)
	e.Payload = map[string]any{
		"phase": c.phase.Kind, "round": c.phase.Round, "opensAt": c.phase.OpensAt.UTC(), "closesAt": c.phase.ClosesAt,
	}
	return e
}

package comment

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Tally counts the votes on a comment: for each participant, the last one.
type Tally struct {
	Agree, Disagree, Pass, Total int
	comment                      uuid.UUID
}

// ChamberTally is what is shown of the votes of one chamber on a comment; nil for what is withheld.
type ChamberTally struct {
	Chamber               enum.StakeholderKind
	Agree, Disagree, Pass *int
}

// ByChamber gives what is shown by chamber of each tally. A snapshot whose time has come is renewed here, by whoever reads it first,
// and not on the way of a vote. A snapshot that cannot be renewed is shown as it is.
func (s *Service) ByChamber(ctx context.Context, tallies []*Tally) ([][]*ChamberTally, error) {
	ids := make([]uuid.UUID, len(tallies))
	for i, t := range tallies {
		ids[i] = t.comment
	}
	found, err := s.snapshots(ids, func(text string, args []any, scan func(*sql.Rows) error) error {
		return s.store.Query(ctx, text, args, scan)
	})
	if err != nil {
		return nil, err
	}
	var due []uuid.UUID
	for _, t := range tallies {
		if was := found[t.comment]; was.MayBeDue(t.count()) && was.Due(t.count(), s.draw(t.comment, was)) && !slices.Contains(due, t.comment) {
			due = append(due, t.comment)
		}
	}
	if len(due) > 0 {
		found = s.renew(ctx, found, due)
	}
	all := make([][]*ChamberTally, len(tallies))
	for i, t := range tallies {
		all[i] = found[t.comment].show()
	}
	return all, nil
}

func (t *Tally) count() Count { return Count{t.Agree, t.Disagree, t.Pass} }

func (s Snapshot) show() []*ChamberTally {
	rows := make([]*ChamberTally, len(chambers))
	for i, chamber := range chambers {
		n := s.Shown[chamber]
		rows[i] = &ChamberTally{chamber, shown(n[0]), shown(n[1]), shown(n[2])}
	}
	return rows
}

// ShownOf reads what is shown by chamber as it is stored.
func ShownOf(stored json.RawMessage) ([]*ChamberTally, error) {
	var s Snapshot
	if err := json.Unmarshal(stored, &s.Shown); err != nil {
		return nil, fmt.Errorf("read a tally by chamber: %w", err)
	}
	return s.show(), nil
}

func shown(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}

// draw draws what the servers alone know of a comment's snapshot.
func (s *Service) draw(id uuid.UUID, was Snapshot) Draw {
	return func(name string, lowest, highest int) int {
		b := binary.BigEndian.AppendUint64(id[:], uint64(was.Step))
		n := binary.BigEndian.Uint64(s.store.Secret("tally by chamber", append(b, name...)))
		return lowest + int(n%uint64(highest-lowest+1))
	}
}

// renew renews the snapshots of comments and gives all that were found, as they are then. No answer is kept that was made of one
// that could not be renewed.
func (s *Service) renew(ctx context.Context, found map[uuid.UUID]Snapshot, due []uuid.UUID) map[uuid.UUID]Snapshot {
	slices.SortFunc(due, func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	var now map[uuid.UUID]Snapshot
	err := s.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		now, err = s.renewIn(ctx, tx, due)
		return err
	})
	if err != nil {
		store.KeepNothing(ctx)
		return found
	}
	for id, one := range now {
		found[id] = one
	}
	return found
}

// renewIn renews snapshots. No vote comes between the count and the commit: an answer that is kept knows of each vote before it, and
// so of each snapshot that was due.
func (s *Service) renewIn(ctx context.Context, tx *db.Tx, due []uuid.UUID) (map[uuid.UUID]Snapshot, error) {
	ask := func(text string, args []any, scan func(*sql.Rows) error) error {
		return s.store.QueryTx(ctx, tx, text, args, scan)
	}
	if err := s.store.LockAll(ctx, tx, "comments", due); err != nil {
		return nil, err
	}
	found, err := s.snapshots(due, ask)
	if err != nil {
		return nil, err
	}
	votes, err := s.votesByChamber(due, ask)
	if err != nil {
		return nil, err
	}
	const save = `INSERT INTO chamber_tallies (id, step, agrees, disagrees, passes, shown) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET step = excluded.step, agrees = excluded.agrees, disagrees = excluded.disagrees, passes = excluded.passes,
			shown = excluded.shown`
	for _, id := range due {
		was := found[id]
		if !was.Due(votes[id].Sum(), s.draw(id, was)) {
			continue // another reader has renewed it
		}
		next := was.Next(votes[id], s.draw(id, was))
		text, err := json.Marshal(next.Shown)
		if err != nil {
			return nil, fmt.Errorf("write a tally by chamber: %w", err)
		}
		if _, err := s.store.Exec(ctx, tx, save, id, next.Step, next.All[0], next.All[1], next.All[2], string(text)); err != nil {
			return nil, fmt.Errorf("keep a tally by chamber: %w", err)
		}
		found[id] = next
	}
	return found, nil
}

// asking runs a query, inside a transaction or outside.
type asking func(text string, args []any, scan func(*sql.Rows) error) error

// snapshots reads what is shown of comments.
func (s *Service) snapshots(ids []uuid.UUID, ask asking) (map[uuid.UUID]Snapshot, error) {
	found := make(map[uuid.UUID]Snapshot, len(ids))
	of := s.store.AnyOf("id", ids)
	err := ask("SELECT id, step, agrees, disagrees, passes, shown FROM chamber_tallies WHERE "+of.SQL, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var one Snapshot
		var text []byte
		if err := r.Scan(&id, &one.Step, &one.All[0], &one.All[1], &one.All[2], &text); err != nil {
			return err
		}
		if err := json.Unmarshal(text, &one.Shown); err != nil {
			return fmt.Errorf("read a tally by chamber: %w", err)
		}
		found[id] = one
		return nil
	})
	return found, err
}

// votesByChamber counts the votes on comments.
func (s *Service) votesByChamber(ids []uuid.UUID, ask asking) (map[uuid.UUID]ByChamber, error) {
	votes := make(map[uuid.UUID]ByChamber, len(ids))
	of := s.store.AnyOf("v.comment_id", ids)
	text := "SELECT v.comment_id, p.kind, v.choice, COUNT(*) FROM votes v JOIN stakeholders p ON p.id = v.voter_id WHERE " + of.SQL + " GROUP BY v.comment_id, p.kind, v.choice"
	err := ask(text, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var chamber enum.StakeholderKind
		var choice enum.VoteChoice
		var n int
		if err := r.Scan(&id, &chamber, &choice, &n); err != nil {
			return err
		}
		if votes[id] == nil {
			votes[id] = ByChamber{}
		}
		of := votes[id][chamber]
		of[slices.Index(choices[:], choice)] = n
		votes[id][chamber] = of
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count votes by chamber: %w", err)
	}
	return votes, nil
}

package actlog

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// recent is how many of the newest acts stay in memory: subscribers that keep up never touch the database.
const recent = 4096

// tail is the end of the log in memory, and a signal that it has grown.
type tail struct {
	mu    sync.RWMutex
	acts  []*db.Act // the newest, contiguous, ending at head
	head  int64
	known bool
	grown chan struct{} // closed and replaced when acts are added
}

func newTail() *tail { return &tail{grown: make(chan struct{})} }

// Head returns the sequence number of the newest act in the log.
func (l *Log) Head(ctx context.Context) (int64, error) {
	var head int64
	err := l.store.Query(ctx, "SELECT COALESCE(MAX(seq), 0) FROM acts", nil, func(r *sql.Rows) error { return r.Scan(&head) })
	return head, err
}

// At returns the act with a sequence number, Nil if there is none.
func (l *Log) At(ctx context.Context, seq int64) (act uuid.UUID, err error) {
	if a := l.tail.at(seq); a != nil {
		return a.ActID, nil
	}
	err = l.store.Query(ctx, "SELECT act_id FROM acts WHERE seq = ?", []any{seq}, func(r *sql.Rows) error { return r.Scan(&act) })
	return act, err
}

// follow brings the tail up to the log's end. With a broker it also checks the tail's last act against the database, which
// is authoritative: a database restored from before that act has another one at that sequence number.
func (l *Log) follow(ctx context.Context) error {
	t := l.tail
	for {
		head, newest, known := t.end()
		if !known {
			head, err := l.Head(ctx)
			if err != nil {
				return err
			}
			t.start(head)
			return nil
		}
		from, limit := head, batch
		if check := l.fan.broker != nil && newest != nil; check {
			from, limit = head-1, batch+1
		}
		acts, err := l.read(ctx, from, limit)
		if err != nil {
			return err
		}
		if from < head {
			if len(acts) == 0 || acts[0].ID != head || acts[0].ActID != newest.ActID {
				t.forget()
				l.nudge()
				return fmt.Errorf("%w: act %d of the tail is not in the database", ErrForked, head)
			}
			acts = acts[1:]
		}
		if len(acts) == 0 {
			return nil
		}
		for _, a := range acts {
			if a.Type == Erasure { // another replica may have erased
				if err := l.Forget(a.SubjectID); err != nil {
					return err
				}
			}
		}
		added, fits := t.extend(acts)
		if !fits { // the database is authoritative, even if an act was deleted from it
			t.start(acts[len(acts)-1].ID)
		}
		if added || !fits {
			l.fan.fed.Store(false) // the broker has not delivered them, or not yet
		}
		if len(acts) < batch {
			return nil
		}
	}
}

// end returns the head and, if the tail holds it, its act.
func (t *tail) end() (head int64, newest *db.Act, known bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if n := len(t.acts); n > 0 {
		newest = t.acts[n-1]
	}
	return t.head, newest, t.known
}

// at returns the act with a sequence number, nil if the tail does not hold it.
func (t *tail) at(seq int64) *db.Act {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if i := seq - (t.head - int64(len(t.acts))) - 1; t.known && i >= 0 && i < int64(len(t.acts)) {
		return t.acts[i]
	}
	return nil
}

// start empties the tail and sets its head.
func (t *tail) start(head int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head, t.known, t.acts = head, true, nil
	t.signal()
}

// forget drops acts that the database does not hold. Nothing is read from the tail until it starts again.
func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known, t.acts = false, nil
}

// extend adds the new ones among acts. It reports whether there were any, and whether the acts fit: they leave no gap and
// agree with the acts that the tail has.
func (t *tail) extend(acts []*db.Act) (added, fits bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.known || acts[0].ID > t.head+1 || acts[len(acts)-1].ID != acts[0].ID+int64(len(acts))-1 {
		return false, false
	}
	oldest := t.head - int64(len(t.acts)) // the sequence number before the tail's first
	for len(acts) > 0 && acts[0].ID <= t.head {
		if at := acts[0].ID - oldest - 1; at >= 0 && t.acts[at].ActID != acts[0].ActID {
			return false, false
		}
		acts = acts[1:]
	}
	if len(acts) == 0 {
		return false, true
	}
	t.head = acts[len(acts)-1].ID
	t.acts = append(t.acts, acts...)
	if over := len(t.acts) - recent; over > 0 {
		t.acts = append([]*db.Act(nil), t.acts[over:]...)
	}
	t.signal()
	return true, true
}

// news returns those of contiguous acts that the tail does not have yet.
func (t *tail) news(acts []*db.Act) []*db.Act {
	head, _, _ := t.end()
	return acts[min(max(0, head+1-acts[0].ID), int64(len(acts))):]
}

// recent returns what the tail holds after a sequence number, and a channel that closes when there is more.
func (t *tail) recent(seq int64) ([]*db.Act, <-chan struct{}) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	oldest := t.head - int64(len(t.acts))
	return t.acts[min(max(0, seq-oldest), int64(len(t.acts))):], t.grown
}

func (t *tail) signal() {
	close(t.grown)
	t.grown = make(chan struct{})
}

// After returns up to batch acts after a sequence number, and a channel that closes when newer ones than the current head
// arrive.
func (l *Log) After(ctx context.Context, seq int64) ([]*db.Act, <-chan struct{}, error) {
	t := l.tail
	t.mu.RLock()
	head, grown, oldest := t.head, t.grown, t.head-int64(len(t.acts))
	known := t.known
	var acts []*db.Act
	if known && seq >= oldest && seq < head {
		acts = t.acts[seq-oldest:]
	}
	t.mu.RUnlock()
	if !known || seq >= head {
		return nil, grown, nil
	}
	if acts == nil {
		var err error
		if acts, err = l.read(ctx, seq, batch); err != nil {
			return nil, nil, err
		}
	}
	return acts[:min(len(acts), batch)], grown, nil
}

// read returns acts of the log after a sequence number, in order.
func (l *Log) read(ctx context.Context, seq int64, limit int) ([]*db.Act, error) {
	return l.Since(ctx, seq, Query{Limit: limit})
}

// Query narrows what is read from the log.
type Query struct {
	Subjects []uuid.UUID // empty for all
	Dialogue *uuid.UUID
	// Party leaves out acts that only other actors may see; nil leaves out nothing, and Nil is a viewer without a party.
	Party *uuid.UUID
	Limit int // batch when zero
}

// Since returns acts of the log after a sequence number, in order.
func (l *Log) Since(ctx context.Context, seq int64, q Query) ([]*db.Act, error) {
	where := []store.Cond{store.Where("seq > ?", seq)}
	switch len(q.Subjects) {
	case 0:
	case 1: // an index holds its acts in order
		where = append(where, store.Where("subject_id = ?", q.Subjects[0]))
	default:
		where = append(where, l.store.AnyOf("subject_id", q.Subjects))
	}
	if q.Dialogue != nil {
		where = append(where, store.Where("dialogue_id = ?", *q.Dialogue))
	}
	if q.Party != nil {
		where = append(where, store.Where("(audience <> '"+ForActor+"' OR stakeholder_id = ?)", *q.Party))
	}
	if q.Limit == 0 {
		q.Limit = batch
	}
	all := store.And(where...)
	var acts []*db.Act
	text := "SELECT " + strings.Join(Table.Columns, ", ") + " FROM acts WHERE " + all.SQL + " ORDER BY seq LIMIT ?"
	err := l.store.Query(ctx, text, append(all.Args, q.Limit), func(r *sql.Rows) error {
		a := new(db.Act)
		acts = append(acts, a)
		return r.Scan(Table.Dest(a)...)
	})
	if err != nil {
		return nil, fmt.Errorf("read the act log: %w", err)
	}
	return acts, nil
}

// ByID reads acts by their ids from the log and from the queue; a queued act has sequence number zero.
func (l *Log) ByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Act, error) {
	acts := make(map[uuid.UUID]*db.Act, len(ids))
	of := l.store.AnyOf("act_id", ids)
	cols := strings.Join(Table.Columns[1:], ", ")
	text := "SELECT seq, " + cols + " FROM acts WHERE " + of.SQL + " UNION ALL SELECT 0, " + cols + " FROM queued_acts WHERE " + of.SQL
	err := l.store.Query(ctx, text, append(of.Args, of.Args...), func(r *sql.Rows) error {
		a := new(db.Act)
		if err := r.Scan(Table.Dest(a)...); err != nil {
			return err
		}
		// An act may appear in both if it moves meanwhile: the one with a sequence number counts.
		if acts[a.ActID] == nil || a.ID > 0 {
			acts[a.ActID] = a
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read acts: %w", err)
	}
	return acts, nil
}

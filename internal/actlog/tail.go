package actlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// recent is how many of the newest acts stay in memory: subscribers that keep up never touch the database.
const recent = 4096

// place is a sequence number and the act that has it; zero for the log's beginning.
type place struct {
	seq int64
	act uuid.UUID
}

func placeOf(a *db.Act) place { return place{a.ID, a.ActID} }

// tail is the end of the log in memory, and a signal that it has grown. No act is shown to anybody that the tail has not
// reached: its end is what this server has shown, and what a database must have; see loss.go.
type tail struct {
	mu    sync.RWMutex
	acts  []*db.Act // the newest, contiguous, ending at head
	head  place
	known bool
	over  bool          // the log has stopped: it stays unknown
	grown chan struct{} // closed and replaced when acts are added
}

func newTail() *tail { return &tail{grown: make(chan struct{})} }

// Head returns the sequence number of the newest act in the log.
func (l *Log) Head(ctx context.Context) (int64, error) {
	seq, _, err := l.End(ctx)
	return seq, err
}

// End returns the newest act that has a sequence number; zero and Nil for none.
func (l *Log) End(ctx context.Context) (seq int64, act uuid.UUID, err error) {
	p, err := l.headNow(ctx)
	if err == nil {
		err = l.catchUp(ctx, p.seq)
	}
	return p.seq, p.act, err
}

// headNow reads the end of the log.
func (l *Log) headNow(ctx context.Context) (p place, err error) {
	err = l.store.Query(ctx, "SELECT seq, act_id FROM acts ORDER BY seq DESC LIMIT 1", nil, func(r *sql.Rows) error { return r.Scan(&p.seq, &p.act) })
	if err != nil {
		return place{}, fmt.Errorf("find the end of the log: %w", err)
	}
	return p, nil
}

// At returns the act with a sequence number, Nil if there is none.
func (l *Log) At(ctx context.Context, seq int64) (act uuid.UUID, err error) {
	if a := l.tail.at(seq); a != nil {
		return a.ActID, nil
	}
	return l.actAt(ctx, seq)
}

func (l *Log) actAt(ctx context.Context, seq int64) (act uuid.UUID, err error) {
	err = l.store.Query(ctx, "SELECT act_id FROM acts WHERE seq = ?", []any{seq}, func(r *sql.Rows) error { return r.Scan(&act) })
	return act, err
}

// catchUp brings the tail up to an act that was just read, before it is shown.
func (l *Log) catchUp(ctx context.Context, seq int64) error {
	behind := func() bool {
		end, known := l.tail.end()
		return known && seq > end.seq
	}
	if !behind() {
		return nil
	}
	err := l.inTurn(ctx, func() error {
		if !behind() { // another caller has brought it there meanwhile
			return nil
		}
		return l.advance(ctx)
	})
	if errors.Is(err, ErrForked) {
		return nil // the log has stopped, and reads go on
	}
	return err
}

// inTurn runs f while nobody else brings the tail up to date.
func (l *Log) inTurn(ctx context.Context, f func() error) error {
	select {
	case l.following <- struct{}{}:
		defer func() { <-l.following }()
		return f()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// follow brings the tail up to the log's end.
func (l *Log) follow(ctx context.Context) error {
	return l.inTurn(ctx, func() error { return l.advance(ctx) })
}

// advance reads on from the tail's end. It reads the tail's last act again: a database that does not have it has lost acts.
func (l *Log) advance(ctx context.Context) error {
	t := l.tail
	for {
		end, known := t.end()
		if !known {
			return l.begin(ctx)
		}
		acts, err := l.since(ctx, max(end.seq-1, 0), Query{Limit: batch + 1})
		if err != nil {
			return err
		}
		if end.seq > 0 {
			if len(acts) == 0 || placeOf(acts[0]) != end {
				return l.check(ctx) // a standby may lag; any other database has lost the act
			}
			acts = acts[1:]
		}
		if len(acts) == 0 {
			return nil
		}
		more := len(acts) >= batch
		for _, a := range acts {
			if a.Type == Erasure { // another replica may have erased
				if err := l.Forget(a.SubjectID); err != nil {
					return err
				}
			}
		}
		l.keepShown(placeOf(acts[len(acts)-1]))
		added, fit := t.extend(acts)
		switch fit {
		case contradicts: // the broker has delivered others meanwhile
			return l.check(ctx)
		case leavesGap: // the database is authoritative, even if an act was deleted from it
			t.start(placeOf(acts[len(acts)-1]))
		}
		if added || fit != fits {
			l.fan.fed.Store(false) // the broker has not delivered them, or not yet
		}
		if !more {
			return nil
		}
	}
}

// begin starts the tail at the log's end.
func (l *Log) begin(ctx context.Context) error {
	if err := l.check(ctx); err != nil {
		return err
	}
	p, err := l.headNow(ctx)
	if err != nil {
		return err
	}
	l.keepShown(p)
	l.tail.start(p)
	return nil
}

// end returns the last act, and whether the tail has begun.
func (t *tail) end() (head place, known bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.head, t.known
}

// all returns what the tail has held, also after it was forgotten.
func (t *tail) all() ([]*db.Act, place) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.acts, t.head
}

// at returns the act with a sequence number, nil if the tail does not hold it.
func (t *tail) at(seq int64) *db.Act {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if i := seq - t.before() - 1; t.known && i >= 0 && i < int64(len(t.acts)) {
		return t.acts[i]
	}
	return nil
}

// before is the sequence number before the first act in memory.
func (t *tail) before() int64 { return t.head.seq - int64(len(t.acts)) }

// start empties the tail and sets its head.
func (t *tail) start(head place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return
	}
	t.head, t.known, t.acts = head, true, nil
	t.signal()
}

// forget ends the tail: nothing is read from it any more.
func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known, t.over = false, true
}

// fit says how acts continue the tail.
type fit int

const (
	fits        fit = iota
	leavesGap       // there are acts between the tail and them
	contradicts     // the tail has another act at a sequence number of theirs
)

// extend adds the new ones among acts, if they leave no gap and agree with the acts that the tail has. It reports whether there
// were any.
func (t *tail) extend(acts []*db.Act) (added bool, how fit) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.known || acts[0].ID > t.head.seq+1 || acts[len(acts)-1].ID != acts[0].ID+int64(len(acts))-1 {
		return false, leavesGap
	}
	before := t.before()
	for len(acts) > 0 && acts[0].ID <= t.head.seq {
		if at := acts[0].ID - before - 1; at >= 0 && t.acts[at].ActID != acts[0].ActID {
			return false, contradicts
		}
		acts = acts[1:]
	}
	if len(acts) == 0 {
		return false, fits
	}
	t.head = placeOf(acts[len(acts)-1])
	t.acts = append(t.acts, acts...)
	if over := len(t.acts) - recent; over > 0 {
		t.acts = append([]*db.Act(nil), t.acts[over:]...)
	}
	t.signal()
	return true, fits
}

// news returns those of contiguous acts that the tail does not have yet.
func (t *tail) news(acts []*db.Act) []*db.Act {
	head, _ := t.end()
	return acts[min(max(0, head.seq+1-acts[0].ID), int64(len(acts))):]
}

// recent returns what the tail holds after a sequence number, and a channel that closes when there is more.
func (t *tail) recent(seq int64) ([]*db.Act, <-chan struct{}) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if !t.known {
		return nil, t.grown
	}
	return t.acts[min(max(0, seq-t.before()), int64(len(t.acts))):], t.grown
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
	head, grown, oldest := t.head.seq, t.grown, t.before()
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
		if acts, err = l.Since(ctx, seq, Query{}); err != nil {
			return nil, nil, err
		}
	}
	return acts[:min(len(acts), batch)], grown, nil
}

// Query narrows what is read from the log.
type Query struct {
	Subjects []uuid.UUID // empty for all
	Dialogue *uuid.UUID
	Actor    *uuid.UUID // the party that acted
	// Concerning is a party that acted, or whose the subject is.
	Concerning   *uuid.UUID
	Since, Until *time.Time // at or after the one, and before the other
	// Private leaves out acts for these audiences that are not the Party's; Nil is a viewer without a party.
	Private []string
	Party   uuid.UUID
	Limit   int // batch when zero
}

// Since returns acts of the log after a sequence number, in order.
func (l *Log) Since(ctx context.Context, seq int64, q Query) ([]*db.Act, error) {
	acts, err := l.since(ctx, seq, q)
	if err == nil && len(acts) > 0 {
		err = l.catchUp(ctx, acts[len(acts)-1].ID)
	}
	return acts, err
}

// Before returns acts of the log before a sequence number, the newest first.
func (l *Log) Before(ctx context.Context, seq int64, q Query) ([]*db.Act, error) {
	acts, err := l.read(ctx, store.Where("seq < ?", seq), "seq DESC", q)
	if err == nil && len(acts) > 0 {
		err = l.catchUp(ctx, acts[0].ID)
	}
	return acts, err
}

func (l *Log) since(ctx context.Context, seq int64, q Query) ([]*db.Act, error) {
	return l.read(ctx, store.Where("seq > ?", seq), "seq", q)
}

func (l *Log) read(ctx context.Context, from store.Cond, order string, q Query) ([]*db.Act, error) {
	where := []store.Cond{from}
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
	if q.Actor != nil {
		where = append(where, store.Where("stakeholder_id = ?", *q.Actor))
	}
	if q.Concerning != nil {
		where = append(where, store.Where("(stakeholder_id = ? OR owner_id = ?)", *q.Concerning, *q.Concerning))
	}
	if q.Since != nil {
		where = append(where, store.Where("at >= ?", q.Since.UTC()))
	}
	if q.Until != nil {
		where = append(where, store.Where("at < ?", q.Until.UTC()))
	}
	if len(q.Private) > 0 {
		others := "audience NOT IN ('" + strings.Join(q.Private, "', '") + "')"
		where = append(where, store.Where("("+others+" OR stakeholder_id = ? OR audience = '"+act.ForParties+"' AND owner_id = ?)", q.Party, q.Party))
	}
	if q.Limit == 0 {
		q.Limit = batch
	}
	all := store.And(where...)
	var acts []*db.Act
	text := "SELECT " + strings.Join(Table.Columns, ", ") + " FROM acts WHERE " + all.SQL + " ORDER BY " + order + " LIMIT ?"
	err := l.store.Query(ctx, text, append(all.Args, q.Limit), func(r *sql.Rows) error {
		a := new(db.Act)
		acts = append(acts, a)
		return Table.Scan(r, a)
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
		if err := Table.Scan(r, a); err != nil {
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
	last := int64(0)
	for _, a := range acts {
		last = max(last, a.ID)
	}
	return acts, l.catchUp(ctx, last)
}

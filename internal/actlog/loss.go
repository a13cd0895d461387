package actlog

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// A database may lose acts: a backup is restored, a standby that lagged takes over, a disk forgets what it confirmed. What is
// lost cannot be added again, and other acts must not take its place under the same name. So each server compares the end of
// its tail, which is the last act it has shown, with the database: on each new connection before anything else uses it, in
// each transaction that sequences or signs, before it shows a checkpoint, and every second. A server that misses an act stops
// for good, and says so in the database, where the other servers find it.

// ErrForked reports that the log in the database is not the one that was shown and signed: acts were lost or changed.
var ErrForked = errors.New("the log is not the one that was shown and signed")

// lostSetting is where a server tells the others what it misses.
const lostSetting = "log.lost"

// loss is why a log is not continued.
type loss struct {
	what    string // one sentence, for operators and clients
	origin  string // the name under which it was shown
	missing place  // the last act that was shown, which the database does not have; zero when that is not known
	moved   bool   // nothing is missing here: the log was continued under another name meanwhile
}

// Error says what is wrong and what to do.
func (x *loss) Error() string {
	if x.moved {
		return x.what
	}
	return x.what + "; the log does not continue until you have run plenary log reopen, which records the loss"
}

func (x *loss) Unwrap() error { return ErrForked }

func missing(origin string, p place) *loss {
	return &loss{origin: origin, missing: p, what: fmt.Sprintf("the database lacks act %d, which was shown", p.seq)}
}

// state is what a server compares with what it knows, in one row.
type state struct {
	standby  bool // the row comes from a standby, which may lag
	act      uuid.UUID
	origin   string
	lost     []byte
	timeline string
	head     int64
}

// stateAt reads the state with the act that has a sequence number.
func (l *Log) stateAt(ctx context.Context, ask store.Ask, seq int64) (state, error) {
	text := "SELECT " + l.store.Recovering() + ", (SELECT act_id FROM acts WHERE seq = ?), " +
		"(SELECT value FROM settings WHERE id = '" + originSetting + "'), (SELECT value FROM settings WHERE id = '" + lostSetting + "'), " +
		l.store.Timeline() + ", (SELECT MAX(seq) FROM acts)"
	var standby sql.NullBool
	var act uuid.NullUUID
	var origin, lost sql.Null[[]byte]
	var timeline sql.NullString
	var head sql.NullInt64
	if err := ask(ctx, text, []any{seq}, &standby, &act, &origin, &lost, &timeline, &head); err != nil {
		return state{}, fmt.Errorf("compare the log: %w", err)
	}
	return state{standby.Bool, act.UUID, string(origin.V), lost.V, timeline.String, head.Int64}, nil
}

// contradiction says what in a state shows that the log cannot be continued here; nil for nothing.
func (l *Log) contradiction(s state, shown place) *loss {
	origin := l.Origin()
	note := noteOf(s.lost)
	switch {
	case origin != "" && after(s.origin, origin):
		return &loss{origin: origin, moved: true, what: fmt.Sprintf("the log has continued as %s since this server started: restart the server", s.origin)}
	case shown.seq > 0 && s.act != shown.act:
		return missing(origin, shown)
	case origin != "" && s.origin != origin:
		return &loss{origin: origin, missing: shown, what: fmt.Sprintf("the database holds the log %q, but this server has shown %s", s.origin, origin)}
	case origin != "" && note.Origin == origin:
		return &loss{origin: origin, what: fmt.Sprintf("another server misses act %d, which it has shown", note.Seq)}
	}
	return nil
}

// after reports whether an origin is a later one of the same log.
func after(origin, other string) bool {
	name, n := bundle.Generation(origin)
	was, m := bundle.Generation(other)
	return name == was && n > m
}

// judge compares what was shown with a database, and stops the log if that lacks it. It reports whether the answer is final: a
// standby may only lag.
func (l *Log) judge(ctx context.Context, ask store.Ask) (final bool, err error) {
	for again := true; ; again = false {
		shown, err := l.shown()
		if err != nil {
			return false, err
		}
		s, err := l.stateAt(ctx, ask, shown.seq)
		if err != nil {
			return false, err
		}
		if s.standby {
			return false, nil
		}
		l.seen(s.timeline)
		x := l.contradiction(s, shown)
		if x == nil {
			return true, nil
		}
		if !again { // the first answer may be that of a standby that became the primary while it answered
			l.lose(x)
			return true, x
		}
	}
}

// settleTime is how long nobody sequences after a standby has taken over: in this time each server compares its tail with it,
// also those that still wait for an answer of the server before.
const settleTime = 5 * time.Second

// seen notes on which timeline the database is.
func (l *Log) seen(timeline string) {
	l.timeline.Lock()
	defer l.timeline.Unlock()
	if l.timeline.name != "" && timeline != l.timeline.name {
		l.timeline.settled = time.Now().Add(settleTime)
	}
	l.timeline.name = timeline
}

// settling reports whether a standby has just taken over.
func (l *Log) settling() bool {
	l.timeline.Lock()
	defer l.timeline.Unlock()
	return time.Now().Before(l.timeline.settled)
}

// check compares what was shown with the database.
func (l *Log) check(ctx context.Context) error {
	_, err := l.judge(ctx, l.store.One)
	return err
}

// watch has each new connection to the database compared before anything else uses it. A connection to a database that lacks
// acts is used, for what people read.
func (l *Log) watch() {
	l.store.OnConnect(func(ctx context.Context, ask store.Ask) (bool, error) {
		final, err := l.judge(ctx, ask)
		if errors.Is(err, ErrForked) {
			err = nil
		}
		return final, err
	})
}

// lose stops the log for good. It must not use the database, because it may be called while a connection is opened.
func (l *Log) lose(x *loss) {
	if l.lost.CompareAndSwap(nil, x) {
		l.nudge()
	}
}

// stop stops the log if an error says that acts are missing.
func (l *Log) stop(err error) {
	var x *loss
	if errors.As(err, &x) {
		l.lose(x)
	}
}

// Healthy returns why the log has stopped, or nil.
func (l *Log) Healthy(context.Context) error {
	if x := l.lost.Load(); x != nil {
		return fault.Wrap(fault.Unavailable, x, "%s", x.Error()).Finally()
	}
	return nil
}

// writable refuses acts once the log has stopped, or while Refuse says so.
func (l *Log) writable() error {
	if x := l.lost.Load(); x != nil {
		return fault.Wrap(fault.Unavailable, x, "the act log has lost acts and does not continue: changes are refused until the operator has reopened it").Finally()
	}
	if why := l.refusing.Load(); why != nil {
		return fault.New(fault.Unavailable, "changes are refused for now: %s", *why)
	}
	return nil
}

// Refuse refuses acts, with the reason, until it is called with an empty one.
func (l *Log) Refuse(why string) {
	if why == "" {
		l.refusing.Store(nil)
		return
	}
	l.refusing.Store(&why)
}

// OnLoss has f called with the last act that both this server and the database have, once a loss has been found.
func (l *Log) OnLoss(f func(common int64)) { l.mourners = append(l.mourners, f) }

// mourn does what a loss requires, once: it ends the tail, tells those who follow it, and tells the other servers. It returns
// an error when it must be called again.
func (l *Log) mourn(ctx context.Context, logger *slog.Logger) error {
	x := l.lost.Load()
	if !l.mourned.told {
		common, err := l.common(ctx)
		if err != nil {
			return err
		}
		_, end := l.tail.all()
		logger.Error("log_stopped", "reason", x.Error(), "shown", end.seq, "kept", common)
		l.tail.forget()
		for _, f := range l.mourners {
			f(common)
		}
		l.mourned.told = true
	}
	if !l.mourned.recorded && !x.moved {
		if err := l.record(ctx, x); err != nil {
			return err
		}
	}
	l.mourned.recorded = true
	return nil
}

// common finds the last act that both the tail and the database have. If not even the first act of the tail is there, it is
// the one before, at most.
func (l *Log) common(ctx context.Context) (int64, error) {
	acts, end := l.tail.all()
	if len(acts) == 0 {
		if end.seq == 0 {
			return 0, nil
		}
		act, err := l.actAt(ctx, end.seq)
		if err == nil && act == end.act {
			return end.seq, nil
		}
		return 0, err
	}
	kept := acts[0].ID - 1
	err := l.store.Query(ctx, "SELECT seq, act_id FROM acts WHERE seq >= ? AND seq <= ? ORDER BY seq", []any{acts[0].ID, end.seq}, func(r *sql.Rows) error {
		var p place
		if err := r.Scan(&p.seq, &p.act); err != nil {
			return err
		}
		if p.seq == kept+1 && acts[kept+1-acts[0].ID].ActID == p.act {
			kept++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("find where the log was cut: %w", err)
	}
	return kept, nil
}

// lossNote is what a server tells the others.
type lossNote struct {
	Origin     string    `json:"origin"`
	Seq        int64     `json:"seq"` // the last act shown
	Act        uuid.UUID `json:"act"`
	Checkpoint string    `json:"checkpoint"` // the last one kept outside the database; empty for none
}

// noteOf reads a note. One that cannot be read is of no origin.
func noteOf(text []byte) (n lossNote) {
	if json.Unmarshal(text, &n) != nil {
		return lossNote{}
	}
	return n
}

// record tells the other servers, and those who reopen the log, what this one knows.
func (l *Log) record(ctx context.Context, x *loss) error {
	mine := lossNote{Origin: x.origin, Seq: x.missing.seq, Act: x.missing.act}
	kept, err := l.kept()
	if err != nil {
		return err
	}
	if kept.Origin == x.origin {
		mine.Checkpoint = kept.note
	}
	err = l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		// Taken before it is read, so that no other server's note is overwritten unread.
		if _, err := l.store.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = settings.value", lostSetting, []byte("{}")); err != nil {
			return err
		}
		row, err := tx.Setting.Get(ctx, lostSetting)
		if err != nil {
			return err
		}
		text, err := json.Marshal(mine.and(noteOf(row.Value)))
		if err != nil {
			return err
		}
		return row.Update().SetValue(text).Exec(ctx)
	})
	if err != nil {
		return fmt.Errorf("tell the other servers what was lost: %w", err)
	}
	return nil
}

// and joins two notes: whoever reopens the log needs the furthest of all.
func (n lossNote) and(other lossNote) lossNote {
	switch {
	case after(other.Origin, n.Origin):
		return other
	case other.Origin != n.Origin:
		return n
	}
	if other.Seq > n.Seq {
		n.Seq, n.Act = other.Seq, other.Act
	}
	a, aerr := saved(n.Checkpoint)
	b, berr := saved(other.Checkpoint)
	if berr == nil && (aerr != nil || b.N > a.N) {
		n.Checkpoint = other.Checkpoint
	}
	return n
}

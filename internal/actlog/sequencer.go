package actlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

const (
	batch     = 500
	leaseTime = 5 * time.Second
	// pollInterval is how long an act may wait if a wake-up from another process does not reach the sequencer.
	pollInterval = time.Second
	// signInterval is the time between two checkpoints while acts come in; README and docs promise two seconds.
	signInterval = time.Second
	// batchPause is the pause between two transactions of the sequencer while acts keep coming: each then moves many acts, and costs
	// the writers less.
	batchPause = 40 * time.Millisecond
)

// errLost reports that another process holds the lease.
var errLost = errors.New("another process is sequencing")

// errSettling reports that a standby has just taken over.
var errSettling = errors.New("a standby has just taken over")

// sequencer gives acts their sequence numbers while it holds the lease.
type sequencer struct {
	log    *Log
	holder string
	tree   frontier
	ready  bool // tree matches the database
	held   bool // the lease was ours when we last looked
	lost   bool // another process held the lease a moment ago

	signed   int64 // how many acts the last checkpoint covers
	signedAt time.Time
	timeline string // of the database with which the tree was last compared
	agreed   string // the checkpoint outside the database with which the tree was last compared
}

func (l *Log) sequencer() *sequencer { return &sequencer{log: l, holder: uuid.NewString()} }

// Run sequences and follows the log until the context ends. It releases the lease when it stops, so that another process
// need not wait for it to expire.
func (l *Log) Run(ctx context.Context, logger *slog.Logger) {
	s := l.sequencer()
	listening, stopListening := context.WithCancel(ctx)
	defer stopListening() // also after a panic, because Run is then started again
	l.store.Listen(listening, channel, l.nudge, logger)
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	look := true                 // read the database, whatever the broker says
	var overdue <-chan time.Time // fires if no batch follows a wake-up
	report := func(what string, err error) {
		if err != nil && ctx.Err() == nil {
			logger.Error(what, "error", err)
		}
	}
	for ctx.Err() == nil {
		moved := s.step(ctx, logger)
		if l.lost.Load() != nil {
			report("loss_not_told", l.mourn(ctx, logger))
		} else if look || moved > 0 || !l.fan.fed.Load() {
			report("follow_log_failed", l.follow(ctx))
		}
		if moved == batch {
			continue // there is more
		}
		if moved > 0 {
			pause(ctx, batchPause)
		}
		look = false
		select {
		case <-ctx.Done():
		case <-l.wake:
			if overdue == nil && l.fan.fed.Load() && !l.fan.leading.Load() {
				overdue = time.After(grace)
			}
		case <-overdue:
			overdue, look = nil, l.fan.quiet()
		case <-s.due():
		case <-ticker.C:
			look = true
			s.lost = false // try again: the holder may be gone
			report("log_not_compared", l.compareNow(ctx))
		}
	}
	s.finish(context.WithoutCancel(ctx), logger)
}

// compareNow compares the log with what was shown, and keeps the newest checkpoint outside the database.
func (l *Log) compareNow(ctx context.Context) error {
	if l.lost.Load() != nil {
		return nil
	}
	var unsaved error
	if err := l.unsaved.Swap(nil); err != nil {
		unsaved = *err
	}
	if l.name.Load() == nil { // it does not sign
		return errors.Join(unsaved, l.check(ctx))
	}
	_, err := l.Checkpoint(ctx, newest)
	return errors.Join(unsaved, err)
}

// step moves one batch, signs when it is time, and wakes the other replicas.
func (s *sequencer) step(ctx context.Context, logger *slog.Logger) int {
	wrote := s.log.wrote.Swap(false)
	if s.log.lost.Load() != nil {
		if s.held { // those who reopen the log need not wait for it
			s.release(ctx, logger)
		}
		return 0
	}
	if s.lost {
		if wrote { // wake the holder of the lease
			s.log.announce(ctx, logger)
		}
		return 0
	}
	moved, err := s.sequence(ctx)
	if err == nil && s.unsigned() && s.wait() == 0 {
		err = s.sign(ctx)
	}
	if s.lost = errors.Is(err, errLost); s.lost || errors.Is(err, errSettling) {
		err = nil
	}
	if s.lost || moved > 0 {
		s.log.fan.leading.Store(moved > 0)
	}
	s.log.stop(err)
	if err != nil && ctx.Err() == nil {
		logger.Error("sequencer_failed", "error", err)
	}
	if moved > 0 {
		s.log.announce(ctx, logger)
	}
	return moved
}

// unsigned reports whether the tree has acts that no checkpoint covers.
func (s *sequencer) unsigned() bool { return s.ready && s.tree.size > s.signed }

// wait is how long the next checkpoint has to wait.
func (s *sequencer) wait() time.Duration { return max(0, signInterval-time.Since(s.signedAt)) }

// due fires when it is time to sign; it never does while everything is signed.
func (s *sequencer) due() <-chan time.Time {
	if !s.unsigned() || s.log.name.Load() == nil {
		return nil
	}
	return time.After(s.wait())
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// Drain sequences until the queue is empty, and signs: for tools that run once, such as an import.
func (l *Log) Drain(ctx context.Context) (int, error) {
	s := l.sequencer()
	defer s.release(context.WithoutCancel(ctx), slog.Default())
	total := 0
	for {
		n, err := s.sequence(ctx)
		total += n
		if errors.Is(err, errLost) || errors.Is(err, errSettling) {
			return total, nil // a server is sequencing
		}
		if err != nil {
			return total, err
		}
		if n == 0 {
			break
		}
	}
	if s.unsigned() {
		if err := s.sign(ctx); err != nil && !errors.Is(err, errLost) {
			return total, err
		}
	}
	return total, l.keepNewest(ctx)
}

// sequence gives the next batch of the queue its sequence numbers and adds it to the tree, in one transaction that also
// holds the lease.
func (s *sequencer) sequence(ctx context.Context) (int, error) {
	l := s.log
	if empty, err := l.idle(ctx); err != nil || empty && s.ready {
		return 0, err
	}
	moved := 0
	err := l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		moved = 0
		last, err := s.hold(ctx, tx)
		if err != nil {
			return err
		}
		ids, entries, err := l.queued(ctx, tx)
		if err != nil || len(ids) == 0 {
			return err
		}
		in, arg := l.store.AnyInt("id", ids)
		n, err := l.store.Exec(ctx, tx, "INSERT INTO acts (seq, "+deedColumns+") SELECT ROW_NUMBER() OVER (ORDER BY id) + "+
			l.store.Int("?")+", "+deedColumns+" FROM queued_acts WHERE "+in, last, arg)
		if err != nil {
			return fmt.Errorf("move acts into the log: %w", err)
		}
		if int(n) != len(ids) {
			return fmt.Errorf("moved %d of %d acts", n, len(ids))
		}
		if _, err := l.store.Exec(ctx, tx, "DELETE FROM queued_acts WHERE "+in, arg); err != nil {
			return fmt.Errorf("empty the queue: %w", err)
		}
		if err := s.grow(ctx, tx, entries); err != nil {
			return err
		}
		moved = len(ids)
		return nil
	})
	if err != nil {
		s.ready = false // the tree in memory may be ahead of the database's
	}
	return moved, err
}

// grow adds entries to the tree and stores the tiles they fill.
func (s *sequencer) grow(ctx context.Context, tx *db.Tx, entries [][]byte) error {
	for _, e := range entries {
		for _, t := range s.tree.add(tlog.RecordHash(e)) {
			_, err := s.log.store.Exec(ctx, tx, "INSERT INTO tiles (id, hashes, root) VALUES (?, ?, ?)", tileID(t.level, t.number), t.hashes, t.root[:])
			if err != nil {
				return fmt.Errorf("store a tile: %w", err)
			}
		}
	}
	return nil
}

// hold takes or renews the lease, locks its row, and returns the last sequence number of the log. A holder whose lease
// expired finds another holder there; one whose tree does not match the database reloads it.
func (s *sequencer) hold(ctx context.Context, tx *db.Tx) (last int64, err error) {
	l := s.log
	now := l.clock.Now()
	const claim = `INSERT INTO leases (id, holder, fence, expires_at) VALUES ('sequencer', ?, 1, ?)
		ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at,
			fence = CASE WHEN leases.holder = excluded.holder THEN leases.fence ELSE leases.fence + 1 END
		WHERE leases.holder = excluded.holder OR leases.expires_at < ?`
	n, err := l.store.Exec(ctx, tx, claim, s.holder, now.Add(leaseTime), now)
	if err != nil {
		return 0, fmt.Errorf("hold the sequencer's lease: %w", err)
	}
	if s.held = n > 0; !s.held {
		s.ready = false
		return 0, errLost
	}
	shown, err := l.shown()
	if err != nil {
		return 0, err
	}
	state, err := l.stateAt(ctx, l.store.OneIn(tx), shown.seq)
	if err != nil {
		return 0, err
	}
	if x := l.contradiction(state, shown); x != nil {
		return 0, x
	}
	l.seen(state.timeline)
	if l.settling() {
		return 0, errSettling
	}
	if state.timeline != s.timeline { // another database: compare all of it
		s.timeline, s.ready = state.timeline, false
	}
	if s.ready && s.tree.size == state.head {
		return state.head, nil
	}
	return state.head, s.load(ctx, tx, state.head)
}

// load reads the tree up to the end of the log and checks it against what was signed. Acts from an older release have no
// entry yet and get it here.
func (s *sequencer) load(ctx context.Context, tx *db.Tx, last int64) error {
	s.ready = false
	var err error
	if s.tree, err = s.log.edge(ctx, tx); err != nil {
		return err
	}
	if s.tree.size > last {
		return s.log.damaged("the database has %d acts, but its tiles cover %d", last, s.tree.size)
	}
	for s.tree.size < last {
		entries, err := s.log.present(ctx, tx, s.tree.size)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			return s.log.damaged("act %d is missing", s.tree.size+1)
		}
		if err := s.grow(ctx, tx, entries); err != nil {
			return err
		}
	}
	if s.signed, err = s.log.compare(ctx, tx, &s.tree); err != nil {
		return err
	}
	// A standby that lagged may have taken over, without the last acts and checkpoints.
	s.agreed = ""
	if err := s.agree(ctx); err != nil {
		return err
	}
	if err := s.restore(ctx, tx); err != nil {
		return err
	}
	s.ready = true
	return nil
}

// restore stores the checkpoint that was kept outside again, if a standby took over that had all its acts but not the
// checkpoint itself: it may have been shown, and none before it is to be shown again.
func (s *sequencer) restore(ctx context.Context, tx *db.Tx) error {
	kept, err := s.log.kept()
	if err != nil || kept.Origin != s.log.Origin() || kept.N <= s.signed || kept.N > s.tree.size {
		return err
	}
	s.signed = kept.N
	return s.log.save(ctx, tx, kept.N, kept.Hash, kept.note)
}

// present returns the entries of the acts after a sequence number, and makes those that are missing.
func (l *Log) present(ctx context.Context, tx *db.Tx, after int64) ([][]byte, error) {
	var entries [][]byte
	var missing []*db.Act
	text := "SELECT " + strings.Join(Table.Columns, ", ") + " FROM acts WHERE seq > ? ORDER BY seq LIMIT ?"
	err := l.store.QueryTx(ctx, tx, text, []any{after, batch}, func(r *sql.Rows) error {
		a := new(db.Act)
		if err := Table.Scan(r, a); err != nil {
			return err
		}
		if a.ID != after+int64(len(entries))+1 {
			return l.damaged("act %d is missing", after+int64(len(entries))+1)
		}
		if a.Entry == nil {
			e := HeaderOf(a).Entry()
			a.Entry = e[:]
			missing = append(missing, a)
		}
		entries = append(entries, a.Entry)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	for _, a := range missing {
		if _, err := l.store.Exec(ctx, tx, "UPDATE acts SET entry = ? WHERE seq = ?", a.Entry, a.ID); err != nil {
			return nil, fmt.Errorf("add an act of an older release to the tree: %w", err)
		}
	}
	return entries, nil
}

// idle checks the queue without the write lock, so that an idle server leaves the database alone. ORDER BY makes it use the
// index: PostgreSQL would otherwise read all pages that a burst of acts left behind.
func (l *Log) idle(ctx context.Context) (bool, error) {
	empty := true
	err := l.store.Query(ctx, "SELECT id FROM queued_acts ORDER BY id LIMIT 1", nil, func(*sql.Rows) error {
		empty = false
		return nil
	})
	return empty, err
}

func (l *Log) queued(ctx context.Context, tx *db.Tx) (ids []int64, entries [][]byte, err error) {
	var old []int // indexes of acts that an older release has queued
	err = l.store.QueryTx(ctx, tx, "SELECT id, entry FROM queued_acts ORDER BY id LIMIT ?", []any{batch}, func(r *sql.Rows) error {
		var id int64
		var entry []byte
		if err := r.Scan(&id, &entry); err != nil {
			return err
		}
		if entry == nil {
			old = append(old, len(ids))
		}
		ids, entries = append(ids, id), append(entries, entry)
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the queue: %w", err)
	}
	for _, i := range old {
		if entries[i], err = l.complete(ctx, tx, ids[i]); err != nil {
			return nil, nil, err
		}
	}
	return ids, entries, nil
}

// complete gives an act that an older release queued its entry.
func (l *Log) complete(ctx context.Context, tx *db.Tx, id int64) ([]byte, error) {
	a := new(db.Act)
	text := "SELECT 0, " + strings.Join(Table.Columns[1:], ", ") + " FROM queued_acts WHERE id = ?"
	if err := l.store.QueryTx(ctx, tx, text, []any{id}, func(r *sql.Rows) error { return Table.Scan(r, a) }); err != nil {
		return nil, fmt.Errorf("read the queue: %w", err)
	}
	e := HeaderOf(a).Entry()
	_, err := l.store.Exec(ctx, tx, "UPDATE queued_acts SET entry = ? WHERE id = ?", e[:], id)
	return e[:], err
}

// finish signs what is not signed yet, keeps the last checkpoint outside the database, and releases the lease: a server that
// starts again with a copy of the database from before must find what was shown.
func (s *sequencer) finish(ctx context.Context, logger *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	if s.log.lost.Load() == nil {
		err := error(nil)
		if s.unsigned() && !s.lost {
			err = s.sign(ctx)
		}
		if errors.Is(err, errLost) || err == nil {
			err = s.log.keepNewest(ctx)
		}
		if err != nil {
			logger.Error("last_checkpoint_not_kept", "error", err)
		}
	}
	s.release(ctx, logger)
}

func (s *sequencer) release(ctx context.Context, logger *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	l := s.log
	s.held = false
	err := l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := l.store.Exec(ctx, tx, "UPDATE leases SET expires_at = ? WHERE id = 'sequencer' AND holder = ?", l.clock.Now().Add(-time.Second), s.holder)
		return err
	})
	if err != nil {
		logger.Warn("release_lease_failed", "error", err)
	}
}

// Table says how acts are read: without their sealed contents.
var Table = store.TableOf[db.Act]().Key("act_id").Only(
	// Replicas of different releases exchange acts in this order: a new column goes to the end.
	"seq", "act_id", "type", "member_id", "stakeholder_id", "subject_type", "subject_id", "subject_revision", "parent_type", "parent_id",
	"dialogue_id", "audience", "policy_version", "at", "commitment", "member_commitment", "entry", "owner_id",
)

// HeaderOf is the header of an act that was read from the database.
func HeaderOf(a *db.Act) bundle.Header {
	h := bundle.Header{
		At: a.At.UTC(), Audience: a.Audience, ID: a.ActID, PolicyVersion: a.PolicyVersion,
		Revision: a.SubjectRevision, Subject: typeid.New(a.SubjectType, a.SubjectID), Type: a.Type,
	}
	copy(h.Commitment[:], a.Commitment)
	copy(h.Member[:], a.MemberCommitment)
	if a.DialogueID != nil {
		h.Dialogue = *a.DialogueID
	}
	if a.StakeholderID != nil {
		h.Stakeholder = *a.StakeholderID
	}
	if a.ParentID != nil {
		h.Parent = typeid.New(a.ParentType, *a.ParentID)
	}
	return h
}

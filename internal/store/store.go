// Package store opens the database, runs transactions, pages lists by key and hides what differs between SQLite and
// PostgreSQL. It knows no domain rule and no policy.
package store

import (
	"context"
	crand "crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

const (
	// acquireTimeout is how long a read or transaction waits for a connection before it fails: a full pool stays full for
	// longer than a client waits.
	acquireTimeout = 500 * time.Millisecond
	// writerTimeout is the same for the one writer of SQLite, which no transaction holds for long.
	writerTimeout = 2 * time.Second
	// backgroundTimeout is the same for work that no request waits for.
	backgroundTimeout = 5 * time.Second
	// refusalCounts is how long a refused change makes the store unready; the sequencer tries a change every second.
	refusalCounts = 2 * time.Second
	maxTries      = 4 // the first and three retries
)

// Options say how a database is opened.
type Options struct {
	Pool     int              // connections for reading (SQLite) or for everything (PostgreSQL); 0 means 16
	Wait     time.Duration    // how long to wait for a database that does not answer yet
	Relaxed  bool             // do not wait for the disk: for tests and throw-away data only
	Observe  func(sql string) // called with every statement, from any goroutine
	ReadOnly bool             // do not take the lock of SQLite: to read a database that a server is using
	Now      func() time.Time // stands in for the database's clock: for tests
	Poison   bool             // fill columns that are not selected with what no database holds: for tests
}

// Store is an open database.
type Store struct {
	dialect string
	dsn     string // of PostgreSQL
	read    *sql.DB
	write   *sql.DB
	health  *sql.DB // a connection of its own, so that Ping waits for nobody
	client  *db.Client
	lock    *os.File
	places  chan struct{} // one is taken by each read
	behind  chan struct{} // the same in the background
	writer  chan struct{} // one is taken by each transaction of SQLite
	refused atomic.Int64  // when a transaction last found that the database accepts no writes, in unix nanoseconds; 0 for never
	reader  *db.Client
	sealer  *sealer
	poison  bool
	now     func() time.Time
	icu     bool // PostgreSQL knows the letters of every script

	connector  *connector // of PostgreSQL
	recovering string     // see Recovering
	timeline   string     // see Timeline
	relaxed    string     // what SQLite may lose

	maintained func() // ends the background work of the store; nil when there is none
}

// Open opens the database at a sqlite:// or postgres:// URL. It does not migrate.
func Open(ctx context.Context, rawURL string, o Options) (*Store, error) {
	if o.Pool <= 0 {
		o.Pool = 16
	}
	s := &Store{places: make(chan struct{}, o.Pool), behind: make(chan struct{}, background(o.Pool)), poison: o.Poison, now: o.Now}
	var err error
	switch scheme, rest, _ := strings.Cut(rawURL, "://"); scheme {
	case "sqlite":
		err = s.openSQLite(ctx, rest, o)
	case "postgres", "postgresql":
		err = s.openPostgres(ctx, rawURL, o)
	default:
		return nil, fmt.Errorf("database URL %q: want sqlite://PATH or postgres://HOST/NAME", Redact(rawURL))
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	s.client = db.NewClient(db.Driver(entsql.OpenDB(s.dialect, s.write)))
	s.reader = s.client
	if s.read != s.write {
		s.reader = db.NewClient(db.Driver(entsql.OpenDB(s.dialect, s.read)))
	}
	return s, nil
}

// Redact removes the password from a database URL, so that the URL can be shown.
func Redact(rawURL string) string {
	u, err := parsePostgres(rawURL)
	if err != nil {
		scheme, _, _ := strings.Cut(rawURL, "://")
		return scheme + "://…"
	}
	q := u.Query()
	if q.Has("password") {
		q.Set("password", "xxxxx")
		u.RawQuery = q.Encode()
	}
	return u.Redacted()
}

// Close releases everything. It is safe after a failed Open.
func (s *Store) Close() error {
	var errs []error
	if s.maintained != nil {
		s.maintained()
	}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.health != nil {
		errs = append(errs, s.health.Close())
	}
	if s.write != nil && s.write != s.read {
		errs = append(errs, s.write.Close())
	}
	if s.lock != nil {
		errs = append(errs, unlock(s.lock))
	}
	return errors.Join(errs...)
}

// Ping checks that the database answers; readiness depends on it. After a change that the database refused, because its disk
// is full or because it is a standby, Ping fails for a moment. Then it makes a change of its own to see whether the
// database accepts changes again.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.health.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("ping: %w", err)
	}
	refused := s.refused.Load()
	switch {
	case refused == 0:
		return nil
	case time.Since(time.Unix(0, refused)) < refusalCounts:
		return fault.New(fault.Unavailable, "the database accepts no writes")
	}
	if err := s.probe(ctx); err != nil {
		return err
	}
	s.refused.CompareAndSwap(refused, 0)
	return nil
}

// probe writes more than most changes do: a small one might still fit on a full disk.
func (s *Store) probe(ctx context.Context) error {
	value := make([]byte, 64<<10)
	if _, err := crand.Read(value); err != nil { // random bytes, which do not compress
		return fmt.Errorf("make a probe: %w", err)
	}
	return s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := s.Exec(ctx, tx, `INSERT INTO settings (id, value) VALUES ('probe', ?)
			ON CONFLICT (id) DO UPDATE SET value = excluded.value`, value)
		return err
	})
}

// Server is what the database says of itself.
type Server struct {
	Now     time.Time // by its clock; zero for SQLite, whose clock is ours
	MayLose string    // which acknowledged changes may be lost, and why; empty for none
}

// Server asks the database about its clock and about what it may lose.
func (s *Store) Server(ctx context.Context) (Server, error) {
	if !s.IsPostgres() {
		return Server{MayLose: s.relaxed}, nil
	}
	var now sql.NullTime
	var fsync, commit, standbys sql.NullString
	err := s.One(ctx, durable, nil, &now, &fsync, &commit, &standbys)
	return Server{now.Time, mayLosePostgres(fsync.String, commit.String, standbys.String)}, err
}

// Now is the time by the database's clock, which all replicas share. SQLite's is ours.
func (s *Store) Now(ctx context.Context, tx *db.Tx) (now time.Time, err error) {
	if s.now != nil {
		return s.now(), nil
	}
	if !s.IsPostgres() {
		return time.Now(), nil
	}
	err = s.QueryTx(ctx, tx, "SELECT clock_timestamp()", nil, func(r *sql.Rows) error { return r.Scan(&now) })
	return now, err
}

// Clock is an expression of SQL for the time by the database's clock; it is null where that clock is ours. What a statement selects from
// rows that it locks is read before it waits for them: select it around them.
func (s *Store) Clock() string {
	if s.now != nil || !s.IsPostgres() {
		return "NULL"
	}
	return "clock_timestamp()"
}

// Told is the time that Clock gave in a statement: in UTC and whole microseconds, which both databases store exactly.
func (s *Store) Told(read sql.NullTime) time.Time {
	now := read.Time
	switch {
	case read.Valid:
	case s.now != nil:
		now = s.now()
	default:
		now = time.Now()
	}
	return now.UTC().Truncate(time.Microsecond)
}

// Lease takes or keeps the lease of a job in a transaction of its own, and gives the time by the database's clock.
func (s *Store) Lease(ctx context.Context, job, holder string, ttl time.Duration) (now time.Time, held bool, err error) {
	err = s.InTx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if now, err = s.Now(ctx, tx); err != nil {
			return err
		}
		now = now.UTC()
		held, err = s.Claim(ctx, tx, job, holder, now, ttl)
		return err
	})
	return now, held, err
}

// Claim takes or keeps the lease of a job, which one server of several does at a time, for a while from now on.
func (s *Store) Claim(ctx context.Context, tx *db.Tx, job, holder string, now time.Time, ttl time.Duration) (held bool, err error) {
	const claim = `INSERT INTO leases (id, holder, fence, expires_at) VALUES (?, ?, 1, ?)
		ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at,
			fence = CASE WHEN leases.holder = excluded.holder THEN leases.fence ELSE leases.fence + 1 END
		WHERE leases.holder = excluded.holder OR leases.expires_at < ?`
	rows, err := s.Exec(ctx, tx, claim, job, holder, now.Add(ttl), now)
	if err != nil {
		return false, fmt.Errorf("claim the lease of %s: %w", job, err)
	}
	return rows > 0, nil
}

// Recovering is an expression of SQL that tells whether the database is a standby, which may lag behind its primary.
func (s *Store) Recovering() string { return s.recovering }

// Timeline is an expression of SQL for a text that changes when a standby takes over; it is empty where nothing can.
func (s *Store) Timeline() string { return s.timeline }

// IsPostgres reports whether this is PostgreSQL; domains need it only where the databases cannot run the same text.
func (s *Store) IsPostgres() bool { return s.dialect == dialect.Postgres }

// Client is ent outside a transaction, for start-up and tools. Use cases use InTx.
func (s *Store) Client() *db.Client { return s.client }

// Reader is ent outside a transaction, for reads. On SQLite it does not wait for the one writer.
func (s *Store) Reader() *db.Client { return s.reader }

type txKey struct{}

type onceKey struct{}

// Once marks a transaction that cannot take effect twice, for example because it writes a unique key. InTx retries it even
// when the outcome of its commit is unknown.
func Once(ctx context.Context) context.Context { return context.WithValue(ctx, onceKey{}, true) }

// InTx runs fn in one transaction and commits when fn returns nil. If the database requests a retry, or the connection is
// lost before the commit, InTx runs fn again, so fn must not keep anything from a failed attempt.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context, tx *db.Tx) error) error {
	writers, wait := s.writers(ctx)
	if err := acquire(ctx, writers, wait); err != nil {
		return err
	}
	defer func() { <-writers }()
	once := ctx.Value(onceKey{}) != nil
	inside := context.WithValue(ctx, txKey{}, true)
	var err error
	for try := range maxTries {
		if try > 0 {
			pause := time.Duration(10<<try)*time.Millisecond + rand.N(20*time.Millisecond)
			select {
			case <-ctx.Done():
				return translateIn(ctx, err)
			case <-time.After(pause):
			}
		}
		if err = s.once(inside, fn); err == nil || ctx.Err() != nil || !retryable(err, once) {
			break
		}
	}
	if refusesWrites(err) {
		s.refused.Store(time.Now().UnixNano())
	}
	if errors.Is(err, errUnknown) {
		return unknown(err, once)
	}
	return translateIn(ctx, err)
}

func (s *Store) once(ctx context.Context, fn func(ctx context.Context, tx *db.Tx) error) (err error) {
	tx, err := s.client.Tx(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		// A panic must not leave the one writer's transaction open.
		if r := recover(); r != nil {
			_ = tx.Rollback()
			panic(r)
		}
	}()
	if err := fn(ctx, tx); err != nil {
		if rerr := tx.Rollback(); rerr != nil && !errors.Is(rerr, sql.ErrTxDone) {
			return fmt.Errorf("%w (and roll back: %w)", err, rerr)
		}
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Query runs a read with "?" for arguments and passes each row to scan. Its text is prepared once and reused, so values
// belong in args; Narrowing.Since is the one exception.
func (s *Store) Query(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
	// A transaction already has a place and would wait for itself. The pool has extra connections for its reads.
	if ctx.Value(txKey{}) == nil || !s.IsPostgres() {
		lane, wait := s.lane(ctx)
		if err := acquire(ctx, lane, wait); err != nil {
			return err
		}
		defer func() { <-lane }()
	}
	rows, err := s.read.QueryContext(ctx, s.rebind(text), args...)
	if err != nil {
		return translateIn(ctx, fmt.Errorf("query: %w", err))
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return translateIn(ctx, fmt.Errorf("scan: %w", err))
		}
	}
	if err := rows.Err(); err != nil {
		return translateIn(ctx, fmt.Errorf("read rows: %w", err))
	}
	return nil
}

// acquire takes a place, or fails when none becomes free in time.
func acquire(ctx context.Context, places chan struct{}, wait time.Duration) error {
	select {
	case places <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case places <- struct{}{}:
		return nil
	case <-timer.C:
		return fault.New(fault.Unavailable, "the server is busy: retry later")
	case <-ctx.Done():
		return translate(ctx.Err())
	}
}

// Exec runs a statement with "?" for arguments inside a transaction of ent.
func (s *Store) Exec(ctx context.Context, tx *db.Tx, text string, args ...any) (int64, error) {
	res, err := tx.ExecContext(ctx, s.rebind(text), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// QueryTx runs a query with "?" for arguments inside a transaction of ent.
func (s *Store) QueryTx(ctx context.Context, tx *db.Tx, text string, args []any, scan func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, s.rebind(text), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// lockFile keeps a second process from using a SQLite file: two sequencers on one log would fork it.
func lockFile(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("make the folder of the database: %w", err)
	}
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the database: %w", err)
	}
	if err := tryLock(f); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s is in use by another process: stop it first, or choose another --database", path)
	}
	return f, nil
}

// Lock locks a row for this transaction. SQLite has one writer at a time and needs no lock.
func (s *Store) Lock(ctx context.Context, tx *db.Tx, table string, id any) error {
	return s.lockRow(ctx, tx, table, id, "UPDATE")
}

// LockAll locks rows, always in the same order, so that no two who do wait for each other.
func (s *Store) LockAll(ctx context.Context, tx *db.Tx, table string, ids []uuid.UUID) error {
	return s.LockWhere(ctx, tx, table, s.AnyOf("id", ids))
}

// LockWhere locks the rows that a condition keeps, in the order of LockAll.
func (s *Store) LockWhere(ctx context.Context, tx *db.Tx, table string, kept Cond) error {
	if !s.IsPostgres() {
		return nil
	}
	if _, err := s.Exec(ctx, tx, "SELECT 1 FROM "+table+" WHERE "+kept.SQL+" ORDER BY id FOR UPDATE", kept.Args...); err != nil {
		return fmt.Errorf("lock rows of %s: %w", table, err)
	}
	return nil
}

// Share keeps a row unchanged until the transaction ends; several transactions may share it.
func (s *Store) Share(ctx context.Context, tx *db.Tx, table string, id any) error {
	return s.lockRow(ctx, tx, table, id, "SHARE")
}

func (s *Store) lockRow(ctx context.Context, tx *db.Tx, table string, id any, mode string) error {
	if !s.IsPostgres() {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "SELECT 1 FROM "+table+" WHERE id = $1 FOR "+mode, id); err != nil {
		return fmt.Errorf("lock a row of %s: %w", table, err)
	}
	return nil
}

// ForUpdate makes a query of ent lock the rows that it finds, like Lock, in the same statement.
func (s *Store) ForUpdate(q *entsql.Selector) {
	if s.IsPostgres() {
		q.ForUpdate()
	}
}

// ForShare makes a query of ent keep the rows that it finds unchanged, like Share, in the same statement.
func (s *Store) ForShare(q *entsql.Selector) {
	if s.IsPostgres() {
		q.ForShare()
	}
}

// SkipLocked ends a SELECT inside an UPDATE that claims work: PostgreSQL skips rows that another replica is claiming now.
// SQLite has one writer at a time and does not need it.
func (s *Store) SkipLocked() string {
	if !s.IsPostgres() {
		return ""
	}
	return " FOR UPDATE SKIP LOCKED"
}

// SameRevision refuses a change by a caller that read another revision; nil accepts any revision.
func SameRevision(have int, want *int32) error {
	if want == nil || int(*want) == have {
		return nil
	}
	return fault.Coded(fault.Conflict, enum.UserErrorCodeStaleRevision, "this has changed since you read it: it is now at revision %d, not %d; read it again", have, *want).
		With(fault.Values{Actual: &have})
}

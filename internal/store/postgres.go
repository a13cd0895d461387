package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// What only PostgreSQL can do stays in this file, so that another database that speaks its protocol can do without.

// openPostgres opens one pool. Its limits are set per session, so that a forgotten transaction or a slow statement ends
// by itself whatever the server's own settings are.
func (s *Store) openPostgres(ctx context.Context, rawURL string, o Options) error {
	s.dialect = dialect.Postgres
	u, err := url.Parse(rawURL)
	if err != nil {
		return errors.New("database URL: not a URL (the text is not shown: it may hold a password)")
	}
	q := u.Query()
	for key, value := range map[string]string{
		"statement_timeout":                   "5000",
		"lock_timeout":                        "2000",
		"idle_in_transaction_session_timeout": "10000",
		"connect_timeout":                     "5",
		"application_name":                    "plenary",
	} {
		if !q.Has(key) {
			q.Set(key, value)
		}
	}
	u.RawQuery = q.Encode()
	s.dsn = u.String()
	connector, err := pq.NewConnector(s.dsn)
	if err != nil {
		return fmt.Errorf("database URL %s: %s", Redact(rawURL), withoutPassword(err, u))
	}
	s.read = sql.OpenDB(connector)
	s.write = s.read
	// One more than there are places for readers: a transaction must not wait for a reader that waits for it.
	s.read.SetMaxOpenConns(o.Pool + 4)
	s.read.SetMaxIdleConns(o.Pool + 4)
	s.read.SetConnMaxLifetime(time.Hour)
	if err := s.awaitPostgres(ctx, rawURL, o.Wait); err != nil {
		return err
	}
	const known = "SELECT EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu')"
	if err := s.read.QueryRowContext(ctx, known).Scan(&s.icu); err != nil {
		return fmt.Errorf("ask PostgreSQL for its collations: %s", withoutPassword(err, u))
	}
	return nil
}

// awaitPostgres waits, with growing pauses, for a server that is still starting.
func (s *Store) awaitPostgres(ctx context.Context, rawURL string, wait time.Duration) error {
	deadline := time.Now().Add(wait)
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := s.Ping(ctx)
		if err == nil {
			return nil
		}
		if time.Now().Add(pause).After(deadline) {
			u, _ := url.Parse(rawURL)
			return fmt.Errorf("PostgreSQL at %s does not answer: %s", Redact(rawURL), withoutPassword(err, u))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// withoutPassword gives an error's text without the password, should a driver have put it there.
func withoutPassword(err error, u *url.URL) string {
	text := err.Error()
	if u != nil && u.User != nil {
		if secret, ok := u.User.Password(); ok && secret != "" {
			text = strings.ReplaceAll(text, secret, "xxxxx")
		}
	}
	return text
}

// lockMigrations keeps two replicas that start together from migrating at once; the lock ends with the transaction.
const lockMigrations = "SELECT pg_advisory_xact_lock(7305809155)"

// postgresCode gives the SQLSTATE, or "".
func postgresCode(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return ""
}

// disconnected reports whether the connection, not the statement, failed.
func disconnected(err error) bool {
	var n net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &n)
}

// Notify wakes who listens on a channel. On SQLite there is nobody else.
func (s *Store) Notify(ctx context.Context, channel string) error {
	if !s.IsPostgres() {
		return nil
	}
	_, err := s.write.ExecContext(ctx, "SELECT pg_notify($1, '')", channel)
	return translate(err)
}

// Listen calls heard for each wake-up on a channel, and after each interruption, until the context ends. Wake-ups may be
// lost: whoever depends on one looks by itself now and then.
func (s *Store) Listen(ctx context.Context, channel string, heard func(), logger *slog.Logger) {
	if !s.IsPostgres() {
		return
	}
	listener := pq.NewListener(s.dsn, 200*time.Millisecond, 5*time.Second, func(event pq.ListenerEventType, err error) {
		if err != nil && ctx.Err() == nil {
			logger.Warn("listening_interrupted", "error", err)
		}
	})
	context.AfterFunc(ctx, func() { _ = listener.Close() })
	go func() {
		if err := listener.Listen(channel); err != nil && ctx.Err() == nil {
			logger.Warn("not_listening", "error", err)
		}
		for {
			select {
			case <-ctx.Done():
				return
			case <-listener.Notify: // nil after an interruption, in which anything may have happened
				heard()
			}
		}
	}()
}

// Rewrite writes the tables anew, so that no page holds what was deleted. It locks each while it does: it is for the hours
// when nobody is there. The write-ahead log forgets by itself, as its files are removed or used again.
func (s *Store) Rewrite(ctx context.Context) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return translate(fmt.Errorf("rewrite the tables: %w", err))
	}
	defer conn.Close()
	run := func(statements ...string) error {
		for _, text := range statements {
			if _, err := conn.ExecContext(ctx, text); err != nil {
				return translate(fmt.Errorf("rewrite the tables: %w", err))
			}
		}
		return nil
	}
	if !s.IsPostgres() {
		return run("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	// The statistics keep samples of what was deleted: they are gathered anew, and the old ones go with the rewriting.
	if err := run("SET statement_timeout = 0", "SET lock_timeout = '60s'", "ANALYZE"); err != nil {
		return err
	}
	if err := alone(ctx, conn); err != nil {
		return err
	}
	return run("VACUUM FULL", "CHECKPOINT", "RESET statement_timeout", "RESET lock_timeout")
}

// alone waits until no other session may still look at rows that are deleted: PostgreSQL keeps them for it.
func alone(ctx context.Context, conn *sql.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	const others = `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_xmin IS NOT NULL AND pid <> pg_backend_pid()`
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var n int
		if err := conn.QueryRowContext(ctx, others).Scan(&n); err != nil {
			return translate(fmt.Errorf("wait for other sessions: %w", err))
		}
		if n == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return fault.New(fault.Unavailable, "other sessions of the database did not end within a minute: stop the servers first")
		case <-tick.C:
		}
	}
}

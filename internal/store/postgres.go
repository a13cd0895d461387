package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"github.com/lib/pq"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Everything that needs PostgreSQL itself is in this file, so that a database that only speaks its protocol can be used, too.

// openPostgres opens one pool. It sets limits for each session, so that a forgotten transaction or a slow statement ends
// whatever the settings of the server are.
func (s *Store) openPostgres(ctx context.Context, rawURL string, o Options) error {
	s.dialect = dialect.Postgres
	u, err := parsePostgres(rawURL)
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
		// Statements are prepared with generic plans: to plan a statement for each request costs more than to run it. Values
		// that a good plan depends on are part of the text; see In and Since.
		"plan_cache_mode": "force_generic_plan",
	} {
		if !q.Has(key) {
			q.Set(key, value)
		}
	}
	if strings.Contains(u.Host, ",") && !q.Has("target_session_attrs") {
		q.Set("target_session_attrs", "read-write") // the server that is the primary now
	}
	u.RawQuery = q.Encode()
	s.dsn = u.String()
	inner, err := pq.NewConnector(s.dsn)
	if err != nil {
		return fmt.Errorf("database URL %s: %s", Redact(rawURL), withoutPassword(err, u))
	}
	inner.Dialer(newDialer())
	patience := patience(q.Get("statement_timeout"))
	s.connector = &connector{driver: inner.Driver(), observe: o.Observe, open: func(ctx context.Context) (session, *link, error) {
		l := &link{patience: patience}
		c, err := inner.Connect(context.WithValue(ctx, linkKey{}, l))
		if err != nil {
			return nil, nil, err
		}
		return c.(session), l, nil
	}}
	s.read = sql.OpenDB(s.connector)
	s.write = s.read
	// More connections than places: a read beside a transaction must not wait for requests that wait for the transaction, and
	// the background has places of its own.
	s.read.SetMaxOpenConns(o.Pool + spare)
	s.read.SetMaxIdleConns(o.Pool + spare)
	s.read.SetConnMaxLifetime(time.Hour)
	s.health = alone(s.connector)
	if err := s.awaitPostgres(ctx, rawURL, o.Wait); err != nil {
		return err
	}
	const known = "SELECT EXISTS (SELECT 1 FROM pg_collation WHERE collname = 'und-x-icu')"
	if err := s.read.QueryRowContext(ctx, known).Scan(&s.icu); err != nil {
		return fmt.Errorf("read the collations of PostgreSQL: %s", withoutPassword(err, u))
	}
	return s.knowFailover(ctx)
}

// The expressions that tell one PostgreSQL from another. A standby that is promoted begins a new timeline, whose number is the
// first eight characters of the names of its write-ahead files.
const (
	inRecoveryNow = "pg_is_in_recovery()"
	timelineNow   = "CASE WHEN pg_is_in_recovery() THEN '' ELSE LEFT(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END"
)

// knowFailover finds out whether the database has these expressions. One that only speaks the protocol of PostgreSQL has no
// standby of this kind.
func (s *Store) knowFailover(ctx context.Context) error {
	s.recovering, s.timeline = inRecoveryNow, timelineNow
	var standby bool
	var timeline string
	err := s.read.QueryRowContext(ctx, "SELECT "+inRecoveryNow+", "+timelineNow).Scan(&standby, &timeline)
	switch postgresCode(err) {
	case "42883", "42501", "0A000": // there is no such function, or not for us
		s.recovering, s.timeline = "FALSE", "''"
		return nil
	}
	if err != nil {
		return fmt.Errorf("ask PostgreSQL whether it is a standby: %w", err)
	}
	return nil
}

// durable reads what decides whether an acknowledged change can be lost, with the server's time.
const durable = "SELECT clock_timestamp(), current_setting('fsync', true), current_setting('synchronous_commit', true), " +
	"current_setting('synchronous_standby_names', true)"

// mayLosePostgres words what the settings mean.
func mayLosePostgres(fsync, commit, standbys string) string {
	switch {
	case fsync == "off":
		return "a crash of the database's machine may lose acknowledged changes and damage the database: fsync is off"
	case commit == "off":
		return "a crash of the database may lose the changes acknowledged in its last second: synchronous_commit is off"
	case strings.TrimSpace(standbys) == "":
		return "a failover may lose the last acknowledged changes: no synchronous standby is configured (synchronous_standby_names is empty)"
	case commit == "local":
		return "a failover may lose the last acknowledged changes: commits do not wait for the standby (synchronous_commit is local)"
	}
	return ""
}

// parsePostgres parses a URL like libpq, with several servers: postgres://a:5432,b:5433/name. net/url and lib/pq need the
// ports in a parameter.
func parsePostgres(rawURL string) (*url.URL, error) {
	scheme, rest, _ := strings.Cut(rawURL, "://")
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@') + 1
	servers := strings.Split(rest[at:end], ",")
	if len(servers) == 1 {
		return url.Parse(rawURL)
	}
	hosts, ports := make([]string, len(servers)), make([]string, len(servers))
	for i, server := range servers {
		var err error
		if hosts[i], ports[i], err = net.SplitHostPort(server); err != nil {
			hosts[i], ports[i] = server, "5432"
		}
	}
	u, err := url.Parse(scheme + "://" + rest[:at] + "several" + rest[end:])
	if err != nil {
		return nil, err
	}
	u.Host = strings.Join(hosts, ",")
	if q := u.Query(); !q.Has("port") {
		q.Set("port", strings.Join(ports, ","))
		u.RawQuery = q.Encode()
	}
	return u, nil
}

// patience is how long an answer can take when the server ends statements after statementTimeout: a number of milliseconds,
// or a number with a unit. Any other value means no limit.
func patience(statementTimeout string) time.Duration {
	if n, err := strconv.Atoi(statementTimeout); err == nil && n > 0 {
		return time.Duration(n)*time.Millisecond + grace
	}
	if d, err := time.ParseDuration(strings.Replace(statementTimeout, "min", "m", 1)); err == nil && d > 0 {
		return d + grace
	}
	return 0
}

// awaitPostgres waits for a server that is still starting, with growing pauses between its attempts.
func (s *Store) awaitPostgres(ctx context.Context, rawURL string, wait time.Duration) error {
	deadline := time.Now().Add(wait)
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := s.Ping(ctx)
		if err == nil {
			return nil
		}
		if time.Now().Add(pause).After(deadline) {
			u, _ := parsePostgres(rawURL)
			return fmt.Errorf("PostgreSQL at %s does not answer: %s", Redact(rawURL), withoutPassword(err, u))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// withoutPassword gives the text of an error without the password, in case a driver has put it there.
func withoutPassword(err error, u *url.URL) string {
	text := err.Error()
	if u != nil && u.User != nil {
		if secret, ok := u.User.Password(); ok && secret != "" {
			text = strings.ReplaceAll(text, secret, "xxxxx")
		}
	}
	return text
}

// lockMigrations keeps two replicas that start together from migrating at the same time. The lock ends with the transaction.
const lockMigrations = "SELECT pg_advisory_xact_lock(7305809155)"

// postgresCode gives the SQLSTATE, or "".
func postgresCode(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return ""
}

// waitedForLock reports whether a statement was cancelled while it waited for a lock on a row: then its context says so.
func waitedForLock(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && strings.Contains(e.Where, " tuple ") && strings.HasPrefix(e.Where, "while ")
}

// refused reports whether the server itself reported that a commit failed: then the transaction is rolled back.
func refused(err error) bool {
	return postgresCode(err) != "" || errors.Is(err, pq.ErrInFailedTransaction)
}

// halfDone reports whether the server reported that it does not know the outcome of a commit: statement completion unknown,
// transaction resolution unknown.
func halfDone(err error) bool { return slices.Contains([]string{"40003", "08007"}, postgresCode(err)) }

// readOnly reports whether a change reached a server that accepts none.
func readOnly(err error) bool { return postgresCode(err) == "25006" }

// inRecovery reports whether a server refused a transaction that may write. A standby answers with this general code.
func inRecovery(err error) bool { return postgresCode(err) == "0A000" }

// stale reports whether a prepared statement no longer fits the tables, or is gone. It works when it is prepared again.
func stale(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "26000" || e.Code == "0A000" && e.Routine == "RevalidateCachedQuery")
}

// Notify wakes the listeners on a channel. SQLite has no other process to wake.
func (s *Store) Notify(ctx context.Context, channel string) error {
	if !s.IsPostgres() {
		return nil
	}
	_, err := s.write.ExecContext(ctx, "SELECT pg_notify($1, '')", channel)
	return translate(err)
}

// Listen calls heard for each wake-up on a channel, and after each interruption, until the context ends. Wake-ups may be
// lost, so a caller that depends on them must also poll.
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
			case <-listener.Notify: // nil after an interruption, during which wake-ups may have been lost
				heard()
			}
		}
	}()
}

// rewrite writes tables again, so that no file of theirs holds deleted rows. VACUUM FULL would keep those that any session might still see,
// without saying so; a change of a column's type copies what is there now and nothing else. It waits for whoever uses the table.
func (s *Store) rewrite(ctx context.Context, column string, tables []string) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return translate(fmt.Errorf("rewrite tables: %w", err))
	}
	defer conn.Close()
	defer func() { // whoever gets the connection next has the usual limits, whatever happened
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "RESET statement_timeout")
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "RESET lock_timeout")
	}()
	statements := []string{"SET statement_timeout = 0", "SET lock_timeout = '5s'"}
	for _, t := range tables {
		statements = append(statements, fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s TYPE bytea USING %[2]s || ''::bytea", t, column))
	}
	for _, text := range statements {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return translate(fmt.Errorf("rewrite tables: %w", err))
		}
	}
	return nil
}

// Rewrite writes all tables again, so that no page holds deleted data. It locks each table meanwhile: run it when nobody uses
// the server. The write-ahead log loses the data by itself, because its files are removed or reused.
func (s *Store) Rewrite(ctx context.Context) error {
	ctx = unhurried(ctx)
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
	// Statistics keep samples of deleted data: they are gathered again, and VACUUM FULL removes the old ones.
	if err := run("SET statement_timeout = 0", "SET lock_timeout = '60s'", "ANALYZE"); err != nil {
		return err
	}
	if err := withoutOthers(ctx, conn); err != nil {
		return err
	}
	return run("VACUUM FULL", "CHECKPOINT", "RESET statement_timeout", "RESET lock_timeout")
}

// withoutOthers waits until no other session may still see deleted rows: PostgreSQL keeps rows for such a session.
func withoutOthers(ctx context.Context, conn *sql.Conn) error {
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

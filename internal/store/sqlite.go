package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"entgo.io/ent/dialect"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// openSQLite opens one writer and a pool of readers. With one writer, no transaction ever waits for another inside SQLite,
// which waits by polling. With immediate transactions, none fails half-way because it cannot get the write lock.
func (s *Store) openSQLite(ctx context.Context, path string, o Options) error {
	s.dialect, s.recovering, s.timeline = dialect.SQLite, "0", "''"
	if err := registerFold(); err != nil {
		return fmt.Errorf("register the folding of letters in SQLite: %w", err)
	}
	if path == "" {
		return errors.New("database URL sqlite://: name a file, such as sqlite://./data/plenary.db")
	}
	if err := checkOwner(ctx, path); err != nil {
		return err
	}
	if !o.ReadOnly {
		lock, err := lockFile(path)
		if err != nil {
			return err
		}
		s.lock = lock
	}
	level := "FULL" // a confirmed write survives power loss
	if o.Relaxed {
		level = "OFF"
		s.relaxed = "a crash of the machine may lose acknowledged changes and damage the database: synchronous is off"
	}
	params := func(extra ...string) string {
		q := url.Values{"_pragma": append([]string{
			// SQLite overwrites deleted data: erased means gone from the file.
			"secure_delete(1)", "busy_timeout(5000)", "journal_mode(WAL)", "synchronous(" + level + ")", "foreign_keys(1)",
			"temp_store(MEMORY)",
		}, extra...)}
		q.Set("_txlock", "immediate")
		q.Set("_inttotime", "1")
		q.Set("_time_integer_format", "unix_micro")
		q.Set("_dqs", "0")
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
	}
	s.write = sql.OpenDB(connectFile(params("cache_size(-16000)"), o.Observe))
	s.writer = make(chan struct{}, 1)
	s.write.SetMaxOpenConns(1)
	s.write.SetConnMaxIdleTime(0)
	if err := s.assertPragmas(ctx, level); err != nil {
		return err
	}
	if !o.ReadOnly {
		if err := s.mark(ctx); err != nil {
			return err
		}
		// Without statistics SQLite sorts all rows for a list of fifty: a second instead of two milliseconds.
		if _, err := s.write.ExecContext(ctx, "PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002"); err != nil {
			return fmt.Errorf("gather statistics: %w", err)
		}
		if err := s.forgetSamples(ctx); err != nil {
			return fmt.Errorf("forget samples: %w", err)
		}
		s.maintain()
	}
	// A small cache: the system caches the file already, and every connection has a cache of its own.
	reading := connectFile(params("query_only(1)", "cache_size(-2000)"), o.Observe)
	s.read = sql.OpenDB(reading)
	s.read.SetMaxOpenConns(o.Pool + spare)
	s.read.SetMaxIdleConns(o.Pool + spare)
	s.health = alone(reading)
	return nil
}

const (
	// statisticsEvery is how often SQLite checks whether its tables have outgrown its statistics.
	statisticsEvery = time.Hour
	// statisticsTime is how long that may delay the end of the program.
	statisticsTime = 2 * time.Second
)

// forgetSamples deletes the samples of values that somebody's own ANALYZE has gathered; with a limit, as above, SQLite gathers none.
// With samples it plans a statement anew for every value that is bound to it, prepared or not: a quarter of the time of a vote.
func (s *Store) forgetSamples(ctx context.Context) error {
	var samples int
	const ask = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'sqlite_stat4'"
	if err := s.write.QueryRowContext(ctx, ask).Scan(&samples); err != nil || samples == 0 {
		return err
	}
	_, err := s.write.ExecContext(ctx, "DELETE FROM sqlite_stat4; ANALYZE sqlite_schema")
	return err
}

// maintain lets SQLite renew its statistics at intervals until the store is closed, and once more at that point.
func (s *Store) maintain() {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	s.maintained = func() {
		stop()
		<-ended
	}
	go func() {
		defer close(ended)
		ticker := time.NewTicker(statisticsEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				s.renewStatistics(ctx)
			case <-ctx.Done():
				ctx, cancel := context.WithTimeout(context.Background(), statisticsTime)
				s.renewStatistics(ctx)
				cancel()
				return
			}
		}
	}()
}

// renewStatistics ignores its errors: plans then stay as they are, and writers report what keeps SQLite from writing.
func (s *Store) renewStatistics(ctx context.Context) {
	if acquire(ctx, s.writer, writerTimeout) != nil {
		return
	}
	defer func() { <-s.writer }()
	_, _ = s.write.ExecContext(ctx, "PRAGMA optimize")
}

// connectFile opens connections that prepare each statement once.
func connectFile(dsn string, observe func(string)) *connector {
	probe, _ := sql.Open("sqlite", dsn) // "sqlite" is the driver imported here
	drv := probe.Driver()
	_ = probe.Close() // it was never connected
	return &connector{driver: drv, observe: observe, open: func(context.Context) (session, *link, error) {
		c, err := drv.Open(dsn)
		if err != nil {
			return nil, nil, err
		}
		return c.(session), nil, nil
	}}
}

// foldFunction is the name in SQLite of the function that registerFold registers.
const foldFunction = "plenary_fold"

// registerFold gives SQLite the lower case of Go, which knows every script, without what fold takes from PostgreSQL's. The driver
// keeps functions for the process.
var registerFold = sync.OnceValue(func() error {
	unify := strings.NewReplacer("ς", "σ", "i\u0307", "i")
	return sqlite.RegisterDeterministicScalarFunction(foldFunction, 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		switch v := args[0].(type) {
		case string:
			return unify.Replace(strings.ToLower(v)), nil
		case []byte:
			return unify.Replace(strings.ToLower(string(v))), nil
		}
		return args[0], nil
	})
})

// assertPragmas reads back what was set: SQLite ignores a misspelled pragma, and writes would then not be durable.
func (s *Store) assertPragmas(ctx context.Context, level string) error {
	synchronous := map[string]string{"OFF": "0", "FULL": "2"}[level]
	for _, p := range []struct{ name, want string }{
		{"journal_mode", "wal"}, {"synchronous", synchronous}, {"foreign_keys", "1"}, {"busy_timeout", "5000"},
	} {
		var got string
		if err := s.write.QueryRowContext(ctx, "PRAGMA "+p.name).Scan(&got); err != nil {
			return fmt.Errorf("open SQLite: %w", err)
		}
		if !strings.EqualFold(got, p.want) {
			return fmt.Errorf("open SQLite: pragma %s is %s, want %s", p.name, got, p.want)
		}
	}
	return nil
}

// Shred removes deleted data from the files beside the database: it copies SQLite's journal back and empties it. PostgreSQL
// vacuums by itself; see Rewrite.
func (s *Store) Shred(ctx context.Context) error {
	if s.IsPostgres() {
		return nil
	}
	if _, err := s.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return translate(fmt.Errorf("empty the journal: %w", err))
	}
	return nil
}

// ShredColumn removes deleted rows from the files of the database. The column is one that each of the tables has, and holds bytes. SQLite
// overwrote the rows already, and empties its journal; PostgreSQL writes the tables again, which takes a moment for small ones and keeps
// others out meanwhile. It fails while somebody still reads what is to go; it is then tried again.
func (s *Store) ShredColumn(ctx context.Context, column string, tables ...string) error {
	ctx = unhurried(ctx)
	if s.IsPostgres() {
		return s.rewrite(ctx, column, tables)
	}
	var busy, pages, moved int
	if err := s.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return translate(fmt.Errorf("empty the journal: %w", err))
	}
	if busy != 0 {
		return errors.New("somebody still reads from the journal")
	}
	return nil
}

// sqliteCode gives SQLite's primary result code, or 0.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xFF
	}
	return 0
}

const (
	sqliteBusy       = sqlite3.SQLITE_BUSY
	sqliteLocked     = sqlite3.SQLITE_LOCKED
	sqliteReadOnly   = sqlite3.SQLITE_READONLY
	sqliteIOErr      = sqlite3.SQLITE_IOERR
	sqliteFull       = sqlite3.SQLITE_FULL
	sqliteCantOpen   = sqlite3.SQLITE_CANTOPEN
	sqliteConstraint = sqlite3.SQLITE_CONSTRAINT
	sqliteInterrupt  = sqlite3.SQLITE_INTERRUPT
	sqliteNotADB     = sqlite3.SQLITE_NOTADB
	sqliteCorrupt    = sqlite3.SQLITE_CORRUPT
)

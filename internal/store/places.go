package store

import (
	"context"
	"database/sql"
	"time"
)

const (
	// spare is how many connections there are beside the pool.
	spare = 4
	// sqliteChanges is how many changes may come to SQLite at once: it makes one after the other, and those behind it prepare.
	sqliteChanges = 8
)

// Places is how much work the database takes at once. Whoever lets in no more never waits long for a connection.
type Places struct {
	All     int
	Changes int           // among them
	Wait    time.Duration // how long it is worth waiting for one
}

// Places tells how much work of requests the database takes at once. The rest of the pool is for the sequencer, for the
// background and for finding out who asks.
func (s *Store) Places() Places {
	all := cap(s.places) - cap(s.behind)
	changes := max(1, all*3/4)
	if !s.IsPostgres() {
		changes = min(changes, sqliteChanges)
	}
	_, wait := s.writers(context.Background())
	return Places{All: max(1, all), Changes: changes, Wait: wait}
}

// background is how many reads and transactions in the background a pool lets run at once.
func background(pool int) int { return max(1, pool/4) }

type backgroundKey struct{}

// InBackground marks work that no request waits for, such as the delivery of events. Its reads and transactions have places of
// their own, so that requests never wait for it.
func InBackground(ctx context.Context) context.Context {
	return context.WithValue(ctx, backgroundKey{}, true)
}

func isBackground(ctx context.Context) bool { return ctx.Value(backgroundKey{}) != nil }

// lane is where the reads of a context take their places, and how long they wait for one.
func (s *Store) lane(ctx context.Context) (places chan struct{}, wait time.Duration) {
	if isBackground(ctx) {
		return s.behind, backgroundTimeout
	}
	return s.places, acquireTimeout
}

// writers is the same for the transactions of a context.
func (s *Store) writers(ctx context.Context) (places chan struct{}, wait time.Duration) {
	if s.IsPostgres() {
		return s.lane(ctx)
	}
	if isBackground(ctx) {
		return s.writer, backgroundTimeout
	}
	return s.writer, writerTimeout
}

// alone opens a pool of one connection, for what must not wait for others.
func alone(c *connector) *sql.DB {
	one := sql.OpenDB(c)
	one.SetMaxOpenConns(1)
	one.SetConnMaxLifetime(time.Hour)
	return one
}

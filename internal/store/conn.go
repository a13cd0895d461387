package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	// maxPrepared bounds the statements that a connection keeps prepared: each costs the database up to 100 kB.
	maxPrepared = 200
	// maxPreparedText leaves out long texts, such as inserts of many rows, which seldom come again.
	maxPreparedText = 16 << 10
	// once marks a text that contains a value, and so is not worth preparing.
	once = "/* once */"
	// rollbackTime is how long a database may take to roll back a transaction.
	rollbackTime = 2 * time.Second
)

// errUnknown says that the outcome of a commit is unknown, because the connection broke during the commit.
var errUnknown = errors.New("the connection was lost during the commit")

// lostError says that the connection failed, not the statement. The database rolls back what was not committed.
type lostError struct{ cause error }

func (e *lostError) Error() string { return "the connection was lost: " + e.cause.Error() }

func (e *lostError) Unwrap() error { return e.cause }

// connector opens connections that prepare each statement once and reuse it. Otherwise both databases would plan every
// statement again, and lib/pq would need two round trips for each.
type connector struct {
	driver  driver.Driver
	open    func(ctx context.Context) (session, *link, error)
	observe func(sql string)
	health  health
	check   atomic.Pointer[Check] // of each new connection; nil for none
}

// health holds the time before which idle connections are not trusted: when one connection stops answering, or turns out to
// lead to a standby, the others often do, too.
type health struct{ doubted atomic.Int64 }

// doubt gives up all connections that are idle now. It does so at most once a second, so that a database that cannot write
// can still be read.
func (h *health) doubt(now time.Time) {
	if last := h.doubted.Load(); now.UnixNano()-last > int64(time.Second) {
		h.doubted.CompareAndSwap(last, now.UnixNano())
	}
}

func (h *health) trusts(heard time.Time) bool { return heard.UnixNano() > h.doubted.Load() }

// session is what the connections of both drivers can do.
type session interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// Driver gives the driver that opens the connections.
func (c *connector) Driver() driver.Driver { return c.driver }

// Connect opens a connection.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	s, l, err := c.open(ctx)
	if code := sqliteCode(err); code == sqliteNotADB || code == sqliteCorrupt {
		return nil, err // no other attempt finds another file
	}
	if err != nil {
		return nil, &lostError{err}
	}
	n := &conn{session: s, link: l, from: c, heard: time.Now()}
	n.prepared, err = simplelru.NewLRU(maxPrepared, func(_ string, st *prepared) { st.forget() })
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := c.inspect(ctx, n); err != nil {
		return nil, errors.Join(err, n.Close())
	}
	return n, nil
}

// conn is one connection. database/sql ensures that only one goroutine uses it at a time.
type conn struct {
	session
	from     *connector
	link     *link // nil for SQLite
	prepared *simplelru.LRU[string, *prepared]
	reading  int // number of results that are still being read
	inTx     bool
	heard    time.Time
	passing  bool // for one use only; see Check
	bad      bool
}

// prepared is a prepared statement of a connection.
type prepared struct {
	driver.Stmt
	busy, forgotten bool
}

// forget closes a statement. If a result is still being read from it, that result closes it.
func (p *prepared) forget() {
	if p.forgotten = true; !p.busy {
		_ = p.Close() // if this fails the connection is broken, and its next use fails
	}
}

// cursor is a result that is being read.
type cursor struct {
	driver.Rows
	of   *conn
	from *prepared
}

// Next reads a row.
func (r *cursor) Next(dest []driver.Value) error {
	err := r.Rows.Next(dest)
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return r.of.failed(err)
}

// Close frees the connection and the statement.
func (r *cursor) Close() error {
	err := r.Rows.Close()
	if r.from == nil {
		return err
	}
	r.of.reading--
	r.from.busy = false
	if r.from.forgotten {
		err = errors.Join(err, r.from.Close())
	}
	r.from = nil
	return err
}

// QueryContext runs a statement that returns rows.
func (c *conn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	c.begin(ctx, text)
	for again := !c.inTx; ; again = false {
		p, err := c.statement(ctx, text)
		if err != nil {
			return nil, c.failed(err)
		}
		if p == nil {
			rows, err := c.session.QueryContext(ctx, text, args)
			return rows, c.failed(err)
		}
		rows, err := p.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
		switch {
		case err == nil:
			c.reading++
			p.busy = true
			return &cursor{rows, c, p}, nil
		case stale(err):
			c.prepared.Remove(text)
			if again {
				continue
			}
		}
		return nil, c.failed(err)
	}
}

// ExecContext runs a statement that changes something. A text without arguments is not prepared: it holds definitions and
// settings, often several, and does not come again.
func (c *conn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	c.begin(ctx, text)
	for again := !c.inTx; ; again = false {
		var p *prepared
		var err error
		if len(args) > 0 {
			if p, err = c.statement(ctx, text); err != nil {
				return nil, c.failed(err)
			}
		}
		if p == nil {
			res, err := c.session.ExecContext(ctx, text, args)
			return res, c.failedAfterSending(err)
		}
		res, err := p.Stmt.(driver.StmtExecContext).ExecContext(ctx, args)
		if err == nil {
			return res, nil
		}
		if stale(err) {
			c.prepared.Remove(text)
			if again {
				continue
			}
		}
		return nil, c.failedAfterSending(err)
	}
}

func (c *conn) begin(ctx context.Context, text string) {
	if r := readsOf(ctx); r != nil {
		r.text(text)
	}
	if c.from.observe != nil {
		c.from.observe(text)
	}
	c.link.expect(ctx)
}

// errReading has the text of the check in lib/pq, which does not cover prepared statements.
var errReading = errors.New("another result is still being read in this transaction")

// statement gives the prepared form of a text, or nil if the text should run unprepared.
func (c *conn) statement(ctx context.Context, text string) (*prepared, error) {
	if c.reading > 0 {
		if c.link != nil {
			return nil, errReading
		}
		return nil, nil
	}
	if p, ok := c.prepared.Get(text); ok {
		return p, nil
	}
	if len(text) > maxPreparedText || strings.Contains(text, once) {
		return nil, nil
	}
	st, err := c.session.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	p := &prepared{Stmt: st}
	c.prepared.Add(text, p)
	return p, nil
}

// failed distinguishes a lost connection from a failed statement, and marks a connection that cannot be used any more.
func (c *conn) failed(err error) error {
	if err == nil {
		return nil
	}
	if readOnly(err) {
		c.distrust()
	}
	if c.link == nil || c.session.IsValid() {
		return err
	}
	if c.link.silent() {
		c.from.health.doubt(time.Now())
	}
	return &lostError{err}
}

// distrust gives up a connection that leads to a standby, perhaps the former primary, and all idle connections.
func (c *conn) distrust() {
	c.bad = true
	c.from.health.doubt(time.Now())
}

// failedAfterSending keeps database/sql from repeating a change that may have been made: lib/pq gives the same error whether
// the connection broke before or after it sent the statement.
func (c *conn) failedAfterSending(err error) error {
	if err = c.failed(err); !c.inTx && c.link.spoke() && errors.Is(err, driver.ErrBadConn) {
		return &lostError{io.ErrUnexpectedEOF}
	}
	return err
}

// PrepareContext prepares a statement that the caller keeps.
func (c *conn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	c.link.expect(ctx)
	st, err := c.session.PrepareContext(ctx, text)
	return st, c.failed(err)
}

// BeginTx begins a transaction. Each of its statements watches the context. The goroutine with which lib/pq would watch it
// for the whole transaction would only mark the connection as bad.
func (c *conn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.link.expect(ctx)
	watched := ctx
	if c.link != nil {
		watched = context.WithoutCancel(ctx)
	}
	t, err := c.session.BeginTx(watched, o)
	if err != nil {
		if inRecovery(err) {
			c.distrust()
			return nil, &lostError{err}
		}
		return nil, c.failed(err)
	}
	if c.passing { // it led to a standby when it was checked
		c.distrust()
		return nil, errors.Join(&lostError{errPromoted}, t.Rollback())
	}
	c.inTx = true
	return &tx{Tx: t, conn: c, ctx: ctx}, nil
}

// tx is a transaction. It keeps its context because database/sql passes none to Commit.
type tx struct {
	driver.Tx
	conn *conn
	ctx  context.Context //nolint:containedctx // see above
}

// Commit commits. When it fails, the error says whether the outcome is known.
func (t *tx) Commit() error {
	t.conn.inTx = false
	if observe := t.conn.from.observe; observe != nil {
		observe("COMMIT")
	}
	t.conn.link.expect(t.ctx)
	err := t.Tx.Commit()
	if err == nil {
		return nil
	}
	unknown := t.conn.link.spoke() && !refused(err)
	if err = t.conn.failed(err); unknown || halfDone(err) {
		return fmt.Errorf("%w: %w", errUnknown, err)
	}
	return err
}

// Rollback rolls the transaction back.
func (t *tx) Rollback() error {
	t.conn.inTx = false
	t.conn.link.within(rollbackTime)
	return t.conn.failed(t.Tx.Rollback())
}

// CheckNamedValue lets the driver convert an argument.
func (c *conn) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.session.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// ResetSession is called before a connection is used again.
func (c *conn) ResetSession(ctx context.Context) error {
	if c.bad || c.link != nil && !c.from.health.trusts(c.heard) {
		return driver.ErrBadConn
	}
	return c.session.ResetSession(ctx)
}

// IsValid is called before a connection goes back to the pool.
func (c *conn) IsValid() bool {
	if c.bad || c.passing || !c.session.IsValid() {
		return false
	}
	c.heard = time.Now()
	return true
}

// Close closes the connection and its statements.
func (c *conn) Close() error {
	if c.link == nil {
		c.prepared.Purge() // SQLite cleans up after its last connection only if no statement is open
	}
	c.link.within(rollbackTime)
	return c.session.Close()
}

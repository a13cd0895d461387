package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// Ask runs a query with "?" for arguments and reads its one row.
type Ask func(ctx context.Context, text string, args []any, into ...sql.Scanner) error

// Check looks at a new connection to PostgreSQL, which may lead to another server than the one before, and asks through it
// alone. If it is not final, because the server is a standby whose state still changes, the connection is used once, for
// reading, and not kept.
type Check func(ctx context.Context, ask Ask) (final bool, err error)

// errPromoted says that a connection was checked while it led to a standby, and now accepts writes.
var errPromoted = errors.New("the standby became the primary after it was checked")

// OnConnect has each new connection to PostgreSQL checked before anything else uses it. SQLite is one file, which this process
// keeps open.
func (s *Store) OnConnect(check Check) {
	if s.connector == nil {
		return
	}
	rebound := Check(func(ctx context.Context, ask Ask) (bool, error) {
		return check(ctx, func(ctx context.Context, text string, args []any, into ...sql.Scanner) error {
			return ask(ctx, s.rebind(text), args, into...)
		})
	})
	s.connector.check.Store(&rebound)
}

// inspect has a new connection checked.
func (c *connector) inspect(ctx context.Context, n *conn) error {
	check := c.check.Load()
	if check == nil {
		return nil
	}
	final, err := (*check)(ctx, n.ask)
	if err != nil {
		return &lostError{fmt.Errorf("check the connection: %w", err)}
	}
	n.passing = !final
	return nil
}

// ask runs a query on a connection that the pool does not have yet.
func (c *conn) ask(ctx context.Context, text string, args []any, into ...sql.Scanner) error {
	c.begin(ctx, text)
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	rows, err := c.session.QueryContext(ctx, text, named)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	row := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(row); err != nil {
		if errors.Is(err, io.EOF) {
			err = sql.ErrNoRows
		}
		return err
	}
	for i, to := range into {
		if err := to.Scan(row[i]); err != nil {
			return err
		}
	}
	return nil
}

// One runs a query with "?" for arguments and reads its one row.
func (s *Store) One(ctx context.Context, text string, args []any, into ...sql.Scanner) error {
	found := false
	err := s.Query(ctx, text, args, func(r *sql.Rows) error {
		found = true
		return r.Scan(pointers(into)...)
	})
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	return err
}

// OneIn is One inside a transaction of ent.
func (s *Store) OneIn(tx *db.Tx) Ask {
	return func(ctx context.Context, text string, args []any, into ...sql.Scanner) error {
		found := false
		err := s.QueryTx(ctx, tx, text, args, func(r *sql.Rows) error {
			found = true
			return r.Scan(pointers(into)...)
		})
		if err == nil && !found {
			err = sql.ErrNoRows
		}
		return err
	}
}

func pointers(into []sql.Scanner) []any {
	all := make([]any, len(into))
	for i, to := range into {
		all[i] = to
	}
	return all
}

package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Retry codes of PostgreSQL: serialization failure, deadlock, statement completion unknown, admin shutdown, read-only.
var retryCodes = []string{"40001", "40P01", "40003", "57P01", "25006"}

// retryable reports whether a transaction that failed with this error can run again. If the outcome of the commit is unknown,
// it can only if once is true: then a second run cannot take effect twice.
func retryable(err error, once bool) bool {
	if errors.Is(err, errUnknown) {
		return once
	}
	if code := postgresCode(err); code != "" {
		return slices.Contains(retryCodes, code) || strings.HasPrefix(code, "08") || stale(err) || disconnected(err)
	}
	return disconnected(err)
}

// disconnected reports whether the connection, not the statement, failed.
func disconnected(err error) bool {
	var lost *lostError
	return errors.As(err, &lost) || errors.Is(err, driver.ErrBadConn)
}

// translateIn is translate for a statement that ran under a context. When its time was over, that is why it failed, whatever
// the driver made of it: lib/pq gives up the connection if the time ends while it prepares.
func translateIn(ctx context.Context, err error) error {
	if ctx.Err() != nil && fault.Of(err) == nil && disconnected(err) && !errors.Is(err, errUnknown) {
		return fault.Wrap(fault.Deadline, err, "the request took too long")
	}
	return translate(err)
}

// unknown is the fault of a commit whose outcome is unknown. Only one that cannot take effect twice may be repeated.
func unknown(err error, once bool) error {
	if once {
		return fault.Wrap(fault.Unavailable, err, "the database stopped answering: the change may have been made; repeat it with the same idempotency key")
	}
	return fault.Wrap(fault.Unavailable, err, "the database stopped answering: the change may have been made, so check before you repeat it").Finally()
}

// translate turns errors that concern the client into faults: a busy, full or missing database, a lost race, a deadline. The
// texts name no table and no statement. Every other error stays internal.
func translate(err error) error {
	if err == nil || fault.Of(err) != nil {
		return err
	}
	switch {
	case db.IsNotFound(err):
		return fault.Missing()
	case errors.Is(err, errUnknown):
		return unknown(err, false)
	case disconnected(err):
		return fault.Wrap(fault.Unavailable, err, "the database does not answer: retry later")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(fault.Deadline, err, "the request took too long")
	}
	if code := postgresCode(err); code != "" {
		return translatePostgres(err, code)
	}
	switch sqliteCode(err) {
	case sqliteBusy, sqliteLocked, sqliteFull, sqliteIOErr, sqliteCantOpen, sqliteReadOnly:
		return fault.Wrap(fault.Unavailable, err, "the database cannot write now: retry later")
	case sqliteConstraint:
		return fault.Wrap(fault.Conflict, err, "another change was made first: read it again and retry")
	case sqliteInterrupt:
		return fault.Wrap(fault.Deadline, err, "the request took too long")
	}
	return err
}

func translatePostgres(err error, code string) error {
	switch {
	case code == "55P03", code == "57014" && waitedForLock(err): // whoever holds the lock lets it go
		return fault.Wrap(fault.Unavailable, err, "another change to the same thing is under way: retry later")
	case code == "57014": // query_canceled: the statement timeout
		return fault.Wrap(fault.Deadline, err, "the request took too long")
	case code == "40001", code == "40P01", code == "40003", code == "23505":
		return fault.Wrap(fault.Conflict, err, "another change was made first: read it again and retry")
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57P"), strings.HasPrefix(code, "58"),
		notWritable(code): // connection, resources (disk full), shutdown, I/O
		return fault.Wrap(fault.Unavailable, err, "the database cannot serve this now: retry later")
	}
	return err
}

// notWritable reports whether a code comes from a database that answers but accepts no writes: its disk is full, or it is a
// standby, which refuses the statement or even a transaction that may write.
func notWritable(postgresCode string) bool {
	switch postgresCode {
	case "53100", "25006", "0A000":
		return true
	}
	return false
}

// refusesWrites reports whether a transaction failed for such a reason, on either database.
func refusesWrites(err error) bool {
	switch sqliteCode(err) {
	case sqliteFull, sqliteIOErr, sqliteCantOpen, sqliteReadOnly:
		return true
	}
	return notWritable(postgresCode(err))
}

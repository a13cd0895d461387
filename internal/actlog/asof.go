package actlog

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// PlaceAt is the end of the longest beginning of the log in which no act is later than a time: imports carry times of long ago. It is 0
// where the first act is later already.
func (l *Log) PlaceAt(ctx context.Context, t time.Time) (seq int64, err error) {
	end, _, err := l.End(ctx)
	if err != nil {
		return 0, err
	}
	var later sql.NullInt64
	const text = "SELECT MIN(seq) FROM acts WHERE at > ?"
	if err := l.store.Query(ctx, text, []any{t.UTC()}, func(r *sql.Rows) error { return r.Scan(&later) }); err != nil {
		return 0, fmt.Errorf("find the place of a time: %w", err)
	}
	if later.Valid {
		return later.Int64 - 1, nil
	}
	return end, nil
}

// TimeOf is the latest time of an act up to a place; the zero time where there is none.
func (l *Log) TimeOf(ctx context.Context, seq int64) (at time.Time, err error) {
	const text = "SELECT at FROM acts WHERE seq <= ? ORDER BY at DESC LIMIT 1"
	if err := l.store.Query(ctx, text, []any{seq}, func(r *sql.Rows) error { return r.Scan(&at) }); err != nil {
		return at, fmt.Errorf("read the time of a place: %w", err)
	}
	return at.UTC(), nil
}

// Covering is the smallest checkpoint that covers a place; nil while there is none. It is kept outside the database before it is returned.
func (l *Log) Covering(ctx context.Context, seq int64) (*Checkpoint, error) {
	var size sql.NullInt64
	const text = "SELECT MIN(size) FROM checkpoints WHERE size >= ?"
	if err := l.store.Query(ctx, text, []any{seq}, func(r *sql.Rows) error { return r.Scan(&size) }); err != nil {
		return nil, fmt.Errorf("find the checkpoint of a place: %w", err)
	}
	if !size.Valid {
		return nil, nil
	}
	c, err := l.Checkpoint(ctx, size.Int64)
	if err != nil || c == nil || c.Size != size.Int64 {
		return nil, err
	}
	return c, nil
}

// SignersOf are the keys that signed a checkpoint and still sign; once none of them does, those that sign now.
func (l *Log) SignersOf(checkpoint string) ([]note.Signer, error) {
	name := l.name.Load()
	if name == nil {
		return nil, errNotSigned
	}
	_, err := note.Open([]byte(checkpoint), note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if !errors.As(err, &unverified) {
		return nil, fmt.Errorf("read a checkpoint: %w", err)
	}
	n := unverified.Note
	var then []note.Signer
	for _, s := range name.signers {
		for _, sig := range n.UnverifiedSigs {
			if sig.Name == s.Name() && sig.Hash == s.KeyHash() {
				then = append(then, s)
			}
		}
	}
	if len(then) == 0 {
		return name.signers, nil
	}
	return then, nil
}

package actlog

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// Reopen continues the log after acts were lost, under a new origin. The first act there names the old origin and its last
// known checkpoint. It refuses a log that is whole. Open must not have been called; it would refuse.
func (l *Log) Reopen(ctx context.Context) (origin string, err error) {
	if err := l.CheckKeys(ctx); err != nil {
		return "", err
	}
	switch err := l.Examine(ctx); {
	case err == nil:
		return "", fault.New(fault.State, "the log is whole: this database has everything that was signed and shown, so there is nothing to reopen")
	case !errors.Is(err, ErrForked):
		return "", err
	}
	old, err := l.lastKnown(ctx)
	if err != nil {
		return "", err
	}
	origin = bundle.NextOrigin(old.Origin)
	if err := l.dropContradicted(ctx); err != nil {
		return "", err
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("log"))
	err = l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := l.store.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value",
			originSetting, []byte(origin))
		if err != nil {
			return err
		}
		if _, err := l.store.Exec(ctx, tx, "DELETE FROM settings WHERE id = ?", lostSetting); err != nil {
			return err
		}
		made, err := l.Append(ctx, tx, policy.ActorFrom(ctx), aboutLog("log.reopened", map[string]any{
			"origin": old.Origin, "root": old.Hash.String(), "size": old.N,
		}))
		if err != nil {
			return err
		}
		// Acts in the backup's queue may have had other sequence numbers under the old origin, so log.reopened goes first.
		_, err = l.store.Exec(ctx, tx, "UPDATE queued_acts SET id = (SELECT MIN(id) FROM queued_acts) - 1 WHERE act_id = ?", made[0].Act)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("reopen the log: %w", err)
	}
	return origin, l.Open(ctx, origin)
}

// Ended tells how an earlier origin of the log ended: the last checkpoint that was known when it did, and the place from which on its acts
// were lost, which is that of the act log.reopened; 0 for an origin that has not ended. The checkpoint may be one of a later origin, which
// was lost with it.
func (l *Log) Ended(ctx context.Context, origin string) (last bundle.Checkpoint, lost int64, err error) {
	const text = "SELECT seq, payload FROM acts WHERE type = 'log.reopened' ORDER BY seq"
	err = l.store.Query(ctx, text, nil, func(r *sql.Rows) error {
		var seq int64
		var payload string
		if err := r.Scan(&seq, &payload); err != nil || lost > 0 {
			return err
		}
		var of struct {
			Origin, Root string
			Size         int64
		}
		if err := json.Unmarshal([]byte(payload), &of); err != nil {
			return fmt.Errorf("read act %d: %w", seq, err)
		}
		if of.Origin != origin && !after(of.Origin, origin) {
			return nil
		}
		root, err := tlog.ParseHash(of.Root)
		if err != nil {
			return fmt.Errorf("read act %d: %w", seq, err)
		}
		last, lost = bundle.Checkpoint{Origin: of.Origin, Tree: tlog.Tree{N: of.Size, Hash: root}}, seq
		return nil
	})
	if err != nil {
		return last, 0, fmt.Errorf("look for the end of %s: %w", origin, err)
	}
	return last, lost, nil
}

// lastKnown is the last checkpoint that is known of the latest origin: from the folder of keys, from what servers with other
// folders have told, or from the database. If there is none, it is that of no acts.
func (l *Log) lastKnown(ctx context.Context) (bundle.Checkpoint, error) {
	kept, err := l.kept()
	if err != nil {
		return bundle.Checkpoint{}, err
	}
	_, shown, err := l.keptShown()
	if err != nil {
		return bundle.Checkpoint{}, err
	}
	s, err := l.stateAt(ctx, l.store.One, 0)
	if err != nil {
		return bundle.Checkpoint{}, err
	}
	told := noteOf(s.lost)
	origin := l.Origin()
	for _, other := range []string{kept.Origin, shown, told.Origin} {
		if after(other, origin) {
			origin = other
		}
	}
	last := bundle.Checkpoint{Origin: origin, Tree: tlog.Tree{Hash: emptyRoot()}}
	consider := func(c bundle.Checkpoint) {
		if c.Origin == origin && c.N > last.N {
			last = c
		}
	}
	consider(kept.Checkpoint)
	if err := l.signedByUs(told.Checkpoint, origin); err == nil {
		c, _ := saved(told.Checkpoint)
		consider(c)
	}
	err = l.store.Query(ctx, "SELECT note FROM checkpoints ORDER BY size", nil, func(r *sql.Rows) error {
		var text string
		if err := r.Scan(&text); err != nil {
			return err
		}
		if c, err := saved(text); err == nil {
			consider(c)
		}
		return nil
	})
	return last, err
}

// signedByUs checks a checkpoint that another server has put into the database.
func (l *Log) signedByUs(text, origin string) error {
	vkeys, err := l.ring.Verifiers(origin)
	if err != nil {
		return err
	}
	var all []note.Verifier
	for _, vkey := range vkeys {
		v, err := note.NewVerifier(vkey)
		if err != nil {
			return fmt.Errorf("read a key of our own: %w", err)
		}
		all = append(all, v)
	}
	_, err = note.Open([]byte(text), note.VerifierList(all...))
	return err
}

// emptyRoot is the root of the tree without acts.
func emptyRoot() tlog.Hash {
	h, _ := tlog.TreeHash(0, nil) // the hash of nothing
	return h
}

// dropContradicted deletes the checkpoints in the database that its own acts contradict.
func (l *Log) dropContradicted(ctx context.Context) error {
	head, err := l.headNow(ctx)
	if err != nil {
		return err
	}
	for {
		c, err := l.newest(ctx)
		if err != nil || c == nil {
			return err
		}
		if c.Size <= head.seq && l.compareTree(ctx, c.Size, c.Root) == nil {
			return nil
		}
		err = l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := l.store.Exec(ctx, tx, "DELETE FROM checkpoints WHERE size = ?", c.Size)
			return err
		})
		if err != nil {
			return fmt.Errorf("drop a checkpoint: %w", err)
		}
	}
}

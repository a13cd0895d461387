package actlog

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

// The settings that all replicas share.
const (
	originSetting = "log.origin"
	keysSetting   = "log.keys"
	checkSetting  = "keys.check"
)

// logID is the subject of acts about the log itself.
var logID = uuid.NewSHA1(uuid.NameSpaceURL, []byte("plenary:log"))

// signer signs checkpoints under the log's origin.
type signer struct {
	origin    string
	signers   []note.Signer
	verifiers []string
}

// Checkpoint is the signed state of the log at one size.
type Checkpoint struct {
	Size int64
	Root tlog.Hash
	Note string
	At   time.Time
}

// Open loads the log's name and keys; the first time, the given origin becomes the name. It refuses a database that does
// not belong to the keys, or whose log differs from the one that was last signed.
func (l *Log) Open(ctx context.Context, origin string) error {
	if err := l.CheckKeys(ctx); err != nil {
		return err
	}
	have, err := l.named(ctx)
	if err != nil {
		return err
	}
	if have == "" {
		if have, err = l.assignName(ctx, origin); err != nil {
			return err
		}
	}
	if origin != "" && nameOf(have) != nameOf(origin) {
		return fmt.Errorf("the log is named %s and cannot be renamed to %s", have, origin)
	}
	if err := l.use(have); err != nil {
		return err
	}
	if err := l.compareOutside(ctx); err != nil {
		return err
	}
	return l.announceKeys(ctx)
}

// Name loads the log's name and its signing keys without checking the log: for tools that only read.
func (l *Log) Name(ctx context.Context) error {
	origin, err := l.named(ctx)
	if err != nil {
		return err
	}
	if origin == "" {
		return errNotSigned
	}
	return l.use(origin)
}

// named returns the log's name, empty if it has none yet.
func (l *Log) named(ctx context.Context) (string, error) {
	var origin string
	err := l.store.Query(ctx, "SELECT value FROM settings WHERE id = ?", []any{originSetting}, func(r *sql.Rows) error { return r.Scan(&origin) })
	if err != nil {
		return "", fmt.Errorf("read the log's name: %w", err)
	}
	return origin, nil
}

// assignName gives the log its first name and returns the stored one, which is another's if a replica was faster.
func (l *Log) assignName(ctx context.Context, origin string) (string, error) {
	if origin == "" {
		origin = "plenary.invalid/log-" + uuid.NewString()[:8] // the operator has configured no name
	}
	if _, n := bundle.Generation(origin); n > 1 {
		return "", fmt.Errorf("--log-origin %s: a number at the end is reserved for a log that continues after a restore", origin)
	}
	value, err := l.setting(ctx, originSetting, []byte(origin))
	return string(value), err
}

// use makes the log sign under a name from now on.
func (l *Log) use(origin string) error {
	signers, err := l.ring.Signers(origin)
	if err != nil {
		return err
	}
	verifiers, err := l.ring.Verifiers(origin)
	if err != nil {
		return err
	}
	l.name.Store(&signer{origin: origin, signers: signers, verifiers: verifiers})
	return nil
}

// CheckKeys refuses keys that do not belong to the database.
func (l *Log) CheckKeys(ctx context.Context) error {
	have, err := l.setting(ctx, checkSetting, l.ring.Check())
	if err != nil {
		return err
	}
	if string(have) != string(l.ring.Check()) {
		return fmt.Errorf("the master key in %s is not the one this database was created with: copy the right one there", l.ring.Dir())
	}
	return nil
}

// setting returns a value that all replicas share; the first caller sets it.
func (l *Log) setting(ctx context.Context, name string, first []byte) (value []byte, err error) {
	err = l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := l.store.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", name, first); err != nil {
			return err
		}
		row, err := tx.Setting.Get(ctx, name)
		if err == nil {
			value = row.Value
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the setting %s: %w", name, err)
	}
	return value, nil
}

// Origin is the log's name; empty before Open.
func (l *Log) Origin() string {
	if s := l.name.Load(); s != nil {
		return s.origin
	}
	return ""
}

// Verifiers are the public keys that sign the log now.
func (l *Log) Verifiers() []string {
	if s := l.name.Load(); s != nil {
		return s.verifiers
	}
	return nil
}

// sign writes a checkpoint of the tree while the sequencer holds the lease.
func (s *sequencer) sign(ctx context.Context) error {
	name := s.log.name.Load()
	if name == nil {
		return nil
	}
	err := s.log.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := s.hold(ctx, tx); err != nil {
			return err
		}
		if s.tree.size == s.signed {
			return nil
		}
		root := s.tree.root()
		text := bundle.Checkpoint{Origin: name.origin, Tree: tlog.Tree{N: s.tree.size, Hash: root}}.Text()
		signed, err := note.Sign(&note.Note{Text: text}, name.signers...)
		if err != nil {
			return fmt.Errorf("sign a checkpoint: %w", err)
		}
		_, err = s.log.store.Exec(ctx, tx, "INSERT INTO checkpoints (size, root, note, at) VALUES (?, ?, ?, ?)",
			s.tree.size, root[:], string(signed), s.log.clock.Now())
		return err
	})
	if err != nil {
		s.ready = false
		return err
	}
	s.signed, s.signedAt = s.tree.size, time.Now()
	return nil
}

// Checkpoint returns the newest checkpoint that covers at most atMost acts; nil if there is none.
func (l *Log) Checkpoint(ctx context.Context, atMost int64) (*Checkpoint, error) {
	return l.checkpoint(ctx, "SELECT size, root, note, at FROM checkpoints WHERE size <= ? ORDER BY size DESC LIMIT 1", atMost)
}

// Covering returns the oldest checkpoint that covers an act; nil if there is none yet.
func (l *Log) Covering(ctx context.Context, seq int64) (*Checkpoint, error) {
	return l.checkpoint(ctx, "SELECT size, root, note, at FROM checkpoints WHERE size >= ? ORDER BY size LIMIT 1", seq)
}

func (l *Log) checkpoint(ctx context.Context, text string, arg int64) (*Checkpoint, error) {
	var c *Checkpoint
	err := l.store.Query(ctx, text, []any{arg}, func(r *sql.Rows) (err error) {
		c, err = scanCheckpoint(r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read a checkpoint: %w", err)
	}
	return c, nil
}

func scanCheckpoint(r *sql.Rows) (*Checkpoint, error) {
	c := new(Checkpoint)
	var root []byte
	if err := r.Scan(&c.Size, &root, &c.Note, &c.At); err != nil {
		return nil, err
	}
	if len(root) != tlog.HashSize {
		return nil, fmt.Errorf("the root of checkpoint %d has %d bytes", c.Size, len(root))
	}
	c.Root = tlog.Hash(root)
	return c, nil
}

// compare checks a tree against the last checkpoint in the database, and returns the checkpoint's size.
func (l *Log) compare(ctx context.Context, tx *db.Tx, tree *frontier) (int64, error) {
	var c *Checkpoint
	err := l.store.QueryTx(ctx, tx, "SELECT size, root, note, at FROM checkpoints ORDER BY size DESC LIMIT 1", nil, func(r *sql.Rows) (err error) {
		c, err = scanCheckpoint(r)
		return err
	})
	switch {
	case err != nil:
		return 0, fmt.Errorf("read the last checkpoint: %w", err)
	case c == nil:
		return 0, nil
	case c.Size > tree.size:
		return 0, fmt.Errorf("%w: it has %d acts, but %d were signed", ErrForked, tree.size, c.Size)
	}
	root := tree.root()
	if c.Size < tree.size {
		// The signed part of the tree is in tiles and acts that earlier transactions have committed.
		if root, err = tlog.TreeHash(c.Size, l.hashes(ctx)); err != nil {
			return 0, fmt.Errorf("read the tree of %d acts: %w", c.Size, err)
		}
	}
	if root != c.Root {
		return 0, fmt.Errorf("%w: its first %d acts differ from those that were signed", ErrForked, c.Size)
	}
	return c.Size, nil
}

// saved reads a checkpoint that we saved ourselves, so it does not check the signature.
func saved(note string) (bundle.Checkpoint, error) {
	text, _, _ := strings.Cut(note, "\n\n")
	return bundle.ParseCheckpoint(text + "\n")
}

// compareOutside checks the database against the checkpoint saved outside of it: a restored backup, or a standby that
// lagged, ends before that checkpoint.
func (l *Log) compareOutside(ctx context.Context) error {
	if l.name.Load() == nil {
		return nil // a tool that does not sign
	}
	text, err := l.ring.Checkpoint()
	if err != nil || text == "" {
		return err
	}
	outside, err := saved(text)
	if err != nil {
		return fmt.Errorf("the checkpoint saved in %s: %w", l.ring.Dir(), err)
	}
	origin, size, root := outside.Origin, outside.N, outside.Hash
	l.savedSize = size
	if nameOf(origin) != nameOf(l.Origin()) {
		return fmt.Errorf("the checkpoint saved in %s belongs to another log, %s", l.ring.Dir(), origin)
	}
	head, err := l.Head(ctx)
	if err != nil {
		return err
	}
	reopen := "; if you restored a backup, run plenary log reopen: the log continues under a new name that records the restore"
	if head < size {
		return fmt.Errorf("%w: the database has %d acts, but %d were signed%s", ErrForked, head, size, reopen)
	}
	have, err := tlog.TreeHash(size, l.hashes(ctx))
	if err != nil {
		return fmt.Errorf("read the tree of %d acts: %w", size, err)
	}
	if have != root {
		return fmt.Errorf("%w: the first %d acts differ from those that were signed%s", ErrForked, size, reopen)
	}
	return nil
}

// nameOf is an origin without the number that a reopening adds.
func nameOf(origin string) string {
	name, _ := bundle.Generation(origin)
	return name
}

// keepOutside saves the newest checkpoint outside the database.
func (l *Log) keepOutside(ctx context.Context) error {
	if l.name.Load() == nil {
		return nil
	}
	c, err := l.Checkpoint(ctx, 1<<62)
	if err != nil || c == nil || c.Size <= l.savedSize {
		return err
	}
	if err := l.ring.KeepCheckpoint(c.Note); err != nil {
		return err
	}
	l.savedSize = c.Size
	return nil
}

// announceKeys writes an act for each key that starts or stops signing, so that the log itself says which keys may sign it.
func (l *Log) announceKeys(ctx context.Context) error {
	present := l.Verifiers()
	ctx = policy.WithActor(ctx, policy.SystemActor("log"))
	wrote := false
	err := l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		wrote = false
		var before []string
		if _, err := l.store.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", keysSetting, []byte("[]")); err != nil {
			return err
		}
		if err := l.store.Lock(ctx, tx, "settings", keysSetting); err != nil {
			return err
		}
		row, err := tx.Setting.Get(ctx, keysSetting)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(row.Value, &before); err != nil {
			return fmt.Errorf("read the keys of the log: %w", err)
		}
		var entries []Entry
		for _, v := range present {
			if !slices.Contains(before, v) {
				entries = append(entries, aboutLog("log.keyAdded", map[string]any{"key": v}))
			}
		}
		for _, v := range before {
			if !slices.Contains(present, v) {
				entries = append(entries, aboutLog("log.keyRetired", map[string]any{"key": v}))
			}
		}
		if len(entries) == 0 {
			return nil
		}
		wrote = true
		value, err := json.Marshal(present)
		if err != nil {
			return err
		}
		if err := row.Update().SetValue(value).Exec(ctx); err != nil {
			return err
		}
		_, err = l.Append(ctx, tx, policy.ActorFrom(ctx), entries...)
		return err
	})
	if wrote {
		l.Wake()
	}
	if err != nil {
		return fmt.Errorf("announce the keys of the log: %w", err)
	}
	return nil
}

func aboutLog(kind string, payload any) Entry {
	return Entry{Type: kind, Subject: Subject{Type: policy.Log, ID: logID}, Payload: payload}
}

// Reopen continues the log after a restore, under a new origin. The first act there names the old origin and its last known
// checkpoint. Open must not have been called; it would refuse.
func (l *Log) Reopen(ctx context.Context) (origin string, err error) {
	if err := l.CheckKeys(ctx); err != nil {
		return "", err
	}
	text, err := l.ring.Checkpoint()
	if err != nil {
		return "", err
	}
	if text == "" {
		return "", fmt.Errorf("no checkpoint is saved in %s: this database contradicts nothing, so there is no need to reopen its log", l.ring.Dir())
	}
	old, err := saved(text)
	if err != nil {
		return "", fmt.Errorf("the checkpoint saved in %s: %w", l.ring.Dir(), err)
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
	if err := l.ring.KeepCheckpoint(""); err != nil {
		return "", err
	}
	return origin, l.Open(ctx, origin)
}

// dropContradicted deletes the checkpoints in the database that its own acts contradict.
func (l *Log) dropContradicted(ctx context.Context) error {
	head, err := l.Head(ctx)
	if err != nil {
		return err
	}
	for {
		c, err := l.Checkpoint(ctx, 1<<62)
		if err != nil || c == nil {
			return err
		}
		if c.Size <= head {
			if root, err := tlog.TreeHash(c.Size, l.hashes(ctx)); err == nil && root == c.Root {
				return nil
			}
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

// Healthy returns why the log has stopped, or nil.
func (l *Log) Healthy(context.Context) error {
	if l.forked.Load() {
		return ErrForked
	}
	return nil
}

package actlog

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
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
	if err := l.whole(ctx); err != nil {
		var x *loss
		if errors.As(err, &x) {
			err = errors.Join(err, l.record(ctx, x)) // so that no server with another folder of keys continues either
		}
		return err
	}
	l.watch()
	return l.announceKeys(ctx)
}

// whole compares the log with everything that is known of it, without changing anything. Its error is a loss if something is
// missing.
func (l *Log) whole(ctx context.Context) error {
	if err := l.compareOutside(ctx); err != nil {
		return err
	}
	if err := l.compareNewest(ctx); err != nil {
		return err
	}
	s, err := l.stateAt(ctx, l.store.One, 0)
	if err != nil {
		return err
	}
	if x := l.contradiction(s, place{}); x != nil {
		return x
	}
	return nil
}

// Examine says whether the log is whole, for tools that only look. Its error says what is missing.
func (l *Log) Examine(ctx context.Context) error {
	if check, err := keysOf(ctx, l.store); err != nil {
		return err
	} else if err := l.compareKeys(check); check != nil && err != nil {
		return err
	}
	origin, err := l.named(ctx)
	if err != nil || origin == "" {
		return err // a log without a name has shown and signed nothing
	}
	if err := l.use(origin); err != nil {
		return err
	}
	return l.whole(ctx)
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
	return l.compareKeys(have)
}

func (l *Log) compareKeys(have []byte) error {
	if string(have) != string(l.ring.Check()) {
		return fmt.Errorf("the master key in %s is not the one this database was created with: copy the right one there", l.ring.Dir())
	}
	return nil
}

// HasKeys reports whether a database was given keys, which none but those can replace.
func HasKeys(ctx context.Context, s *store.Store) (bool, error) {
	check, err := keysOf(ctx, s)
	return check != nil, err
}

// keysOf identifies the keys that a database was given; nil for none.
func keysOf(ctx context.Context, s *store.Store) (check []byte, err error) {
	err = s.Query(ctx, "SELECT value FROM settings WHERE id = ?", []any{checkSetting}, func(r *sql.Rows) error { return r.Scan(&check) })
	if err != nil {
		return nil, fmt.Errorf("look for keys of the database: %w", err)
	}
	return check, nil
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

// Sign signs a text with the keys that sign the log, as a note. The text must not be one of a checkpoint: whoever calls it begins it with
// words that no log is named by.
func (l *Log) Sign(text string) (string, error) {
	name := l.name.Load()
	if name == nil {
		return "", errNotSigned
	}
	signed, err := note.Sign(&note.Note{Text: text}, name.signers...)
	if err != nil {
		return "", fmt.Errorf("sign a note: %w", err)
	}
	return string(signed), nil
}

// sign writes a checkpoint of the tree while the sequencer holds the lease, and keeps it outside the database.
func (s *sequencer) sign(ctx context.Context) error {
	l := s.log
	name := l.name.Load()
	if name == nil {
		return nil
	}
	var text string
	err := l.store.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
		text = ""
		if _, err := s.hold(ctx, tx); err != nil {
			return err
		}
		if err := s.agree(ctx); err != nil || s.tree.size == s.signed {
			return err
		}
		root := s.tree.root()
		unsigned := bundle.Checkpoint{Origin: name.origin, Tree: tlog.Tree{N: s.tree.size, Hash: root}}.Text()
		signed, err := note.Sign(&note.Note{Text: unsigned}, name.signers...)
		if err != nil {
			return fmt.Errorf("sign a checkpoint: %w", err)
		}
		text = string(signed)
		return l.save(ctx, tx, s.tree.size, root, text)
	})
	if err != nil {
		s.ready = false
		return err
	}
	s.signed, s.signedAt = s.tree.size, time.Now()
	if text == "" {
		return nil
	}
	s.agreed = text
	return l.keep(text)
}

// agree compares the tree with a checkpoint that another server of this folder of keys has kept since the last time.
func (s *sequencer) agree(ctx context.Context) error {
	have, err := s.log.ring.Checkpoint()
	if err != nil || have == s.agreed {
		return err
	}
	if err := s.log.compareOutside(ctx); err != nil {
		return err
	}
	s.agreed = have
	return nil
}

// save stores a checkpoint.
func (l *Log) save(ctx context.Context, tx *db.Tx, size int64, root tlog.Hash, note string) error {
	_, err := l.store.Exec(ctx, tx, "INSERT INTO checkpoints (size, root, note, at) VALUES (?, ?, ?, ?)", size, root[:], note, l.clock.Now())
	if err != nil {
		return fmt.Errorf("store a checkpoint: %w", err)
	}
	return nil
}

// newest is a size that no log has: the newest checkpoint covers at most as many acts.
const newest = 1 << 62

// Checkpoint returns the newest checkpoint that covers at most atMost acts, to be shown to somebody; nil if there is none. The
// statement that reads it compares the log with what was shown, and it is kept outside the database before it is returned. It
// never returns an earlier one than the last that was kept before it was asked for. The newest of all is one under the log's present name.
func (l *Log) Checkpoint(ctx context.Context, atMost int64) (*Checkpoint, error) {
	if err := l.Healthy(ctx); err != nil {
		return nil, err
	}
	kept, err := l.kept() // before the database is asked: another request may keep a newer one meanwhile
	if err != nil {
		return nil, err
	}
	c, standby, err := l.compared(ctx, atMost)
	if err != nil {
		return nil, err
	}
	if name := l.Origin(); c != nil && atMost == newest && name != "" && !strings.HasPrefix(c.Note, name+"\n") {
		c = nil // it was signed before the log was reopened
	}
	if c != nil {
		if err := l.keep(c.Note); err != nil {
			return nil, fault.Wrap(fault.Unavailable, err, "the checkpoint cannot be kept outside the database: retry later")
		}
	}
	if kept.Origin != l.Origin() || kept.N > atMost || c != nil && c.Size >= kept.N {
		return c, nil
	}
	// One that was shown is missing. It is signed again if its acts are there.
	if err := l.compareKept(ctx); !standby && errors.Is(err, ErrForked) {
		l.stop(err)
		return nil, l.Healthy(ctx)
	}
	return nil, fault.New(fault.Unavailable, "the database does not have the last checkpoint: retry later")
}

// compared reads a checkpoint together with the state of the log, and says whether a standby has answered.
func (l *Log) compared(ctx context.Context, atMost int64) (c *Checkpoint, standby bool, err error) {
	ask := func(ctx context.Context, text string, args []any, into ...sql.Scanner) error {
		var size sql.NullInt64
		var root sql.Null[[]byte]
		var note sql.NullString
		var at sql.NullTime
		into = append([]sql.Scanner{&size, &root, &note, &at}, into...)
		text = "SELECT c.size, c.root, c.note, c.at, s.* FROM (" + text + ") s LEFT JOIN " +
			"(SELECT size, root, note, at FROM checkpoints WHERE size <= ? ORDER BY size DESC LIMIT 1) c ON 1 = 1"
		if err := l.store.One(ctx, text, append(args, atMost), into...); err != nil || !size.Valid {
			c = nil
			return err
		}
		c = &Checkpoint{Size: size.Int64, Note: note.String, At: at.Time}
		if len(root.V) != tlog.HashSize {
			return fmt.Errorf("the root of checkpoint %d has %d bytes", c.Size, len(root.V))
		}
		c.Root = tlog.Hash(root.V)
		return nil
	}
	final, err := l.judge(ctx, ask)
	if errors.Is(err, ErrForked) {
		err = l.Healthy(ctx)
	}
	return c, !final, err
}

// compareNewest checks the tree against the last checkpoint in the database.
func (l *Log) compareNewest(ctx context.Context) error {
	c, err := l.newest(ctx)
	if err != nil || c == nil {
		return err
	}
	head, err := l.headNow(ctx)
	if err != nil {
		return err
	}
	if head.seq < c.Size {
		return l.damaged("it has %d acts, but %d were signed", head.seq, c.Size)
	}
	return l.compareTree(ctx, c.Size, c.Root)
}

// newest reads the last checkpoint; nil if there is none. It is not to be shown.
func (l *Log) newest(ctx context.Context) (*Checkpoint, error) {
	var c *Checkpoint
	err := l.store.Query(ctx, "SELECT size, root, note, at FROM checkpoints ORDER BY size DESC LIMIT 1", nil, func(r *sql.Rows) (err error) {
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
		return 0, l.damaged("the database has %d acts, but %d were signed", tree.size, c.Size)
	case c.Size < tree.size: // the signed part is in tiles and acts that earlier transactions have committed
		return c.Size, l.compareTree(ctx, c.Size, c.Root)
	case tree.root() != c.Root:
		return 0, l.damaged("its first %d acts differ from those that were signed", c.Size)
	}
	return c.Size, nil
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
		var entries []act.Entry
		for _, v := range present {
			if !slices.Contains(before, v) {
				entries = append(entries, aboutLog("log.key_added", map[string]any{"key": v}))
			}
		}
		for _, v := range before {
			if !slices.Contains(present, v) {
				entries = append(entries, aboutLog("log.key_retired", map[string]any{"key": v}))
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

func aboutLog(kind string, payload any) act.Entry {
	return act.Entry{Type: kind, Subject: act.Subject{Type: policy.Log, ID: logID}, Payload: payload}
}

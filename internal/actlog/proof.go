package actlog

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/keys"
)

// Inclusion proves that an act is in the log at its sequence number, under a checkpoint.
func (l *Log) Inclusion(ctx context.Context, seq int64, c *Checkpoint) (tlog.RecordProof, error) {
	if seq < 1 || seq > c.Size {
		return nil, fault.New(fault.State, "this checkpoint does not cover the act")
	}
	return tlog.ProveRecord(c.Size, seq-1, l.hashes(ctx))
}

// Consistency proves that the log at the larger size extends the log at the smaller one.
func (l *Log) Consistency(ctx context.Context, from, to int64) (tlog.TreeProof, error) {
	if from < 1 || from > to {
		return nil, fault.InvalidField("from", "", "must be from 1 up to the size of the later checkpoint")
	}
	return tlog.ProveTree(to, from, l.hashes(ctx))
}

// Opened returns acts after a sequence number, in order, with their sealed contents opened, in the form of a bundle.
func (l *Log) Opened(ctx context.Context, after int64, limit int) ([]*bundle.Act, error) {
	return l.opened(ctx, "seq > ? ORDER BY seq LIMIT ?", after, limit)
}

// Of returns a member's acts after a sequence number, in order.
func (l *Log) Of(ctx context.Context, member uuid.UUID, after int64, limit int) ([]*bundle.Act, error) {
	return l.opened(ctx, "member_id = ? AND seq > ? ORDER BY seq LIMIT ?", member, after, limit)
}

func (l *Log) opened(ctx context.Context, where string, args ...any) ([]*bundle.Act, error) {
	text := "SELECT " + strings.Join(Table.Columns, ", ") + ", payload, salt, sealed FROM acts WHERE " + where
	var rows []*db.Act
	var members []uuid.UUID
	err := l.store.Query(ctx, text, args, func(r *sql.Rows) error {
		a := new(db.Act)
		if err := Table.Scan(r, a, &a.Payload, &a.Salt, &a.Sealed); err != nil {
			return err
		}
		rows = append(rows, a)
		if a.MemberID != nil {
			members = append(members, *a.MemberID)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	keys, err := l.vault.Keys(ctx, members)
	if err != nil {
		return nil, err
	}
	acts := make([]*bundle.Act, len(rows))
	for i, a := range rows {
		h := HeaderOf(a)
		b := &bundle.Act{Seq: a.ID, Header: &h, Entry: h.Entry()}
		if len(a.Entry) == len(b.Entry) {
			b.Entry = [32]byte(a.Entry) // what the tree holds, even if the row was changed
		}
		b.Salt, b.Payload = contentOf(a, keys)
		switch _, known := keys[or(a.MemberID)]; {
		case b.Payload != nil:
			if b.Member = or(a.MemberID); h.Member == [32]byte{} {
				b.Member = uuid.Nil
			}
		case len(a.Sealed) == 0 || !known:
			b.Erased = *a.MemberID
		default: // changed in the database: the act is written without its content, so the verifier finds it
		}
		acts[i] = b
	}
	return acts, nil
}

func or(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}

// errNotSigned reports that nothing has been signed yet.
var errNotSigned = fault.New(fault.State, "the log has no checkpoint yet: try again in a second")

// WriteBundle writes the whole log up to the last checkpoint, with every act opened: for auditors.
func (l *Log) WriteBundle(ctx context.Context, w io.Writer) error {
	c, err := l.Checkpoint(ctx, 1<<62)
	if err != nil {
		return err
	}
	if c == nil {
		return errNotSigned
	}
	out := bundle.NewWriter(w, bundle.Info{Origin: l.Origin(), Keys: l.Verifiers(), MadeAt: l.clock.Now(), Complete: true})
	if err := out.Checkpoint([]byte(c.Note)); err != nil {
		return err
	}
	for last := int64(0); last < c.Size; {
		acts, err := l.Opened(ctx, last, min(batch, int(c.Size-last)))
		if err != nil {
			return err
		}
		if len(acts) == 0 {
			return fmt.Errorf("%w: act %d is missing", ErrForked, last+1)
		}
		for _, a := range acts {
			if err := out.Act(a); err != nil {
				return err
			}
		}
		last = acts[len(acts)-1].Seq
	}
	return out.Close()
}

// WriteOwn writes a member's acts, opened, each with its proof.
func (l *Log) WriteOwn(ctx context.Context, w io.Writer, member uuid.UUID) error {
	c, err := l.Checkpoint(ctx, 1<<62)
	if err != nil {
		return err
	}
	if c == nil {
		return errNotSigned
	}
	out := bundle.NewWriter(w, bundle.Info{Origin: l.Origin(), Keys: l.Verifiers(), MadeAt: l.clock.Now()})
	if err := out.Checkpoint([]byte(c.Note)); err != nil {
		return err
	}
	for last := int64(0); ; {
		acts, err := l.Of(ctx, member, last, batch)
		if err != nil {
			return err
		}
		for _, a := range acts {
			if a.Seq > c.Size {
				return out.Close()
			}
			if a.Proof, err = l.Inclusion(ctx, a.Seq, c); err != nil {
				return err
			}
			if err := out.Act(a); err != nil {
				return err
			}
			last = a.Seq
		}
		if len(acts) < batch {
			return out.Close()
		}
	}
}

// OpenedOf returns the acts of some types on a subject, in order, with their sealed contents opened as far as nobody was erased.
func (l *Log) OpenedOf(ctx context.Context, subject uuid.UUID, types ...string) ([]*bundle.Act, error) {
	args := []any{subject}
	for _, t := range types {
		args = append(args, t)
	}
	return l.opened(ctx, "subject_id = ? AND type IN ("+strings.TrimSuffix(strings.Repeat("?, ", len(types)), ", ")+") ORDER BY seq", args...)
}

// WriteOf writes the acts of some types on a subject, opened, each with its proof, and then what follows them. from is the size of a
// checkpoint that the reader saved, or 0: the bundle then proves that the log has only grown since.
func (l *Log) WriteOf(ctx context.Context, w io.Writer, subject uuid.UUID, types []string, from int64, then func(*bundle.Writer) error) error {
	c, err := l.Checkpoint(ctx, newest)
	if err != nil {
		return err
	}
	if c == nil {
		return errNotSigned
	}
	acts, err := l.OpenedOf(ctx, subject, types...)
	if err != nil {
		return err
	}
	out := bundle.NewWriter(w, bundle.Info{Origin: l.Origin(), Keys: l.Verifiers(), MadeAt: l.clock.Now()})
	if err := out.Checkpoint([]byte(c.Note)); err != nil {
		return err
	}
	if from > 0 && from < c.Size {
		proof, err := l.Consistency(ctx, from, c.Size)
		if err != nil {
			return err
		}
		if err := out.Consistency(from, c.Size, proof); err != nil {
			return err
		}
	}
	if len(acts) < len(types) || acts[len(acts)-1].Seq > c.Size {
		return fault.New(fault.Unavailable, "the log does not cover this yet: try again in a second")
	}
	for _, a := range acts {
		if a.Proof, err = l.Inclusion(ctx, a.Seq, c); err != nil {
			return err
		}
		if err := out.Act(a); err != nil {
			return err
		}
	}
	if err := then(out); err != nil {
		return err
	}
	return out.Close()
}

// Ring holds the keys of the installation outside the database.
func (l *Log) Ring() *keys.Ring { return l.ring }

// Erased is what an erasure removed from the log.
type Erased struct {
	Acts   int    `json:"acts"`
	Digest string `json:"digest"` // of the entries of those acts, in order
}

// Erase removes from the log what a member's acts say about the member: their contents and salts. What the tree holds
// stays, so every proof stays valid. The caller appends the act that records the erasure, with the result as its payload.
func (l *Log) Erase(ctx context.Context, tx *db.Tx, member uuid.UUID) (*Erased, error) {
	erased, err := l.vault.Erase(ctx, tx, member, l.clock.Now())
	if err != nil {
		return nil, fmt.Errorf("erase a person: %w", err)
	}
	if !erased {
		return nil, fault.Missing()
	}
	return l.shred(ctx, tx, member)
}

// Forget drops from memory what an erasure removed, and adds the member's random id to the list that survives a restored
// backup.
func (l *Log) Forget(member uuid.UUID) error {
	l.vault.Forget(member)
	return l.ring.KeepErased(member)
}

// Listed returns the erased members, from the list outside the database.
func (l *Log) Listed() ([]uuid.UUID, error) { return l.ring.Erased() }

// shred empties the acts of a member, in the log and in the queue, and digests their entries.
func (l *Log) shred(ctx context.Context, tx *db.Tx, member uuid.UUID) (*Erased, error) {
	// The lock stops the sequencer, so that no act moves from the queue to the log in between.
	if err := l.store.Lock(ctx, tx, "leases", "sequencer"); err != nil {
		return nil, err
	}
	e, sum := &Erased{}, sha256.New()
	for _, from := range []string{"acts WHERE member_id = ? ORDER BY seq", "queued_acts WHERE member_id = ? ORDER BY id"} {
		err := l.store.QueryTx(ctx, tx, "SELECT entry FROM "+from, []any{member}, func(r *sql.Rows) error {
			var entry []byte
			if err := r.Scan(&entry); err != nil {
				return err
			}
			e.Acts++
			sum.Write(entry)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("digest the acts of a person: %w", err)
		}
	}
	for _, table := range []string{"acts", "queued_acts"} {
		_, err := l.store.Exec(ctx, tx, "UPDATE "+table+" SET payload = '', salt = ?, sealed = NULL WHERE member_id = ?", []byte{}, member)
		if err != nil {
			return nil, fmt.Errorf("empty the acts of a person: %w", err)
		}
	}
	e.Digest = hex.EncodeToString(sum.Sum(nil))
	return e, nil
}

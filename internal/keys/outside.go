package keys

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// The files outside the database against which a restored backup, or a standby that took over, is checked.
const (
	checkpointFile = "checkpoint" // the last checkpoint seen
	servedFile     = "served"     // the last act shown
	erasedFile     = "erased"     // random ids of participants, one per line
	lockFile       = ".lock"      // held while one of the first two changes
)

// servedSize is the size of the file of the last act shown. It never changes, so that a crash leaves the old text or the new.
const servedSize = 512

// Checkpoint returns the last checkpoint saved here; empty if there is none.
func (r *Ring) Checkpoint() (string, error) { return readIfThere(filepath.Join(r.dir, checkpointFile)) }

// KeepCheckpoint saves a checkpoint in place of the one that is there, if that one agrees. Replicas that share the folder take
// turns, so that none replaces a later checkpoint.
func (r *Ring) KeepCheckpoint(note string, replaces func(saved string) bool) error {
	return r.inTurn(func() error {
		saved, err := r.Checkpoint()
		if err != nil || !replaces(saved) {
			return err
		}
		return replace(filepath.Join(r.dir, checkpointFile), []byte(note))
	})
}

// Served returns the line about the last act shown; empty if there is none.
func (r *Ring) Served() (string, error) {
	text, err := readIfThere(filepath.Join(r.dir, servedFile))
	return strings.TrimRight(text, " \n"), err
}

// KeepServed saves a line about the last act shown, like KeepCheckpoint. It does not wait for the disk: it is called for each
// batch of acts, and what a crash of the machine loses, the last checkpoint mostly covers.
func (r *Ring) KeepServed(line string, replaces func(saved string) bool) error {
	if len(line) >= servedSize {
		return fmt.Errorf("a line of %d bytes about the last act shown", len(line))
	}
	return r.inTurn(func() error {
		f, err := os.OpenFile(filepath.Join(r.dir, servedFile), os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return fmt.Errorf("save what was shown: %w", err)
		}
		defer f.Close()
		b := make([]byte, servedSize)
		n, err := f.ReadAt(b, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("read what was shown: %w", err)
		}
		if !replaces(strings.TrimRight(string(b[:n]), " \n")) {
			return nil
		}
		copy(b, line)
		for i := len(line); i < servedSize; i++ {
			b[i] = ' '
		}
		b[servedSize-1] = '\n'
		if _, err := f.WriteAt(b, 0); err != nil {
			return fmt.Errorf("save what was shown: %w", err)
		}
		return nil
	})
}

// ErrBusy reports that other processes had their turns all the time that one waited: nothing was kept, and a later attempt may.
var ErrBusy = errors.New("other processes keep the folder of keys locked")

// turnTime is how long a turn may be waited for. A replica that is suspended in its turn must not stop the others.
const turnTime = 250 * time.Millisecond

// inTurn runs f while no other process that shares the folder, nor this one, does.
func (r *Ring) inTurn(f func() error) error {
	r.turn.Lock()
	defer r.turn.Unlock()
	held, err := os.OpenFile(filepath.Join(r.dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("lock the folder of keys: %w", err)
	}
	defer held.Close() // ends the lock
	for until := time.Now().Add(turnTime); ; time.Sleep(time.Millisecond) {
		switch free, err := tryLock(held); {
		case err != nil:
			return fmt.Errorf("lock the folder of keys: %w", err)
		case free:
			return f()
		case time.Now().After(until):
			return fmt.Errorf("%w: %s", ErrBusy, r.dir)
		}
	}
}

func readIfThere(path string) (string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// Erased returns the erased participants, as far as this replica knows.
func (r *Ring) Erased() ([]uuid.UUID, error) {
	text, err := os.ReadFile(filepath.Join(r.dir, erasedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the list of erasures: %w", err)
	}
	var all []uuid.UUID
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		id, err := uuid.ParseBytes(bytes.TrimSpace(lines.Bytes()))
		if err != nil {
			continue // a crash truncated the line: the act in the log adds the id again
		}
		all = append(all, id)
	}
	return all, nil
}

// KeepErased adds a participant to the list, so that restoring an earlier backup erases the participant again.
func (r *Ring) KeepErased(id uuid.UUID) error {
	have, err := r.Erased()
	if err != nil || slices.Contains(have, id) {
		return err
	}
	f, err := os.OpenFile(filepath.Join(r.dir, erasedFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("save an erasure: %w", err)
	}
	// It starts with a line break, in case the previous line was truncated.
	_, err = f.WriteString("\n" + id.String() + "\n")
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

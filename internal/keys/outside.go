package keys

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"
)

// The files outside the database against which a restored backup is checked.
const (
	checkpointFile = "checkpoint" // the last checkpoint seen
	erasedFile     = "erased"     // random ids of participants, one per line
)

// Checkpoint returns the last checkpoint saved here; empty if there is none.
func (r *Ring) Checkpoint() (string, error) {
	text, err := os.ReadFile(filepath.Join(r.dir, checkpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// KeepCheckpoint saves a checkpoint and replaces the previous one.
func (r *Ring) KeepCheckpoint(note string) error {
	return replace(filepath.Join(r.dir, checkpointFile), []byte(note))
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

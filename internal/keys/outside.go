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

// What is kept outside the database so that a restored backup can be held against it.
const (
	checkpointFile = "checkpoint" // the last one that was seen
	erasedFile     = "erased"     // random ids of participants, one a line
)

// Checkpoint gives the last checkpoint that was kept here; empty when there is none.
func (r *Ring) Checkpoint() (string, error) {
	text, err := os.ReadFile(filepath.Join(r.dir, checkpointFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// KeepCheckpoint keeps a checkpoint, instead of the one before.
func (r *Ring) KeepCheckpoint(note string) error {
	return replace(filepath.Join(r.dir, checkpointFile), []byte(note))
}

// Erased gives the participants that were erased, as far as this replica knows.
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
			continue // a line cut off by a crash: the act in the log brings it again
		}
		all = append(all, id)
	}
	return all, nil
}

// KeepErased writes a participant on the list, so that a backup from before is erased again when it is restored.
func (r *Ring) KeepErased(id uuid.UUID) error {
	have, err := r.Erased()
	if err != nil || slices.Contains(have, id) {
		return err
	}
	f, err := os.OpenFile(filepath.Join(r.dir, erasedFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep an erasure: %w", err)
	}
	// The line begins with a break, should the one before have been cut off.
	_, err = f.WriteString("\n" + id.String() + "\n")
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

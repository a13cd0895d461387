package file

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// chunkBytes is the size of the pieces in the database: a reader holds one at a time.
const chunkBytes = 256 << 10

// content keeps bytes under their hash. They lie in the database, or in a folder; what lay in one before the setting changed is found
// where it is. Piece 0 is locked by whoever keeps or drops the content, so that neither undoes what the other does.
type content struct {
	store  *store.Store
	folder string
}

// keep stores bytes under their hash, inside a transaction. What is there already is kept once.
func (c content) keep(ctx context.Context, tx *db.Tx, hash string, bytes []byte) error {
	first := bytes[:min(len(bytes), chunkBytes)]
	if c.folder != "" {
		first = nil
	}
	const claim = `INSERT INTO file_chunks (id, sha256, number, content) VALUES (?, ?, 0, ?)
		ON CONFLICT (sha256, number) DO UPDATE SET number = file_chunks.number`
	if _, err := c.store.Exec(ctx, tx, claim, newID(), hash, filled(first)); err != nil {
		return fmt.Errorf("keep the content of a file: %w", err)
	}
	if c.folder != "" {
		return c.write(hash, bytes)
	}
	const add = `INSERT INTO file_chunks (id, sha256, number, content) VALUES (?, ?, ?, ?) ON CONFLICT (sha256, number) DO NOTHING`
	for n := 1; n*chunkBytes < len(bytes); n++ {
		piece := bytes[n*chunkBytes : min(len(bytes), (n+1)*chunkBytes)]
		if _, err := c.store.Exec(ctx, tx, add, newID(), hash, n, piece); err != nil {
			return fmt.Errorf("keep the content of a file: %w", err)
		}
	}
	return nil
}

// filled is an empty piece that is not NULL.
func filled(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// drop deletes, inside a transaction, what no file holds any more. Several are always locked in the same order.
func (c content) drop(ctx context.Context, tx *db.Tx, hashes []string) error {
	slices.Sort(hashes)
	for _, hash := range slices.Compact(hashes) {
		if err := c.dropOne(ctx, tx, hash); err != nil {
			return fmt.Errorf("delete the content of a file: %w", err)
		}
	}
	return nil
}

func (c content) dropOne(ctx context.Context, tx *db.Tx, hash string) error {
	const lock = "UPDATE file_chunks SET number = number WHERE sha256 = ? AND number = 0"
	if _, err := c.store.Exec(ctx, tx, lock, hash); err != nil {
		return err
	}
	held := false
	err := c.store.QueryTx(ctx, tx, "SELECT 1 FROM files WHERE sha256 = ? LIMIT 1", []any{hash}, func(*sql.Rows) error { held = true; return nil })
	if err != nil || held {
		return err
	}
	if _, err := c.store.Exec(ctx, tx, "DELETE FROM file_chunks WHERE sha256 = ?", hash); err != nil {
		return err
	}
	if c.folder == "" {
		return nil
	}
	if err := os.Remove(c.path(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// errGone is the error of content that is not there.
var errGone = errors.New("the content of a file is missing")

// piece reads a piece of a content.
func (c content) piece(ctx context.Context, hash string, n int) ([]byte, error) {
	piece, found := []byte(nil), false
	const read = "SELECT content FROM file_chunks WHERE sha256 = ? AND number = ?"
	err := c.store.Query(ctx, read, []any{hash, n}, func(r *sql.Rows) error { found = true; return r.Scan(&piece) })
	switch {
	case err != nil:
		return nil, fmt.Errorf("read a piece of a file: %w", err)
	case found && len(piece) > 0:
		return piece, nil
	case found || n > 0 && c.folder != "":
		return c.read(hash, n)
	}
	return nil, errGone
}

func (c content) path(hash string) string { return filepath.Join(c.folder, hash[:2], hash) }

// read reads a piece from the folder.
func (c content) read(hash string, n int) ([]byte, error) {
	f, err := os.Open(c.path(hash))
	if err != nil {
		return nil, errors.Join(errGone, err)
	}
	defer f.Close()
	piece := make([]byte, chunkBytes)
	got, err := f.ReadAt(piece, int64(n)*chunkBytes)
	if got == 0 {
		return nil, errors.Join(errGone, err)
	}
	return piece[:got], nil
}

// write puts bytes into the folder, on the disk before the transaction commits. It never leaves half of them under the hash.
func (c content) write(hash string, bytes []byte) error {
	at := c.path(hash)
	if info, err := os.Stat(at); err == nil && info.Size() == int64(len(bytes)) {
		return nil
	}
	folder := filepath.Dir(at)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("keep the content of a file: %w", err)
	}
	f, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return fmt.Errorf("keep the content of a file: %w", err)
	}
	_, err = f.Write(bytes)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), at)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("keep the content of a file: %w", err)
	}
	return errors.Join(flush(folder), flush(c.folder))
}

// flush puts the entries of a folder on the disk.
func flush(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

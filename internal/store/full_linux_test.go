package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

func TestAFullDiskRefusesChangesAllowsReadsAndRecovers(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=12m"); err != nil {
		t.Skipf("skipped: a disk of 12 MB cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	s := testdb.Open(t, "sqlite://"+filepath.Join(dir, "plenary.db"), store.Options{})
	ctx := context.Background()
	write := func(id string, size int) error {
		return s.InTx(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.Exec(ctx, tx, "INSERT INTO settings (id, value) VALUES (?, ?)", id, []byte(strings.Repeat("x", size)))
			return err
		})
	}
	var kept []string
	var err error
	for i := 0; err == nil && i < 100; i++ {
		id := "fill" + strings.Repeat("i", i)
		if err = write(id, 1<<20); err == nil {
			kept = append(kept, id)
		}
	}
	if !fault.Is(err, fault.Unavailable) || len(kept) == 0 {
		t.Fatalf("writing to a full disk = %v after %d rows, want Unavailable", err, len(kept))
	}
	var n int
	if err := s.Query(ctx, "SELECT COUNT(*) FROM settings WHERE id LIKE 'fill%'", nil, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil || n != len(kept) {
		t.Errorf("reading = %d rows, %v, want the %d confirmed rows", n, err, len(kept))
	}
	if err := syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"); err != nil {
		t.Fatal(err)
	}
	if err := write("after", 1<<20); err != nil {
		t.Errorf("a change after there is room = %v", err)
	}
}

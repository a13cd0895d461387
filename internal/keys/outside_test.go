package keys_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/plenary-dialogue/plenary/internal/keys"
)

// Replicas that share a folder keep what is furthest, in whatever order they come.
func TestWhatIsKeptOutsideNeverGoesBack(t *testing.T) {
	dir := t.TempDir()
	const replicas, each = 4, 200
	for _, row := range []struct {
		name string
		keep func(r *keys.Ring, text string, replaces func(string) bool) error
		read func(r *keys.Ring) (string, error)
	}{
		{"the checkpoint", (*keys.Ring).KeepCheckpoint, (*keys.Ring).Checkpoint},
		{"the act shown last", (*keys.Ring).KeepServed, (*keys.Ring).Served},
	} {
		t.Run(row.name, func(t *testing.T) {
			first, err := keys.Open(dir, true)
			if err != nil {
				t.Fatal(err)
			}
			if text, err := row.read(first); err != nil || text != "" {
				t.Fatalf("before anything is kept: %q, %v", text, err)
			}
			number := func(text string) int { n, _ := strconv.Atoi(strings.TrimSpace(text)); return n }
			var running sync.WaitGroup
			for i := range replicas {
				r, err := keys.Open(dir, false)
				if err != nil {
					t.Fatal(err)
				}
				running.Go(func() {
					for n := 1; n <= each; n++ {
						mine := n*replicas + i
						err := keys.ErrBusy
						for errors.Is(err, keys.ErrBusy) { // a slow disk makes turns long, and nobody waits for them in line
							err = row.keep(r, fmt.Sprint(mine), func(saved string) bool { return mine > number(saved) })
						}
						if err != nil {
							t.Error(err)
						}
						if text, err := row.read(r); err != nil || number(text) < mine {
							t.Errorf("after %d was kept there is %q, %v", mine, text, err)
						}
					}
				})
			}
			running.Wait()
			if text, err := row.read(first); err != nil || number(text) != each*replicas+replicas-1 {
				t.Errorf("in the end there is %q, %v, want %d", text, err, each*replicas+replicas-1)
			}
		})
	}
	if err := os.WriteFile(filepath.Join(dir, "served"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := keys.Open(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.KeepServed(strings.Repeat("x", 512), func(string) bool { return true }); err == nil {
		t.Error("a line that does not fit is kept")
	}
}

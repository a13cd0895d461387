package testdb

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared gives the path of real data that lies beside the checkout and is not part of it, or skips the test: the data has
// licences of its own.
func Shared(t testing.TB, path ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	full := filepath.Join(append([]string{dir, "..", "shared"}, path...)...)
	if _, err := os.Stat(full); err != nil {
		t.Skipf("skipped: %s is not beside this checkout; it is real data that is not ours to ship", filepath.Join(append([]string{"shared"}, path...)...))
	}
	return full
}

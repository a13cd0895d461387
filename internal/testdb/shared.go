package testdb

import (
	"os"
	"path/filepath"
	"testing"
)

// Shared gives the path of real data beside the checkout, or skips the test. The data is not part of the checkout because it
// has other licences.
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
		t.Skipf("skipped: %s is not beside this checkout; it is real data that we may not ship", filepath.Join(append([]string{"shared"}, path...)...))
	}
	return full
}

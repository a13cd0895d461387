// Package shareddata finds, for tests, the data that lies beside the repository and is never copied into it.
package shareddata

import (
	"os"
	"path/filepath"
	"testing"
)

// Read gives a file of the data folder. Without the folder it skips the test, with a sentence.
func Read(t testing.TB, path ...string) []byte {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
	b, err := os.ReadFile(filepath.Join(append([]string{dir, "..", "shared", "data"}, path...)...))
	if err != nil {
		t.Skipf("the data for this test is not beside the repository, so that it does not run: %v", err)
	}
	return b
}

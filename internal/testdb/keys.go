package testdb

import (
	"testing"

	"github.com/plenary-dialogue/plenary/internal/keys"
)

// Keys gives keys that last as long as the test.
func Keys(t testing.TB) *keys.Ring {
	t.Helper()
	ring, err := keys.Open(t.TempDir()+"/keys", true)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

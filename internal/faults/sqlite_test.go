//go:build faults

package faults_test

import (
	"math/rand/v2"
	"testing"
)

// F01: whatever the moment at which the server is killed, what it acknowledged is there, whole.
func TestKillingTheServerOnSQLiteLosesNothing(t *testing.T) {
	t.Parallel()
	w := onSQLite(t, t.TempDir()).serve(1)
	server := w.replicas[0]
	c := w.crowd(4)
	for range times(25, 5) {
		c.more(1 + rand.N(40))
		server.kill()
		server.start()
	}
	w.check(c.stop())
}

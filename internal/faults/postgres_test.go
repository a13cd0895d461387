//go:build faults

package faults_test

import (
	"math/rand/v2"
	"net/url"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/testdb/cluster"
)

func withParam(name, value string) func(*url.URL) {
	return func(u *url.URL) {
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
	}
}

// F07: servers are killed while people write through them; who had no answer asks another one under the same key.
func TestKillingServersOnPostgresLosesNothing(t *testing.T) {
	t.Parallel()
	w := onPostgres(t, commonCluster(t)).serve(2)
	c := w.crowd(4)
	following := w.follow("auditor", false)
	for i := range times(10, 3) {
		c.more(1 + rand.N(60))
		w.replicas[i%2].kill()
		c.more(20) // through the other
		w.replicas[i%2].start()
	}
	deeds := c.stop()
	following.sawAll()
	w.check(deeds)
}

// F08: the primary dies with everything it had in memory, and its synchronous standby is promoted. The servers find it by
// themselves, nothing that was acknowledged is gone, and what was unsure is settled by its key.
func TestAStandbyTakesOverWithEverythingAcknowledged(t *testing.T) {
	t.Parallel()
	primary := ownCluster(t, cluster.Options{})
	standby, err := primary.Standby(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = standby.Stop() })
	database := newDatabase(t, primary)
	both := change(database, func(u *url.URL) {
		u.Host = primary.Address + "," + standby.Address
		withParam("target_session_attrs", "read-write")(u)
	})
	w := newWorld(t, both, change(database, func(u *url.URL) { u.Host = standby.Address })).serve(2)
	c := w.crowd(4)
	followers := []*follower{w.follow("auditor", false), w.follow("customer", true)}
	c.more(times(400, 100))
	if err := primary.Kill(); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	if err := standby.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	promoted := time.Now()
	c.more(1)
	t.Logf("promoted after %v, writing again %v later", promoted.Sub(killed).Round(time.Millisecond), time.Since(promoted).Round(time.Millisecond))
	c.more(times(400, 100))
	deeds := c.stop()
	for _, f := range followers {
		f.sawAll()
	}
	w.check(deeds)
}

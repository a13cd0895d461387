package story_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/testdb"
)

// readiness asks a server whether it is ready.
func (w *world) readiness() (int, map[string]string) {
	w.t.Helper()
	resp, err := w.client.Get(w.url + "/readyz")
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body := map[string]string{}
	if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, body
}

// off is a clock that differs from the machine's.
type off struct {
	clock.System
	by time.Duration
}

func (o off) Now() time.Time { return o.System.Now().Add(o.by) }

func TestAServerIsReadyWhenItsClockAgreesWithTheDatabases(t *testing.T) {
	for _, row := range []struct {
		name   string
		by     time.Duration
		any    bool
		status int
		says   string
	}{
		{"the same clock", 0, false, http.StatusOK, "ok"},
		{"a second ahead", time.Second, false, http.StatusOK, "ok"},
		{"an hour ahead", time.Hour, false, http.StatusServiceUnavailable, "ahead of the database's"},
		{"an hour behind", -time.Hour, false, http.StatusServiceUnavailable, "behind the database's"},
		{"a test's clock", -time.Hour, true, http.StatusOK, "ok"},
	} {
		t.Run(row.name, func(t *testing.T) {
			testdb.EachURL(t, func(t *testing.T, databaseURL string) {
				w := open(t, databaseURL, func(c *app.Config) { c.Clock, c.AnyClock = off{by: row.by}, row.any })
				status, body := w.readiness()
				want, says := row.status, row.says
				if strings.HasPrefix(databaseURL, "sqlite") { // its clock is ours
					want, says = http.StatusOK, "ok"
				}
				if status != want || !strings.Contains(body["clock"], says) {
					t.Errorf("/readyz = %d %v, want %d and %q of the clock", status, body, want, says)
				}
			})
		})
	}
}

// A database that may lose changes is no reason not to be ready, but an operator reads it.
func TestAServerSaysWhatItsDatabaseMayLose(t *testing.T) {
	testdb.EachURL(t, func(t *testing.T, databaseURL string) { // in tests both databases may lose changes
		w := open(t, databaseURL, nil)
		status, body := w.readiness()
		if status != http.StatusOK || !strings.Contains(body["durability"], "may lose") {
			t.Errorf("/readyz = %d %v, want 200 and what may be lost", status, body)
		}
		if !strings.Contains(w.log.String(), "changes_may_be_lost") {
			t.Error("the log does not say it")
		}
	})
}

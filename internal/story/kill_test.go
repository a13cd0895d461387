package story_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plenary-dialogue/plenary/internal/app"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/recount"
	"github.com/plenary-dialogue/plenary/internal/server"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// moments are those at which a server that counts a ballot is killed: as it is about to run the first statement that matches at, after all
// that match the moments before. They are in the order of a turn.
var moments = []struct {
	name    string
	at      string
	counted bool // the count has happened
	long    bool // left out of short runs: much like the one before
}{
	{name: "before it looks for ballots that have closed", at: `^SELECT id FROM ballots WHERE state = 'OPEN' AND closes_at`},
	{name: "at the beginning of the count", at: `^SELECT .* FROM .ballots. WHERE`, long: true},
	{name: "with the ballot locked", at: `^SELECT .* FROM .proposals. WHERE`},
	{name: "before it reads the sealed papers", at: `^SELECT id, revision, sealed FROM sealed_papers`, long: true},
	{name: "with the papers opened", at: `^INSERT INTO ballot_papers`},
	{name: "with the papers written", at: `^DELETE FROM sealed_papers`},
	{name: "with the sealed papers deleted", at: `^DELETE FROM ballot_keys`},
	{name: "with the key deleted", at: `^UPDATE .ballots. SET`},
	{name: "with the result written", at: `^INSERT INTO queued_acts`, long: true},
	{name: "with the act written", at: `^UPDATE .proposals. SET`, long: true},
	{name: "with the proposal adopted", at: `^INSERT INTO .guidelines.`},
	{name: "at the commit", at: `^COMMIT`},
	{name: "after the commit", at: `^SELECT id FROM ballots WHERE shredded = FALSE`, counted: true},
	{name: "as it shreds", at: `^ALTER TABLE sealed_papers|^PRAGMA wal_checkpoint`, counted: true},
	{name: "with one table shredded, or the only file", at: `^ALTER TABLE ballot_keys|^UPDATE ballots SET shredded`, counted: true, long: true},
	{name: "before it has noted that it has shredded", at: `^UPDATE ballots SET shredded|^COMMIT`, counted: true},
}

// cast is a secret ballot on which all have voted, in a database that nobody uses now.
type cast struct {
	database, ballot string
	sealed           []string // papers and the key, as they are stored
	nonces           []string
	receipts         []string
	lines            []string // of the result, when nothing interrupts the count
}

// castIn opens a secret ballot in a database, and casts papers for it, with the same nonces each time.
func castIn(t *testing.T, databaseURL string) (c cast) {
	t.Helper()
	w := open(t, databaseURL, nil)
	defer w.end()
	c.database = databaseURL
	voters := w.electorate()
	rule := w.did(persona("facilitator"), "defineRule", "document: %q", "decisionRule{id}", secretRule).at("decisionRule", "id").text()
	c.ballot, _ = w.polls(rule, 10*24*time.Hour)
	for i, voter := range voters {
		choice := []string{"FOR", "AGAINST", "FOR", "ABSTAIN", "FOR"}[i]
		c.nonces = append(c.nonces, fmt.Sprintf("canary%02d!!!!!!!!", i))
		c.receipts = append(c.receipts, w.casts(voter, c.ballot, choice, hex.EncodeToString([]byte(c.nonces[i])), 0))
	}
	w.settle()
	c.sealed = w.sealed()
	if len(c.sealed) != len(voters)+1 {
		t.Fatalf("%d sealed papers and keys, want %d", len(c.sealed), len(voters)+1)
	}
	return c
}

// sealed are the sealed papers and keys of ballots, as they are stored.
func (w *world) sealed() (all []string) {
	w.t.Helper()
	for _, table := range []string{"sealed_papers", "ballot_keys"} {
		err := w.Store.Query(context.Background(), "SELECT sealed FROM "+table, nil, func(r *sql.Rows) error {
			var b []byte
			err := r.Scan(&b)
			all = append(all, string(b))
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return all
}

// resultLines are the lines of a result that are of the ballot, and not of the log.
func resultLines(file []byte) (lines []string) {
	for line := range strings.Lines(string(file)) {
		if strings.HasPrefix(line, `{"kind":"ballot.`) {
			lines = append(lines, line)
		}
	}
	return lines
}

// TestACountThatIsKilledHappensOnce kills a server at every step of a count. The count has happened or has not, the next server completes it
// once and with the same result, and what was sealed is in no file then.
func TestACountThatIsKilledHappensOnce(t *testing.T) {
	eachURL(t, true, func(t *testing.T, databaseURL string) {
		c := castIn(t, databaseURL)
		whole := open(t, copied(t, c.database), nil)
		whole.closes()
		c.lines = resultLines(whole.result(c.ballot))
		whole.end()
		for i, m := range moments {
			if m.long && testing.Short() {
				continue
			}
			t.Run(m.name, func(t *testing.T) { c.killed(t, i) })
		}
	})
}

// killed counts a copy of the ballot with a server that is killed at a moment, and then with another one.
func (c cast) killed(t *testing.T, at int) {
	databaseURL := copied(t, c.database)
	first := &world{t: t, devKey: filepath.Join(t.TempDir(), "dev.key")}
	first.copyKeys()
	cmd := exec.CommandContext(t.Context(), must(os.Executable()), "-test.run=^TestKillMyselfInACount$")
	cmd.Env = append(os.Environ(), killDatabase+"="+databaseURL, killDevKey+"="+first.devKey, killMoment+"="+fmt.Sprint(at))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("the process ended with %v: %s", err, out)
	}
	w := open(t, databaseURL, func(cfg *app.Config) { cfg.DevKey, cfg.Keys = first.devKey, first.devKey+".keys" })
	want := map[string]int{"counted": 0, "papers": 0, "sealed": len(c.sealed), "acts": 0, "guidelines": 0}
	if moments[at].counted {
		want = map[string]int{"counted": 1, "papers": len(c.nonces), "sealed": 0, "acts": 1, "guidelines": 1}
	}
	w.stands("after the server was killed", want)
	w.clock.Advance(11*24*time.Hour + 2*time.Minute) // the lease of the first server is over
	for range 2 {                                    // the second turn finds nothing to do
		must(w.Domains.Ballots.Turn(context.Background(), "another server"))
	}
	w.settle()
	w.stands("after the next server has looked", map[string]int{"counted": 1, "papers": len(c.nonces), "sealed": 0, "acts": 1, "guidelines": 1})
	c.check(w)
}

// stands compares what is there of the only ballot.
func (w *world) stands(when string, want map[string]int) {
	w.t.Helper()
	got := map[string]int{
		"counted":    w.counted("SELECT COUNT(*) FROM ballots WHERE state = 'COUNTED' AND result <> ''"),
		"papers":     w.counted("SELECT COUNT(*) FROM ballot_papers WHERE tracker <> ''"),
		"sealed":     w.counted("SELECT (SELECT COUNT(*) FROM sealed_papers) + (SELECT COUNT(*) FROM ballot_keys)"),
		"acts":       w.counted("SELECT (SELECT COUNT(*) FROM acts WHERE type = 'ballot.counted') + (SELECT COUNT(*) FROM queued_acts WHERE type = 'ballot.counted')"),
		"guidelines": w.counted("SELECT COUNT(*) FROM guidelines"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

// check sees that the result is the one that nothing interrupted, that it proves itself, and that nothing of sealed papers and keys is left.
func (c cast) check(w *world) {
	w.t.Helper()
	file := w.result(c.ballot)
	if diff := cmp.Diff(c.lines, resultLines(file)); diff != "" {
		w.t.Errorf("the result is another one (-uninterrupted +killed):\n%s", diff)
	}
	for _, receipt := range c.receipts {
		report, err := recount.Verify(bytes.NewReader(file), recount.Options{Options: bundle.Options{Keys: w.Log.Verifiers()}, Receipt: receipt})
		if err != nil || report.Result.Outcome != decision.Adopted || !strings.Contains(report.Receipt, "The paper of the receipt is paper") {
			w.t.Errorf("a receipt: %+v, %v", report, err)
		}
	}
	if n := w.counted("SELECT COUNT(*) FROM ballots WHERE shredded = FALSE"); n != 0 {
		w.t.Errorf("%d ballots are not shredded", n)
	}
	for _, word := range slices.Concat(c.sealed, c.nonces) {
		if dir := w.files(); dir != "" {
			if found := traces(w.t, word, dir); len(found) > 0 {
				w.t.Errorf("what was sealed, or a nonce, is in %v", found)
			}
		}
	}
}

const killDatabase, killDevKey, killMoment = "STORY_KILL_DATABASE", "STORY_KILL_DEVKEY", "STORY_KILL_MOMENT"

// TestKillMyselfInACount is the server that TestACountThatIsKilledHappensOnce starts: a whole one, which kills itself.
func TestKillMyselfInACount(t *testing.T) {
	databaseURL, devKey := os.Getenv(killDatabase), os.Getenv(killDevKey)
	if databaseURL == "" {
		t.Skip("skipped: only TestACountThatIsKilledHappensOnce runs this, in a separate process")
	}
	d := &dying{}
	for _, m := range moments[:must(strconv.Atoi(os.Getenv(killMoment)))+1] {
		d.left = append(d.left, regexp.MustCompile(m.at))
	}
	a, err := app.Open(t.Context(), app.Config{
		Database: databaseURL, Mode: "dev", DevKey: devKey, Keys: devKey + ".keys", Clock: clock.NewFixed(start.Add(11 * 24 * time.Hour)), AnyClock: true,
		Store: store.Options{Relaxed: true, Observe: d.observe}, Rates: server.Rates{Off: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	err = a.Run(ctx, must(net.Listen("tcp", "127.0.0.1:0")))
	t.Fatalf("Run = %v, and the process is alive: %d statements did not come", err, len(d.left))
}

// dying kills the process when the last of the statements comes that it waits for, one after the other.
type dying struct {
	mu   sync.Mutex
	left []*regexp.Regexp
}

func (d *dying) observe(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.left[0].MatchString(text) {
		return
	}
	if d.left = d.left[1:]; len(d.left) > 0 {
		return
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		_ = self.Kill()
	}
	select {}
}

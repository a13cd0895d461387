//go:build faults

package faults_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/internal/testdb/cluster"
)

// waitLimit is how long a test waits for a condition.
const waitLimit = 60 * time.Second

// plenary is the server under test: the real binary, built once.
var plenary string

func TestMain(m *testing.M) {
	// A database dies with the thread that started it; the main thread lasts.
	runtime.LockOSThread()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "plenary-faults-")
	if err != nil {
		return failed(err)
	}
	defer os.RemoveAll(dir)
	plenary = filepath.Join(dir, "plenary")
	if out, err := exec.Command("go", "build", "-o", plenary, "../../cmd/plenary").CombinedOutput(); err != nil {
		return failed(fmt.Errorf("build the server: %w\n%s", err, out))
	}
	defer func() {
		if common.cluster != nil {
			_ = common.cluster.Stop()
		}
	}()
	return m.Run()
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// common is the PostgreSQL shared by the cases that do not harm the database itself.
var common struct {
	once    sync.Once
	cluster *cluster.Cluster
	err     error
}

func commonCluster(t *testing.T) *cluster.Cluster {
	t.Helper()
	common.once.Do(func() {
		common.cluster, common.err = cluster.Start(context.Background(), cluster.Options{Durable: true})
	})
	if common.err != nil {
		t.Fatal(common.err)
	}
	return common.cluster
}

// ownCluster is a PostgreSQL that the test may break.
func ownCluster(t *testing.T, o cluster.Options) *cluster.Cluster {
	t.Helper()
	o.Durable = true
	c, err := cluster.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// times is how often something is repeated: all times, or fewer with -short.
func times(all, short int) int {
	if testing.Short() {
		return short
	}
	return all
}

// long excludes a case from short runs.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: excluded from short runs; make test-faults runs it")
	}
}

// until polls a condition until it is true, for at most limit.
func until(t testing.TB, limit time.Duration, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("not within %v: %s", limit, what)
		case <-tick.C:
		}
	}
}

package spool_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/plenary-dialogue/plenary/internal/spool"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = time.Minute

// pipe takes what it is given when it is told to.
type pipe struct {
	mu    sync.Mutex
	text  bytes.Buffer
	full  chan struct{} // closed when it takes again; nil for a pipe that always takes
	began chan struct{}
	err   error
}

func (p *pipe) Write(b []byte) (int, error) {
	if p.full != nil {
		select {
		case p.began <- struct{}{}:
		default:
		}
		<-p.full
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.err != nil {
		return 0, p.err
	}
	return p.text.Write(b)
}

func (p *pipe) lines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Fields(p.text.String())
}

func note(dropped int64) []byte { return fmt.Appendf(nil, "dropped:%d\n", dropped) }

func write(t *testing.T, w *spool.Writer, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		if n, err := fmt.Fprintf(w, "%d\n", i); err != nil || n == 0 {
			t.Fatalf("Write = %d, %v", n, err)
		}
	}
}

func numbers(from, to int) (all []string) {
	for i := from; i < to; i++ {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

func TestLinesComeInOrder(t *testing.T) {
	p := &pipe{}
	w := spool.New(p, 1<<20, note)
	write(t, w, 0, 20_000) // more than one write takes
	w.Flush(patience)
	if diff := cmp.Diff(numbers(0, 20_000), p.lines()); diff != "" || w.Dropped() != 0 {
		t.Errorf("%d dropped (-want +got):\n%s", w.Dropped(), diff)
	}
}

// TestNobodyWaitsForAFullPipe: what does not fit is dropped, and whoever reads again learns how much.
func TestNobodyWaitsForAFullPipe(t *testing.T) {
	p := &pipe{full: make(chan struct{}), began: make(chan struct{}, 1)}
	w := spool.New(p, 10, note)
	write(t, w, 0, 1)
	<-p.began
	write(t, w, 1, 9) // 18 bytes, of which 10 fit
	if n := w.Dropped(); n != 4 {
		t.Errorf("%d dropped, want 4", n)
	}
	w.Flush(time.Millisecond) // nor does the end of the program
	close(p.full)
	w.Flush(patience)
	write(t, w, 9, 10)
	w.Flush(patience)
	want := []string{"0", "1", "2", "3", "4", "dropped:4", "9"}
	if diff := cmp.Diff(want, p.lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestALongLineIsWritten: a line that is longer than all that may wait waits alone.
func TestALongLineIsWritten(t *testing.T) {
	p := &pipe{}
	w := spool.New(p, 10, note)
	long := strings.Repeat("x", 100)
	if _, err := fmt.Fprintln(w, long); err != nil {
		t.Fatal(err)
	}
	w.Flush(patience)
	if diff := cmp.Diff([]string{long}, p.lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestABrokenPipeLosesOnlyWhatItIsGiven: the lines count as dropped, and the writer goes on.
func TestABrokenPipeLosesOnlyWhatItIsGiven(t *testing.T) {
	p := &pipe{err: errors.New("broken")}
	w := spool.New(p, 1000, note)
	write(t, w, 0, 3)
	w.Flush(patience)
	if n := w.Dropped(); n != 3 {
		t.Errorf("%d dropped, want 3", n)
	}
	p.mu.Lock()
	p.err = nil
	p.mu.Unlock()
	write(t, w, 3, 5)
	w.Flush(patience)
	if diff := cmp.Diff(numbers(3, 5), p.lines()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestManyWriteAtOnce(t *testing.T) {
	p := &pipe{}
	w := spool.New(p, 1<<20, note)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() { write(t, w, 1000*i, 1000*(i+1)) })
	}
	all.Wait()
	w.Flush(patience)
	if n := len(p.lines()); n != 8000 {
		t.Errorf("%d lines, want 8000", n)
	}
}

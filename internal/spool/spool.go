// Package spool writes lines to a file, a terminal or a pipe without ever keeping the caller waiting. What nobody takes in time
// is dropped and counted.
package spool

import (
	"io"
	"sync"
	"time"
)

// mostAtOnce bounds the bytes of one write.
const mostAtOnce = 64 << 10

// Writer takes lines and writes them on a goroutine of its own, which exists only while there are some. It is safe for
// concurrent use.
type Writer struct {
	to   io.Writer
	most int                        // bytes that may wait
	note func(dropped int64) []byte // the line that says how many were dropped; nil for none

	mu       sync.Mutex
	lines    [][]byte
	waiting  int // bytes, those that are being written included
	writing  bool
	done     chan struct{} // closed when nothing waits any more; nil while nobody waits for that
	dropped  int64
	reported int64 // of the dropped ones
}

// New makes a writer that lets at most so many bytes wait. Once lines that were dropped may have been missed, note gives the line
// that says how many.
func New(to io.Writer, most int, note func(dropped int64) []byte) *Writer {
	return &Writer{to: to, most: most, note: note}
}

// Write takes a line. It never waits and never fails.
func (w *Writer) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting > 0 && w.waiting+len(line) > w.most {
		w.dropped++
		return len(line), nil
	}
	w.add(line)
	if !w.writing {
		w.writing = true
		go w.work()
	}
	return len(line), nil
}

func (w *Writer) add(line []byte) {
	w.lines = append(w.lines, append([]byte(nil), line...))
	w.waiting += len(line)
}

// Dropped counts the lines that were dropped.
func (w *Writer) Dropped() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dropped
}

// Flush waits until everything is written, but not longer than d.
func (w *Writer) Flush(d time.Duration) {
	w.mu.Lock()
	if !w.writing {
		w.mu.Unlock()
		return
	}
	if w.done == nil {
		w.done = make(chan struct{})
	}
	done := w.done
	w.mu.Unlock()
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// work writes until nothing waits.
func (w *Writer) work() {
	var b []byte
	for n := 0; ; {
		if b, n = w.next(b[:0], n); n == 0 {
			return
		}
		if _, err := w.to.Write(b); err != nil { // nobody will read them
			w.lost(n)
		}
	}
}

// next takes the lines to write now, and frees the room of those that were written.
func (w *Writer) next(b []byte, written int) ([]byte, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.lines[:written] {
		w.waiting -= len(line)
	}
	clear(w.lines[:written])
	w.lines = w.lines[written:]
	if w.note != nil && w.dropped > w.reported && written > 0 {
		w.add(w.note(w.dropped - w.reported))
		w.reported = w.dropped
	}
	n := 0
	for ; n < len(w.lines) && len(b) < mostAtOnce; n++ {
		b = append(b, w.lines[n]...)
	}
	if n == 0 {
		w.writing, w.lines = false, nil
		if w.done != nil {
			close(w.done)
			w.done = nil
		}
	}
	return b, n
}

func (w *Writer) lost(lines int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dropped += int64(lines)
	w.reported = w.dropped // who could read that?
}

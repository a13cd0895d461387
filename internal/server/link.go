package server

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

var (
	errTooSlow = errors.New("the reader is too slow")
	errEnded   = errors.New("the connection ends")
)

// message waits to be written. An event names its operation and cursor, so that the last event written is known when the
// reader falls behind. Its text is shared with other connections, and its frame is made while writing.
type message struct {
	text   []byte
	op     *socketOperation // nil on a stream, and for messages that are not events
	event  bool
	raw    bool // already framed
	ping   bool // expects an answer
	cursor string
}

// wire is how a kind of connection writes its messages.
type wire interface {
	// frame appends a message as it goes over the wire.
	frame(b []byte, m message) []byte
	// final appends the last bytes, after everything else is written or dropped.
	final(b []byte) []byte
	// written is called after each message was written, in order.
	written(m message)
	// mayWrite reports whether events may be sent now.
	mayWrite() bool
	// slow ends a connection whose reader takes nothing, unless it is already ending.
	slow(behind *socketOperation)
	// over is called once: after the last bytes, or when writing failed.
	over(err error)
}

// link is the writing half of a connection that was taken over from net/http: a queue of messages, bounded in number and in
// bytes. The goroutine that queues a message writes all that is queued, as far as the kernel takes it at once. Only for the
// rest is a goroutine started, which waits for the peer as long as a write may take. So ten thousand idle connections hold no
// goroutine, buffer or timer for writing.
//
// When the queue is full, a producer that can wait does so: a client that resumes from far back may read slower than a
// database. The reader counts as too slow only when nothing moves for as long as Limits.Patience.
type link struct {
	conn   net.Conn
	raw    syscall.RawConn // nil for a connection without a descriptor
	wire   wire
	limits *Limits

	mu      sync.Mutex
	waiting []message
	bytes   int64
	taken   int           // how many of those waiting are being written
	writing bool          // a goroutine is
	held    bool          // not open yet
	closing bool          // takes no more messages; the last bytes follow those that wait
	by      time.Time     // and the deadline of the last bytes
	dead    bool          // writes nothing any more
	room    chan struct{} // closed when there is room again; nil while nobody waits for it
}

// kernelBuffer bounds what the kernel holds for a slow reader. The default is four megabytes, which no limit of ours counts
// and which delay a ping for long. The kernel doubles this value.
const kernelBuffer = 128 << 10

// hold makes the link queue messages until it is opened.
func (l *link) hold(w wire, limits *Limits) {
	l.wire, l.limits, l.held = w, limits, true
}

// open makes the link write to its connection, the head first.
func (l *link) open(head []byte) {
	l.mu.Lock()
	l.held = false
	if c, ok := l.conn.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			l.raw = raw
		}
	}
	if c, ok := l.conn.(interface{ SetWriteBuffer(bytes int) error }); ok {
		_ = c.SetWriteBuffer(kernelBuffer) // otherwise the default stays
	}
	l.waiting = append([]message{{text: head, raw: true}}, l.waiting...)
	l.bytes += int64(len(head))
	l.mu.Unlock()
	l.flush()
}

// offer queues a message if there is room now. A connection that is ending drops it and reports true.
func (l *link) offer(m message) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing || l.dead {
		return true
	}
	if !l.fits(m) {
		return false
	}
	l.add(m)
	return true
}

// fits lets a message larger than the whole queue into an empty one.
func (l *link) fits(m message) bool {
	return len(l.waiting) == 0 || len(l.waiting) < l.limits.QueueMessages && l.bytes+int64(len(m.text)) <= l.limits.QueueBytes
}

func (l *link) add(m message) {
	l.waiting = append(l.waiting, m)
	l.bytes += int64(len(m.text))
}

// put queues a message and sends it. It waits for room until ctx ends or Limits.Patience is over.
func (l *link) put(ctx context.Context, m message) error {
	for {
		l.mu.Lock()
		if l.closing || l.dead {
			l.mu.Unlock()
			return errEnded
		}
		if l.fits(m) {
			l.add(m)
			l.mu.Unlock()
			l.flush()
			return nil
		}
		if l.room == nil {
			l.room = make(chan struct{})
		}
		room := l.room
		l.mu.Unlock()
		if err := l.await(ctx, room); err != nil {
			return err
		}
	}
}

func (l *link) await(ctx context.Context, room chan struct{}) error {
	t := time.NewTimer(l.limits.Patience)
	defer t.Stop()
	select {
	case <-room:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return errTooSlow
	}
}

// finish ends the connection with its last bytes, after the messages that wait or in place of them. The last bytes have a
// write's full time of their own, even after a write that has already waited for the peer.
func (l *link) finish(flush bool) {
	l.mu.Lock()
	if l.closing || l.dead {
		l.mu.Unlock()
		return
	}
	l.closing, l.by = true, time.Now().Add(l.limits.Write)
	if !flush {
		clear(l.waiting[l.taken:])
		l.waiting = l.waiting[:l.taken]
		l.bytes = 0
		for _, m := range l.waiting {
			l.bytes += int64(len(m.text))
		}
	}
	l.wakeRoom()
	l.mu.Unlock()
	l.flush()
}

// mostAtOnce is the size at which a write takes no more messages; it bounds the buffers.
const mostAtOnce = 64 << 10

// attempt is a buffer and one try to write it. The function is made once, because a closure for each write would be garbage.
type attempt struct {
	buf []byte
	n   int
	err error
	try func(fd uintptr) bool
}

var attempts = sync.Pool{New: func() any {
	a := &attempt{buf: make([]byte, 0, 4096)}
	a.try = func(fd uintptr) bool {
		a.n, a.err = writeNow(fd, a.buf)
		return true
	}
	return a
}}

// flush writes what waits, as far as the kernel takes it at once. A goroutine that is writing already writes this too.
func (l *link) flush() {
	l.mu.Lock()
	if l.writing || l.dead || l.held || len(l.waiting) == 0 && !l.closing {
		l.mu.Unlock()
		return
	}
	l.writing = true
	l.mu.Unlock()
	l.work(attempts.Get().(*attempt), false)
}

// work writes until nothing waits. It may wait for the peer only in a goroutine of its own.
func (l *link) work(a *attempt, mayWait bool) {
	for l.takeInto(a) {
		a.n, a.err = 0, nil
		if l.raw != nil {
			if err := l.raw.Write(a.try); err != nil {
				a.err = err
			}
		}
		if a.err == nil && a.n < len(a.buf) {
			if !mayWait {
				go l.rest(a)
				return
			}
			a.err = l.writeRest(a)
		}
		if a.err != nil {
			l.fail(a.err)
			break
		}
		if l.wrote() {
			break
		}
	}
	if cap(a.buf) <= 2*mostAtOnce {
		attempts.Put(a)
	}
}

// rest continues where a try ended.
func (l *link) rest(a *attempt) {
	if err := l.writeRest(a); err != nil {
		l.fail(err)
		return
	}
	if !l.wrote() {
		l.work(a, true)
	}
}

// writeRest waits for the peer as long as a write may take. A reader that takes nothing in that time is too slow; the close
// frame that says so gets the same time again.
func (l *link) writeRest(a *attempt) error {
	by := time.Now().Add(l.limits.Write)
	for {
		if err := l.conn.SetWriteDeadline(by); err != nil {
			return err
		}
		n, err := l.conn.Write(a.buf[a.n:])
		a.n += n
		if err == nil {
			return l.conn.SetWriteDeadline(time.Time{})
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		l.wire.slow(l.behind())
		last := l.lastWordsBy()
		if !last.After(by) {
			return err
		}
		by = last
	}
}

// behind returns the operation of the first event that waits, or nil.
func (l *link) behind() *socketOperation {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.waiting {
		if m.event {
			return m.op
		}
	}
	return nil
}

func (l *link) lastWordsBy() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.by
}

// takeInto puts the next messages into the buffer, or the last bytes. Messages stay in the queue until they are written,
// because what is being written takes room too. With nothing to write it ends the writing and returns false.
func (l *link) takeInto(a *attempt) bool {
	a.buf = a.buf[:0]
	if !l.wire.mayWrite() {
		l.dropEvents()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead || len(l.waiting) == 0 && !l.closing {
		l.writing = false
		return false
	}
	for l.taken = 0; l.taken < len(l.waiting) && len(a.buf) < mostAtOnce; l.taken++ {
		a.buf = l.wire.frame(a.buf, l.waiting[l.taken])
	}
	if l.taken == 0 {
		a.buf = l.wire.final(a.buf)
	}
	return true
}

func (l *link) dropEvents() {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.waiting[:0]
	l.bytes = 0
	for _, m := range l.waiting {
		if !m.event {
			kept = append(kept, m)
			l.bytes += int64(len(m.text))
		}
	}
	clear(l.waiting[len(kept):])
	l.waiting = kept
}

// wrote removes from the queue what was written, and reports whether nothing more is to be written.
func (l *link) wrote() bool {
	l.mu.Lock()
	if l.dead { // since the write began
		l.mu.Unlock()
		return true
	}
	if l.taken == 0 {
		l.dead, l.writing = true, false
		l.mu.Unlock()
		l.wire.over(nil)
		return true
	}
	for _, m := range l.waiting[:l.taken] {
		l.bytes -= int64(len(m.text))
		l.wire.written(m)
	}
	left := copy(l.waiting, l.waiting[l.taken:])
	clear(l.waiting[left:])
	l.waiting, l.taken = l.waiting[:left], 0
	if left == 0 && cap(l.waiting) > 4 {
		l.waiting = nil
	}
	l.wakeRoom()
	l.mu.Unlock()
	return false
}

func (l *link) wakeRoom() {
	if l.room != nil {
		close(l.room)
		l.room = nil
	}
}

// fail ends the link after a write failed.
func (l *link) fail(err error) {
	if l.die() {
		l.wire.over(err)
	}
}

// die drops the queue, and reports whether the link was still alive.
func (l *link) die() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.dead
	l.dead, l.writing, l.waiting = true, false, nil
	l.wakeRoom()
	return !was
}

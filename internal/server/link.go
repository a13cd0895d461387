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
	errEnded   = errors.New("the connection is ending")
)

// message is a message to write. An event names its operation and cursor, so that the last written event is known when the
// reader falls behind. Its text is shared with other connections; the frame around it is made when it is written.
type message struct {
	text   []byte
	op     *socketOperation // nil on a stream, and for messages that are not events
	event  bool
	id     []byte // of the operation, as JSON, on a stream with many; with no text, the operation is complete
	raw    bool   // already framed
	ping   bool   // expects an answer
	cursor string
}

// wire is what differs between kinds of connections when they write messages.
type wire interface {
	// frame appends a message in the form in which it is sent.
	frame(b []byte, m message) []byte
	// final appends the last bytes of the connection, after every other message was written or dropped.
	final(b []byte) []byte
	// written is called for each message, in order, after it was written.
	written(m message)
	// mayWrite reports whether events may be sent now.
	mayWrite() bool
	// slow ends a connection whose reader takes nothing, unless it is already ending.
	slow(behind *socketOperation)
	// over is called once: after the final bytes, or when a write failed.
	over(err error)
}

// link is the writing half of a connection that was taken over from net/http. It holds a queue of messages, bounded in
// number and in bytes, and writes them without blocking: a caller that has queued a message writes the whole queue as far
// as the kernel takes it at once. Only for the rest does the link start a goroutine, which waits for the peer for as long
// as a write may take. Ten thousand idle connections hold no goroutine, buffer or timer for writing.
//
// When the queue is full, a producer that can wait does. So a client that resumes from far back may read more slowly than
// the database. Its reader is too slow only when the queue does not move for Limits.Patience.
type link struct {
	conn   net.Conn
	raw    syscall.RawConn // nil for a connection without non-blocking writes
	wire   wire
	limits *Limits

	mu      sync.Mutex
	waiting []message
	bytes   int64
	taken   int           // how many of the waiting messages are being written
	writing bool          // some goroutine is writing
	held    bool          // there is no connection to write to yet
	closing bool          // no more messages are taken; the final bytes follow those that wait
	by      time.Time     // while closing: the deadline of the final bytes
	dead    bool          // nothing more is written
	room    chan struct{} // closed when the queue has room again; nil while no producer waits for it
}

// kernelBuffer bounds what the kernel buffers for a slow reader, which would otherwise be four megabytes. No limit counts
// that memory, and a ping queued after it takes long to arrive. The kernel doubles the value.
const kernelBuffer = 128 << 10

// hold prepares a link that queues messages but writes none until open.
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

// offer queues a message if there is room now. A connection that is ending drops it and reports true, because its client has
// nothing to catch up with.
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

// fits lets a message that is larger than the whole queue in when the queue is empty.
func (l *link) fits(m message) bool {
	return len(l.waiting) == 0 || len(l.waiting) < l.limits.QueueMessages && l.bytes+int64(len(m.text)) <= l.limits.QueueBytes
}

func (l *link) add(m message) {
	l.waiting = append(l.waiting, m)
	l.bytes += int64(len(m.text))
}

// put queues a message and sends it. It waits for room until ctx ends, or at most for Limits.Patience between two writes.
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

// finish ends the connection with its final bytes: after the messages that wait, or in place of them. The final bytes get
// the full time of a write, even if another write has been waiting for the peer.
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

// mostAtOnce bounds the bytes of one write, and so the size of the buffers.
const mostAtOnce = 64 << 10

// attempt is a buffer and a function that tries to write it. The function is made once: a closure for each write would be
// garbage.
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

// flush writes what waits, as far as possible without blocking. A goroutine that is already writing writes this, too.
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

// work writes until nothing waits. It may wait for the peer only if it runs in a goroutine of its own.
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

// rest goes on after a partial write.
func (l *link) rest(a *attempt) {
	if err := l.writeRest(a); err != nil {
		l.fail(err)
		return
	}
	if !l.wrote() {
		l.work(a, true)
	}
}

// writeRest waits for the peer for as long as a write may take. A reader that takes nothing in that time is too slow; the
// message that says so gets the same time again.
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
		last := l.finalBy()
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

func (l *link) finalBy() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.by
}

// takeInto puts the next messages, or the final bytes, into the buffer. The messages stay in the queue until they are
// written, because they still take room. It reports false, and ends the writing, when there is nothing to write.
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

// wrote removes what was written from the queue, and reports whether the link is done with writing for good.
func (l *link) wrote() bool {
	l.mu.Lock()
	if l.dead { // the link died during the write
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

// fail ends a link whose connection cannot be written to.
func (l *link) fail(err error) {
	if l.die() {
		l.wire.over(err)
	}
}

// die drops what waits, and reports whether the link was still alive.
func (l *link) die() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := l.dead
	l.dead, l.writing, l.waiting = true, false, nil
	l.wakeRoom()
	return !was
}

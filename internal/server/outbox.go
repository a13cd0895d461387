package server

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

var errTooSlow = errors.New("the reader is too slow")

// message is one to be written to a socket. An event names its operation and cursor, so that what was written last is known
// when the reader falls behind.
type message struct {
	text   *[]byte
	op     *socketOperation
	cursor string
}

// outbox holds the messages waiting to be written to one socket, bounded in number and in bytes. When it is full, whoever
// produces events waits, so that a client resuming from far back is not cut off for reading slower than a database; only
// when nothing moves for the length of patience is the reader too slow.
//
// It is a slice and not a buffered channel because that would hold 8 KB for each of 10,000 idle sockets.
type outbox struct {
	mu       sync.Mutex
	waiting  []message
	ready    chan struct{} // has an element when messages wait
	places   *semaphore.Weighted
	bytes    *semaphore.Weighted
	most     int64
	patience time.Duration
}

func newOutbox(l *Limits) *outbox {
	return &outbox{
		ready:  make(chan struct{}, 1),
		places: semaphore.NewWeighted(int64(l.QueueMessages)), bytes: semaphore.NewWeighted(l.QueueBytes),
		most: l.QueueBytes, patience: l.Patience,
	}
}

// weight is what a message counts: one larger than the whole outbox is let in alone.
func (o *outbox) weight(m message) int64 { return min(int64(len(*m.text)), o.most) }

// offer queues a message if there is room now: the goroutine that reads the socket must not wait for the one that writes.
func (o *outbox) offer(m message) bool {
	if !o.places.TryAcquire(1) {
		return false
	}
	if !o.bytes.TryAcquire(o.weight(m)) {
		o.places.Release(1)
		return false
	}
	o.add(m)
	return true
}

// put queues a message, waiting for room. It fails when ctx ends or patience does.
func (o *outbox) put(ctx context.Context, m message) error {
	if o.offer(m) {
		return nil
	}
	patient, cancel := context.WithTimeout(ctx, o.patience)
	defer cancel()
	err := o.places.Acquire(patient, 1)
	if err == nil {
		if err = o.bytes.Acquire(patient, o.weight(m)); err == nil {
			o.add(m)
			return nil
		}
		o.places.Release(1)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errTooSlow
}

func (o *outbox) add(m message) {
	o.mu.Lock()
	o.waiting = append(o.waiting, m)
	o.mu.Unlock()
	select {
	case o.ready <- struct{}{}:
	default:
	}
}

// take gives the next message. Its room is free again only after written, as a message being written is still held.
func (o *outbox) take() (message, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) == 0 {
		o.waiting = nil
		return message{}, false
	}
	m := o.waiting[0]
	o.waiting[0] = message{}
	o.waiting = o.waiting[1:]
	return m, true
}

// written makes room after a message left the queue.
func (o *outbox) written(m message) {
	o.places.Release(1)
	o.bytes.Release(o.weight(m))
	putBuffer(m.text)
}

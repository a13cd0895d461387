package webhook

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Receivers that take long to answer must not keep others waiting, however many they are. So there are two lanes with seats of
// their own: one for webhooks whose receiver answered quickly last time, and one for the others. An attempt that becomes late
// moves to a seat of the slow lane, where it ends in peace. If no seat is free there, it is broken off, which counts for
// nothing, and its webhook waits for a seat of the slow lane. Both ways the seat of the quick lane is free after lateAfter.
//
// Within the quick lane parties take turns: one with many receivers that turn slow at once delays its own.

const (
	quickSeats = 128
	slowSeats  = 512 // they mostly wait: each holds one socket and some 50 kB
	// lateAfter is when an attempt is late. Healthy receivers answer in less, also across an ocean.
	lateAfter = 500 * time.Millisecond
)

// pace selects webhooks: those of the quick lane, of the slow lane, or of any.
type pace string

const (
	quickPace pace = " AND NOT slow"
	slowPace  pace = " AND slow"
	anyPace   pace = ""
)

// lanes are the seats of an engine that runs.
type lanes struct {
	quick, slow chan struct{}
	freed       chan struct{} // tells that a seat is free
}

func newLanes(quick, slow int) *lanes {
	return &lanes{make(chan struct{}, quick), make(chan struct{}, slow), make(chan struct{}, 1)}
}

func (l *lanes) of(which pace) chan struct{} {
	if which == slowPace {
		return l.slow
	}
	return l.quick
}

func (l *lanes) free(seats chan struct{}) {
	<-seats
	select {
	case l.freed <- struct{}{}:
	default:
	}
}

// seat is where one worker sits. A worker without one, of Step, is in nobody's way.
type seat struct {
	lanes *lanes
	slow  bool
}

// take sits down in a lane that has a free seat.
func (l *lanes) take(which pace) *seat {
	l.of(which) <- struct{}{}
	return &seat{l, which == slowPace}
}

// giveWay moves to the slow lane, or reports that it has no free seat.
func (s *seat) giveWay() bool {
	if s.slow {
		return true
	}
	select {
	case s.lanes.slow <- struct{}{}:
		s.slow = true
		s.lanes.free(s.lanes.quick)
		return true
	default:
		return false
	}
}

func (s *seat) leave() {
	if s.slow {
		s.lanes.free(s.lanes.slow)
		return
	}
	s.lanes.free(s.lanes.quick)
}

// watched makes an attempt that gives way when it is late.
func (w *worker) watched(ctx context.Context, j *job) (result, error) {
	w.late = false
	if w.seat == nil {
		return w.attempt(ctx, j)
	}
	ctx, breakOff := context.WithCancel(ctx)
	defer breakOff()
	answered, watched := make(chan struct{}), make(chan struct{})
	late, stop := w.lateness()
	defer stop()
	go func() {
		defer close(watched)
		select {
		case <-answered:
			return
		case <-late:
		}
		w.late = true
		if !w.seat.giveWay() {
			w.broken = true
			breakOff()
		}
	}()
	defer func() { close(answered); <-watched }()
	return w.attempt(ctx, j)
}

// lateness gives a channel that closes, or gets a value, when the attempt that begins now is late.
func (w *worker) lateness() (late <-chan time.Time, stop func()) {
	if w.config.late != nil {
		return w.config.late(w.claim.id), func() {}
	}
	timer := time.NewTimer(lateAfter)
	return timer.C, func() { timer.Stop() }
}

// lateness of tests, by webhook.
type lateFunc func(hook uuid.UUID) <-chan time.Time

package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/plenary-dialogue/plenary/internal/fair"
	"github.com/plenary-dialogue/plenary/internal/gql"
)

// newGate makes the gate of a server's places. Some stay free of mutations, so that many voters keep no reader out, and some
// free of queries, so that many readers keep no voter out. Health needs no place.
func newGate(l *Limits) *fair.Gate {
	some := (l.InFlight + 7) / 8
	most := max(1, l.InFlight-some)
	return fair.New(fair.Rules{
		Places: l.InFlight, Queue: l.Queue, Waiting: l.Waiting,
		Most: fair.Each{fair.Change: max(1, min(l.Changes, most)), fair.Read: most, fair.Report: some},
	})
}

// place is a place for a running operation or a page; the zero place is none.
type place struct {
	gate *fair.Gate
	held fair.Place
}

// enter takes a place for a caller. When none is free to it, the caller waits its turn, but not for long.
func (s *Server) enter(ctx context.Context, c caller, kind fair.Kind) (place, *refusal) {
	p, w, err := s.gate.Enter(c.fair(), kind)
	return s.turn(ctx, c, p, w, err)
}

// turn waits for a turn in the queue, if there is one to wait for.
func (s *Server) turn(ctx context.Context, c caller, p fair.Place, w *fair.Waiter, err error) (place, *refusal) {
	if w != nil {
		patient, cancel := context.WithTimeout(ctx, s.cfg.Limits.Wait)
		defer cancel()
		p, err = s.gate.Wait(patient, w)
	}
	if err != nil {
		if errors.Is(err, fair.ErrFull) { // others have waited
			s.pause(ctx, c)
		}
		return place{}, refuse(http.StatusServiceUnavailable, gql.CodeUnavailable, "the server is too busy: retry later").later(time.Second)
	}
	return place{s.gate, p}, nil
}

// leave gives a place back, once.
func (p *place) leave() {
	if p.gate != nil {
		p.gate.Leave(p.held)
		p.gate = nil
	}
}

// enter takes a place for an operation of which it is not known yet what it does.
func (o *operation) enter(ctx context.Context) (refused *refusal) {
	o.place, refused = o.server.enter(ctx, o.caller, fair.Read)
	return refused
}

// change turns the place of an operation into one for a mutation.
func (o *operation) change(ctx context.Context) (refused *refusal) {
	p, w, err := o.server.gate.Become(o.place.held, fair.Change)
	o.place = place{}
	o.place, refused = o.server.turn(ctx, o.caller, p, w, err)
	return refused
}

func (o *operation) leave() { o.place.leave() }

// isIdle reports whether nothing runs or waits to run.
func (s *Server) isIdle() bool {
	taken, waiting := s.gate.Counts()
	return taken == 0 && waiting == 0 && s.answering.Load() == 0
}

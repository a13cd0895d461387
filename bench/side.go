package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/bench/answer"
	"github.com/plenary-dialogue/plenary/bench/load"
	"github.com/plenary-dialogue/plenary/bench/peer"
)

// The names of the sides.
const (
	plain  = "Plenary"
	cached = "Plenary, with its cache"
	byHand = "rows, JSON by hand"
)

// side is one of the servers that answer a scenario.
type side struct {
	name     string
	process  *process
	requests load.Requests
	written  *process      // the server that takes the changes during the measurement
	changes  func() []byte // a request that changes something on the page; nil if nothing changes
}

// sides are all that can answer a scenario on this instance.
func (in *instance) sides(sc scenario) []side {
	sides := []side{{name: plain, process: in.ours, requests: sc.ours(in)}}
	if sc.public && in.cached != nil {
		sides = append(sides, side{name: cached, process: in.cached, requests: sc.ours(in), written: in.cached})
	}
	if in.graphile != nil && sc.graphile != "" {
		request := load.Post("/graphql", "", body(map[string]any{"query": sc.graphile}))
		sides = append(sides, side{name: "PostGraphile", process: in.graphile, requests: func(int, int) []byte { return request }})
	}
	if sc.peer != "" {
		sides = append(sides, side{name: sc.peer, process: in.theirs, requests: sc.theirs(in)})
	}
	if sc.rows && in.postgres != nil {
		request := load.Post(peer.Rows, "", []byte("{}"))
		sides = append(sides, side{name: byHand, process: in.theirs, requests: func(int, int) []byte { return request }})
	}
	if !sc.public {
		return sides
	}
	for i := range sides {
		s := &sides[i]
		if s.written == nil {
			s.written = in.ours
		}
		s.changes = func() []byte { return sc.cast(in.page, in.data.Voter, in.token) }
	}
	return sides
}

// closed measures one side for a while with clients that each wait for their response.
func (in *instance) closed(ctx context.Context, s side, clients int, d time.Duration) (sample, error) {
	return in.take(ctx, s, d, func() (load.Result, error) {
		return load.Run(ctx, s.process.addr, clients, d, s.requests, right)
	})
}

// arriving is how many connections requests at a constant rate may use at once.
const arriving = 32

// arrive measures one side for a while with requests at a constant rate.
func (in *instance) arrive(ctx context.Context, s side, perSecond float64, d time.Duration) (sample, error) {
	return in.take(ctx, s, d, func() (load.Result, error) {
		return load.Arrive(ctx, s.process.addr, perSecond, arriving, d, s.requests, right)
	})
}

// take measures one side under a load.
func (in *instance) take(ctx context.Context, s side, d time.Duration, run func() (load.Result, error)) (sample, error) {
	server, database, err := in.cpu(ctx, s.process)
	if err != nil {
		return sample{}, err
	}
	changed := make(chan error, 1)
	go func() { changed <- s.change(ctx, d) }()
	r, err := run()
	if err := errors.Join(err, <-changed); err != nil {
		return sample{}, fmt.Errorf("%s: %w\n%s", s.name, err, s.process.errs.String())
	}
	if err := ctx.Err(); err != nil {
		return sample{}, err
	}
	serverAfter, databaseAfter, err := in.cpu(ctx, s.process)
	return sample{Result: r, server: serverAfter - server, database: databaseAfter - database}, err
}

// change changes something on the page in the middle of each second.
func (s side) change(ctx context.Context, d time.Duration) error {
	if s.changes == nil {
		return nil
	}
	began := time.Now()
	for at := time.Second / 2; at < d; at += time.Second {
		select {
		case <-time.After(at - time.Since(began)):
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := s.changeNow(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s side) changeNow(ctx context.Context) error {
	reply, err := load.Once(ctx, s.written.addr, s.changes())
	if err == nil {
		err = right(reply)
	}
	if err != nil {
		return fmt.Errorf("change the page: %w", err)
	}
	return nil
}

// fresh checks that changes are visible: on the side that took the change at once, and on all others half a second later,
// because the last change of a turn was so long ago.
func fresh(ctx context.Context, s side, sides []side) error {
	if s.process == s.written {
		if err := s.changeNow(ctx); err != nil {
			return err
		}
		sides = []side{s, sides[len(sides)-1]} // SQL by hand comes last
	}
	_, err := agree(ctx, sides)
	return err
}

// ask returns a side's current response.
func (s side) ask(ctx context.Context) ([]byte, error) {
	b, err := load.Once(ctx, s.process.addr, s.requests(0, 0))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return b, nil
}

// agree checks that all sides give the same response as the first, and returns it.
func agree(ctx context.Context, sides []side) ([]byte, error) {
	var first []byte
	for i, s := range sides {
		b, err := s.ask(ctx)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			first = b
			continue
		}
		if err := answer.Same(first, b); err != nil {
			return nil, fmt.Errorf("%s and %s answer differently: %w", sides[0].name, s.name, err)
		}
	}
	return first, nil
}

// commentsIn returns the ids of the comments in a response: objects with a stance.
func commentsIn(v any) (found []uuid.UUID) {
	switch v := v.(type) {
	case map[string]any:
		if _, ok := v["stance"]; ok {
			if id, ok := answer.Simple(v["id"]).(uuid.UUID); ok {
				found = append(found, id)
			}
		}
		for _, child := range v {
			found = append(found, commentsIn(child)...)
		}
	case []any:
		for _, child := range v {
			found = append(found, commentsIn(child)...)
		}
	}
	return found
}

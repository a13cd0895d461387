package load

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Arrive sends requests at a constant rate for a while, over a number of connections, and measures each from the moment it
// was due: the wait for a connection counts. It gives up on requests that are not answered within twice that time. The
// first wrong response ends it.
func Arrive(ctx context.Context, addr string, perSecond float64, connections int, d time.Duration, requests Requests, check Check) (Result, error) {
	conns := make([]*conn, connections)
	defer func() {
		for _, c := range conns {
			if c != nil {
				_ = c.conn.Close()
			}
		}
	}()
	for i := range conns {
		var err error
		if conns[i], err = dial(ctx, addr); err != nil {
			return Result{}, err
		}
	}
	return arrive(ctx, perSecond, connections, d, func(worker, n int) error {
		body, err := conns[worker].do(requests(worker, n))
		if err != nil {
			return err
		}
		return check(body)
	})
}

// arrive is Arrive without the network: do sends the n-th request and waits for its response.
func arrive(ctx context.Context, perSecond float64, workers int, d time.Duration, do func(worker, n int) error) (Result, error) {
	total := int(perSecond * d.Seconds())
	if total < 1 {
		return Result{}, fmt.Errorf("at %g per second no request is due within %v", perSecond, d)
	}
	began := time.Now()
	due := func(n int) time.Time { return began.Add(time.Duration(float64(n) / perSecond * float64(time.Second))) }
	ctx, cancel := context.WithDeadline(ctx, began.Add(2*d))
	defer cancel()

	queue := make(chan int, total) // room for all, so that arrivals never wait
	took := make([][]time.Duration, workers)
	errs := make([]error, workers)
	var answered atomic.Int64
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() {
			for n := range queue {
				if ctx.Err() != nil {
					took[worker] = append(took[worker], time.Since(due(n))) // too late to be sent
					return
				}
				if err := do(worker, n); err != nil {
					errs[worker] = fmt.Errorf("request %d: %w", n, err)
					cancel()
					return
				}
				took[worker] = append(took[worker], time.Since(due(n)))
				answered.Add(1)
			}
		})
	}
	arrived := enqueue(ctx, total, due, queue)
	close(queue)
	wg.Wait()
	r := Result{Latencies: slices.Concat(took...), Unanswered: arrived - int(answered.Load()), Elapsed: time.Since(began)}
	end := time.Now()
	for n := range queue { // requests that no worker took
		r.Latencies = append(r.Latencies, end.Sub(due(n)))
	}
	slices.Sort(r.Latencies)
	return r, errors.Join(errs...)
}

// enqueue puts each request into the queue when it is due, and returns how many it did.
func enqueue(ctx context.Context, total int, due func(int) time.Time, queue chan<- int) int {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := range total {
		timer.Reset(time.Until(due(n)))
		select {
		case <-timer.C:
			queue <- n
		case <-ctx.Done():
			return n
		}
	}
	return total
}

package load

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestLatencyCountsFromWhenARequestWasDue(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name       string
		workers    int
		service    func(n int) time.Duration
		want       []time.Duration // of ten requests, 10 ms apart
		unanswered int
	}{
		{"a server that keeps up answers each in its own time", 1, func(int) time.Duration { return 3 * ms }, repeat(3*ms, 10), 0},
		{
			"with a server at half the rate each waits longer", 1,
			func(int) time.Duration { return 20 * ms },
			[]time.Duration{20 * ms, 30 * ms, 40 * ms, 50 * ms, 60 * ms, 70 * ms, 80 * ms, 90 * ms, 100 * ms, 110 * ms},
			0,
		},
		{"two connections serve them side by side", 2, func(int) time.Duration { return 20 * ms }, repeat(20*ms, 10), 0},
		{
			"one that hangs delays those after it", 1,
			func(n int) time.Duration {
				if n == 0 {
					return 50 * ms
				}
				return ms
			},
			[]time.Duration{ms, ms, ms, ms, 5 * ms, 14 * ms, 23 * ms, 32 * ms, 41 * ms, 50 * ms},
			0,
		},
		{
			// Two are answered, at 150 and 300; the end is at 200, so the other eight are unanswered.
			"an unanswered request counts with its wait until the end", 1, func(int) time.Duration { return 150 * ms },
			[]time.Duration{150 * ms, 210 * ms, 220 * ms, 230 * ms, 240 * ms, 250 * ms, 260 * ms, 270 * ms, 280 * ms, 290 * ms},
			8,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, err := arrive(t.Context(), 100, c.workers, 100*ms, func(_, n int) error {
					time.Sleep(c.service(n))
					return nil
				})
				if err != nil || a.Unanswered != c.unanswered {
					t.Errorf("arrive leaves %d unanswered, %v, want %d", a.Unanswered, err, c.unanswered)
				}
				slices.Sort(c.want)
				if !slices.Equal(a.Latencies, c.want) {
					t.Errorf("latencies = %v\nwant        %v", a.Latencies, c.want)
				}
			})
		})
	}
}

func repeat(d time.Duration, n int) []time.Duration { return slices.Repeat([]time.Duration{d}, n) }

func TestAWrongAnswerEndsArrivals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrong := errors.New("wrong")
		var sent atomic.Int64
		began := time.Now()
		_, err := arrive(t.Context(), 10, 3, time.Hour, func(_, n int) error {
			if sent.Add(1); n == 7 {
				return wrong
			}
			return nil
		})
		if !errors.Is(err, wrong) || sent.Load() != 8 || time.Since(began) > time.Second {
			t.Errorf("arrive = %v after %d requests and %v, want %v after 8", err, sent.Load(), time.Since(began), wrong)
		}
	})
}

func TestArrivalsThatAreTooRareAreRefused(t *testing.T) {
	if a, err := arrive(t.Context(), 0.5, 1, time.Second, func(int, int) error { return nil }); err == nil {
		t.Errorf("arrive = %+v, want an error", a)
	}
}

func TestArriveOverConnections(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer echo.Close()
	requests := func(int, int) []byte { return Post("/", "", []byte("hello")) }
	a, err := Arrive(context.Background(), echo.Listener.Addr().String(), 1000, 4, 50*time.Millisecond, requests, func(body []byte) error {
		if string(body) != "hello" {
			return errors.New("wrong answer")
		}
		return nil
	})
	if err != nil || len(a.Latencies) != 50 {
		t.Errorf("Arrive = %d answers, %v, want 50", len(a.Latencies), err)
	}
}

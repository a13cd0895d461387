package load

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestPercentile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, c := range []struct {
		name string
		of   []time.Duration
		p    float64
		want time.Duration
	}{
		{"the median of a hundred is the fiftieth", hundred, 50, 50},
		{"p99 of a hundred is the one before the last", hundred, 99, 99},
		{"p100 is the last", hundred, 100, 100},
		{"p0 is the first", hundred, 0, 1},
		{"the median of one is that one", []time.Duration{7}, 50, 7},
		{"the median of two is the shorter", []time.Duration{3, 9}, 50, 3},
		{"none has none", nil, 50, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (Result{Latencies: c.of}).Percentile(c.p); got != c.want {
				t.Errorf("Percentile(%v) = %d, want %d", c.p, got, c.want)
			}
		})
	}
}

func TestRun(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	defer echo.Close()
	addr := echo.Listener.Addr().String()
	requests := func(int, int) []byte { return Post("/", "", []byte("hello")) }

	r, err := Run(context.Background(), addr, 3, 50*time.Millisecond, requests, func(body []byte) error {
		if string(body) != "hello" {
			return errors.New("wrong answer")
		}
		return nil
	})
	if err != nil || len(r.Latencies) < 3 || r.PerSecond() <= 0 {
		t.Errorf("Run = %d answers, %v", len(r.Latencies), err)
	}

	wrong := errors.New("wrong")
	if _, err := Run(context.Background(), addr, 3, time.Minute, requests, func([]byte) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("Run with wrong answers = %v, want %v", err, wrong)
	}
}

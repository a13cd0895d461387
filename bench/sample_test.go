package main

import (
	"testing"
	"time"

	"github.com/plenary-dialogue/plenary/bench/load"
)

func TestSeries(t *testing.T) {
	var s series
	for _, n := range []int{4, 1, 2} { // requests answered in a second
		var one sample
		for range n {
			one.add(sample{
				Result: load.Result{Latencies: []time.Duration{time.Second / time.Duration(n)}, Elapsed: time.Second / time.Duration(n)},
				server: 3 * time.Millisecond * time.Duration(n), database: time.Millisecond,
			})
		}
		s.add(one)
	}
	want := figures{perSecond: 2, p50: time.Second / 2, p99: time.Second / 2, server: 6 * time.Millisecond, database: time.Millisecond}
	if got := s.median(); got != want {
		t.Errorf("median = %+v, want %+v", got, want)
	}
	if got := want.cpu(); got != 7*time.Millisecond {
		t.Errorf("cpu = %v, want the sum of both", got)
	}
}

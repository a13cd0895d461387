package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/bench/load"
)

// sample is what was measured of one side in one turn.
type sample struct {
	load.Result
	server, database time.Duration // processor time
}

// add adds another sample of the same side.
func (s *sample) add(other sample) {
	s.Latencies = append(s.Latencies, other.Latencies...)
	s.Unanswered += other.Unanswered
	s.Elapsed += other.Elapsed
	s.server += other.server
	s.database += other.database
}

// figures are the reported values of a sample; times are per request.
type figures struct {
	perSecond                  float64
	p50, p99, server, database time.Duration
}

func (f figures) cpu() time.Duration { return f.server + f.database }

// series is the figures of a side, one for each round.
type series []figures

func (s *series) add(one sample) {
	slices.Sort(one.Latencies)
	n := time.Duration(max(1, one.Answered()))
	*s = append(*s, figures{
		perSecond: one.PerSecond(), p50: one.Percentile(50), p99: one.Percentile(99), server: one.server / n, database: one.database / n,
	})
}

// median is the median of each figure separately, but of server and database together, because their sum is compared.
func (s series) median() figures {
	cpu := middle(s, figures.cpu)
	return figures{
		perSecond: middle(s, func(f figures) float64 { return f.perSecond }).perSecond,
		p50:       middle(s, func(f figures) time.Duration { return f.p50 }).p50,
		p99:       middle(s, func(f figures) time.Duration { return f.p99 }).p99,
		server:    cpu.server, database: cpu.database,
	}
}

// middle returns the middle element when sorted by a figure.
func middle[N cmp.Ordered](s series, figure func(figures) N) figures {
	sorted := slices.SortedFunc(slices.Values(s), func(a, b figures) int { return cmp.Compare(figure(a), figure(b)) })
	return sorted[len(sorted)/2]
}

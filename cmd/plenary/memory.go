package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// fewCollections is how far the heap may grow beyond what is live, in percent. Between requests only some ten megabytes
	// are live: collecting at twice that cost a fifth of the CPU.
	fewCollections = 400
	// mostGarbage is the same bound in bytes, for a server with thousands of connections: to use five times their memory would
	// not be worth it.
	mostGarbage = 64 << 20
	// leastPercent keeps the collector from running all the time on a very large heap.
	leastPercent = 25
)

// collectLess lets the heap grow further before it is collected, and adjusts how far after each collection. If GOGC is set, it
// does nothing.
func collectLess() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(fewCollections)
	now := fewCollections
	var collected func(*[1]*byte)
	collected = func(sentinel *[1]*byte) {
		if want := percentOf(living()); want*10 < now*9 || want*9 > now*10 { // a change stops the world briefly
			now = want
			debug.SetGCPercent(want)
		}
		runtime.SetFinalizer(sentinel, collected)
	}
	// Nothing refers to the sentinel, so its finalizer runs after each collection.
	runtime.SetFinalizer(new([1]*byte), collected)
}

// percentOf returns how far a heap with so many live bytes may grow, in percent.
func percentOf(live uint64) int {
	return int(max(leastPercent, min(fewCollections, 100*mostGarbage/max(live, 1))))
}

// living is what the last collection found live: the heap, and the stacks and globals, which the percentage also counts.
func living() uint64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(samples)
	var sum uint64
	for _, s := range samples {
		if s.Value.Kind() == metrics.KindUint64 {
			sum += s.Value.Uint64()
		}
	}
	return sum
}

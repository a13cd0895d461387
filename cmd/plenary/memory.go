package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// fewCollections is how far the heap may grow beyond what lives, in percent. Little lives between requests, some ten
	// megabytes: collecting at twice that cost a fifth of the CPU.
	fewCollections = 400
	// mostGarbage bounds the same in bytes, for a server that holds thousands of connections: five times their memory is not
	// worth it.
	mostGarbage = 64 << 20
	// leastPercent keeps a very large heap from being collected all the time.
	leastPercent = 25
)

// collectLess lets the heap grow further before it is collected, and decides anew after each collection how far. GOGC says
// otherwise where it is set.
func collectLess() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(fewCollections)
	now := fewCollections
	var collected func(*[1]*byte)
	collected = func(sentinel *[1]*byte) {
		if want := percentOf(living()); want*10 < now*9 || want*9 > now*10 { // a change stops the world for a moment
			now = want
			debug.SetGCPercent(want)
		}
		runtime.SetFinalizer(sentinel, collected)
	}
	// Nothing refers to it, so its finalizer is called after each collection.
	runtime.SetFinalizer(new([1]*byte), collected)
}

// percentOf gives how far a heap may grow of which so many bytes live.
func percentOf(live uint64) int {
	return int(max(leastPercent, min(fewCollections, 100*mostGarbage/max(live, 1))))
}

// living is what a collection found: the heap, and the stacks and globals that the percentage is taken of too.
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

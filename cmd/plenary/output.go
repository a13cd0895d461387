package main

import (
	"bytes"
	"os/signal"
	"syscall"
	"time"

	"github.com/plenary-dialogue/plenary/internal/spool"
)

const (
	// mostUnwritten is how many bytes of output wait for whoever reads it.
	mostUnwritten = 256 << 10
	// lastWords is how long the end of a server waits for its output to be written.
	lastWords = time.Second
)

// unhurried makes streams that a server never waits for: a full pipe behind them would stop it, as soon as something logs. A
// pipe that nobody reads any more would even end the process, with SIGPIPE.
func unhurried(s streams, text bool) (unhurried streams, flush func()) {
	signal.Ignore(syscall.SIGPIPE)
	note := func(dropped int64) []byte {
		var line bytes.Buffer
		logger(&line, text, "warn").Warn("log_lines_dropped", "lines", dropped, "reason", "nobody took them in time")
		return line.Bytes()
	}
	out, err := spool.New(s.out, mostUnwritten, nil), spool.New(s.err, mostUnwritten, note)
	return streams{out: out, err: err, dropped: err.Dropped}, func() {
		until := time.Now().Add(lastWords)
		out.Flush(time.Until(until))
		err.Flush(time.Until(until))
	}
}

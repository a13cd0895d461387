package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
)

// spin keeps n processors busy until this process ends, however it ends.
func spin(n int) {
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + n)
	for range n {
		go func() {
			for { //nolint:staticcheck // an empty loop is the point
			}
		}()
	}
}

// repeat runs a test command several times, and prints what failed in which round.
func repeat(ctx context.Context, rounds int, once func(out io.Writer) int) int {
	var failed []string
	for round := 1; round <= rounds && ctx.Err() == nil; round++ {
		fmt.Printf("== round %d of %d\n", round, rounds)
		var out bytes.Buffer
		if code := once(io.MultiWriter(os.Stdout, &out)); code != 0 {
			failed = append(failed, fmt.Sprintf("round %d failed with exit code %d", round, code))
			failed = append(failed, failures(out.String())...)
		}
	}
	switch {
	case ctx.Err() != nil:
		fmt.Println("== interrupted")
		return 1
	case failed != nil:
		fmt.Printf("== %d rounds\n%s\n", rounds, strings.Join(failed, "\n"))
		return 1
	}
	fmt.Printf("== %d rounds passed\n", rounds)
	return 0
}

// failures finds the names of failed tests in gotestsum's summary.
func failures(out string) []string {
	var names []string
	for line := range strings.Lines(out) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "=== FAIL: "); ok {
			names = append(names, "  "+name)
		}
	}
	return names
}

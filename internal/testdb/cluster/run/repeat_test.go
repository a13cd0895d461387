package main

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFailuresAreFoundInASummary(t *testing.T) {
	const out = "--- FAIL: TestA (0.00s)\nFAIL\tplenary/a\t0.1s\n\n=== Failed\n=== FAIL: a TestA/row (0.00s)\n    a_test.go:4: got 1\n\n=== FAIL: a TestA (0.00s)\n\nDONE 2 tests, 2 failures in 0.1s\n"
	if diff := cmp.Diff([]string{"  a TestA/row (0.00s)", "  a TestA (0.00s)"}, failures(out)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEveryRoundRunsThoughOneFails(t *testing.T) {
	for name, codes := range map[string][]int{"all pass": {0, 0, 0}, "one fails": {0, 1, 0}} {
		ran := 0
		code := repeat(context.Background(), len(codes), func(out io.Writer) int {
			fmt.Fprintln(out, "DONE")
			ran++
			return codes[ran-1]
		})
		if ran != 3 || (code != 0) != (name == "one fails") {
			t.Errorf("%s: repeat ran %d rounds and ended with %d", name, ran, code)
		}
	}
}

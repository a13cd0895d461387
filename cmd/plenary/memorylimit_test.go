package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryLimitIsTheSmallestAround(t *testing.T) {
	for _, test := range []struct {
		rule, groups string
		files        map[string]string
		want         int64
	}{
		{"a container of version 2 sees its group as the root", "0::/\n", map[string]string{"memory.max": "536870912\n"}, 512 << 20},
		{"max is none", "0::/\n", map[string]string{"memory.max": "max\n"}, math.MaxInt64},
		{"no file is none", "0::/system.slice\n", nil, math.MaxInt64},
		{
			"a group around may have less",
			"0::/a/b\n",
			map[string]string{"a/b/memory.max": "2000\n", "a/memory.max": "1000\n", "memory.max": "max\n"},
			1000,
		},
		{
			"version 1",
			"5:cpu:/c\n4:memory:/c\n",
			map[string]string{"memory/c/memory.limit_in_bytes": "3000\n", "memory/memory.limit_in_bytes": "9223372036854771712\n"},
			3000,
		},
		{"a path of the host's, seen from inside", "0::/docker/1\n", map[string]string{"memory.max": "4000\n"}, 4000},
		{"nonsense", "nonsense\n::\n", map[string]string{"memory.max": "-1\n"}, math.MaxInt64},
	} {
		root := t.TempDir()
		for name, text := range test.files {
			if err := os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := memoryLimit(root, test.groups); got != test.want {
			t.Errorf("%s: memoryLimit = %d, want %d", test.rule, got, test.want)
		}
	}
}

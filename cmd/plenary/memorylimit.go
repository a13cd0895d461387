package main

import (
	"math"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
)

// shareOfLimit is the share of a container's memory that the Go runtime may use, in percent: SQLite's pages and the kernel's
// buffers count against the same limit.
const shareOfLimit = 80

// limitMemory makes the runtime collect more often as it nears the memory limit of its control group, instead of being
// killed there. If GOMEMLIMIT is set, it does nothing.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	groups, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return // not Linux
	}
	if limit := memoryLimit("/sys/fs/cgroup", string(groups)); limit < math.MaxInt64 {
		debug.SetMemoryLimit(limit / 100 * shareOfLimit)
	}
}

// memoryLimit returns the smallest limit, in bytes, of a process's control group and its ancestors, or math.MaxInt64 if there is
// none. groups is the text of /proc/self/cgroup, with lines of the form hierarchy:controllers:path.
func memoryLimit(root, groups string) int64 {
	limit := int64(math.MaxInt64)
	for line := range strings.Lines(groups) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		folder, file := root, "memory.max" // version 2
		if parts[1] != "" {
			folder, file = filepath.Join(root, "memory"), "memory.limit_in_bytes"
		}
		if parts[1] != "" && !strings.Contains(","+parts[1]+",", ",memory,") {
			continue
		}
		// A container sees its own group as the root, whatever the path says. Outside a container each ancestor may have a limit.
		for at := path.Clean("/" + parts[2]); ; at = path.Dir(at) {
			limit = min(limit, limitIn(filepath.Join(folder, at, file)))
			if at == "/" {
				break
			}
		}
	}
	return limit
}

// limitIn reads a limit. "max" and anything unreadable mean no limit.
func limitIn(file string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return math.MaxInt64
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n <= 0 {
		return math.MaxInt64
	}
	return n
}

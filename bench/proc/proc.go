// Package proc reads how much processor time and memory Linux processes use. It never affects the processes themselves.
package proc

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc: USER_HZ is 100 on every Linux that Go runs on, whatever the kernel's own clock.
const tick = 10 * time.Millisecond

// Stat is what /proc/PID/stat says about a process.
type Stat struct {
	Name   string
	Parent int
	CPU    time.Duration // user and system time of the process itself
	Waited time.Duration // user and system time of its children that have ended
}

// Read reads the state of one process.
func Read(pid int) (Stat, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Stat{}, fmt.Errorf("read processor time: %w", err)
	}
	return parse(string(b))
}

// parse reads a line of proc_pid_stat(5). The name is in parentheses and may contain both spaces and parentheses.
func parse(line string) (Stat, error) {
	open, end := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if open < 0 || end < open {
		return Stat{}, fmt.Errorf("a process state without a name: %q", line)
	}
	s := Stat{Name: line[open+1 : end]}
	fields := strings.Fields(line[end+1:]) // index 0 is the manual's field 3
	if len(fields) < 15 {
		return s, fmt.Errorf("a process state of %d fields", len(fields)+2)
	}
	var n [5]int64
	for i, field := range []int{4, 14, 15, 16, 17} {
		var err error
		if n[i], err = strconv.ParseInt(fields[field-3], 10, 64); err != nil {
			return s, fmt.Errorf("field %d of a process state: %w", field, err)
		}
	}
	s.Parent = int(n[0])
	s.CPU = time.Duration(n[1]+n[2]) * tick
	s.Waited = time.Duration(n[3]+n[4]) * tick
	return s, nil
}

// Family returns the processor time of a process and its children, running and ended, except the children in but.
// PostgreSQL is such a family: it has one process for each connection.
func Family(pid int, but map[int]bool) (time.Duration, error) {
	head, err := Read(pid)
	if err != nil {
		return 0, err
	}
	total := head.CPU + head.Waited
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0, err
	}
	for _, dir := range dirs {
		child, err := strconv.Atoi(filepath.Base(dir))
		if err != nil || but[child] {
			continue
		}
		// A child that ends after the listing is counted with the ended ones next time.
		if s, err := Read(child); err == nil && s.Parent == pid {
			total += s.CPU + s.Waited
		}
	}
	return total, nil
}

// Resident returns the resident memory of a process in bytes, from smaps_rollup.
func Resident(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if text, ok := strings.CutPrefix(line, "Rss:"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("smaps_rollup of process %d has no Rss", pid)
}

// Anonymous returns the private memory of a process in bytes, without files and shared memory such as PostgreSQL's buffers.
// Unlike Resident it needs no permission on the process.
func Anonymous(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("read memory: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		if text, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("the status of process %d has no RssAnon", pid)
}

// Package proc tells how much processor time and memory Linux processes use. It never touches the processes themselves.
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

// Stat is what /proc/PID/stat says of a process.
type Stat struct {
	Name   string
	Parent int
	CPU    time.Duration // user and system time of the process itself
	Waited time.Duration // the same of its children that have ended
}

// Read reads the state of one process.
func Read(pid int) (Stat, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Stat{}, fmt.Errorf("read processor time: %w", err)
	}
	return parse(string(b))
}

// parse reads a line of proc_pid_stat(5). The name is in parentheses and may hold both spaces and parentheses.
func parse(line string) (Stat, error) {
	open, end := strings.IndexByte(line, '('), strings.LastIndexByte(line, ')')
	if open < 0 || end < open {
		return Stat{}, fmt.Errorf("a process state without a name: %q", line)
	}
	s := Stat{Name: line[open+1 : end]}
	fields := strings.Fields(line[end+1:]) // the third field of the manual is the first here
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

// Family gives the processor time of a process, of its children and of those that have ended; not of the children in
// but. PostgreSQL is such a family: one process for each connection.
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
		// One that ends between the listing and the reading is counted with those that have ended, next time.
		if s, err := Read(child); err == nil && s.Parent == pid {
			total += s.CPU + s.Waited
		}
	}
	return total, nil
}

// Resident gives the memory of a process that is in use now, in bytes, as smaps_rollup says.
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
	return 0, fmt.Errorf("smaps_rollup of process %d names no Rss", pid)
}

// Anonymous gives the memory that a process has for itself, in bytes: not files, and not what it shares, as a connection of
// PostgreSQL shares its buffers. Unlike Resident it needs no right over the process.
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
	return 0, fmt.Errorf("the status of process %d names no RssAnon", pid)
}

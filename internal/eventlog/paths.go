package eventlog

import (
	"cmp"
	"slices"
	"strings"
)

// MostPaths is how many distinct paths are kept of a log.
const MostPaths = 1000

// few is how many cases a path that is shown has at least.
const few = 5

// Bounds of what is read: more would be no log of a journey, and would not stay in memory.
const (
	mostActivities = 1000
	mostName       = 200
	mostSteps      = 2000
	mostPathBytes  = 32 << 20
	mostDistinct   = 250_000
	mostShown      = 4 << 20 // bytes of all paths that are shown, in JSON
)

// Log is what was read of a log.
type Log struct {
	Cases  int64
	Events int64 // of completed activities, in the cases
	Passed int64 // events that start, schedule or abort something
	Empty  int64 // cases without a completed activity

	names   []string
	numbers map[string]uint16
	paths   map[string]int64 // cases by path: two bytes a step
	bytes   int
}

func newLog() *Log { return &Log{numbers: map[string]uint16{}, paths: map[string]int64{}} }

// activity gives the number of an activity; false where there are too many.
func (l *Log) activity(name []byte) (uint16, bool) {
	if i, ok := l.numbers[string(name)]; ok {
		return i, true
	}
	if len(l.names) == mostActivities {
		return 0, false
	}
	i := uint16(len(l.names))
	l.names = append(l.names, string(name))
	l.numbers[string(name)] = i
	return i, true
}

// add counts a case; false where there are too many paths.
func (l *Log) add(path []byte) bool {
	l.Cases++
	l.Events += int64(len(path) / 2)
	if len(path) == 0 {
		l.Cases--
		l.Empty++
		return true
	}
	if n, ok := l.paths[string(path)]; ok {
		l.paths[string(path)] = n + 1
		return true
	}
	if l.bytes += len(path); l.bytes > mostPathBytes || len(l.paths) == mostDistinct {
		return false
	}
	l.paths[string(path)] = 1
	return true
}

func step(path []byte, i uint16) []byte { return append(path, byte(i>>8), byte(i)) }

// Path is a way through a journey, and how many cases took it.
type Path struct {
	Steps []string `json:"steps"`
	Cases int64    `json:"cases"`
}

// Reduced is what is kept and shown of a log.
type Reduced struct {
	Paths  []Path `json:"paths"`  // the most frequent first, each with at least 5 cases
	Rest   int64  `json:"rest"`   // cases of all other paths: none, or at least 5
	Hidden bool   `json:"hidden"` // the log has 1 to 4 cases, and nothing is shown
}

// Cases is how many cases are shown, with the rest.
func (r Reduced) Cases() int64 {
	n := r.Rest
	for _, p := range r.Paths {
		n += p.Cases
	}
	return n
}

// Reduce keeps the most frequent paths, at most MostPaths of at least 5 cases each, of at most mostShown bytes together, and adds
// up the others. While these are 1 to 4 cases, the smallest path that is shown is added to them.
func (l *Log) Reduce() Reduced {
	var often []string
	var r Reduced
	for packed, n := range l.paths {
		if n < few {
			r.Rest += n
		} else {
			often = append(often, packed)
		}
	}
	slices.SortFunc(often, func(a, b string) int { return cmp.Or(cmp.Compare(l.paths[b], l.paths[a]), l.compare(a, b)) })
	r.Paths = make([]Path, 0, min(len(often), MostPaths))
	shown := 0
	for _, packed := range often {
		n := l.paths[packed]
		for i := range len(packed) / 2 {
			shown += len(l.name(packed, i)) + len(`"",`)
		}
		if len(r.Paths) == MostPaths || shown > mostShown { // and so do all that are rarer
			shown = mostShown
			r.Rest += n
			continue
		}
		steps := make([]string, len(packed)/2)
		for i := range steps {
			steps[i] = l.name(packed, i)
		}
		r.Paths = append(r.Paths, Path{steps, n})
	}
	for 0 < r.Rest && r.Rest < few && len(r.Paths) > 0 {
		r.Rest += r.Paths[len(r.Paths)-1].Cases
		r.Paths = r.Paths[:len(r.Paths)-1]
	}
	if 0 < r.Rest && r.Rest < few {
		return Reduced{Hidden: true}
	}
	return r
}

// name is that of a step of a path.
func (l *Log) name(packed string, i int) string {
	return l.names[uint16(packed[2*i])<<8|uint16(packed[2*i+1])]
}

// compare orders paths by the names of their steps.
func (l *Log) compare(a, b string) int {
	for i := range min(len(a), len(b)) / 2 {
		if c := strings.Compare(l.name(a, i), l.name(b, i)); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// named checks the name of an activity, and says what is wrong with it.
func named(name []byte) string {
	switch {
	case len(name) == 0:
		return "an event has no name"
	case len(name) > mostName:
		return "the name of an activity has at most 200 bytes: longer ones are free text"
	case strings.ContainsRune(string(name), '@'):
		return "an activity is named by what happens; this looks like an address"
	}
	return ""
}

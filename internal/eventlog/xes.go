package eventlog

import (
	"io"
	"strings"
	"time"

	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
	"github.com/plenary-dialogue/plenary/internal/xmlscan"
)

// The codes of logs that are not read.
const (
	NotALog   source.Code = "NOT_A_LOG"
	Unordered source.Code = "UNORDERED_EVENTS"
)

// ReadXES reads a log in XES as a stream. An event counts when its lifecycle:transition is complete, or when it has none. The events of a trace
// stand in the order of their times; a log in which they do not is refused, because nobody can tell which of the two orders is meant.
func ReadXES(file io.Reader, faults *source.Faults) *Log {
	r := xes{xml: xmlscan.New(file), log: newLog(), faults: faults}
	before := faults.Count
	for r.xml.Next() && !r.full {
		switch r.xml.Kind() {
		case xmlscan.Start:
			r.start(string(r.xml.Name()))
		case xmlscan.End:
			r.end()
		}
	}
	if f := r.xml.Fault(); f != nil {
		faults.Add(*f)
	}
	if faults.Count > before {
		return nil
	}
	return r.log
}

type xes struct {
	xml    *xmlscan.Scanner
	log    *Log
	faults *source.Faults
	full   bool

	trace, event int // the depth of the open one; 0 for none
	path         []byte
	last         time.Time
	told         bool // that the trace is out of order

	line                   int
	name, transition, when []byte
	some, moved, timed     bool
}

func (r *xes) fault(line int, code source.Code, message string) {
	r.faults.Add(source.Fault{Line: line, Code: code, Message: message})
}

func (r *xes) start(name string) {
	depth := r.xml.Depth()
	switch {
	case depth == 1 && name != "log":
		r.fault(r.xml.Line(), NotALog, "a log in XES begins with the element log")
		r.full = true
	case depth == 2 && name == "trace":
		r.trace, r.path, r.last, r.told = depth, r.path[:0], time.Time{}, false
	case depth == 3 && r.trace > 0 && name == "event":
		r.event, r.line = depth, r.xml.Line()
		r.some, r.moved, r.timed = false, false, false
	case depth == 4 && r.event > 0:
		r.attribute()
	}
}

// attribute takes what is looked at: the name, the transition and the time of an event.
func (r *xes) attribute() {
	keep := func(into *[]byte, there *bool) {
		if *there {
			r.fault(r.xml.Line(), source.Duplicate, "an event has this attribute twice")
		}
		*into, *there = append((*into)[:0], r.xml.Attr("value")...), true
	}
	switch string(r.xml.Attr("key")) {
	case "concept:name":
		keep(&r.name, &r.some)
	case "lifecycle:transition":
		keep(&r.transition, &r.moved)
	case "time:timestamp":
		keep(&r.when, &r.timed)
	}
}

func (r *xes) end() {
	switch depth := r.xml.Depth() + 1; {
	case r.event == depth:
		r.event = 0
		r.ended()
	case r.trace == depth:
		r.trace = 0
		if !r.log.add(r.path) {
			r.fault(r.xml.Line(), source.TooMany, "the log has too many different paths to be one of a journey")
			r.full = true
		}
	}
}

// ended counts an event.
func (r *xes) ended() {
	if r.timed && !r.inOrder() {
		return
	}
	if r.moved && !strings.EqualFold(string(r.transition), "complete") {
		r.log.Passed++
		return
	}
	if !r.some {
		r.name = r.name[:0]
	}
	if wrong := named(r.name); wrong != "" {
		r.fault(r.line, source.Invalid, wrong)
		return
	}
	i, ok := r.log.activity(r.name)
	switch {
	case !ok:
		r.fault(r.line, source.TooMany, "a log has at most 1000 different activities")
		r.full = true
	case len(r.path) == 2*mostSteps:
		r.fault(r.line, source.TooMany, "a case has at most 2000 steps")
		r.full = true
	default:
		r.path = step(r.path, i)
	}
}

func (r *xes) inOrder() bool {
	at, ok := instant(r.when)
	switch {
	case !ok:
		r.fault(r.line, source.Invalid, "times are as 2026-03-09T14:05:00+01:00")
		return false
	case at.Before(r.last) && !r.told:
		r.told = true
		r.fault(r.line, Unordered, "the event is earlier than the one before it in its trace")
		return false
	}
	r.last = at
	return true
}

var layouts = []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04", "2006-01-02T15:04"}

// instant reads a time; without an offset it is in UTC. Fractions of seconds are read by every layout.
func instant(text []byte) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, string(text)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

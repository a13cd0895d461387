package eventlog

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/csvscan"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// Mapping names the columns of a log in CSV. It is kept with what is made from the log.
type Mapping struct {
	Case       string `json:"case"` // only tells events apart, and is forgotten
	Activity   string `json:"activity"`
	Time       string `json:"time"`
	Transition string `json:"transition,omitempty"` // rows count where it is complete; all rows without one
}

const (
	mostEvents = 3_000_000 // events of a CSV are sorted in memory, at 24 bytes each
	mostIDs    = 32 << 20
)

// ParseMapping reads a mapping in JSON. It is nil where faults were noted.
func ParseMapping(text []byte, faults *source.Faults) *Mapping {
	before := faults.Count
	root := source.JSON(text, source.Limits{Bytes: 16 << 10, Nodes: 100, Depth: 3}, faults)
	if root == nil {
		return nil
	}
	f := root.Fields("", faults)
	m := &Mapping{f.Text("case"), f.Text("activity"), f.Text("time"), f.Text("transition")}
	for _, must := range []struct{ name, is string }{{"case", m.Case}, {"activity", m.Activity}, {"time", m.Time}} {
		if must.is == "" {
			faults.At(f.Node(), f.At(must.name), source.Required, "name the column")
		}
	}
	if m.Activity != "" && m.Activity == m.Case {
		faults.At(f.Get("activity"), f.At("activity"), source.Duplicate, "the cases are not the activities: their ids would be kept")
	}
	f.Done()
	if faults.Count > before {
		return nil
	}
	return m
}

// ReadCSV reads a log of which each row is an event, in any order: the events of a case are put in that of their times, and of their lines
// where these are the same.
func ReadCSV(file io.Reader, m *Mapping, faults *source.Faults) *Log {
	r := sheet{csv: csvscan.New(file), m: m, log: newLog(), faults: faults, cases: map[string]int32{}}
	before := faults.Count
	if r.header() {
		for !r.full && r.csv.Next() {
			r.row()
		}
	}
	if f := r.csv.Fault(); f != nil {
		faults.Add(*f)
	}
	if faults.Count > before {
		return nil
	}
	r.walk()
	if faults.Count > before {
		return nil
	}
	return r.log
}

type sheet struct {
	csv    *csvscan.Reader
	m      *Mapping
	log    *Log
	faults *source.Faults
	full   bool
	cells  int
	cols   [4]int
	cases  map[string]int32
	ids    int
	events []event
}

type event struct {
	at       int64
	of       int32 // the case
	line     int32
	activity uint16
}

func (r *sheet) fault(column int, code source.Code, message string) {
	f := source.Fault{Line: r.csv.Line(), Code: code, Message: message}
	if column >= 0 {
		f.Path = csvscan.Path(column)
	}
	r.faults.Add(f)
}

func (r *sheet) header() bool {
	if !r.csv.Next() {
		if r.csv.Fault() == nil {
			r.fault(-1, NotALog, "the file is empty")
		}
		return false
	}
	var names []string
	for i := range r.csv.Cells() {
		names = append(names, string(bytes.TrimSpace(r.csv.Cell(i))))
	}
	r.cells = len(names)
	ok := true
	for i, name := range []string{r.m.Case, r.m.Activity, r.m.Time, r.m.Transition} {
		r.cols[i] = slices.Index(names, name)
		switch at := r.cols[i]; {
		case name == "":
			r.cols[i] = -1
		case at < 0:
			ok = false
			r.fault(-1, "UNKNOWN_COLUMN", "the file has no column "+source.Excerpt(name))
		case slices.Contains(names[at+1:], name):
			ok = false
			r.fault(at+1+slices.Index(names[at+1:], name), "DOUBLED_COLUMN", "the file has two columns "+source.Excerpt(name))
		}
	}
	if ok {
		r.csv.Want(slices.DeleteFunc(slices.Clone(r.cols[:]), func(i int) bool { return i < 0 })...)
	}
	return ok
}

func (r *sheet) row() {
	if r.csv.Cells() != r.cells {
		r.fault(-1, csvscan.Ragged, "the row has more or fewer cells than the header")
		return
	}
	if r.cols[3] >= 0 && !strings.EqualFold(string(bytes.TrimSpace(r.csv.Cell(r.cols[3]))), "complete") {
		r.log.Passed++
		return
	}
	id, name := r.csv.Cell(r.cols[0]), bytes.TrimSpace(r.csv.Cell(r.cols[1]))
	at, timed := instant(bytes.TrimSpace(r.csv.Cell(r.cols[2])))
	wrong := named(name)
	switch {
	case len(id) == 0:
		r.fault(r.cols[0], source.Required, "an event has no case")
	case wrong != "":
		r.fault(r.cols[1], source.Invalid, wrong)
	case !timed:
		r.fault(r.cols[2], source.Invalid, "times are as 2026-03-09T14:05:00+01:00 or 2026-03-09 14:05:00")
	default:
		r.add(id, name, at.UnixNano())
	}
}

func (r *sheet) add(id, name []byte, at int64) {
	activity, ok := r.log.activity(name)
	of, known := r.cases[string(id)]
	if !known {
		of = int32(len(r.cases))
		r.cases[string(id)] = of
		r.ids += len(id)
	}
	if !ok || len(r.events) == mostEvents || r.ids > mostIDs {
		r.full = true
		r.fault(-1, source.TooMany, "a log in CSV has at most 3000000 events and 1000 different activities; send more as XES")
		return
	}
	r.events = append(r.events, event{at, of, int32(r.csv.Line()), activity})
}

// walk counts the paths of the cases.
func (r *sheet) walk() {
	slices.SortFunc(r.events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.of, b.of), cmp.Compare(a.at, b.at), cmp.Compare(a.line, b.line))
	})
	var path []byte
	for i, e := range r.events {
		path = step(path, e.activity)
		if i+1 < len(r.events) && r.events[i+1].of == e.of {
			continue
		}
		if len(path) > 2*mostSteps || !r.log.add(path) {
			r.faults.Add(source.Fault{Line: int(e.line), Code: source.TooMany, Message: "a case has too many steps, or the log too many different paths, for a journey"})
			return
		}
		path = path[:0]
	}
}

package survey

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/plenary-dialogue/plenary/internal/disclosure"
	"github.com/plenary-dialogue/plenary/internal/measure"
	"github.com/plenary-dialogue/plenary/internal/questionnaire/source"
)

// Bounds of a cohort key, and of what one file makes.
const (
	MostCohorts    = 50
	MostCohortText = 40

	mostSeries  = 10_000
	mostCells   = 100_000
	mostSlots   = 2_000_000     // values of scales in all cells
	mostPlaces  = 500_000       // rows of a file of counts
	mostAnswers = 1_000_000_000 // so that their squares add up within 64 bits
	earliest    = 2000          // a year
)

// Options are what the mapping and the file do not tell.
type Options struct {
	Now time.Time
	// Touchpoint tells whether there is a touchpoint of that id in the journeys that the file may be about. It is asked of those that the
	// mapping names, and of those in a file of counts.
	Touchpoint func(id string) bool
}

// Table is what a file would store.
type Table struct {
	Source    string
	CohortKey string // the column, empty for none
	Cells     []Cell // in order
	Rows      int    // of the file, without its header
	Answers   int64  // in all cells
	LeftOut   []LeftOut
}

// Cell is the answers to one question by one cohort in a month.
type Cell struct {
	Touchpoint string
	Side       measure.Side
	Aspect     measure.Aspect
	Instrument measure.Instrument
	Dimension  measure.Dimension
	Month      measure.Month
	Cohort     string
	Counts     measure.Counts
}

// LeftOut says how many rows, or answers of them, were not counted, and why.
type LeftOut struct {
	Cause string
	Count int
}

// Why something is left out.
const (
	Previews   = "previews and tests"
	Spam       = "marked as spam"
	Unfinished = "not finished"
	NotWhere   = "not among the rows that the mapping counts"
	NoAnswer   = "no answer to the question"
)

// counted collects answers.
type counted struct {
	faults  *source.Faults
	opt     Options
	zone    *time.Location
	latest  measure.Month
	series  map[series]*column
	cohorts map[string]int32 // by what stands in the file
	names   []string
	cells   int
	slots   int
	places  int
	answers int64
	rows    int
	left    map[string]int
	full    bool // too many cells or cohorts: that is told once
}

// column is the counts of one series.
type column struct {
	series
	scale  measure.Scale
	counts map[key][]int64
	seen   map[place]bool // in a file of counts
}

type key struct {
	month  measure.Month
	cohort int32
}

type place struct {
	key
	value int
}

func newCounted(m *Mapping, opt Options, faults *source.Faults) *counted {
	c := &counted{
		faults: faults, opt: opt, latest: measure.MonthOf(opt.Now.UTC().Add(14 * time.Hour)), // where the day is farthest ahead
		series: map[series]*column{}, cohorts: map[string]int32{"": 0, disclosure.None: 0}, names: []string{disclosure.None}, left: map[string]int{},
	}
	if m.Zone != "" {
		c.zone, _ = time.LoadLocation(m.Zone) // known since the mapping was read
	}
	return c
}

func (c *counted) of(s series, scale measure.Scale) *column {
	if c.series[s] == nil {
		c.series[s] = &column{series: s, scale: scale, counts: map[key][]int64{}}
	}
	return c.series[s]
}

// at is where a value stands in a file.
type at struct {
	line int
	path string
}

func (c *counted) fault(a at, code source.Code, format string, args ...any) {
	c.faults.Add(source.Fault{Line: a.line, Path: a.path, Code: code, Message: fmt.Sprintf(format, args...)})
}

// month tells the month of a time, and false after a fault.
func (c *counted) month(a at, text []byte, read func([]byte) (moment, error)) (measure.Month, bool) {
	m, err := read(text)
	if err != nil {
		c.fault(a, source.Invalid, "%s", err)
		return 0, false
	}
	month := m.in(c.zone)
	switch {
	case month > c.latest:
		c.fault(a, source.OutOfRange, "this lies in the future")
	case m.year < earliest:
		c.fault(a, source.OutOfRange, "this lies before the year %d", earliest)
	default:
		return month, true
	}
	return 0, false
}

// cohort gives the number of a cohort, and false after a fault.
func (c *counted) cohort(a at, text []byte) (int32, bool) {
	text = bytes.TrimSpace(text)
	if i, ok := c.cohorts[string(text)]; ok {
		return i, true
	}
	_, ip := netip.ParseAddr(string(text))
	switch {
	case !utf8.Valid(text) || bytes.ContainsFunc(text, control):
		c.fault(a, source.Invalid, "the values of a cohort key are lines of text in UTF-8")
	case utf8.RuneCount(text) > MostCohortText:
		c.fault(a, Personal, "the values of a cohort key have at most %d characters: longer ones are free text", MostCohortText)
	case bytes.ContainsRune(text, '@') || ip == nil:
		c.fault(a, Personal, "the values of a cohort key name groups; this looks like an address")
	case len(c.names) > MostCohorts:
		c.tooMany(a, "a cohort key has at most %d values: more would name persons", MostCohorts)
	default:
		i := int32(len(c.names))
		c.names = append(c.names, string(text))
		c.cohorts[string(text)] = i
		return i, true
	}
	return 0, false
}

// add counts answers.
func (c *counted) add(a at, col *column, k key, value int, n int64) {
	cell := col.counts[k]
	if cell == nil {
		c.cells++
		if c.slots += col.scale.Size(); c.cells > mostCells || c.slots > mostSlots {
			c.tooMany(a, "at most %d cells of touchpoint, question, month and cohort come out of one file, and at most %d values in them", mostCells, mostSlots)
			return
		}
		cell = make([]int64, col.scale.Size())
		col.counts[k] = cell
	}
	cell[(value-col.scale.Min)/col.scale.Step] += n
	if c.answers += n; c.answers > mostAnswers {
		c.tooMany(a, "at most %d answers come out of one file", mostAnswers)
	}
}

// tooMany ends the reading.
func (c *counted) tooMany(a at, format string, args ...any) {
	if !c.full {
		c.fault(a, source.TooMany, format, args...)
	}
	c.full = true
}

// value reads an answer, and false after a fault.
func (c *counted) value(a at, v *Value, scale measure.Scale, text []byte) (int, bool) {
	if v != nil && v.Labels != nil {
		if n, ok := v.Labels[string(text)]; ok {
			return n, true
		}
	}
	n, err := canonical(text)
	switch {
	case err != nil && v != nil && v.Labels != nil:
		c.fault(a, source.Invalid, "this is none of the labels in the mapping, and no whole number")
	case err != nil:
		c.fault(a, source.NotWhole, "%s", err)
	case !scale.Has(n):
		c.fault(a, source.OutOfRange, "answers lie from %d to %d in steps of %d", scale.Min, scale.Max, scale.Step)
	default:
		return n, true
	}
	return 0, false
}

// table is what was counted.
func (c *counted) table(m *Mapping) *Table {
	t := &Table{Source: m.Source, CohortKey: m.Cohort, Rows: c.rows}
	for _, col := range c.series {
		for k, counts := range col.counts {
			cell := Cell{col.touchpoint, col.side, col.aspect, col.instrument, col.dimension, k.month, c.names[k.cohort], measure.Counts{}}
			for i, n := range counts {
				if n > 0 {
					cell.Counts[col.scale.Min+i*col.scale.Step] = n
					t.Answers += n
				}
			}
			if len(cell.Counts) > 0 {
				t.Cells = append(t.Cells, cell)
			}
		}
	}
	slices.SortFunc(t.Cells, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Touchpoint, b.Touchpoint), cmp.Compare(a.Side, b.Side), cmp.Compare(a.Aspect, b.Aspect),
			cmp.Compare(a.Instrument, b.Instrument), cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Cohort, b.Cohort))
	})
	for _, cause := range slices.Sorted(maps.Keys(c.left)) {
		t.LeftOut = append(t.LeftOut, LeftOut{cause, c.left[cause]})
	}
	if t.CohortKey == "" && len(c.names) > 1 {
		t.CohortKey = "cohort"
	}
	return t
}

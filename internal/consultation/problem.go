package consultation

import (
	"fmt"
	"strings"
)

const (
	maxProblems   = 10_000 // listed; all are counted
	shownProblems = 20     // shown in an error's text
)

// Problem is one error in a folder.
type Problem struct {
	File   string
	Line   int // where the record begins, from 1; 0 for the whole file
	Reason string
}

// String returns file, line and reason.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
}

// Problems are the errors found in a folder, in reading order: all counted, the first 10,000 with their words.
type Problems struct {
	Count  int
	Listed []Problem
}

// add notes a problem.
func (p *Problems) add(one Problem) {
	if p.Count++; len(p.Listed) < maxProblems {
		p.Listed = append(p.Listed, one)
	}
}

// Error shows the first 20 problems, one per line, and counts the others.
func (p Problems) Error() string {
	var b strings.Builder
	if p.Count == 1 {
		b.WriteString("1 problem: ")
	} else {
		fmt.Fprintf(&b, "%d problems: ", p.Count)
	}
	for i, problem := range p.Listed[:min(len(p.Listed), shownProblems)] {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(problem.String())
	}
	if more := p.Count - shownProblems; more > 0 {
		fmt.Fprintf(&b, "\nand %d more", more)
	}
	return b.String()
}

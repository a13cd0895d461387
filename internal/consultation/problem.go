package consultation

import (
	"fmt"
	"strings"
)

const (
	maxProblems   = 1000 // kept; after as many, reading stops
	shownProblems = 20   // spelled out in an error's text
)

// Problem is one thing wrong with a folder.
type Problem struct {
	File   string
	Line   int // where the record begins, from 1; 0 for the file as a whole
	Reason string
}

// String names file, line and reason.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
}

// Problems are all that was found wrong with a folder, in reading order and at most 1000.
type Problems []Problem

// Error names the first 20 problems, one a line, and counts the others.
func (p Problems) Error() string {
	var b strings.Builder
	switch {
	case len(p) == 1:
		b.WriteString("1 problem: ")
	case len(p) >= maxProblems:
		fmt.Fprintf(&b, "%d problems or more: ", len(p))
	default:
		fmt.Fprintf(&b, "%d problems: ", len(p))
	}
	for i, problem := range p[:min(len(p), shownProblems)] {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(problem.String())
	}
	if more := len(p) - shownProblems; more > 0 {
		fmt.Fprintf(&b, "\nand %d more", more)
	}
	return b.String()
}

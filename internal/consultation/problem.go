package consultation

import (
	"fmt"
	"strings"
)

const (
	maxProblems   = 1000 // reading stops after so many
	shownProblems = 20   // shown in an error's text
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

// Problems are the errors found in a folder, in reading order, at most 1000.
type Problems []Problem

// Error shows the first 20 problems, one per line, and counts the others.
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

package textdiff

import (
	"context"

	"github.com/plenary-dialogue/plenary/internal/fault"
)

// Result is what changed between two versions, or why the reader is not told.
type Result struct {
	Hunks []*Hunk
	Err   error
}

// Of compares two versions of a text. The texts are those that the reader may see, by their numbers. One that is hidden is told from none
// by nothing.
func Of(ctx context.Context, texts map[int]string, from, to int) Result {
	before, ok := texts[from]
	if !ok {
		return missing("from", from)
	}
	after, ok := texts[to]
	if !ok {
		return missing("to", to)
	}
	if err := ctx.Err(); err != nil {
		return Result{Err: err}
	}
	all := []*Hunk{}
	for _, h := range Between(before, after) {
		all = append(all, &h)
	}
	return Result{Hunks: all}
}

func missing(field string, number int) Result {
	f := fault.New(fault.NotFound, "there is no version %d that you may see", number)
	f.Field = field
	return Result{Err: f}
}

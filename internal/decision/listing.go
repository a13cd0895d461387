package decision

import (
	"fmt"
	"strings"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Listing names by their handles the parties that the convenor lists for a leaf.
type Listing struct {
	Leaf    string
	Handles []string
}

// MaxHandles is how many parties are listed for one leaf.
const MaxHandles = 250

// Seating gives each party that is listed its leaf, by its handle in lower case, or says what is wrong with the lists.
func (r *Rule) Seating(listed []Listing, f *fault.Form) map[string]string {
	seats := map[string]string{}
	f.Count("listed", len(listed), 0, len(r.leaves))
	for i, l := range listed {
		at := fmt.Sprintf("listed.%d.", i)
		if !r.Listed(l.Leaf) {
			f.Refuse(at+"leaf", enum.UserErrorCodeInvalid, "the electorate has no leaf of this path whose parties are listed")
		}
		f.Count(at+"handles", len(l.Handles), 0, MaxHandles)
		for k, handle := range l.Handles {
			handle = Handle(handle)
			if _, twice := seats[handle]; twice {
				f.Refuse(fmt.Sprintf("%shandles.%d", at, k), enum.UserErrorCodeDuplicate, "%s is listed twice", handle)
			}
			seats[handle] = l.Leaf
		}
	}
	return seats
}

// Handle is a handle as it is compared: as people write it, with an @ or capitals, too.
func Handle(s string) string { return strings.ToLower(strings.TrimPrefix(strings.TrimSpace(s), "@")) }

// Unseated says of handles that no elector has where they are listed.
func Unseated(listed []Listing, has func(handle string) bool, f *fault.Form) {
	for i, l := range listed {
		for k, handle := range l.Handles {
			if !has(Handle(handle)) {
				f.Add(fault.MissingField(fmt.Sprintf("listed.%d.handles.%d", i, k)))
			}
		}
	}
}

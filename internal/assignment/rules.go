// Package assignment keeps the work that a party gives to its own members: a section of an impact assessment, or the whole.
//
// ASSIGNED -> SUBMITTED -> RETURNED | DONE: the assignee submits, somebody else of the party returns or finishes; RETURNED -> SUBMITTED.
// Until it is done it can be WITHDRAWN, or handed over to another member, which begins it anew. Only the party sees it. Of its acts
// others see none, either, but for auditors and admins, who find all acts in the log.
//
// It gives no rights and locks nothing. Whoever could not do the work when it is given cannot be assigned it. What becomes of the thing
// or of the member afterwards leaves the assignment as it is: when the thing was handed in or published meanwhile, the work can still be
// submitted, finished or withdrawn, but given to nobody else, who could do nothing there; when the member was erased or has left, it can
// be handed over or withdrawn.
package assignment

import (
	"time"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// ahead refuses a due date that is over.
func ahead(due, now time.Time) error {
	if due.After(now) {
		return nil
	}
	return fault.InvalidField("dueAt", enum.UserErrorCodeInThePast, "this time is over already: give one in the future").With(fault.Values{Date: &now})
}

// stranger is the refusal of whoever the party does not know as its member, whether they exist or not.
func stranger() error {
	return &fault.Fault{
		Kind: fault.NotFound, Field: "assignee",
		Message: "your party has no such member: it knows those who have signed in for it, and were not erased",
	}
}

// ineligible is the refusal of a member who could not do the work. Where nobody could now, the thing says why; field names it.
func ineligible(refusal error, field string) error {
	if f := fault.Of(refusal); f != nil && f.Kind == fault.State {
		f.Field = field
		return f
	}
	return fault.InvalidField("assignee", enum.UserErrorCodeIneligible,
		"this member could not do the work: an assignment gives no rights, and the roles of their last token do not either")
}

package amendment

import (
	"fmt"

	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// longest is how many characters the text has at most, as that of a proposal.
const longest = 50_000

// checked gives the text as it is kept, or says what is wrong with it. It is another one than that of the version it changes.
func checked(body, base string) (string, error) {
	var f fault.Form
	body = f.Text("body", body, longest)
	if err := f.Err(); err != nil {
		return "", err
	}
	if body == base {
		return "", fault.InvalidField("body", enum.UserErrorCodeNothingToDo, "this is what the proposal says already")
	}
	return body, nil
}

// onPresent refuses an amendment that changes an earlier version than the present one.
func onPresent(field string, base, present int) error {
	if base == present {
		return nil
	}
	return &fault.Fault{
		Kind: fault.Conflict, Code: enum.UserErrorCodeContentChanged, Field: field, Values: fault.Values{Actual: &present},
		Message: fmt.Sprintf("it changes version %d, and the present one is %d: newerHunks says what has changed since", base, present),
	}
}

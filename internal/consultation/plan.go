package consultation

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// plan is what a load has to write: indexes of the export's lists, in the order of writing.
type plan struct {
	ids        identities // including those that are present
	people     []int32
	statements []int32
	moderated  []int32 // statements whose state has since changed in the file
	votes      []int32
	changed    []int32 // votes
	events     []int32
	describe   bool // write the dialogue itself
	warnings   []string
}

// prepare compares an export with what is present. What is present but not in the export stays.
func prepare(e *Export, ids identities, have *present) plan {
	ids.people, ids.statements = slices.Clone(ids.people), slices.Clone(ids.statements)
	p := plan{ids: ids}
	if have.dialogue != nil {
		p.ids.dialogue = have.dialogue.ID
	}
	for i := range e.Participants {
		if id, ok := have.people[int32(i)]; ok {
			ids.people[i] = id
		} else {
			p.people = append(p.people, int32(i))
		}
	}
	older := have.dialogue != nil && have.dialogue.ClosedAt != nil && have.dialogue.ClosedAt.After(at(e.Last))
	reworded, decidedHere := 0, 0
	for i, s := range e.Statements {
		c, ok := have.statements[int32(i)]
		if !ok {
			p.statements = append(p.statements, int32(i))
			continue
		}
		ids.statements[i] = c.id
		if !c.sameBody {
			reworded++
		}
		switch state, _ := s.Moderation.State(); {
		case state == c.state || older:
		case have.moderated[c.id]:
			decidedHere++
		default:
			p.moderated = append(p.moderated, int32(i))
		}
	}
	slices.SortStableFunc(p.statements, func(a, b int32) int { return cmp.Compare(e.Statements[a].At, e.Statements[b].At) })
	for i, v := range e.Votes {
		kept, ok := have.votes[v.Pair()]
		switch {
		case !ok:
			p.votes = append(p.votes, int32(i))
		case v.later(kept.at, kept.choice):
			p.changed = append(p.changed, int32(i))
		}
	}
	for i := range e.Events {
		if !have.acts[ids.acts[i]] {
			p.events = append(p.events, int32(i))
		}
	}
	var warning string
	if p.describe, warning = describes(e, have.dialogue, older); warning != "" {
		p.warnings = append(p.warnings, warning)
	}
	if reworded > 0 {
		p.warnings = append(p.warnings, fmt.Sprintf("%d statements were reworded in the export: the original words, on which people voted, stay", reworded))
	}
	if decidedHere > 0 {
		p.warnings = append(p.warnings, fmt.Sprintf("%d statements were moderated here and differ from the export: the decisions made here stay", decidedHere))
	}
	return p
}

// empty reports whether there is nothing to write.
func (p plan) empty() bool { return !p.describe && p.rows() == 0 }

// rows counts the rows to write, including acts.
func (p plan) rows() int {
	return len(p.people) + 2*(len(p.statements)+len(p.moderated)) + len(p.votes) + len(p.changed) + len(p.events)
}

// describes reports whether to update the dialogue from the export: not from an export older than one loaded before, and not
// if the dialogue was reopened here, because it is then no longer the one held elsewhere.
func describes(e *Export, row *db.Dialogue, older bool) (yes bool, warning string) {
	if row == nil {
		return true, ""
	}
	want := describe(e)
	same := row.Title == want.title && string(row.Brief) == want.brief && string(row.Outcome) == want.outcome &&
		row.OpenedAt != nil && row.OpenedAt.Equal(want.opened) && row.ClosedAt != nil && row.ClosedAt.Equal(want.closed)
	switch {
	case same:
		return false, ""
	case row.State != "CLOSED" || row.Round > 1:
		return false, "the dialogue was reopened here: its title, text, outcome and dates stay"
	case older:
		return false, "a later export was loaded before: its description of the dialogue and its moderation stay"
	}
	return true, ""
}

// description is what an export says about its dialogue.
type description struct {
	title, brief, outcome string
	opened, closed        time.Time
}

func describe(e *Export) description {
	return description{
		title: titleOf(e.Topic, e.URL), brief: briefOf(e.Description, e.URL), outcome: outcomeOf(e.URL, len(e.Statements), e.Voters()),
		opened: at(e.First), closed: at(e.Last),
	}
}

// ends is when the phase closes. The moment itself is outside the phase, so it is just after the last vote.
func (d description) ends() time.Time { return d.closed.Add(time.Millisecond) }

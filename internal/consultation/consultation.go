// Package consultation loads a consultation held elsewhere, in Polis' open-data format, as a closed dialogue with its
// statements, its pseudonymous participants, their last votes and, in the act log, every vote they cast.
//
// It checks a whole folder before it writes anything, and writes in one transaction: all or nothing. Loading a folder again
// writes nothing; loading a later export writes what is new. It never stores anything that could name a participant, and
// no participant can be recognised across two consultations.
package consultation

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Stages of a load, as whoever hears of its progress is told.
const (
	Reading = "reading" // counted in bytes
	Saving  = "saving"  // counted in rows
)

// Count is how many of something the folder contains, and how many of them this load wrote.
type Count struct{ InFile, Written int }

// Report is what a load did.
type Report struct {
	Dialogue uuid.UUID
	Title    string
	Created  bool // the dialogue is new; otherwise it was loaded before

	Comments     Count // statements, whatever their moderation
	Pending      int   // statements in the file that the moderators there neither accepted nor rejected
	Hidden       int   // statements in the file that the moderators there rejected
	Participants Count // those who voted or wrote a statement
	Voters       int   // participants in the file who voted
	VoteEvents   Count // all votes cast, including replaced ones
	Votes        Count // the last vote of each voter on each statement; a changed earlier one counts as written
	Moderated    int   // statements loaded before whose state now follows the file
	Superseded   int   // votes in the file that a later vote of the same voter on the same statement replaced
	Withheld     int   // of the hidden statements, those whose words the export does not have
	Seeds, Metas int   // statements by those who held the consultation, and about the participants; their acts say so
	Described    bool  // title, text, outcome or time of the dialogue were written

	Warnings []string
}

// AlreadyLoaded reports whether the load found everything present and wrote nothing.
func (r Report) AlreadyLoaded() bool {
	return !r.Described && r.Comments.Written+r.Participants.Written+r.VoteEvents.Written+r.Votes.Written+r.Moderated == 0
}

// String says in one line what was loaded.
func (r Report) String() string {
	what := fmt.Sprintf("%d statements (%d hidden, %d pending), %d voters, %d votes of %d cast",
		r.Comments.InFile, r.Hidden, r.Pending, r.Voters, r.Votes.InFile, r.VoteEvents.InFile)
	switch {
	case r.Created:
		return "loaded: " + what
	case r.AlreadyLoaded():
		return "already loaded: " + what
	}
	var news []string
	for _, n := range []struct {
		count int
		what  string
	}{
		{r.Comments.Written, "statements"},
		{r.Participants.Written, "participants"},
		{r.VoteEvents.Written, "votes cast"},
		{r.Votes.Written, "votes"},
		{r.Moderated, "statements moderated"},
	} {
		if n.count > 0 {
			news = append(news, fmt.Sprintf("%d %s", n.count, n.what))
		}
	}
	if len(news) == 0 {
		return "description updated: " + what
	}
	return "updated: " + strings.Join(news, ", ") + " are new; in total " + what
}

// Notes say, each in a line, what is in the file and is not seen at once in what was loaded.
func (r Report) Notes() []string {
	var notes []string
	for _, n := range []struct {
		count int
		what  string
	}{
		{r.Superseded, "votes were superseded by a later vote of the same voter; the log has them all"},
		{r.Hidden, "statements were moderated away there and stay hidden, with their votes"},
		{r.Withheld, "of these have no words in the export"},
		{r.Seeds, "statements are seeds, written by those who held the consultation; their acts say so"},
		{r.Metas, "statements are about the participants (is-meta); their acts say so"},
	} {
		if n.count > 0 {
			notes = append(notes, fmt.Sprintf("%d %s", n.count, n.what))
		}
	}
	return notes
}

// at converts a timestamp of an export.
func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// Package consultation loads a consultation held elsewhere, in Polis' open-data format, as a closed dialogue with its
// statements, its pseudonymous participants, their last votes and, in the act log, every vote they cast.
//
// It checks a whole folder before it writes anything, and writes in one transaction: all or nothing. Loading a folder again
// writes nothing; loading a later export writes what is new. It never stores anything that could name a participant, and
// no participant can be recognised across two consultations.
package consultation

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Stages of a load, as Options.Progress names them.
const (
	Reading = "reading" // counted in bytes
	Saving  = "saving"  // counted in rows
)

// Options say what to load and how to report progress.
type Options struct {
	Dir      string                              // with summary.csv, comments.csv, votes.csv and participants-votes.csv
	Progress func(stage string, done, total int) // nil for none; called from the loading goroutine
	Clock    clock.Clock                         // nil for the machine's
}

func (o Options) complete() Options {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	return o
}

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

// Load reads, checks and saves the consultation in a folder. It returns errors in the folder as Problems.
func Load(ctx context.Context, s *store.Store, l *actlog.Log, o Options) (Report, error) {
	o = o.complete()
	root, err := os.OpenRoot(o.Dir)
	if err != nil {
		return Report{}, fmt.Errorf("open the consultation: %w", err)
	}
	defer root.Close()
	export, err := Read(ctx, root.FS(), o.Clock.Now(), o.Progress)
	if err != nil {
		return Report{}, err
	}
	return Save(ctx, s, l, o, export)
}

// Save writes a checked export in one transaction. If it fails, or ctx ends first, nothing is written.
func Save(ctx context.Context, s *store.Store, l *actlog.Log, o Options, e *Export) (Report, error) {
	report, err := save(ctx, s, l, o.complete(), e)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause // clearer than the database's error
		}
		return Report{}, fmt.Errorf("load the consultation: %w", err)
	}
	if !report.AlreadyLoaded() {
		l.Wake()
	}
	return report, nil
}

// at converts a timestamp of an export.
func at(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

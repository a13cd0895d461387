package consultation

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// The files of an export.
const (
	summaryFile  = "summary.csv"
	commentsFile = "comments.csv"
	votesFile    = "votes.csv"
	matrixFile   = "participants-votes.csv"
	matrixToday  = "participant-votes.csv" // as Polis offers it today
)

// Export is a consultation held elsewhere, after the checks.
type Export struct {
	Topic, URL, Description string

	Statements   []Statement
	Participants []Participant // those who voted or wrote
	Events       []Event       // every vote cast, in order of time
	Votes        []Vote        // the last vote of each voter on each statement
	First, Last  int64         // when the first and the last vote or statement was made, in milliseconds since 1970
	Warnings     []string
}

// Statement is something that participants voted on.
type Statement struct {
	ID         int64 // its number there
	Author     int32 // an index of Export.Participants
	At         int64 // milliseconds since 1970
	Moderation Moderation
	Body       string // empty of a rejected statement whose words the export withholds
	Seed       bool   // those who held the consultation wrote it
	Meta       bool   // it is about the participants, not about the topic
}

// withheld tells whether the moderators there have kept the words back.
func (s Statement) withheld() bool {
	return s.Moderation == Rejected && strings.TrimSpace(s.Body) == ""
}

// Participant is somebody who took part; nothing more is known.
type Participant struct {
	ID    int64 // their number there
	First int64 // when they first voted or wrote, in milliseconds since 1970
	Voter bool  // whether they voted
}

// Voters counts the participants who voted.
func (e *Export) Voters() int {
	n := 0
	for _, p := range e.Participants {
		if p.Voter {
			n++
		}
	}
	return n
}

func (e *Export) source() source { return source(sourceOf(e.URL, e.Topic, e.First)) }

// Read reads and checks all files of an export. If there are errors in them it returns Problems and no export. Progress is
// counted in bytes.
func Read(ctx context.Context, files fs.FS, now time.Time, progress func(stage string, done, total int)) (*Export, error) {
	r := reader{
		folder: folder{files: files, progress: progress}, now: now, export: &Export{},
		statements: map[int64]int32{}, people: map[int64]int32{},
	}
	r.names = names{r.named(summaryFile), r.named(commentsFile), r.named(votesFile), r.named(matrixFile, matrixToday)}
	if r.err != nil {
		return nil, r.err
	}
	r.measure(r.names.summary, r.names.comments, r.names.votes, r.names.matrix)
	for _, part := range []func(context.Context){r.summary, r.comments, r.votes, r.matrix} {
		part(ctx)
		if r.err != nil {
			return nil, r.err
		}
	}
	if r.problems.Count > 0 {
		return nil, r.problems
	}
	return r.export, nil
}

// names are those of the files in the folder.
type names struct{ summary, comments, votes, matrix string }

// reader fills an export.
type reader struct {
	folder
	now        time.Time
	export     *Export
	statements map[int64]int32 // the index of a statement by its number
	people     map[int64]int32 // the index of a participant by their number
	names      names
	someLost   bool // a statement could not be read, so a vote on an unknown one may be valid
}

// summary reads the title and the description. It ignores the file's totals, which every export counts differently.
func (r *reader) summary(ctx context.Context) {
	lines := map[string]int{}
	read := r.rows(ctx, r.names.summary, func(line int, record []string) {
		key := record[0]
		switch {
		case len(record) != 2:
			r.problem(r.names.summary, line, "expected a key and a value, found %d fields", len(record))
			return
		case lines[key] > 0:
			r.problem(r.names.summary, line, "%s appears twice", quoted(key))
			return
		}
		lines[key] = line
		var err error
		switch key {
		case "topic":
			r.export.Topic, err = checkLine(record[1], maxTitle)
		case "url":
			r.export.URL, err = checkURL(record[1])
		case "conversation-description":
			r.export.Description, err = record[1], checkText(record[1], maxDescription)
		}
		if err != nil {
			r.problem(r.names.summary, line, "%s: %v", key, err)
		}
	})
	if read && lines["topic"] == 0 {
		r.problem(r.names.summary, 0, "the row topic is missing")
	}
}

// comments reads the statements.
func (r *reader) comments(ctx context.Context) {
	columns := []string{"comment-id", "timestamp", "author-id", "moderated", "comment-body", "is-seed?", "is-meta?"}
	whole := r.table(ctx, r.names.comments, columns, func(line int, cells []string) {
		id, err := parseID(cells[0])
		if err != nil {
			r.someLost = true
			r.problem(r.names.comments, line, "comment-id: %v", err)
			return
		}
		if _, known := r.statements[id]; known {
			r.problem(r.names.comments, line, "comment %d appears twice", id)
			return
		}
		r.statements[id] = int32(len(r.export.Statements))
		s, err := r.statement(id, cells)
		if err != nil {
			r.problem(r.names.comments, line, "%v", err)
		}
		r.export.Statements = append(r.export.Statements, s)
	})
	switch {
	case !whole:
		r.someLost = true
	case len(r.export.Statements) == 0 && !r.someLost:
		r.problem(r.names.comments, 0, "there are no statements")
	}
}

func (r *reader) statement(id int64, cells []string) (s Statement, err error) {
	s.ID, s.Body = id, cells[4]
	if s.At, err = parseTime(cells[1], r.now); err != nil {
		return s, fmt.Errorf("timestamp: %w", err)
	}
	author, err := parseID(cells[2])
	if err != nil {
		return s, fmt.Errorf("author-id: %w", err)
	}
	if s.Moderation, err = parseModeration(cells[3]); err != nil {
		return s, fmt.Errorf("moderated: %w", err)
	}
	if s.Seed, err = parseFlag(cells[5]); err != nil {
		return s, fmt.Errorf("is-seed: %w", err)
	}
	if s.Meta, err = parseFlag(cells[6]); err != nil {
		return s, fmt.Errorf("is-meta: %w", err)
	}
	if s.withheld() { // its votes are kept all the same
		s.Body = ""
	} else if err := checkBody(s.Body); err != nil {
		return s, fmt.Errorf("comment-body: %w", err)
	}
	s.Author = r.participant(author, s.At)
	return s, nil
}

// votes reads every vote cast, and settles which ones count.
func (r *reader) votes(ctx context.Context) {
	columns := []string{"timestamp", "comment-id", "voter-id", "vote"}
	r.table(ctx, r.names.votes, columns, func(line int, cells []string) {
		if err := r.vote(cells); err != nil {
			r.problem(r.names.votes, line, "%v", err)
		}
	})
	if r.problems.Count == 0 {
		r.export.Votes = Settle(r.export.Events)
	}
}

func (r *reader) vote(cells []string) error {
	ms, err := parseTime(cells[0], r.now)
	if err != nil {
		return fmt.Errorf("timestamp: %w", err)
	}
	comment, err := parseID(cells[1])
	if err != nil {
		return fmt.Errorf("comment-id: %w", err)
	}
	voter, err := parseID(cells[2])
	if err != nil {
		return fmt.Errorf("voter-id: %w", err)
	}
	choice, err := parseChoice(cells[3])
	if err != nil {
		return fmt.Errorf("vote: %w", err)
	}
	statement, known := r.statements[comment]
	if !known {
		if r.someLost {
			return nil
		}
		return fmt.Errorf("there is no comment %d", comment)
	}
	who := r.participant(voter, ms)
	r.export.Participants[who].Voter = true
	r.export.Events = append(r.export.Events, Event{At: ms, Statement: statement, Voter: who, Choice: choice})
	return nil
}

// participant returns the index of a participant who voted or wrote at a time.
func (r *reader) participant(id, ms int64) int32 {
	e := r.export
	if e.First == 0 || ms < e.First {
		e.First = ms
	}
	e.Last = max(e.Last, ms)
	who, known := r.people[id]
	if !known {
		who = int32(len(e.Participants))
		r.people[id] = who
		e.Participants = append(e.Participants, Participant{ID: id, First: ms})
	}
	e.Participants[who].First = min(e.Participants[who].First, ms)
	return who
}

package consultation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// matrix compares the participants and their votes with participants-votes.csv. It loads nothing from that file, especially
// not the ids that other sites use for their participants (xid). A difference is a warning.
func (r *reader) matrix(ctx context.Context) {
	if !r.has(r.names.matrix) {
		r.warn("%s is missing: the votes were not checked against it", r.names.matrix)
		return
	}
	m := comparison{reader: r, votes: make(map[int64]Choice, len(r.export.Votes)), seen: map[int64]bool{}}
	for _, v := range r.export.Votes {
		m.votes[v.Pair()] = v.Choice
	}
	r.rows(ctx, r.names.matrix, func(line int, record []string) {
		var err error
		switch {
		case m.statements == nil:
			err = m.header(record)
		case m.who < 0:
			return
		case len(record) != len(m.statements):
			err = fmt.Errorf("%d fields, but the header has %d", len(record), len(m.statements))
		default:
			err = m.row(record)
		}
		if err != nil {
			r.problem(r.names.matrix, line, "%v", err)
		}
	})
	m.missing = len(m.votes) - m.same - m.changed
	m.peopleMissing = r.export.Voters() - (len(m.seen) - m.peopleMore)
	if m.changed+m.missing+m.more+m.peopleMissing+m.peopleMore+m.unknown > 0 {
		r.warn("%s: %d votes differ from those in %s, %d are missing and %d are too many; %d voters are missing and %d are too many; "+
			"%d statements are unknown", r.names.matrix, m.changed, r.names.votes, m.missing, m.more, m.peopleMissing, m.peopleMore, m.unknown)
	}
}

// comparison counts which votes are the same in the matrix, which differ, and which are missing or additional there.
type comparison struct {
	*reader
	votes      map[int64]Choice
	who        int            // the participant column; -1 if there is none
	statements []int32        // the statement of each column; -1 for other columns
	seen       map[int64]bool // participants

	same, changed, missing, more       int // votes
	peopleMissing, peopleMore, unknown int
}

// header finds the statement of each column. Columns whose names are not numbers describe the participant.
func (m *comparison) header(record []string) error {
	m.statements = make([]int32, len(record))
	for i, name := range record {
		m.statements[i] = -1
		id, err := strconv.ParseInt(name, 10, 64)
		if err != nil {
			continue
		}
		if place, known := m.reader.statements[id]; known {
			m.statements[i] = place
		} else {
			m.unknown++
		}
	}
	if m.who = slices.Index(record, "participant"); m.who < 0 {
		return errors.New("the column participant is missing")
	}
	return nil
}

func (m *comparison) row(record []string) error {
	id, err := parseID(record[m.who])
	if err != nil {
		return fmt.Errorf("participant: %w", err)
	}
	if m.seen[id] {
		return fmt.Errorf("participant %d appears twice", id)
	}
	m.seen[id] = true
	who, known := m.people[id]
	if !known || !m.export.Participants[who].Voter {
		m.peopleMore++
		who = -1
	}
	for i, statement := range m.statements {
		if statement < 0 || record[i] == "" {
			continue
		}
		choice, err := parseChoice(record[i])
		if err != nil {
			return fmt.Errorf("field %d: %w", i+1, err)
		}
		switch cast, ok := m.votes[pair(statement, who)]; {
		case who < 0 || !ok:
			m.more++
		case cast != choice:
			m.changed++
		default:
			m.same++
		}
	}
	return nil
}

func (r *reader) warn(format string, args ...any) {
	r.export.Warnings = append(r.export.Warnings, fmt.Sprintf(format, args...))
}

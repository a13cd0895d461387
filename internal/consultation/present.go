package consultation

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/dialogue"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// On PostgreSQL a statement may take 5 seconds, so these bound the handles or acts of one statement.
const (
	manyHandles = 2000
	manyActs    = 20_000
)

// present is what the database already has of an export.
type present struct {
	dialogue   *db.Dialogue        // nil if it was never loaded
	people     map[int32]uuid.UUID // by index in the export
	statements map[int32]comment   // by index in the export
	votes      map[int64]vote      // by Vote.Pair
	acts       map[uuid.UUID]bool  // acts of the dialogue, in the log or queued
	moderated  map[uuid.UUID]bool  // comments that were hidden or restored here
}

// comment is a statement that an earlier load wrote.
type comment struct {
	id       uuid.UUID
	revision int
	state    string
	sameBody bool
}

// vote is a vote that an earlier load wrote.
type vote struct {
	id     uuid.UUID
	choice string
	at     time.Time
}

// look finds what is present. It locks the dialogue, so that nobody votes in it or loads into it meanwhile.
func look(ctx context.Context, s *store.Store, tx *db.Tx, e *Export, ids identities) (*present, error) {
	have := &present{
		people: map[int32]uuid.UUID{}, statements: map[int32]comment{}, votes: map[int64]vote{},
		acts: map[uuid.UUID]bool{}, moderated: map[uuid.UUID]bool{},
	}
	if err := have.lookDialogue(ctx, s, tx, e); err != nil {
		return nil, fmt.Errorf("look for the dialogue: %w", err)
	}
	if err := have.lookPeople(ctx, s, tx, e, ids); err != nil {
		return nil, fmt.Errorf("look for the participants: %w", err)
	}
	if err := have.lookActs(ctx, s, tx, ids.dialogue); err != nil {
		return nil, fmt.Errorf("look for the acts: %w", err)
	}
	if have.dialogue == nil {
		return have, nil
	}
	if err := have.lookStatements(ctx, s, tx, e, ids); err != nil {
		return nil, fmt.Errorf("look for the statements: %w", err)
	}
	if err := have.lookVotes(ctx, s, tx); err != nil {
		return nil, fmt.Errorf("look for the votes: %w", err)
	}
	return have, nil
}

func (have *present) lookDialogue(ctx context.Context, s *store.Store, tx *db.Tx, e *Export) error {
	id, err := tx.Dialogue.Query().Where(dialogue.Source(optional.Text(e.source()))).OnlyID(ctx)
	if db.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.Lock(ctx, tx, "dialogues", id); err != nil {
		return err
	}
	have.dialogue, err = tx.Dialogue.Get(ctx, id)
	return err
}

// lookPeople finds participants by their handles. It refuses a handle of another party, which would otherwise get their
// votes.
func (have *present) lookPeople(ctx context.Context, s *store.Store, tx *db.Tx, e *Export, ids identities) error {
	for from := 0; from < len(e.Participants); from += manyHandles {
		some := e.Participants[from:min(from+manyHandles, len(e.Participants))]
		places := make(map[string]int32, len(some))
		handles := make([]string, len(some))
		for i, p := range some {
			handles[i] = e.source().handle(p.ID)
			places[handles[i]] = int32(from + i)
		}
		in, arg := anyText(s, "handle", handles)
		err := s.QueryTx(ctx, tx, "SELECT id, handle FROM stakeholders WHERE "+in, []any{arg}, func(r *sql.Rows) error {
			var id uuid.UUID
			var handle string
			if err := r.Scan(&id, &handle); err != nil {
				return err
			}
			place := places[handle]
			if tail(id) != tail(ids.people[place]) {
				return taken(handle)
			}
			have.people[place] = id
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func taken(handle string) error {
	return fault.New(fault.Conflict, "another party has the handle %s, which imported consultations use", handle)
}

// anyText is a condition that a column is one of many handles. It passes them as one argument.
func anyText(s *store.Store, column string, handles []string) (sql string, arg any) {
	if s.IsPostgres() {
		return column + " = ANY(?::text[])", "{" + strings.Join(handles, ",") + "}"
	}
	b, _ := json.Marshal(handles) // strings always marshal
	return column + " IN (SELECT value FROM json_each(?))", string(b)
}

func (have *present) lookStatements(ctx context.Context, s *store.Store, tx *db.Tx, e *Export, ids identities) error {
	places := make(map[[10]byte]int32, len(e.Statements))
	for i, id := range ids.statements {
		places[tail(id)] = int32(i)
	}
	const text = "SELECT id, revision, state, body FROM comments WHERE subject_id = ? AND depth = 0"
	return s.QueryTx(ctx, tx, text, []any{have.dialogue.ID}, func(r *sql.Rows) error {
		var c comment
		var body string
		if err := r.Scan(&c.id, &c.revision, &c.state, &body); err != nil {
			return err
		}
		if place, ours := places[tail(c.id)]; ours {
			c.sameBody = body == e.Statements[place].Body
			have.statements[place] = c
		}
		return nil
	})
}

func (have *present) lookVotes(ctx context.Context, s *store.Store, tx *db.Tx) error {
	voters := make(map[uuid.UUID]int32, len(have.people))
	for place, id := range have.people {
		voters[id] = place
	}
	const text = "SELECT id, voter_id, choice, cast_at FROM votes WHERE comment_id = ?"
	for place, c := range have.statements {
		err := s.QueryTx(ctx, tx, text, []any{c.id}, func(r *sql.Rows) error {
			var v vote
			var voter uuid.UUID
			if err := r.Scan(&v.id, &voter, &v.choice, &v.at); err != nil {
				return err
			}
			if who, ours := voters[voter]; ours {
				have.votes[pair(place, who)] = v
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lookActs reads the queue first: an act that the sequencer moves between the two reads is then seen twice instead of never.
// It reads even without a dialogue, because a duplicate act would stop the sequencer permanently.
func (have *present) lookActs(ctx context.Context, s *store.Store, tx *db.Tx, space uuid.UUID) error {
	if have.dialogue != nil {
		space = have.dialogue.ID
	}
	read := func(from string, args ...any) (last int64, n int, err error) {
		text := "SELECT act_id, subject_id, type, " + from
		err = s.QueryTx(ctx, tx, text, append([]any{space}, args...), func(r *sql.Rows) error {
			var act, subject uuid.UUID
			var kind string
			if err := r.Scan(&act, &subject, &kind, &last); err != nil {
				return err
			}
			have.acts[act] = true
			if kind == "comment.hidden" || kind == "comment.restored" {
				have.moderated[subject] = true
			}
			n++
			return nil
		})
		return last, n, err
	}
	if _, _, err := read("id FROM queued_acts WHERE dialogue_id = ?"); err != nil {
		return err
	}
	for last, n := int64(0), manyActs; n == manyActs; {
		var err error
		if last, n, err = read("seq FROM acts WHERE dialogue_id = ? AND seq > ? ORDER BY seq LIMIT ?", last, manyActs); err != nil {
			return err
		}
	}
	return nil
}

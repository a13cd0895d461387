package consultation

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"

	"github.com/google/uuid"
)

// source makes the ids for one consultation. They are the same at every load, so that a second load finds what the first
// wrote; they sort by creation, as all ids do; and ids of two consultations cannot be linked.
type source string

// id returns a UUIDv7 (RFC 9562, 5.7) for a time in milliseconds, with bits of a hash in place of the random ones.
func (s source) id(ms int64, kind, key string) uuid.UUID {
	sum := sha256.Sum256([]byte(string(s) + "\x00" + kind + "\x00" + key))
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(ms)<<16)
	copy(id[6:], sum[:])
	id[6] = id[6]&0x0F | 0x70
	id[8] = id[8]&0x3F | 0x80
	return id
}

// tail is the part of an id that does not depend on the time: it identifies what a later export dates differently.
func tail(id uuid.UUID) [10]byte { return [10]byte(id[6:]) }

// handle returns a participant's handle: at most 38 lower-case letters, digits and hyphens.
func (s source) handle(participant int64) string {
	sum := sha256.Sum256([]byte(string(s) + "\x00handle"))
	return "p-" + hex.EncodeToString(sum[:8]) + "-" + strconv.FormatInt(participant, 10)
}

// identities are the ids for the parts of an export, by index.
type identities struct {
	dialogue   uuid.UUID
	phase      uuid.UUID
	people     []uuid.UUID
	statements []uuid.UUID
	votes      []uuid.UUID
	acts       []uuid.UUID // one for each event
}

func identify(e *Export) identities {
	s := e.source()
	ids := identities{
		dialogue: s.id(e.First, "dialogue", ""), phase: s.id(e.First, "phase", "0"),
		people: make([]uuid.UUID, len(e.Participants)), statements: make([]uuid.UUID, len(e.Statements)),
		votes: make([]uuid.UUID, len(e.Votes)), acts: s.acts(e),
	}
	for i, p := range e.Participants {
		ids.people[i] = s.id(p.First, "participant", strconv.FormatInt(p.ID, 10))
	}
	for i, c := range e.Statements {
		ids.statements[i] = s.id(c.At, "statement", strconv.FormatInt(c.ID, 10))
	}
	for i, v := range e.Votes {
		ids.votes[i] = s.id(v.First, "vote", fmt.Sprintf("%d/%d", e.Statements[v.Statement].ID, e.Participants[v.Voter].ID))
	}
	return ids
}

// acts makes the id of each event's act. Nothing else stores an event that a later one replaced, so the act's id must show
// whether the act is in the log already. It depends on statement, voter, time and choice, and on how many equal events come
// before it in the export.
func (s source) acts(e *Export) []uuid.UUID {
	ids := make([]uuid.UUID, len(e.Events))
	seen := map[Event]int{}
	for i, v := range e.Events {
		if i > 0 && v.At != e.Events[i-1].At {
			clear(seen)
		}
		key := fmt.Sprintf("%d/%d/%d/%d/%d", e.Statements[v.Statement].ID, e.Participants[v.Voter].ID, v.At, v.Choice, seen[v])
		seen[v]++
		ids[i] = s.id(v.At, "vote cast", key)
	}
	return ids
}

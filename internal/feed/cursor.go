package feed

import (
	"context"
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// position is a sequence number in the log and a mark of the act that has it. After a restore, or when a standby takes over
// that lacked some acts, the number belongs to another act or to none. A reader that resumed by the number alone would miss
// what was written before it since then.
type position struct {
	seq  int64
	mark mark // zero at the log's beginning
}

type mark [8]byte

func positionOf(a *db.Act) position { return position{a.ID, markOf(a.ActID)} }

// markOf takes the random part of an id.
func markOf(act uuid.UUID) mark { return mark(act[8:]) }

const positionSize = 8 + len(mark{})

func (s *Service) seal(scope store.Scope, p position) string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, positionSize), uint64(p.seq))
	return s.store.Seal(scope, append(b, p.mark[:]...))
}

// unseal gives the position in a cursor, if the log still has the act at it; field is the argument that holds the cursor.
func (s *Service) unseal(ctx context.Context, field string, scope store.Scope, cursor string) (position, error) {
	b, err := s.store.Unseal(field, scope, cursor)
	if err != nil {
		return position{}, err
	}
	if len(b) != positionSize {
		return position{}, errExpired // from an older release
	}
	p := position{int64(binary.BigEndian.Uint64(b)), mark(b[8:])}
	if p.seq == 0 {
		return p, nil
	}
	act, err := s.log.At(ctx, p.seq)
	if err == nil && markOf(act) != p.mark {
		err = errExpired
	}
	return p, err
}

var errLost = fault.New(fault.Expired, "the log has lost acts that this subscription has delivered: read the state again and continue from a new cursor")

var errExpired = fault.New(fault.Expired, "the log no longer holds the act that this cursor points after: read the state again and continue from a new cursor")

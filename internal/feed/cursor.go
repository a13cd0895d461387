package feed

import (
	"context"
	"encoding/binary"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/fault"
)

// position is a place in the log and a mark of the act that stands there. After a restore, or when a standby takes over that
// had not everything, another act stands there or none: who went on from the bare place would miss what came to be before it.
type position struct {
	seq  int64
	mark mark // of none at the log's beginning
}

type mark [8]byte

func positionOf(a *db.Act) position { return position{a.ID, markOf(a.ActID)} }

// markOf takes the part of an id that is random.
func markOf(act uuid.UUID) mark { return mark(act[8:]) }

const positionSize = 8 + len(mark{})

func (s *Service) seal(scope string, p position) string {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, positionSize), uint64(p.seq))
	return s.store.Seal(scope, append(b, p.mark[:]...))
}

// unseal gives the position in a cursor, if the log still has what the cursor stands behind.
func (s *Service) unseal(ctx context.Context, scope, cursor string) (position, error) {
	b, err := s.store.Unseal("after", scope, cursor)
	if err != nil {
		return position{}, err
	}
	if len(b) != positionSize {
		return position{}, errExpired // of an older release
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

var errExpired = fault.New(fault.Expired, "the log no longer holds what this cursor stands behind: read the state anew and go on from a new cursor")

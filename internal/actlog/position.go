package actlog

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
)

// Position is a sequence number in the log and a mark of the act that has it: what a cursor holds. After a restore, or when a
// standby takes over that lacked some acts, the number belongs to another act or to none. A reader that resumed by the number
// alone would miss what was written before it since then.
type Position struct {
	Seq  int64
	mark mark // zero at the log's beginning
}

type mark [8]byte

const positionSize = 8 + len(mark{})

// PositionOf gives the position of an act.
func PositionOf(a *db.Act) Position { return PositionAt(a.ID, a.ActID) }

// PositionAt gives the position of the act with this id. Its mark is the random part of the id.
func PositionAt(seq int64, act uuid.UUID) Position { return Position{seq, mark(act[8:])} }

// Bytes are what Find reads.
func (p Position) Bytes() []byte {
	b := binary.BigEndian.AppendUint64(make([]byte, 0, positionSize), uint64(p.Seq))
	return append(b, p.mark[:]...)
}

// Find reads a position. It is held if the log has the act there, and if it is the log's beginning.
func (l *Log) Find(ctx context.Context, b []byte) (p Position, held bool, err error) {
	if len(b) != positionSize {
		return Position{}, false, nil // from an older release
	}
	p = Position{int64(binary.BigEndian.Uint64(b)), mark(b[8:])}
	if p.Seq == 0 {
		return p, p == Position{}, nil
	}
	act, err := l.At(ctx, p.Seq)
	return p, act != uuid.Nil && PositionAt(p.Seq, act) == p, err
}

// Positions gives the positions of the acts that have these sequence numbers, in one statement. Numbers that no act has are
// left out.
func (l *Log) Positions(ctx context.Context, seqs []int64) (map[int64]Position, error) {
	among, arg := l.store.AnyInt("seq", seqs)
	found := make(map[int64]Position, len(seqs))
	err := l.store.Query(ctx, "SELECT seq, act_id FROM acts WHERE "+among, []any{arg}, func(r *sql.Rows) error {
		var p place
		if err := r.Scan(&p.seq, &p.act); err != nil {
			return err
		}
		found[p.seq] = PositionAt(p.seq, p.act)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read places in the log: %w", err)
	}
	return found, nil
}

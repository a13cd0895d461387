package actlog

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/bundle"
	"github.com/plenary-dialogue/plenary/internal/keys"
)

// Payloads are what acts say, by their ids, also before they have a sequence number; none of an act whose member was erased. The caller
// has seen to it that the viewer may read them.
func (l *Log) Payloads(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]byte, error) {
	payloads := make(map[uuid.UUID][]byte, len(ids))
	if len(ids) == 0 {
		return payloads, nil
	}
	of := l.store.AnyOf("act_id", ids)
	const content = "SELECT act_id, member_id, payload, salt, sealed FROM "
	text := content + "acts WHERE " + of.SQL + " UNION ALL " + content + "queued_acts WHERE " + of.SQL
	var rows []*db.Act
	var members []uuid.UUID
	err := l.store.Query(ctx, text, append(of.Args, of.Args...), func(r *sql.Rows) error {
		a := new(db.Act)
		if err := r.Scan(&a.ActID, &a.MemberID, &a.Payload, &a.Salt, &a.Sealed); err != nil {
			return err
		}
		if rows = append(rows, a); a.MemberID != nil {
			members = append(members, *a.MemberID)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what acts say: %w", err)
	}
	known, err := l.vault.Keys(ctx, members)
	if err != nil {
		return nil, err
	}
	for _, a := range rows {
		if _, payload := contentOf(a, known); payload != nil {
			payloads[a.ActID] = payload
		}
	}
	return payloads, nil
}

// contentOf opens the salt and the payload of an act; nil where they cannot be opened: the member was erased, or they were changed.
func contentOf(a *db.Act, known map[uuid.UUID]keys.Key) (salt, payload []byte) {
	if a.MemberID == nil || len(a.Salt) > 0 { // an act of no member, or from an older release
		return a.Salt, []byte(a.Payload)
	}
	key, there := known[*a.MemberID]
	if !there || len(a.Sealed) == 0 {
		return nil, nil
	}
	plain, err := key.Open(sealedFor(a.ActID), a.Sealed)
	if err != nil || len(plain) < bundle.SaltLen {
		return nil, nil
	}
	return plain[:bundle.SaltLen], plain[bundle.SaltLen:]
}

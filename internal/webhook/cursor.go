package webhook

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// cursor seals a position in the log for one webhook: it reveals nothing of what its party may not see.
func (s *Service) cursor(hook uuid.UUID, p actlog.Position) *string {
	c := s.store.Seal(store.Scope{List: sealedFor(hook)}, p.Bytes())
	return &c
}

// DeliveryCursor is the cursor of the event that was sent; nil for a challenge.
func (s *Service) DeliveryCursor(d *db.WebhookDelivery) *string {
	if d.ActID == nil {
		return nil
	}
	return s.cursor(d.WebhookID, actlog.PositionAt(d.Seq, *d.ActID))
}

// LetterCursor is the cursor of the event that was given up.
func (s *Service) LetterCursor(l *db.DeadLetter) *string {
	return s.cursor(l.WebhookID, actlog.PositionAt(l.Seq, l.ActID))
}

// DeliveredCursors are the cursors of the events that were last delivered to each webhook; nil where none was yet.
func (s *Service) DeliveredCursors(ctx context.Context, hooks []*db.Webhook) ([]*string, error) {
	seqs := make([]int64, len(hooks))
	for i, h := range hooks {
		seqs[i] = h.DeliveredSeq
	}
	positions, err := s.log.Positions(ctx, seqs)
	if err != nil {
		return nil, err
	}
	cursors := make([]*string, len(hooks))
	for i, h := range hooks {
		if p, ok := positions[h.DeliveredSeq]; ok {
			cursors[i] = s.cursor(h.ID, p)
		}
	}
	return cursors, nil
}

// placeOf gives the place in the log of a cursor's event, if the log still has it there; field is the argument that holds the
// cursor.
func (s *Service) placeOf(ctx context.Context, field string, hook uuid.UUID, cursor string) (seq int64, err error) {
	b, err := s.store.Unseal(field, store.Scope{List: sealedFor(hook)}, cursor)
	if err != nil {
		return 0, err
	}
	p, held, err := s.log.Find(ctx, b)
	if err == nil && !held {
		err = errExpired
	}
	return p.Seq, err
}

var errExpired = fault.New(fault.Expired, "the log no longer holds the event of this cursor: read the state again, and replay from a time or from another event")

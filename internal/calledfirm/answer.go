package calledfirm

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Answer says of each open call that a filing fits that its firm has answered it, inside the use case that files it: those under the
// template, by the regulator it is filed with, and for outcomes of dialogues. A firm that was found exempt stays so.
func (s *Service) Answer(ctx context.Context, tx *db.Tx, firm, template, regulator, filing uuid.UUID) error {
	const text = `SELECT k.id FROM called_firms k JOIN calls c ON c.id = k.call_id WHERE k.firm_id = ? AND c.state = 'OPEN'
		AND EXISTS (SELECT 1 FROM templates t WHERE t.id = ? AND t.key = c.template_key)
		AND (c.caller_id = ? OR c.dialogue_id IS NOT NULL) AND k.state IN ('PENDING', 'CLAIMED') ORDER BY k.call_id, k.id`
	return s.each(ctx, tx, text, []any{firm, template, regulator}, func(p placed) error {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return err
		}
		update := p.Update().SetState(enum.CalledFirmStateAnswered).SetFilingID(filing).SetAnsweredAt(now.UTC())
		return s.byServer(ctx, tx, policy.SettleCalledFirm, p, update, "calledfirm.answered")
	})
}

// Reopen says of the calls that a filing answered that they are not answered any more, inside the use case that sends it back.
func (s *Service) Reopen(ctx context.Context, tx *db.Tx, filing uuid.UUID) error {
	const text = "SELECT id FROM called_firms WHERE filing_id = ? ORDER BY call_id, id"
	return s.each(ctx, tx, text, []any{filing}, func(p placed) error {
		update := p.Update().SetState(enum.CalledFirmStatePending).ClearFilingID().ClearAnsweredAt()
		return s.byServer(ctx, tx, policy.SettleCalledFirm, p, update, "calledfirm.reopened")
	})
}

// Called tells, inside a use case, whether an open call of a party is on a firm.
func (s *Service) Called(ctx context.Context, tx *db.Tx, by, firm uuid.UUID) (found bool, err error) {
	const text = "SELECT 1 FROM called_firms k JOIN calls c ON c.id = k.call_id WHERE k.firm_id = ? AND c.caller_id = ? AND c.state = 'OPEN'"
	err = s.Store.QueryTx(ctx, tx, text, []any{firm, by}, func(*sql.Rows) error { found = true; return nil })
	if err != nil {
		return false, fmt.Errorf("look for calls on the firm: %w", err)
	}
	return found, nil
}

func (s *Service) each(ctx context.Context, tx *db.Tx, text string, args []any, do func(p placed) error) error {
	var ids []uuid.UUID
	err := s.Store.QueryTx(ctx, tx, text, args, func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("look for called firms: %w", err)
	}
	for _, id := range ids {
		p, err := s.fetch(ctx, tx, id)
		if err != nil {
			return fmt.Errorf("load the called firm: %w", err)
		}
		if err := do(p); err != nil {
			return err
		}
	}
	return nil
}

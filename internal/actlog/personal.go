package actlog

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/idempotencykey"
	"github.com/plenary-dialogue/plenary/internal/personal"
)

// Personal says what becomes of the acts of persons and of the answers of their idempotency keys.
func (l *Log) Personal() []personal.Data {
	const kept = "It stays: it names a party, which says nothing of itself any more if it was a customer."
	const lost = "It is emptied, and the content is destroyed with the person's key."
	const exported = "The acts of the export hold it."
	header := []personal.Kept{{
		Columns: []string{"type", "audience", "commitment", "member_commitment", "entry"},
		Why:     "They are the header of the act and hashes with salts that are gone: the tree of the log is made of them.",
	}}
	return []personal.Data{
		{Table: "acts", Column: "member_id", Erasure: lost, Withheld: exported, Kept: header},
		{Table: "acts", Column: "stakeholder_id", Erasure: kept, Withheld: exported},
		{Table: "acts", Column: "owner_id", Erasure: kept, Withheld: exported},
		{Table: "queued_acts", Column: "owner_id", Erasure: kept, Withheld: exported},
		{Table: "queued_acts", Column: "member_id", Erasure: lost, Withheld: exported, Kept: header},
		{Table: "queued_acts", Column: "stakeholder_id", Erasure: kept, Withheld: exported},
		{
			Table: "act_reasons", Column: "stakeholder_id", Erasure: "The words go; that the party acted stays.", Erase: l.eraseReasons, Withheld: exported,
		},
		{
			Table: "idempotency_keys", Column: "member_id", Person: true, Erasure: "The rows are deleted.", Erase: l.forgetKeys,
			Withheld: "They hold what acts of the export hold, and random keys.",
		},
	}
}

// forgetKeys deletes the answers of a person's idempotency keys, inside a transaction.
func (l *Log) forgetKeys(ctx context.Context, tx *db.Tx, member uuid.UUID) error {
	if _, err := tx.IdempotencyKey.Delete().Where(idempotencykey.MemberID(member)).Exec(ctx); err != nil {
		return fmt.Errorf("delete idempotency keys: %w", err)
	}
	return nil
}

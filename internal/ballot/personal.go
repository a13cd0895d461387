package ballot

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/personal"
)

// Personal says what becomes of the part that customers had in ballots.
func (s *Service) Personal() []personal.Data {
	const stays = "It stays, and names a party that says nothing of itself any more: what was decided can still be counted again."
	return []personal.Data{
		{
			Table: "ballots", Column: "convenor_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
			Withheld: "What an organisation decides is its own, not its member's.",
		},
		{
			Table: "ballot_seats", Column: "party_id", Erasure: stays + " Why it took no part goes.",
			Erase: func(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
				if _, err := s.Store.Exec(ctx, tx, "UPDATE ballot_seats SET recusal = '' WHERE party_id = ?", party); err != nil {
					return fmt.Errorf("blank recusals: %w", err)
				}
				return nil
			},
			Export: &personal.File{
				Name: "ballots", Noun: "ballot", Columns: []string{"ballot", "leaf", "papers", "recusal"},
				Query: "SELECT ballot_id, leaf, CAST(revision AS TEXT), recusal FROM ballot_seats WHERE party_id = ? ORDER BY ballot_id",
			},
			Kept: []personal.Kept{{Columns: []string{"leaf"}, Why: "It is a part of the rule, and says which chamber the party was of."}},
		},
		{Table: "ballot_seats", Column: "proxy_id", Erasure: stays, Withheld: "It is in the other party's copy: whose paper was cast."},
		{Table: "ballot_seats", Column: "holder_id", Erasure: stays, Withheld: "It is in the other party's copy: whose paper it is."},
		{
			Table: "ballot_papers", Column: "party_id", Erasure: "The reason goes; the choice stays counted, as nobody's.",
			Erase: func(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
				if _, err := s.Store.Exec(ctx, tx, "UPDATE ballot_papers SET reason = '' WHERE party_id = ?", party); err != nil {
					return fmt.Errorf("blank reasons: %w", err)
				}
				return nil
			},
			Export: &personal.File{
				Name: "papers", Noun: "ballot", Columns: []string{"ballot", "choice", "reason"},
				Query: "SELECT ballot_id, choice, reason FROM ballot_papers WHERE party_id = ? ORDER BY ballot_id",
			},
			Kept: []personal.Kept{
				{Columns: []string{"leaf", "choice"}, Why: "It was counted, and what was decided can be counted again."},
				{Columns: []string{"tracker"}, Why: "It is empty in a paper that names a party."},
			},
		},
		{
			Table: "roll_objections", Column: "party_id", Erasure: "The words go; that there was an objection stays.",
			Erase: func(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
				if _, err := s.Store.Exec(ctx, tx, "UPDATE roll_objections SET text = '' WHERE party_id = ?", party); err != nil {
					return fmt.Errorf("blank objections: %w", err)
				}
				return nil
			},
			Export: &personal.File{
				Name: "roll-objections", Noun: "ballot", Columns: []string{"ballot", "created_at", "text"},
				Query: "SELECT ballot_id, created_at, text FROM roll_objections WHERE party_id = ? ORDER BY id",
			},
		},
	}
}

package proposal

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/proposalversion"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Place loads a proposal as something to comment on, and keeps it as it is.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.open(ctx, tx, id, s.store.ForShare)
	if err != nil {
		return access.Place{}, err
	}
	actor := policy.ActorFrom(ctx)
	if !s.Reads(actor, p) {
		return access.Place{}, fault.Missing()
	}
	return placeOf(actor, p), nil
}

// Places reads proposals, which are visible already, as what comments are about.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.store, noun.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	dialogues := make([]uuid.UUID, 0, len(rows))
	for _, row := range rows {
		dialogues = append(dialogues, row.DialogueID)
	}
	spaces, err := s.dialogues.Spaces(ctx, dialogues)
	if err != nil {
		return nil, err
	}
	places := make(map[uuid.UUID]access.Place, len(rows))
	for id, row := range rows {
		places[id] = placeOf(policy.ActorFrom(ctx), placed{row, spaces[row.DialogueID]})
	}
	return places, nil
}

// InVisible asks for a column to name a proposal that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return noun.InVisible(a, column)
}

// Version gives the text of a version that the readers of a proposal may read: that of its opening, or a later one.
func (s *Service) Version(ctx context.Context, tx *db.Tx, id uuid.UUID, number int) (string, error) {
	v, err := tx.ProposalVersion.Query().Where(proposalversion.ProposalID(id), proposalversion.Number(number)).Only(ctx)
	if err != nil {
		return "", err
	}
	row, err := tx.Proposal.Get(ctx, id)
	if err != nil {
		return "", err
	}
	if row.OpenedVersion == nil || number < *row.OpenedVersion {
		return "", fault.Missing()
	}
	return v.Body, nil
}

func placeOf(a policy.Actor, p placed) access.Place {
	at := access.Place{Dialogue: &p.DialogueID, Text: p.Body, Version: &p.Proposal.Version, Facts: p.space.Facts(a) | policy.InSight}
	if p.State == enum.ProposalStateOpen {
		at.Facts |= policy.Shown
	}
	return at
}

package proposal

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/proposalversion"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// shared are the columns of a proposal that a place on it needs.
var shared = store.TableOf[db.Proposal]().Without("title", "summary", "body")

// Place loads a proposal as a place inside a use case, and keeps it as it is.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p := placed{Proposal: new(db.Proposal)}
	var whole bool
	var err error
	if p.dialogue, whole, err = s.dialogues.PlaceWith(ctx, tx, shared.Beside(id, p.Proposal)); err == nil && !whole {
		p, err = s.open(ctx, tx, id, s.store.ForShare)
	} else if err == nil && !Discussed(p.State) { // what is discussed is the same to all: most comments are on such
		err = s.join(ctx, tx, &p)
	}
	if err != nil {
		return access.Place{}, err
	}
	return s.placeOf(policy.ActorFrom(ctx), p), nil
}

// Held is Place for a use case that goes on to change the proposal.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	p, err := s.fetch(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return s.placeOf(policy.ActorFrom(ctx), p), nil
}

// Places reads proposals as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	all, err := s.place(ctx, slices.Collect(maps.Values(rows)), func(p *db.Proposal) bool { return !Discussed(p.State) })
	places := make(map[uuid.UUID]access.Place, len(all))
	for _, p := range all {
		places[p.ID] = s.placeOf(policy.ActorFrom(ctx), p)
	}
	return places, err
}

// InVisible asks for a column to name a proposal that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return s.Noun.InVisible(a, column)
}

// Text gives the text of a proposal's current version.
func (s *Service) Text(ctx context.Context, tx *db.Tx, id uuid.UUID) (string, error) {
	row, err := tx.Proposal.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return row.Body, nil
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
	return string(v.Body), nil
}

func (s *Service) placeOf(a policy.Actor, p placed) access.Place {
	at := access.Place{Dialogue: &p.DialogueID, Party: p.AuthorID, Version: &p.Version, Facts: p.dialogue.Facts, Ended: p.dialogue.Ended}
	at.Phase, at.Late, at.Asks = p.dialogue.Phase, p.dialogue.Late, p.dialogue.Asks
	if !Discussed(p.State) {
		at.Facts.Remove(policy.Shown)
	}
	at.Hidden = p.State == enum.ProposalStateHidden
	at.Facts.Add(policy.Votable)
	at.Facts.Add(policy.Complete)
	switch {
	case !Votable(p.State):
		at.Facts.Remove(policy.Votable)
		at.Lack = policy.NotVotable(string(p.State), votable)
	case p.lack != nil: // a use case does not ask for it: Ready lists all of it
		at.Facts.Remove(policy.Complete)
		at.Lack = p.lack
	}
	if a.Stakeholder != uuid.Nil && a.Stakeholder == p.AuthorID {
		at.Facts.Add(policy.Own)
	}
	if slices.Contains(edited, p.State) {
		at.Facts.Add(policy.Editable)
	}
	if !s.Reads(a, p) {
		at.Facts.Remove(policy.InSight)
	}
	return at
}

// VersionOf is the number of the present version of the proposal that a column names, in SQL.
func (s *Service) VersionOf(column string) string {
	return "(SELECT now.version FROM proposals now WHERE now.id = " + column + ")"
}

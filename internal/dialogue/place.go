package dialogue

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Place loads a dialogue as a place inside a use case, and keeps it as it is.
func (s *Service) Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error) {
	space, err := s.share(ctx, tx, id)
	if err != nil {
		return access.Place{}, err
	}
	return s.placeOf(policy.ActorFrom(ctx), space), nil
}

// share loads a dialogue with its phases and keeps it as it is, in one statement where that is possible: most of what people do
// begins with it. PostgreSQL may have waited for another transaction, and then gives the dialogue as it is now with phases as they
// were; whoever changes them raises the dialogue's revision.
func (s *Service) share(ctx context.Context, tx *db.Tx, id uuid.UUID) (Space, error) {
	text := "SELECT " + "d." + strings.Join(noun.Table.Columns, ", d.") + ", p." + strings.Join(phases.Columns, ", p.") +
		", EXISTS (SELECT 1 FROM invitations v WHERE v.dialogue_id = d.id AND v.stakeholder_id = ?), (SELECT b.revision FROM dialogues b WHERE b.id = d.id)" +
		" FROM dialogues d JOIN phases p ON p.dialogue_id = d.id WHERE d.id = ? ORDER BY p.position"
	if s.store.IsPostgres() {
		text += " FOR SHARE OF d"
	}
	space, before := Space{Dialogue: new(db.Dialogue), Now: s.clock.Now()}, 0
	err := s.store.QueryTx(ctx, tx, text, []any{policy.ActorFrom(ctx).Stakeholder, id}, func(r *sql.Rows) error {
		p := new(db.Phase)
		space.Phases = append(space.Phases, p)
		return noun.Table.Scan(r, space.Dialogue, append(phases.Dest(p), &space.Invited, &before)...)
	})
	if err != nil {
		return Space{}, fmt.Errorf("load a dialogue with its phases: %w", err)
	}
	if len(space.Phases) == 0 || before != space.Revision {
		return s.open(ctx, tx, id, s.store.ForShare)
	}
	return space, nil
}

// Places reads dialogues as places.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	spaces, err := s.Spaces(ctx, ids)
	if err != nil {
		return nil, err
	}
	places := make(map[uuid.UUID]access.Place, len(spaces))
	for id, space := range spaces {
		places[id] = s.placeOf(policy.ActorFrom(ctx), space)
	}
	return places, nil
}

// InVisible asks for a column to name a dialogue that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return noun.InVisible(a, column)
}

// Version is missing: a dialogue has one text.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

func (s *Service) placeOf(a policy.Actor, space Space) access.Place {
	at := access.Place{Dialogue: &space.ID, Party: space.ConvenorID, Text: string(space.Brief), Facts: noun.Subject(a, space).Facts | policy.Shown, Ended: space.ended()}
	if s.Reads(a, space) {
		at.Facts |= policy.InSight
	}
	return at
}

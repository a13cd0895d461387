package dialogue

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
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

// PlaceWith loads the dialogue that a row names, together with that row, and keeps both as they are. It gives false where it cannot
// say for sure what they are in one statement; they are then to be loaded one after the other.
func (s *Service) PlaceWith(ctx context.Context, tx *db.Tx, with store.Beside) (access.Place, bool, error) {
	space, whole, err := s.joined(ctx, tx, "JOIN "+with.Table+" t ON t.dialogue_id = d.id WHERE t.id = ?", with.ID, &with)
	if err != nil || !whole {
		return access.Place{}, false, err
	}
	return s.placeOf(policy.ActorFrom(ctx), space), true, nil
}

// share loads a dialogue with its phases and keeps it as it is, in one statement where that is possible: most of what people do
// begins with it.
func (s *Service) share(ctx context.Context, tx *db.Tx, id uuid.UUID) (Space, error) {
	space, whole, err := s.joined(ctx, tx, "WHERE d.id = ?", id, nil)
	if err == nil && !whole {
		return s.open(ctx, tx, id, s.store.ForShare)
	}
	return space, err
}

// shared are the columns of a dialogue that a place in it needs.
var shared = noun.Table.Without("title", "brief", "outcome", "languages")

// joined loads a dialogue with its phases, and with a row beside it if there is one, and keeps them as they are. PostgreSQL may have
// waited for another transaction, and then gives the dialogue as it is now with phases as they were; whoever changes them raises the
// dialogue's revision. So it tells whether what it gives is whole.
func (s *Service) joined(ctx context.Context, tx *db.Tx, which string, id uuid.UUID, with *store.Beside) (Space, bool, error) {
	text := "SELECT d." + strings.Join(shared.Columns, ", d.") + ", p." + strings.Join(phases.Columns, ", p.") +
		", EXISTS (SELECT 1 FROM invitations v WHERE v.dialogue_id = d.id AND v.stakeholder_id = ?), (SELECT b.revision FROM dialogues b WHERE b.id = d.id)"
	keep := " FOR SHARE OF d"
	var more []any
	if with != nil {
		text, keep, more = text+", t."+strings.Join(with.Columns, ", t."), keep+", t", with.Dest
	}
	text += " FROM dialogues d JOIN phases p ON p.dialogue_id = d.id AND p.round = d.round " + which + " ORDER BY p.position"
	if s.store.IsPostgres() {
		text += keep
	}
	text = "SELECT q.*, " + s.store.Clock() + " FROM (" + text + ") q" // the time is read after the locks: whoever waited for one is late
	space, before, now := Space{Dialogue: new(db.Dialogue)}, 0, sql.NullTime{}
	err := s.store.QueryTx(ctx, tx, text, []any{policy.ActorFrom(ctx).Stakeholder, id}, func(r *sql.Rows) error {
		p := new(db.Phase)
		space.Phases = append(space.Phases, p)
		return shared.Scan(r, space.Dialogue, slices.Concat(phases.Dest(p), []any{&space.Invited, &before}, more, []any{&now})...)
	})
	space.Now = s.store.Told(now)
	if err != nil {
		return Space{}, false, fmt.Errorf("load a dialogue with its phases: %w", err)
	}
	return space, len(space.Phases) > 0 && before == space.Revision, nil
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

// MaySponsor asks for a column to name a dialogue that asks for sponsors of the chamber of the actor's party.
func (s *Service) MaySponsor(a policy.Actor, column string) store.Cond {
	if a.Kind == "" {
		return store.Never()
	}
	of := s.store.Shares("ms.sponsor_chambers", []string{a.Kind})
	all := "NOT EXISTS (SELECT 1 FROM " + s.store.Elements("ms.sponsor_chambers", "mc") + ")"
	return store.Where("EXISTS (SELECT 1 FROM dialogues ms WHERE ms.id = "+column+" AND ms.sponsors > 0 AND ("+all+" OR "+of.SQL+") "+store.EachRow+")", of.Args...)
}

// Admits tells whether a party takes part in a dialogue: everybody in a public one, and else who is invited or convenes it.
func (s *Service) Admits(ctx context.Context, tx *db.Tx, id, party uuid.UUID) (admits bool, err error) {
	const text = `SELECT 1 FROM dialogues d WHERE d.id = ? AND (d.visibility = 'PUBLIC' OR d.convenor_id = ?
		OR EXISTS (SELECT 1 FROM invitations v WHERE v.dialogue_id = d.id AND v.stakeholder_id = ?))`
	err = s.store.QueryTx(ctx, tx, text, []any{id, party, party}, func(*sql.Rows) error { admits = true; return nil })
	return admits, err
}

// Text gives a dialogue's brief.
func (s *Service) Text(ctx context.Context, tx *db.Tx, id uuid.UUID) (string, error) {
	row, err := tx.Dialogue.Get(ctx, id)
	if err != nil {
		return "", err
	}
	return string(row.Brief), nil
}

// Version is missing: a dialogue has one text.
func (s *Service) Version(context.Context, *db.Tx, uuid.UUID, int) (string, error) {
	return "", fault.Missing()
}

func (s *Service) placeOf(a policy.Actor, space Space) access.Place {
	at := access.Place{Dialogue: &space.ID, Party: space.ConvenorID, Facts: noun.Subject(a, space).Facts.With(policy.These(policy.Shown)), Ended: space.ended()}
	at.Phase, at.Late = space.Takes()
	if p := space.Phase(); p != nil {
		at.Asks = Asks(p.Kind)
	}
	if s.Reads(a, space) {
		at.Facts.Add(policy.InSight)
	}
	return at
}

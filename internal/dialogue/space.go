package dialogue

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/dialogue"
	"github.com/plenary-dialogue/plenary/ent/db/predicate"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Space is a dialogue as one who acts in it meets it.
type Space struct {
	Row     *db.Dialogue
	Phases  []*db.Phase
	Invited bool // the actor's party is
}

// Facts are what the policy may know of the space.
func (s Space) Facts(a policy.Actor, now time.Time) policy.Fact {
	var f policy.Fact
	if s.Row.Visibility == "PUBLIC" {
		f |= policy.PublicSpace
	}
	if s.Invited {
		f |= policy.Invited
	}
	if a.Stakeholder != uuid.Nil && s.Row.ConvenorID == a.Stakeholder {
		f |= policy.Convenor
	}
	if s.Row.State != "OPEN" {
		return f
	}
	f |= policy.DialogueOpen
	p := s.Phase(now)
	if p == nil {
		return f
	}
	for fact, on := range map[policy.Fact]bool{
		policy.MayPropose: p.MayPropose, policy.MayComment: p.MayComment, policy.MayVote: p.MayVote,
	} {
		if on {
			f |= fact
		}
	}
	return f
}

// Phase is the one that holds, or nil.
func (s Space) Phase(now time.Time) *db.Phase {
	spans := make([]Span, len(s.Phases))
	for i, p := range s.Phases {
		spans[i] = Span{p.OpensAt, p.ClosesAt}
	}
	if i := Holding(spans, now); i >= 0 {
		return s.Phases[i]
	}
	return nil
}

// Subject is the dialogue itself, as the policy sees it.
func (s Space) Subject(a policy.Actor, now time.Time) policy.Subject {
	return policy.Subject{Resource: policy.Dialogue, State: s.Row.State, Facts: s.Facts(a, now)}
}

// Enter loads a dialogue inside a use case's transaction and keeps it as it is. One that the actor may not see is missing.
func (s *Service) Enter(ctx context.Context, tx *db.Tx, id uuid.UUID) (Space, error) {
	return s.enter(ctx, tx, id, s.store.ForShare)
}

func (s *Service) enter(ctx context.Context, tx *db.Tx, id uuid.UUID, lock predicate.Dialogue) (Space, error) {
	actor := policy.ActorFrom(ctx)
	row, err := tx.Dialogue.Query().Where(dialogue.ID(id), lock).Only(ctx)
	if err != nil {
		return Space{}, err
	}
	space := Space{Row: row}
	if err := s.furnish(ctx, tx, &space, actor.Stakeholder); err != nil {
		return Space{}, fmt.Errorf("load phases and invitation: %w", err)
	}
	if actor.System == "" && policy.Decide(actor, policy.ReadDialogue, space.Subject(actor, s.clock.Now())).Err() != nil {
		return Space{}, fault.Missing()
	}
	return space, nil
}

// furnish reads what belongs to a dialogue whose row is kept as it is: what is read later cannot have changed since.
func (s *Service) furnish(ctx context.Context, tx *db.Tx, space *Space, party uuid.UUID) error {
	const invited = "EXISTS (SELECT 1 FROM invitations v WHERE v.dialogue_id = "
	text := "SELECT " + strings.Join(phaseColumns, ", ") + ", " + invited +
		"phases.dialogue_id AND v.stakeholder_id = ?) FROM phases WHERE dialogue_id = ? ORDER BY position"
	err := s.store.QueryTx(ctx, tx, text, []any{party, space.Row.ID}, func(r *sql.Rows) error {
		p := new(db.Phase)
		space.Phases = append(space.Phases, p)
		return r.Scan(append(phaseDest(p), &space.Invited)...)
	})
	if err != nil || len(space.Phases) > 0 || party == uuid.Nil {
		return err
	}
	return s.store.QueryTx(ctx, tx, "SELECT "+invited+"? AND v.stakeholder_id = ?)", []any{space.Row.ID, party}, func(r *sql.Rows) error {
		return r.Scan(&space.Invited)
	})
}

// Spaces loads many dialogues for reading, with their phases, whatever the viewer may see: callers ask for those of rows
// that are visible already.
func (s *Service) Spaces(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Space, error) {
	rows, err := store.ByID(ctx, s.store, Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	phases, err := s.PhasesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	invited, err := s.invitedTo(ctx, ids)
	if err != nil {
		return nil, err
	}
	spaces := make(map[uuid.UUID]Space, len(rows))
	for id, row := range rows {
		spaces[id] = Space{Row: row, Phases: phases[id], Invited: invited[id]}
	}
	return spaces, nil
}

func (s *Service) invitedTo(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]bool, error) {
	invited := map[uuid.UUID]bool{}
	actor := policy.ActorFrom(ctx)
	if actor.Stakeholder == uuid.Nil {
		return invited, nil
	}
	of := s.store.AnyOf("dialogue_id", ids)
	text := "SELECT dialogue_id FROM invitations WHERE " + of.SQL + " AND stakeholder_id = ?"
	err := s.store.Query(ctx, text, append(of.Args, actor.Stakeholder), func(r *sql.Rows) error {
		var id uuid.UUID
		if err := r.Scan(&id); err != nil {
			return err
		}
		invited[id] = true
		return nil
	})
	return invited, err
}

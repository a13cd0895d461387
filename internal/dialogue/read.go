package dialogue

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of dialogues.
type Page = store.Page[*db.Dialogue]

// Edge is an entry of a page of dialogues.
type Edge = store.Edge[*db.Dialogue]

// OutcomePage is a page of outcomes.
type OutcomePage = store.Page[*db.Outcome]

// OutcomeEdge is an entry of a page of outcomes.
type OutcomeEdge = store.Edge[*db.Outcome]

// Filter says which dialogues to list.
type Filter struct {
	State                           []enum.DialogueState
	Phase                           []enum.PhaseKind
	Chamber                         []enum.StakeholderKind
	Language, Jurisdiction          []string
	Convenor, Practice              *uuid.UUID
	Text                            string
	PublishedAfter, PublishedBefore *time.Time
	ChangedSince                    *time.Time
	Order                           enum.DialogueOrder
}

var orders = access.Orders[enum.DialogueOrder]{enum.DialogueOrderUpdated: "updated_at", enum.DialogueOrderPublished: "opened_at"}

// about asks, of a dialogue t, that it is about a practice.
const about = "EXISTS (SELECT 1 FROM links k WHERE k.subject_id = t.id AND k.object_id = ?)"

// nextEnd is when the next phase of an open dialogue t ends that is still to end: when it says, or when the one after it begins.
const nextEnd = `(SELECT MIN(e.ends) FROM (SELECT COALESCE(h.closes_at, (SELECT MIN(n.opens_at) FROM phases n
	WHERE n.dialogue_id = h.dialogue_id AND n.round = h.round AND n.position > h.position)) AS ends
	FROM phases h WHERE h.dialogue_id = t.id AND h.round = t.round AND t.state = 'OPEN') e WHERE e.ends > ?)`

// List reads a page of dialogues, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	l, err := s.list(ctx, f, page)
	if err != nil {
		return nil, err
	}
	switch f.Order {
	case enum.DialogueOrderMostDiscussed:
		return store.OneRanked(ctx, s.store, l, access.MostDiscussed(), s.clock.Now())
	case enum.DialogueOrderClosingSoon:
		store.KeepNothing(ctx)
		now := s.clock.Now()
		return store.OneRanked(ctx, s.store, l, store.Where(nextEnd+" NULLS LAST, t.id DESC", now), now)
	}
	return store.One(ctx, s.store, l)
}

// About reads a page of the dialogues about each practice, newest first.
func (s *Service) About(ctx context.Context, practices []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.list(ctx, Filter{}, page)
	if err != nil {
		return nil, err
	}
	l.Join, l.Parent = "JOIN links l ON l.subject_id = t.id", "l.object_id"
	return store.Pages(ctx, s.store, l, practices)
}

func (s *Service) list(ctx context.Context, f Filter, page store.PageArgs) (store.List[db.Dialogue], error) {
	seen := s.practices.InVisibleID(policy.ActorFrom(ctx), f.Practice)
	l, err := s.Newest(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.state", f.State)).And(s.inPhase(ctx, f.Phase)).And(access.OfChamber("t.convenor_id", f.Chamber)).
			Languages(f.Language, func(tags []string) store.Cond { return s.store.Shares("t.languages", tags) }).
			Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return access.OfJurisdiction(s.store, "t.convenor_id", codes) }).
			Is("t.convenor_id = ?", f.Convenor).Is(about, f.Practice).And(seen).Text(f.Text, "t.title", "t.brief", "t.reference").
			Between("t.opened_at", f.PublishedAfter, f.PublishedBefore).Since("t.updated_at", f.ChangedSince)
	})
	access.Sort(&l, orders, f.Order, f.ChangedSince)
	return l, err
}

// inPhase asks of an open dialogue that a phase of one of these kinds holds now: the last that has begun, if it has not ended.
func (s *Service) inPhase(ctx context.Context, kinds []enum.PhaseKind) store.Cond {
	if len(kinds) == 0 {
		return store.Cond{}
	}
	store.KeepNothing(ctx) // a phase begins and ends without an act
	now := s.clock.Now()
	open, kind := store.In("t.state", []enum.DialogueState{enum.DialogueStateOpen}), store.OneOf("h.kind", kinds)
	holds := `EXISTS (SELECT 1 FROM phases h WHERE h.dialogue_id = t.id AND h.round = t.round AND ` + kind.SQL + ` AND h.opens_at <= ? AND (h.closes_at IS NULL OR h.closes_at > ?)
		AND NOT EXISTS (SELECT 1 FROM phases l WHERE l.dialogue_id = t.id AND l.round = t.round AND l.opens_at <= ? AND l.position > h.position))`
	return store.And(open, store.Where(holds, now, now, now))
}

var phases = store.TableOf[db.Phase]()

// PhasesOf reads the phases of each dialogue, in order.
func (s *Service) PhasesOf(ctx context.Context, dialogues []uuid.UUID) (map[uuid.UUID][]*db.Phase, error) {
	found := make(map[uuid.UUID][]*db.Phase, len(dialogues))
	of := s.store.AnyOf("dialogue_id", dialogues)
	text := "SELECT " + strings.Join(phases.Columns, ", ") + " FROM phases WHERE " + of.SQL + " ORDER BY dialogue_id, position"
	err := s.store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		p := new(db.Phase)
		err := phases.Scan(r, p)
		found[p.DialogueID] = append(found[p.DialogueID], p)
		return err
	})
	return found, err
}

// PhasesByID reads phases of dialogues that are visible already.
func (s *Service) PhasesByID(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*db.Phase, error) {
	return store.ByID(ctx, s.store, phases, ids, store.Always())
}

var outcomes = store.TableOf[db.Outcome]()

// OutcomesOf reads a page of the outcomes of the rounds of each dialogue, newest first. The dialogues are visible already.
func (s *Service) OutcomesOf(ctx context.Context, dialogues []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*OutcomePage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.store, store.List[db.Outcome]{
		Table: outcomes, Parent: "t.dialogue_id", ActsNameParent: true, Where: store.Always(), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: policy.ActorFrom(ctx).Key(),
	}, dialogues)
}

// Now gives the phase that holds in a round of a dialogue, of all its phases; nil where there is none.
func (s *Service) Now(phases []*db.Phase, round int) *db.Phase {
	return Space{Phases: ofRound(phases, round), Now: s.clock.Now()}.Phase()
}

// May checks that the actor may do something with a dialogue. Nothing is locked: it is for what leaves the dialogue as it is.
func (s *Service) May(ctx context.Context, action policy.Action, id uuid.UUID) error {
	spaces, err := s.Spaces(ctx, []uuid.UUID{id})
	if err != nil {
		return err
	}
	space, ok := spaces[id]
	if !ok || !s.Reads(policy.ActorFrom(ctx), space) {
		return fault.Missing()
	}
	return policy.Check(ctx, action, s.Subject(policy.ActorFrom(ctx), space))
}

// missingToViewer says what is missing before those dialogues can be closed that the viewer's party convened: nobody else closes them.
func (s *Service) missingToViewer(ctx context.Context, spaces map[uuid.UUID]Space) (map[uuid.UUID][]*fault.Fault, error) {
	var own []uuid.UUID
	for id, space := range spaces {
		if party := policy.ActorFrom(ctx).Stakeholder; party != uuid.Nil && space.ConvenorID == party && space.State == enum.DialogueStateOpen {
			own = append(own, id)
		}
	}
	if own == nil {
		return nil, nil
	}
	return s.missingToClose(ctx, nil, own)
}

// Can tells what the viewer can do with each dialogue.
func (s *Service) Can(ctx context.Context, rows []*db.Dialogue) ([][]*policy.Decision, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	spaces, err := s.Spaces(ctx, ids)
	if err != nil {
		return nil, err
	}
	missing, err := s.missingToViewer(ctx, spaces)
	if err != nil {
		return nil, err
	}
	out := make([][]*policy.Decision, len(rows))
	for i, row := range rows {
		if space, ok := spaces[row.ID]; ok {
			space.unsettled = len(missing[row.ID]) > 0
			out[i] = s.Frame.Can(ctx, []Space{space})[0]
		}
	}
	return out, nil
}

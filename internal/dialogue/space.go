package dialogue

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/dialogue"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/sponsorship"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Space is a dialogue with what decides on acting in it, at a time.
type Space struct {
	*db.Dialogue
	Phases  []*db.Phase // of the present round
	Invited bool        // the actor's party is
	Now     time.Time   // in a use case by the clock of the database, which all replicas share

	unsettled bool // something is missing before it can be closed, where that was looked for
}

// facts are what the policy may know of a dialogue.
var facts = []access.Fact[Space]{
	{
		Fact:  policy.PublicSpace,
		Holds: func(_ policy.Actor, s Space) bool { return s.Visibility == enum.DialogueVisibilityPublic },
		SQL: func(_ policy.Actor, t string) store.Cond {
			return store.OneOf(store.Unindexed(t+".visibility"), []enum.DialogueVisibility{enum.DialogueVisibilityPublic})
		},
	},
	access.Party[Space](policy.Convenor, "convenor_id"),
	{
		Fact:  policy.Invited,
		Holds: func(_ policy.Actor, s Space) bool { return s.Invited },
		SQL: func(a policy.Actor, t string) store.Cond {
			return store.Where("EXISTS (SELECT 1 FROM invitations v WHERE v.dialogue_id = "+t+".id AND v.stakeholder_id = ?)", a.Stakeholder)
		},
	},
	{Fact: policy.DialogueOpen, Holds: func(_ policy.Actor, s Space) bool { return s.State == enum.DialogueStateOpen }},
	{Fact: policy.Complete, Holds: func(_ policy.Actor, s Space) bool { return !s.unsettled }},
	allowed(policy.MayPropose),
	{Fact: policy.MayComment, Holds: func(_ policy.Actor, s Space) bool {
		return s.takes(policy.MayComment) || s.State == enum.DialogueStateOpen && s.late() != nil
	}},
	allowed(policy.MayVote),
	allowed(policy.MayBallot),
	allowed(policy.MayAmend),
	{Fact: policy.SponsorsAsked, Holds: func(_ policy.Actor, s Space) bool { return s.sponsors().Asks() }},
	{Fact: policy.MaySponsor, Holds: func(a policy.Actor, s Space) bool { return s.sponsors().Takes(enum.StakeholderKind(a.Kind)) }},
}

// sponsors is what the dialogue asks of sponsors.
func (s Space) sponsors() sponsorship.Rule { return SponsorsOf(s.Dialogue) }

// SponsorsOf is what a dialogue asks of sponsors.
func SponsorsOf(row *db.Dialogue) sponsorship.Rule {
	rule := sponsorship.Rule{Sponsors: row.Sponsors}
	for _, c := range row.SponsorChambers {
		rule.Chambers = append(rule.Chambers, enum.StakeholderKind(c))
	}
	return rule
}

// takes says which facts a phase makes hold.
var takes = map[policy.Fact]func(*db.Phase) bool{
	policy.MayPropose: func(p *db.Phase) bool { return p.MayPropose },
	policy.MayComment: func(p *db.Phase) bool { return p.MayComment },
	policy.MayVote:    func(p *db.Phase) bool { return p.MayVote },
	policy.MayBallot:  func(p *db.Phase) bool { return p.MayBallot },
	policy.MayAmend:   func(p *db.Phase) bool { return p.MayAmend },
}

// allowed is the fact that the present phase of an open dialogue takes something.
func allowed(fact policy.Fact) access.Fact[Space] {
	return access.Fact[Space]{Fact: fact, Holds: func(_ policy.Actor, s Space) bool { return s.takes(fact) }}
}

func (s Space) takes(fact policy.Fact) bool {
	p := s.Phase()
	return p != nil && s.State == enum.DialogueStateOpen && takes[fact](p)
}

// late is the phase that takes comments although it is over: the last that took them, if none takes them now; else nil.
func (s Space) late() *db.Phase {
	if !slices.ContainsFunc(s.Phases, func(p *db.Phase) bool { return p.TakesLateComments }) {
		return nil // as in most dialogues, on the way of each vote
	}
	if i := TakesLate(plansOf(s.Phases), s.Now); i >= 0 {
		return s.Phases[i]
	}
	return nil
}

// Takes is the phase that takes a comment made now, and whether the comment is late; nil where none takes it.
func (s Space) Takes() (phase *uuid.UUID, late bool) {
	if p := s.late(); p != nil {
		return &p.ID, true
	}
	if p := s.Phase(); p != nil {
		return &p.ID, false
	}
	return nil, false
}

// ended says when the last phase closed that took what none takes now.
func (s Space) ended() policy.Since {
	ended := policy.Since{}
	for fact, does := range takes {
		for i, p := range s.Phases {
			end := p.ClosesAt
			if end == nil && i+1 < len(s.Phases) {
				end = &s.Phases[i+1].OpensAt
			}
			if end != nil && !end.After(s.Now) && does(p) {
				ended[fact] = *end
			}
		}
	}
	return ended
}

// noun says what the policy needs to know of a dialogue.
var noun = func() access.Noun[db.Dialogue, Space] {
	n := access.Noun[db.Dialogue, Space]{
		Resource: policy.Dialogue, Table: store.TableOf[db.Dialogue](), Facts: facts, Row: func(s Space) *db.Dialogue { return s.Dialogue },
	}
	reads := n.Reads // by the other facts
	n.Facts = append(slices.Clone(facts), access.Fact[Space]{Fact: policy.InSight, Holds: func(a policy.Actor, s Space) bool { return reads(a, s) }})
	return n
}()

// Phase is the one that holds, or nil.
func (s Space) Phase() *db.Phase {
	spans := make([]Span, len(s.Phases))
	for i, p := range s.Phases {
		spans[i] = Span{p.OpensAt, p.ClosesAt}
	}
	if i := Holding(spans, s.Now); i >= 0 {
		return s.Phases[i]
	}
	return nil
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (Space, error) {
	return s.open(ctx, tx, id, s.store.ForUpdate)
}

func (s *Service) open(ctx context.Context, tx *db.Tx, id uuid.UUID, lock dialogue.Predicate) (Space, error) {
	row, err := tx.Dialogue.Query().Where(dialogue.ID(id), lock).Only(ctx)
	if err != nil {
		return Space{}, err
	}
	space := Space{Dialogue: row}
	if err := s.furnish(ctx, tx, &space, policy.ActorFrom(ctx).Stakeholder); err != nil {
		return Space{}, fmt.Errorf("load phases and invitation: %w", err)
	}
	return space, nil
}

// furnish reads what belongs to a dialogue whose row is kept as it is: what is read later cannot have changed since.
func (s *Service) furnish(ctx context.Context, tx *db.Tx, space *Space, party uuid.UUID) error {
	const invited = "EXISTS (SELECT 1 FROM invitations v WHERE v.dialogue_id = "
	text := "SELECT " + strings.Join(phases.Columns, ", ") + ", " + invited + "phases.dialogue_id AND v.stakeholder_id = ?), " + s.store.Clock() +
		" FROM phases WHERE dialogue_id = ? AND round = ? ORDER BY position"
	var now sql.NullTime
	err := s.store.QueryTx(ctx, tx, text, []any{party, space.ID, space.Round}, func(r *sql.Rows) error {
		p := new(db.Phase)
		space.Phases = append(space.Phases, p)
		return phases.Scan(r, p, &space.Invited, &now)
	})
	if err == nil && len(space.Phases) == 0 {
		text = "SELECT " + invited + "? AND v.stakeholder_id = ?), " + s.store.Clock()
		err = s.store.QueryTx(ctx, tx, text, []any{space.ID, party}, func(r *sql.Rows) error { return r.Scan(&space.Invited, &now) })
	}
	space.Now = s.store.Told(now)
	return err
}

// Spaces loads many dialogues for reading, with their phases, whatever the viewer may see: callers ask for those of rows
// that are visible already.
func (s *Service) Spaces(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]Space, error) {
	rows, err := store.ByID(ctx, s.store, noun.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	phases, err := s.PhasesOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	for id, row := range rows {
		phases[id] = ofRound(phases[id], row.Round)
	}
	invited, err := s.invitedTo(ctx, ids)
	if err != nil {
		return nil, err
	}
	spaces := make(map[uuid.UUID]Space, len(rows))
	for id, row := range rows {
		spaces[id] = Space{Dialogue: row, Phases: phases[id], Invited: invited[id], Now: s.clock.Now()}
	}
	return spaces, nil
}

// ofRound are those of a dialogue's phases that belong to a round.
func ofRound(all []*db.Phase, round int) []*db.Phase {
	first := slices.IndexFunc(all, func(p *db.Phase) bool { return p.Round == round })
	if first < 0 {
		return nil
	}
	return all[first:] // the last round's, as nothing is planned beyond it
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

package commitment

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// Page is a page of commitments.
type Page = store.Page[*db.Commitment]

// Edge is an entry of a page of commitments.
type Edge = store.Edge[*db.Commitment]

// placed is a commitment with the proposal that it was.
type placed struct {
	*db.Commitment
	at access.Place
}

// nounOf says what the policy needs to know of a commitment.
func nounOf(of Proposals) access.Noun[db.Commitment, placed] {
	return access.Noun[db.Commitment, placed]{
		Resource: policy.Commitment,
		Table:    store.TableOf[db.Commitment](),
		State:    "status",
		Row:      func(p placed) *db.Commitment { return p.Commitment },
		Around:   func(p placed) access.Place { return p.at },
		Facts: []access.Fact[placed]{
			access.Party[placed](policy.Own, "firm_id"),
			access.Around(policy.InSight, func(p placed) access.Place { return p.at }).
				WithSQL(func(a policy.Actor, t string) store.Cond { return of.InVisible(a, t+".proposal_id") }),
		},
	}
}

// Filter says which commitments to list.
type Filter struct {
	Status                   []enum.CommitmentStatus
	Firm, Dialogue, Practice *uuid.UUID
	Jurisdiction             []string
	Late                     *bool
}

// about asks, of a commitment t, that it is about a practice.
const about = "EXISTS (SELECT 1 FROM links k WHERE k.subject_id = t.proposal_id AND k.object_id = ?)"

// List reads a page of commitments, newest first.
func (s *Service) List(ctx context.Context, f Filter, page store.PageArgs) (*Page, error) {
	seen := s.practices.InVisibleID(policy.ActorFrom(ctx), f.Practice)
	return s.Page(ctx, page, func(n *store.Narrowing) {
		n.And(store.Any("t.status", f.Status)).Is("t.firm_id = ?", f.Firm).Is("t.dialogue_id = ?", f.Dialogue).Is(about, f.Practice).And(seen).
			Jurisdictions(f.Jurisdiction, func(codes []string) store.Cond { return access.OfJurisdiction(s.Store, "t.firm_id", codes) })
		if f.Late != nil {
			n.And(store.Where("t.late = ?", *f.Late))
		}
	})
}

// Of finds the commitment that each proposal became.
func (s *Service) Of(ctx context.Context, proposals []uuid.UUID) (map[uuid.UUID]*db.Commitment, error) {
	return s.OneUnder(ctx, "proposal_id", proposals)
}

// About reads a page of the commitments about each practice, newest first. The practices are visible already.
func (s *Service) About(ctx context.Context, practices []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*Page, error) {
	l, err := s.Newest(ctx, page, func(*store.Narrowing) {})
	if err != nil {
		return nil, err
	}
	l.Join, l.Parent = "JOIN links l ON l.subject_id = t.proposal_id", "l.object_id"
	return store.Pages(ctx, s.Store, l, practices)
}

// Places reads commitments that are visible already as places of their milestones.
func (s *Service) Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error) {
	rows, err := store.ByID(ctx, s.Store, s.Table, ids, store.Always())
	if err != nil {
		return nil, err
	}
	actor, places := policy.ActorFrom(ctx), make(map[uuid.UUID]access.Place, len(rows))
	for id, row := range rows {
		places[id] = s.placeOf(actor, placed{Commitment: row, at: access.Place{Facts: policy.These(policy.InSight)}})
	}
	return places, nil
}

// InVisible asks for a column to name a commitment that the actor may see.
func (s *Service) InVisible(a policy.Actor, column string) store.Cond {
	return s.Noun.InVisible(a, column)
}

// placeOf is a commitment as a place for milestones, which are of its firm.
func (s *Service) placeOf(a policy.Actor, p placed) access.Place {
	at := access.Place{Dialogue: &p.DialogueID, Party: p.FirmID}
	if a.Stakeholder != uuid.Nil && a.Stakeholder == p.FirmID {
		at.Facts.Add(policy.Own)
	}
	if !Ended(p.Status) {
		at.Facts.Add(policy.Underway)
	}
	if s.Reads(a, p) {
		at.Facts.Add(policy.InSight)
	}
	return at
}

// Can tells what the viewer can do with each commitment.
func (s *Service) Can(ctx context.Context, rows []*db.Commitment) [][]*policy.Decision {
	all := make([]placed, len(rows))
	for i, row := range rows {
		all[i] = placed{row, access.Place{Facts: policy.These(policy.InSight)}} // the rows are visible already
	}
	return s.Frame.Can(ctx, all)
}

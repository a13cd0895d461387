package proposal

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/sponsorship"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// SponsorPage is a page of sponsors.
type SponsorPage = store.Page[*db.Sponsor]

// SponsorEdge is an entry of a page of sponsors.
type SponsorEdge = store.Edge[*db.Sponsor]

// Sponsor says that the actor's party asks for a version to be opened. It is the present one, or the sponsor has not read what it sponsors.
func (s *Service) Sponsor(ctx context.Context, id uuid.UUID, version int, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.SponsorProposal, id, expected, "proposal.sponsored", func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
		if version != p.Version {
			return nil, &fault.Fault{
				Kind: fault.Conflict, Code: enum.UserErrorCodeContentChanged, Field: "version", Values: fault.Values{Actual: &p.Version},
				Message: fmt.Sprintf("the present version is %d: read it, and sponsor it if you agree", p.Version),
			}
		}
		const save = `INSERT INTO sponsors (id, proposal_id, party_id, version, created_at) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (proposal_id, party_id) DO UPDATE SET version = excluded.version, created_at = excluded.created_at WHERE sponsors.version <> excluded.version`
		n, err := s.store.Exec(ctx, tx, save, uuid.Must(uuid.NewV7()), id, policy.ActorFrom(ctx).Stakeholder, version, s.clock.Now())
		switch {
		case err != nil:
			return nil, fmt.Errorf("save the sponsor: %w", err)
		case n == 0:
			return nil, fault.NothingToDo("your party sponsors this version already")
		}
		return s.moved(p, p.State, string(p.StateReason)).Save(ctx)
	})
}

// WithdrawSponsorship takes back what the actor's party said as a sponsor, of whatever version.
func (s *Service) WithdrawSponsorship(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.WithdrawSponsorship, id, expected, "proposal.sponsorship_withdrawn", func(ctx context.Context, tx *db.Tx, p placed) (*db.Proposal, error) {
		if err := s.Unsponsor(ctx, tx, id, policy.ActorFrom(ctx).Stakeholder); err != nil {
			return nil, err
		}
		return s.moved(p, p.State, string(p.StateReason)).Save(ctx)
	})
}

// Unsponsor takes back what a party said as a sponsor, in a use case on something else.
func (s *Service) Unsponsor(ctx context.Context, tx *db.Tx, id, party uuid.UUID) error {
	if _, err := s.store.Exec(ctx, tx, "DELETE FROM sponsors WHERE proposal_id = ? AND party_id = ?", id, party); err != nil {
		return fmt.Errorf("take back the sponsorship: %w", err)
	}
	return nil
}

var sponsors = store.TableOf[db.Sponsor]()

// SponsorsOf reads a page of the sponsors of each proposal, newest first. The proposals are visible already.
func (s *Service) SponsorsOf(ctx context.Context, proposals []uuid.UUID, page store.PageArgs) (map[uuid.UUID]*SponsorPage, error) {
	slice, err := page.Check()
	if err != nil {
		return nil, err
	}
	return store.Pages(ctx, s.store, store.List[db.Sponsor]{
		Table: sponsors, Parent: "t.proposal_id", ActsNameParent: true, Where: store.Always(), Order: store.Order{Descending: true}, Slice: slice,
		Viewer: policy.ActorFrom(ctx).Key(),
	}, proposals)
}

// Current tells of sponsors whether they sponsor the present version of their proposal.
func (s *Service) Current(ctx context.Context, rows []*db.Sponsor) ([]bool, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ProposalID
	}
	present, of := map[uuid.UUID]int{}, s.store.AnyOf("id", ids)
	err := s.store.Query(ctx, "SELECT id, version FROM proposals WHERE "+of.SQL, of.Args, func(r *sql.Rows) error {
		var id uuid.UUID
		var version int
		err := r.Scan(&id, &version)
		present[id] = version
		return err
	})
	current := make([]bool, len(rows))
	for i, row := range rows {
		current[i] = present[row.ProposalID] == row.Version
	}
	return current, err
}

// Standings tells how proposals that are visible already stand to what their dialogues ask of sponsors; nil where none are asked for.
func (s *Service) Standings(ctx context.Context, rows []*db.Proposal) ([]*sponsorship.Standing, error) {
	found, err := s.standings(ctx, s.store.Query, idsOf(rows))
	out := make([]*sponsorship.Standing, len(rows))
	for i, row := range rows {
		if one, asked := found[row.ID]; asked {
			out[i] = &one
		}
	}
	return out, err
}

// Missing tells what proposals lack to be opened. Of those that were opened, and of those that cannot be any more, nothing is missing.
func (s *Service) Missing(ctx context.Context, rows []*db.Proposal) ([][]*fault.Fault, error) {
	found, err := s.standings(ctx, s.store.Query, idsOf(rows))
	out := make([][]*fault.Fault, len(rows))
	for i, row := range rows {
		out[i] = []*fault.Fault{}
		if !Discussed(row.State) && row.State != enum.ProposalStateWithdrawn {
			out[i] = append(out[i], lacking(found[row.ID])...)
		}
	}
	return out, err
}

func idsOf(rows []*db.Proposal) []uuid.UUID {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	return ids
}

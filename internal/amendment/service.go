package amendment

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/amendment"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about amendments.
var acts = []act.Type{
	{Name: "amendment.drafted"},
	{Name: "amendment.edited"},
	{Name: "amendment.proposed"},
	{Name: "amendment.accepted"},
	{Name: "amendment.rejected"},
	{Name: "amendment.withdrawn"},
	{Name: "amendment.promoted"},
	{Name: "amendment.hidden"},
	{Name: "amendment.restored"},
	{Name: "amendment.reports_dismissed"},
}

// Proposals are what is amended.
type Proposals interface {
	// Place loads a proposal inside a use case, with the number of its present version, and keeps it as it is.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Held is Place for a use case that goes on to change the proposal.
	Held(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// Text gives the text of the present version.
	Text(ctx context.Context, tx *db.Tx, id uuid.UUID) (string, error)
	// Amend gives one that was loaded another text, which makes a version, with an act of its own.
	Amend(ctx context.Context, tx *db.Tx, id uuid.UUID, body, reason string) error
	// Promote drafts a proposal like another one for the actor's party, with another text and an act of its own.
	Promote(ctx context.Context, tx *db.Tx, like uuid.UUID, title *string, body string) (uuid.UUID, error)
}

// Service holds the use cases of amendments.
type Service struct {
	access.Frame[db.Amendment, placed]
	clock      clock.Clock
	proposals  Proposals
	moderation access.Moderation
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, of Proposals, m access.Moderation) *Service {
	n := &Service{clock: c, proposals: of, moderation: m}
	n.Frame = access.Frame[db.Amendment, placed]{Noun: nounOf(of), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Draft writes an amendment of the present version. Only its author's party sees it until it is proposed.
func (s *Service) Draft(ctx context.Context, proposal uuid.UUID, version int, body string) (*act.Result, error) {
	var at access.Place
	return s.Create(ctx, policy.DraftAmendment, "amendment.drafted", access.In(s.proposals, proposal, &at), func(ctx context.Context, tx *db.Tx) (placed, error) {
		body, err := s.fits(ctx, tx, proposal, version, body, at)
		if err != nil {
			return placed{}, err
		}
		actor, now := policy.ActorFrom(ctx), s.clock.Now()
		row, err := tx.Amendment.Create().SetProposalID(proposal).SetAuthorID(actor.Stakeholder).SetMemberID(actor.Member).SetBase(version).
			SetBody(optional.Text(body)).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		return placed{row, at}, err
	})
}

// fits gives a text as it is kept, or refuses one that does not amend the present version.
func (s *Service) fits(ctx context.Context, tx *db.Tx, proposal uuid.UUID, version int, body string, at access.Place) (string, error) {
	if err := onPresent("version", version, *at.Version); err != nil {
		return "", err
	}
	base, err := s.proposals.Text(ctx, tx, proposal)
	if err != nil {
		return "", fmt.Errorf("load the text that it changes: %w", err)
	}
	return checked(body, base)
}

// Edit changes a draft, and makes it one of the present version.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, version int, body string, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.EditAmendment, id, expected, "amendment.edited", func(ctx context.Context, tx *db.Tx, p placed) (*db.Amendment, error) {
		body, err := s.fits(ctx, tx, p.ProposalID, version, body, p.at)
		if err != nil {
			return nil, err
		}
		if version == p.Base && body == string(p.Body) {
			return nil, fault.NothingToDo("the amendment says this already")
		}
		return s.moved(p, p.State, "").SetBase(version).SetBody(optional.Text(body)).Save(ctx)
	})
}

// Propose shows a draft to everybody who sees the proposal.
func (s *Service) Propose(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.ProposeAmendment, id, expected, "amendment.proposed", func(ctx context.Context, _ *db.Tx, p placed) (*db.Amendment, error) {
		if err := onPresent("", p.Base, *p.at.Version); err != nil {
			return nil, err
		}
		return s.moved(p, enum.AmendmentStateProposed, "").SetProposedAt(s.clock.Now()).Save(ctx)
	})
}

// Accept makes the text a version of the proposal.
func (s *Service) Accept(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.AcceptAmendment, id, expected, "amendment.accepted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Amendment, error) {
		if err := onPresent("", p.Base, *p.at.Version); err != nil {
			return nil, err
		}
		reason := fmt.Sprintf("Accepts the amendment %s.", typeid.New(string(policy.Amendment), p.ID))
		if err := s.proposals.Amend(ctx, tx, p.ProposalID, string(p.Body), reason); err != nil {
			return nil, err
		}
		return s.moved(p, enum.AmendmentStateAccepted, "").Save(ctx)
	})
}

// Reject says why an amendment is not accepted.
func (s *Service) Reject(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.RejectAmendment, id, expected, "amendment.rejected", func(ctx context.Context, _ *db.Tx, p placed) (*db.Amendment, error) {
		return s.moved(p, enum.AmendmentStateRejected, reason).Save(ctx)
	})
}

// Withdraw takes a proposed amendment back.
func (s *Service) Withdraw(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.OptionalReason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.WithdrawAmendment, id, expected, "amendment.withdrawn", func(ctx context.Context, _ *db.Tx, p placed) (*db.Amendment, error) {
		return s.moved(p, enum.AmendmentStateWithdrawn, reason).Save(ctx)
	})
}

// Promote makes a proposal of a rejected amendment, a draft of its author's. Why it was rejected stays with it.
func (s *Service) Promote(ctx context.Context, id uuid.UUID, title *string, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.PromoteAmendment, id, expected, "amendment.promoted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Amendment, error) {
		made, err := s.proposals.Promote(ctx, tx, p.ProposalID, title, string(p.Body))
		if err != nil {
			return nil, err
		}
		return s.moved(p, enum.AmendmentStatePromoted, string(p.StateReason)).SetPromotedID(made).Save(ctx)
	})
}

func (s *Service) moved(p placed, to enum.AmendmentState, reason string) *db.AmendmentUpdateOne {
	return p.Update().SetState(to).SetStateReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Amendment.Query().Where(amendment.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the proposal, then the amendment: it is accepted as a version of the one that it was compared with.
	at, err := s.proposals.Held(ctx, tx, row.ProposalID)
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Amendment.Query().Where(amendment.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row, at}, err
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Amendment, ID: p.ID, Revision: p.Revision}, Owner: p.AuthorID, Dialogue: *p.at.Dialogue,
		Parent: act.Parent{Type: policy.Proposal, ID: p.ProposalID}, Payload: map[string]any{"state": p.State, "base": p.Base},
	}
}

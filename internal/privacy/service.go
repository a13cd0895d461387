package privacy

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/member"
	"github.com/plenary-dialogue/plenary/ent/db/receipt"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/webhook"
)

// Service serves persons.
type Service struct {
	store     *store.Store
	log       *actlog.Log
	clock     clock.Clock
	parties   *party.Service
	proposals *proposal.Service
	comments  *comment.Service
	webhooks  *webhook.Service
}

// New makes the service of a store.
func New(
	s *store.Store, l *actlog.Log, c clock.Clock, parties *party.Service, proposals *proposal.Service, comments *comment.Service, webhooks *webhook.Service,
) *Service {
	return &Service{store: s, log: l, clock: c, parties: parties, proposals: proposals, comments: comments, webhooks: webhooks}
}

// Can tells what the viewer can do with a member.
func (s *Service) Can(ctx context.Context, id uuid.UUID) []*policy.Decision {
	actor := policy.ActorFrom(ctx)
	return policy.Can(actor, about(actor, id))
}

func about(actor policy.Actor, id uuid.UUID) policy.Subject {
	s := policy.Subject{Resource: policy.Member}
	if actor.SignedIn() && actor.Member == id {
		s.Facts |= policy.Self
	}
	return s
}

// MemberOf gives the member behind a customer, to those who may erase any.
func (s *Service) MemberOf(ctx context.Context, customer uuid.UUID) (uuid.UUID, error) {
	if err := policy.Check(ctx, policy.EraseMember, policy.Subject{Resource: policy.Member}); err != nil {
		return uuid.Nil, err
	}
	row, err := s.store.Client().Member.Query().Where(member.StakeholderID(customer)).Order(member.ByID()).First(ctx)
	if db.IsNotFound(err) {
		return uuid.Nil, fault.Missing()
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("find the member of a customer: %w", err)
	}
	party, err := s.store.Client().Stakeholder.Get(ctx, customer)
	if err != nil || party.Kind != "CUSTOMER" {
		return uuid.Nil, fault.Missing()
	}
	return row.ID, nil
}

// Confirmation is what one who asks for erasure has to say: there is no way back.
const Confirmation = "ERASE"

// Erase erases a member: itself, or on an admin's word.
func (s *Service) Erase(ctx context.Context, id uuid.UUID, confirm string) (*actlog.Receipt, error) {
	if confirm != Confirmation {
		return nil, fault.InvalidField("confirm", "enter %s to confirm: erasure cannot be undone", Confirmation)
	}
	receipt, err := s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		if err := policy.Check(ctx, policy.EraseMember, about(policy.ActorFrom(ctx), id)); err != nil {
			return actlog.Entry{}, err
		}
		return s.erase(ctx, tx, id)
	})
	if err == nil && !receipt.Repeated {
		s.after(ctx, id)
	}
	return receipt, err
}

// erase does it, inside a transaction.
func (s *Service) erase(ctx context.Context, tx *db.Tx, id uuid.UUID) (actlog.Entry, error) {
	if err := s.store.Lock(ctx, tx, member.Table, id); err != nil {
		return actlog.Entry{}, err
	}
	row, err := tx.Member.Get(ctx, id)
	if err != nil {
		return actlog.Entry{}, err
	}
	if err := s.parties.Revoke(ctx, tx, id); err != nil {
		return actlog.Entry{}, err
	}
	if row.StakeholderID != nil {
		customer, err := s.parties.Anonymise(ctx, tx, *row.StakeholderID)
		if err != nil {
			return actlog.Entry{}, err
		}
		if customer {
			if err := s.comments.Blank(ctx, tx, *row.StakeholderID); err != nil {
				return actlog.Entry{}, err
			}
			if err := s.proposals.Blank(ctx, tx, *row.StakeholderID); err != nil {
				return actlog.Entry{}, err
			}
			if err := s.webhooks.Forget(ctx, tx, *row.StakeholderID); err != nil {
				return actlog.Entry{}, err
			}
		}
	}
	if _, err := tx.Receipt.Delete().Where(receipt.MemberID(id)).Exec(ctx); err != nil {
		return actlog.Entry{}, fmt.Errorf("delete receipts: %w", err)
	}
	erased, err := s.log.Erase(ctx, tx, id)
	if err != nil {
		return actlog.Entry{}, err
	}
	return actlog.Entry{
		Type: actlog.Erasure, Subject: actlog.Subject{Type: policy.Member, ID: id, Revision: row.Revision},
		Audience: actlog.ForActor, Payload: erased, Unnamed: true, // else the log would lose this one too, were who did it erased
	}, nil
}

// after takes what is left outside of the transaction: from memory, and from the pages of the database's files. It also
// keeps the random id, so that a backup from before is erased again when it is restored.
func (s *Service) after(ctx context.Context, id uuid.UUID) {
	if err := s.log.Forget(id); err != nil {
		slog.ErrorContext(ctx, "erasure_not_listed", "member", id, "error", err)
	}
	s.parties.Forget(id)
	if err := s.store.Shred(ctx); err != nil {
		slog.ErrorContext(ctx, "erased_pages_not_overwritten", "error", err)
	}
}

// Replay erases again who was erased before this database was restored. It runs before the server serves.
func (s *Service) Replay(ctx context.Context) (int, error) {
	listed, err := s.log.Listed()
	if err != nil {
		return 0, err
	}
	ctx = policy.WithActor(ctx, policy.SystemActor("restore"))
	done := 0
	for _, id := range listed {
		present, err := s.log.Vault().Present(ctx, id)
		if err != nil {
			return done, err
		}
		if !present {
			continue
		}
		if _, err := s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) { return s.erase(ctx, tx, id) }); err != nil {
			return done, fmt.Errorf("erase %s again: %w", id, err)
		}
		s.after(ctx, id)
		done++
	}
	return done, nil
}

package party

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/member"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Service holds the use cases of parties.
type Service struct {
	store   *store.Store
	log     *actlog.Log
	clock   clock.Clock
	cache   provisioned
	revoked revocations
}

// New makes the service.
func New(s *store.Store, l *actlog.Log, c clock.Clock) *Service {
	return &Service{store: s, log: l, clock: c, cache: newProvisioned()}
}

// Register enters a party, to be approved. A member without a party enters its own and acts for it from then on; its
// token must hold the chamber's role. An admin may enter any.
func (s *Service) Register(ctx context.Context, r Registration) (*actlog.Receipt, error) {
	actor := policy.ActorFrom(ctx)
	receipt, err := s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		if err := policy.Check(ctx, policy.RegisterStakeholder, policy.Subject{Resource: policy.Stakeholder}); err != nil {
			return actlog.Entry{}, err
		}
		chamber, ok := policy.ChamberRole(r.Kind)
		own := actor.Stakeholder == uuid.Nil && !slices.Contains(actor.Roles, policy.Admin)
		if own {
			// The actor may have come in before it registered, on a socket or on another replica.
			if err := s.unbound(ctx, tx, actor.Member); err != nil {
				return actlog.Entry{}, err
			}
		}
		if own && (!ok || !slices.Contains(actor.Roles, chamber)) {
			return actlog.Entry{}, fault.New(fault.Forbidden, "your token does not let you register a party of kind %s", r.Kind)
		}
		r, err := r.Check()
		if err != nil {
			return actlog.Entry{}, err
		}
		taken, err := tx.Stakeholder.Query().Where(stakeholder.Handle(r.Handle)).Exist(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("look for the handle: %w", err)
		}
		if taken {
			return actlog.Entry{}, &fault.Fault{Kind: fault.Conflict, Field: "handle", Message: "this handle is taken: choose another"}
		}
		row, err := s.Create(tx, r, "PENDING").Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("register stakeholder: %w", err)
		}
		if own {
			if err := tx.Member.UpdateOneID(actor.Member).SetStakeholderID(row.ID).Exec(ctx); err != nil {
				return actlog.Entry{}, fmt.Errorf("bind the member: %w", err)
			}
		}
		return entry("stakeholder.registered", row), nil
	})
	s.cache.forget(actor.Member)
	if err == nil && actor.Stakeholder == uuid.Nil && !receipt.Repeated && !slices.Contains(actor.Roles, policy.Admin) {
		actor.Stakeholder, actor.Kind, actor.Status = receipt.Subject, r.Kind, "PENDING"
		policy.Become(ctx, actor)
	}
	return receipt, err
}

// unbound refuses a member that acts for a party already, and keeps it as it is.
func (s *Service) unbound(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	if err := s.store.Lock(ctx, tx, member.Table, id); err != nil {
		return err
	}
	row, err := tx.Member.Get(ctx, id)
	if err != nil {
		return err
	}
	if row.StakeholderID != nil {
		return fault.New(fault.Forbidden, "you already act for a party")
	}
	return nil
}

// Create begins the row of a checked registration.
func (s *Service) Create(tx *db.Tx, r Registration, status string) *db.StakeholderCreate {
	now := s.clock.Now()
	return tx.Stakeholder.Create().SetKind(r.Kind).SetName(r.Name).SetHandle(r.Handle).SetDescription(r.Description).
		SetJurisdictions(r.Jurisdictions).SetStatus(status).
		SetLegalName(r.LegalName).SetSectorCode(r.SectorCode).SetSectorLabel(r.SectorLabel).SetSizeBand(r.SizeBand).
		SetRegistrationNumber(r.RegistrationNo).SetWebsite(r.Website).SetMandate(r.Mandate).SetLegalBasis(r.LegalBasis).
		SetMission(r.Mission).SetFocusAreas(r.FocusAreas).SetDisciplines(r.Disciplines).SetEthicsBoard(r.EthicsBoard).
		SetCreatedAt(now).SetUpdatedAt(now)
}

// Approve admits a party.
func (s *Service) Approve(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.move(ctx, policy.ApproveStakeholder, id, expected, "stakeholder.approved", "ACTIVE", "")
}

// Suspend bars a party, with a published reason.
func (s *Service) Suspend(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*actlog.Receipt, error) {
	reason, err := fault.Text("reason", reason, 2000)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, policy.SuspendStakeholder, id, expected, "stakeholder.suspended", "SUSPENDED", reason)
}

func (s *Service) move(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, act, status, reason string,
) (*actlog.Receipt, error) {
	actor := policy.ActorFrom(ctx)
	receipt, err := s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		if err := s.store.Lock(ctx, tx, Table.Name, id); err != nil {
			return actlog.Entry{}, err
		}
		row, err := tx.Stakeholder.Get(ctx, id)
		if err != nil {
			return actlog.Entry{}, err
		}
		if err := policy.Check(ctx, action, subject(actor, row)); err != nil {
			return actlog.Entry{}, err
		}
		if err := store.SameRevision(row.Revision, expected); err != nil {
			return actlog.Entry{}, err
		}
		row, err = row.Update().SetStatus(status).SetStatusReason(reason).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("save stakeholder: %w", err)
		}
		return entry(act, row), nil
	})
	s.cache.clear() // its members may do more, or less, from now on
	return receipt, err
}

func subject(a policy.Actor, row *db.Stakeholder) policy.Subject {
	s := policy.Subject{Resource: policy.Stakeholder, State: row.Status}
	if a.Stakeholder == row.ID {
		s.Facts |= policy.Self
	}
	return s
}

func entry(act string, row *db.Stakeholder) actlog.Entry {
	return actlog.Entry{
		Type:    act,
		Subject: actlog.Subject{Type: policy.Stakeholder, ID: row.ID, Revision: row.Revision},
		Payload: map[string]any{"kind": row.Kind, "status": row.Status},
	}
}

// MemberByID gives a member to itself.
func (s *Service) MemberByID(ctx context.Context, id uuid.UUID) (*db.Member, error) {
	row, err := s.store.Reader().Member.Query().Where(member.ID(id)).Only(ctx)
	if db.IsNotFound(err) {
		return nil, fault.Missing()
	}
	return row, err
}

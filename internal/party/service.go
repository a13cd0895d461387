package party

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/member"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/person"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about parties.
var acts = []act.Type{
	{Name: "stakeholder.registered"},
	{Name: "stakeholder.approved"},
	{Name: "stakeholder.rejected"},
	{Name: "stakeholder.suspended"},
	{Name: "stakeholder.updated"},
	{Name: "access.revoked"},
}

// Service holds the use cases of parties.
type Service struct {
	access.Frame[db.Stakeholder, *db.Stakeholder]
	store   *store.Store
	log     *actlog.Log
	vault   *person.Vault
	clock   clock.Clock
	cache   provisioned
	revoked revocations
	admits  Admitting
}

// Admitting are the kinds of party whose registrations are admitted at once, by the issuer of who registers.
type Admitting map[string][]enum.StakeholderKind

// Use sets whose registrations are admitted at once. Call it before anybody registers.
func (s *Service) Use(a Admitting) { s.admits = a }

// New makes the service.
func New(s *store.Store, l *actlog.Log, c clock.Clock) *Service {
	p := &Service{store: s, log: l, vault: l.Vault(), clock: c, cache: newProvisioned()}
	p.Frame = access.Frame[db.Stakeholder, *db.Stakeholder]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: p.fetch, Entry: entry}
	return p
}

// Register enters a party, to be approved, or admitted at once where the settings trust the issuer with its kind. A member without a party enters its own and acts for it from then on; its
// token must hold the chamber's role. An admin may enter any.
func (s *Service) Register(ctx context.Context, r Registration) (*act.Result, error) {
	actor := policy.ActorFrom(ctx)
	issuer, err := s.issuerOf(ctx, actor)
	if err != nil {
		return nil, err
	}
	own := actor.Stakeholder == uuid.Nil && !slices.Contains(actor.Roles, policy.Admin)
	status := enum.StakeholderStatusPending
	if own && slices.Contains(s.admits[issuer], r.Kind) {
		status = enum.StakeholderStatusActive
	}
	result, err := s.Create(ctx, policy.RegisterStakeholder, "stakeholder.registered", nil, func(ctx context.Context, tx *db.Tx) (*db.Stakeholder, error) {
		chamber, ok := policy.ChamberRole(string(r.Kind))
		if own {
			// The actor may have come in before it registered, on a socket or on another replica.
			if err := s.unbound(ctx, tx, actor.Member); err != nil {
				return nil, err
			}
		}
		if own && (!ok || !slices.Contains(actor.Roles, chamber)) {
			return nil, fault.Coded(fault.Forbidden, enum.UserErrorCodeRole, "your token does not let you register a party of kind %s", r.Kind).
				With(fault.Values{Roles: policy.Words([]policy.Role{chamber})})
		}
		given := r.Handle != ""
		r, err := r.Check()
		var form fault.Form
		form.Add(err)
		unseen := status == enum.StakeholderStatusActive || r.Kind == enum.StakeholderKindCustomer // no admin looks at it first
		if r.Handle, err = s.unique(ctx, tx, r, given, unseen, &form); err != nil {
			return nil, err
		}
		if err := form.Err(); err != nil {
			return nil, err
		}
		row, err := s.Begin(tx, r, status).SetIssuer(issuer).Save(ctx)
		if err == nil && own {
			err = tx.Member.UpdateOneID(actor.Member).SetStakeholderID(row.ID).Exec(ctx)
		}
		return row, err
	})
	s.cache.forget(actor.Member)
	if err == nil && own && !result.Repeated {
		actor.Stakeholder, actor.Kind, actor.Status = result.Subject, string(r.Kind), string(status)
		policy.Become(ctx, actor)
	}
	return result, err
}

func lookalike() *fault.Fault {
	return taken("name", "another party has a name that looks like this: choose another name")
}

// unique notes a name that counts as another party's, or looks like it where nobody looks at it first, and a given handle that is taken. A
// handle that was made from the name
// gets a number instead: nobody has asked for it.
func (s *Service) unique(ctx context.Context, tx *db.Tx, r Registration, given, unseen bool, form *fault.Form) (string, error) {
	same, err := tx.Stakeholder.Query().Where(stakeholder.NameKey(nameKey(r.Name))).Exist(ctx)
	if err != nil {
		return "", fmt.Errorf("look for the name: %w", err)
	}
	if same {
		form.Add(taken("name", "a party of this name is registered already: choose another name"))
	} else if unseen {
		alike, err := tx.Stakeholder.Query().Where(stakeholder.NameSkeleton(nameSkeleton(r.Name))).Exist(ctx)
		if err != nil {
			return "", fmt.Errorf("look for names that look alike: %w", err)
		}
		if alike {
			form.Add(lookalike())
		}
	}
	if slices.ContainsFunc(fault.All(form.Err()), func(f *fault.Fault) bool { return f.Field == "handle" }) {
		return r.Handle, nil
	}
	begin := shortened(r.Handle, longestHandle-len("-999"))
	var rows []string // a handle has no wildcards
	err = s.store.QueryTx(ctx, tx, "SELECT handle FROM stakeholders WHERE handle LIKE ?", []any{begin + "%"}, func(r *sql.Rows) error {
		var handle string
		err := r.Scan(&handle)
		rows = append(rows, handle)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("look for the handle: %w", err)
	}
	used := func(handle string) bool { return slices.Contains(rows, handle) }
	if given && used(r.Handle) {
		form.Add(taken("handle", "this handle is taken: choose another"))
	}
	return numbered(r.Handle, used), nil
}

// taken is the fault of a name that another party has.
func taken(field, message string) *fault.Fault {
	return &fault.Fault{Kind: fault.Conflict, Code: enum.UserErrorCodeTaken, Field: field, Message: message}
}

// Resembling gives, to those who read every party, the parties whose names look like that of each: a hint for the one who
// admits them.
func (s *Service) Resembling(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID][]uuid.UUID, error) {
	found := map[uuid.UUID][]uuid.UUID{}
	if !policy.ReadsAll(policy.ActorFrom(ctx), policy.Stakeholder) {
		return found, nil
	}
	of := s.store.AnyOf("a.id", ids)
	text := "SELECT a.id, b.id FROM stakeholders a JOIN stakeholders b ON b.name_skeleton = a.name_skeleton AND b.id <> a.id WHERE " + of.SQL + " ORDER BY a.id, b.id"
	err := s.store.Query(ctx, text, of.Args, func(r *sql.Rows) error {
		var one, other uuid.UUID
		err := r.Scan(&one, &other)
		if len(found[one]) < mostResembling {
			found[one] = append(found[one], other)
		}
		return err
	})
	return found, err
}

// mostResembling bounds a hint.
const mostResembling = 10

// issuerOf gives who vouches for the actor: a party that it registers belongs there.
func (s *Service) issuerOf(ctx context.Context, actor policy.Actor) (string, error) {
	if !actor.SignedIn() {
		return "", nil // the policy refuses it
	}
	issuer, _, err := s.vault.Identity(ctx, actor.Member)
	if err != nil {
		return "", fmt.Errorf("read who vouches for the member: %w", err)
	}
	return issuer, nil
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
		return fault.Coded(fault.Forbidden, enum.UserErrorCodeHasParty, "you already act for a party")
	}
	return nil
}

// Begin begins the row of a checked registration. Until an issuer is set, no token speaks for the party unless the settings
// say so.
func (s *Service) Begin(tx *db.Tx, r Registration, status enum.StakeholderStatus) *db.StakeholderCreate {
	now := s.clock.Now()
	return tx.Stakeholder.Create().SetKind(r.Kind).SetName(r.Name).SetNameKey(nameKey(r.Name)).SetNameSkeleton(nameSkeleton(r.Name)).
		SetHandle(r.Handle).SetDescription(optional.Text(r.Description)).
		SetJurisdictions(r.Jurisdictions).SetStatus(status).SetNeverAdmitted(status == enum.StakeholderStatusPending).SetIssuer("").
		SetLegalName(optional.Text(r.LegalName)).SetSectorCode(optional.Text(r.SectorCode)).SetSectorLabel(optional.Text(r.SectorLabel)).SetSizeBand(r.SizeBand).
		SetRegistrationNumber(optional.Text(r.RegistrationNo)).SetWebsite(optional.Text(r.Website)).SetMandate(r.Mandate).SetLegalBasis(optional.Text(r.LegalBasis)).
		SetMission(optional.Text(r.Mission)).SetFocusAreas(r.FocusAreas).SetDisciplines(r.Disciplines).SetEthicsBoard(r.EthicsBoard).
		SetCreatedAt(now).SetUpdatedAt(now)
}

// Approve admits a party.
func (s *Service) Approve(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.move(ctx, policy.ApproveStakeholder, id, expected, "stakeholder.approved", enum.StakeholderStatusActive, "")
}

// ApproveAll admits parties: all of them, or none.
func (s *Service) ApproveAll(ctx context.Context, ids []uuid.UUID) (*act.Result, error) {
	nothing := func(context.Context, *db.Tx, []*db.Stakeholder) error { return nil }
	result, err := s.ChangeAll(ctx, policy.ApproveStakeholder, "stakeholders", ids, "stakeholder.approved", nothing,
		func(ctx context.Context, _ *db.Tx, row *db.Stakeholder) (*db.Stakeholder, error) {
			return s.moved(row, enum.StakeholderStatusActive, "").Save(ctx)
		})
	s.cache.clear()
	return result, err
}

// Reject does not admit a party, with a reason. It can correct itself; its name is free for others until then.
func (s *Service) Reject(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, policy.RejectStakeholder, id, expected, "stakeholder.rejected", enum.StakeholderStatusRejected, reason)
}

// Suspend bars a party, with a published reason.
func (s *Service) Suspend(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, policy.SuspendStakeholder, id, expected, "stakeholder.suspended", enum.StakeholderStatusSuspended, reason)
}

func (s *Service) move(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string, status enum.StakeholderStatus, reason string,
) (*act.Result, error) {
	result, err := s.Because(reason).Change(ctx, action, id, expected, typ, func(ctx context.Context, _ *db.Tx, row *db.Stakeholder) (*db.Stakeholder, error) {
		return s.moved(row, status, reason).Save(ctx)
	})
	s.cache.clear() // its members may do more, or less, from now on
	return result, err
}

// moved is a party in another status.
func (s *Service) moved(row *db.Stakeholder, status enum.StakeholderStatus, reason string) *db.StakeholderUpdateOne {
	update := row.Update().SetStatus(status).SetStatusReason(reason).AddRevision(1).SetUpdatedAt(s.clock.Now())
	switch status {
	case enum.StakeholderStatusActive:
		update.SetNeverAdmitted(false)
	case enum.StakeholderStatusRejected:
		update.ClearNameKey()
	}
	return update
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Stakeholder, error) {
	return tx.Stakeholder.Query().Where(stakeholder.ID(id), s.store.ForUpdate).Only(ctx)
}

func entry(typ string, row *db.Stakeholder) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Stakeholder, ID: row.ID, Revision: row.Revision}, Owner: row.ID,
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

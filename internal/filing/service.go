package filing

import (
	"context"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/filing"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about filings.
var acts = []act.Type{
	{Name: "filing.filed"},
	{Name: "filing.acknowledged"},
	{Name: "filing.returned"},
	{Name: "filing.superseded", By: "the server"},
	{Name: "filing.outdated", By: "the server"},
	{Name: "filing.revoked", By: "the server"},
}

// Assessments are what is filed.
type Assessments interface {
	// Place loads one inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Content is what one that was loaded says now; its hash is empty if it says nothing that could be filed.
	Content(ctx context.Context, tx *db.Tx, id uuid.UUID) (version int, hash string, template uuid.UUID, err error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Calls are what filings answer.
type Calls interface {
	// Answer says of each open call that a filing fits that its firm has answered it.
	Answer(ctx context.Context, tx *db.Tx, firm, template, regulator, filing uuid.UUID) error
	// Reopen says of the calls that a filing answered that they are not answered any more.
	Reopen(ctx context.Context, tx *db.Tx, filing uuid.UUID) error
	// Called tells whether an open call of a party is on a firm.
	Called(ctx context.Context, tx *db.Tx, by, firm uuid.UUID) (bool, error)
}

// Log runs use cases and signs receipts.
type Log interface {
	access.Log
	Origin() string
	// Sign signs a text with the log's keys, as a note.
	Sign(text string) (string, error)
}

// Service holds the use cases of filings.
type Service struct {
	access.Frame[db.Filing, *db.Filing]
	clock       clock.Clock
	log         Log
	assessments Assessments
	calls       Calls
}

// New makes the service.
func New(s *store.Store, l Log, c clock.Clock, of Assessments, calls Calls) *Service {
	n := &Service{clock: c, log: l, assessments: of, calls: calls}
	n.Frame = access.Frame[db.Filing, *db.Filing]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// File hands an assessment to a regulator, and answers the open calls that it fits.
func (s *Service) File(ctx context.Context, assessment, regulator uuid.UUID, hash string) (*act.Result, error) {
	var at access.Place
	return s.Create(ctx, policy.FileAssessment, "filing.filed", access.In(s.assessments, assessment, &at), func(ctx context.Context, tx *db.Tx) (*db.Filing, error) {
		version, present, template, err := s.assessments.Content(ctx, tx, assessment)
		if err != nil {
			return nil, err
		}
		var f fault.Form
		if hash != present {
			f.Refuse("contentHash", enum.UserErrorCodeContentChanged, "this is not the present content: read it again")
		}
		f.Add(s.takes(ctx, tx, regulator, at.Party))
		f.Add(s.once(ctx, tx, assessment, regulator, version))
		if err := f.Err(); err != nil {
			return nil, err
		}
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		made := s.clock.Now()
		row, err := tx.Filing.Create().SetAssessmentID(assessment).SetVersion(version).SetContentHash(present).SetFirmID(at.Party).SetRegulatorID(regulator).
			SetMemberID(policy.ActorFrom(ctx).Member).SetFiledAt(now.UTC()).SetCreatedAt(made).SetUpdatedAt(made).Save(ctx)
		if err != nil {
			return nil, err
		}
		return row, s.calls.Answer(ctx, tx, at.Party, template, regulator, row.ID)
	})
}

// takes refuses a party that is no regulator of the firm's jurisdictions and does not call on it.
func (s *Service) takes(ctx context.Context, tx *db.Tx, regulator, firm uuid.UUID) error {
	found, err := tx.Stakeholder.Query().Where(stakeholder.ID(regulator), stakeholder.Kind(enum.StakeholderKindRegulator), stakeholder.Status(enum.StakeholderStatusActive)).First(ctx)
	switch {
	case db.IsNotFound(err):
		return fault.MissingField("regulator")
	case err != nil:
		return fmt.Errorf("read the regulator: %w", err)
	}
	called, err := s.calls.Called(ctx, tx, regulator, firm)
	if err != nil || called {
		return err
	}
	party, err := tx.Stakeholder.Get(ctx, firm)
	if err != nil {
		return fmt.Errorf("read the firm: %w", err)
	}
	for _, code := range party.Jurisdictions {
		if fault.Among(found.Jurisdictions, code) {
			return nil
		}
	}
	return fault.InvalidField("regulator", enum.UserErrorCodeJurisdiction, "your firm is of none of this regulator's jurisdictions, and it does not call on it")
}

// once refuses to file a version with a regulator that has it already.
func (s *Service) once(ctx context.Context, tx *db.Tx, assessment, regulator uuid.UUID, version int) error {
	there, err := tx.Filing.Query().Where(filing.AssessmentID(assessment), filing.RegulatorID(regulator), filing.Version(version),
		entsql.FieldNEQ(filing.FieldState, enum.FilingStateReturned)).Exist(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("look for filings: %w", err)
	case there:
		return fault.InvalidField("regulator", enum.UserErrorCodeDuplicate, "this regulator has this version already")
	}
	return nil
}

// Acknowledge says that the regulator has it.
func (s *Service) Acknowledge(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.AcknowledgeFiling, id, expected, "filing.acknowledged", func(ctx context.Context, tx *db.Tx, row *db.Filing) (*db.Filing, error) {
		update, err := s.answered(ctx, tx, row)
		if err != nil {
			return nil, err
		}
		return update.SetState(enum.FilingStateAcknowledged).Save(ctx)
	})
}

// Return sends it back.
func (s *Service) Return(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.ReturnFiling, id, expected, "filing.returned", func(ctx context.Context, tx *db.Tx, row *db.Filing) (*db.Filing, error) {
		if err := s.calls.Reopen(ctx, tx, id); err != nil {
			return nil, err
		}
		update, err := s.answered(ctx, tx, row)
		if err != nil {
			return nil, err
		}
		return update.SetState(enum.FilingStateReturned).SetReason(optional.Text(reason)).Save(ctx)
	})
}

func (s *Service) answered(ctx context.Context, tx *db.Tx, row *db.Filing) (*db.FilingUpdateOne, error) {
	now, err := s.Store.Now(ctx, tx)
	return row.Update().SetAnsweredAt(now.UTC()).AddRevision(1).SetUpdatedAt(s.clock.Now()), err
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Filing, error) {
	return tx.Filing.Query().Where(filing.ID(id), s.Store.ForUpdate).Only(ctx)
}

// Personal says what an erasure and an export do with who filed what with whom.
func (s *Service) Personal() []personal.Data {
	const stays, organisation = "It stays: it names an organisation, not a person.", "What an organisation says is its own, not its member's."
	return []personal.Data{
		{Table: "filings", Column: "firm_id", Organisations: true, Erasure: stays, Withheld: organisation},
		{Table: "filings", Column: "regulator_id", Organisations: true, Erasure: stays, Withheld: organisation},
		{
			Table: "filings", Column: "member_id", Organisations: true, Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "The acts of the export say what the member filed.",
		},
	}
}

func entry(typ string, row *db.Filing) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Filing, ID: row.ID, Revision: row.Revision}, Owner: row.FirmID,
		Parent:  act.Parent{Type: policy.Assessment, ID: row.AssessmentID},
		Payload: map[string]any{"state": row.State, "version": row.Version, "contentHash": row.ContentHash},
	}
}

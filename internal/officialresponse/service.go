package officialresponse

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/officialresponse"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/internal/worker"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about official responses.
var acts = []act.Type{{Name: "officialresponse.requested"}, {Name: "officialresponse.given"}, {Name: "officialresponse.late"}}

// Proposals are what is answered.
type Proposals interface {
	// Place loads a proposal inside a use case, with the number of its present version, and keeps it as it is.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Held is Place for a use case that may not run beside another on the proposal.
	Held(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many that are visible already.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// Dialogues are where proposals are made.
type Dialogues interface {
	// Admits tells whether a party takes part in one.
	Admits(ctx context.Context, tx *db.Tx, id, party uuid.UUID) (bool, error)
}

// Service holds the use cases of official responses.
type Service struct {
	access.Frame[db.OfficialResponse, placed]
	clock     clock.Clock
	log       access.Appender
	proposals Proposals
	dialogues Dialogues
	files     access.Files
}

// New makes the service.
func New(s *store.Store, l access.Appender, c clock.Clock, p Proposals, d Dialogues, f access.Files) *Service {
	n := &Service{clock: c, log: l, proposals: p, dialogues: d, files: f}
	n.Frame = access.Frame[db.OfficialResponse, placed]{Noun: nounOf(p), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	n.AsPlace = n.placeOf
	return n
}

// Request asks a firm or a regulator to answer to a proposal by a date.
func (s *Service) Request(ctx context.Context, proposal, addressee uuid.UUID, due time.Time) (*act.Result, error) {
	var at access.Place
	// Held, so that of two who ask one party at once the second finds what the first asked.
	enter := access.Entering(s.proposals.Held, proposal, &at)
	return s.Create(ctx, policy.RequestResponse, "officialresponse.requested", enter, func(ctx context.Context, tx *db.Tx) (placed, error) {
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return placed{}, err
		}
		var form fault.Form
		form.Ahead("dueAt", due, now.UTC())
		form.Add(s.answerable(ctx, tx, proposal, addressee, at))
		if err := form.Err(); err != nil {
			return placed{}, err
		}
		made := s.clock.Now()
		row, err := tx.OfficialResponse.Create().SetProposalID(proposal).SetRequesterID(policy.ActorFrom(ctx).Stakeholder).SetAddresseeID(addressee).
			SetDueAt(due).SetCreatedAt(made).SetUpdatedAt(made).Save(ctx)
		return placed{row, at}, err
	})
}

// answerable refuses an addressee that is no active firm or regulator, takes no part in the dialogue, or has been asked already.
func (s *Service) answerable(ctx context.Context, tx *db.Tx, proposal, addressee uuid.UUID, at access.Place) error {
	there, err := tx.Stakeholder.Query().Where(stakeholder.ID(addressee), stakeholder.Status(enum.StakeholderStatusActive)).First(ctx)
	switch {
	case db.IsNotFound(err):
		return fault.MissingField("addressee")
	case err != nil:
		return fmt.Errorf("load the addressee: %w", err)
	case there.Kind != enum.StakeholderKindFirm && there.Kind != enum.StakeholderKindRegulator:
		return fault.InvalidField("addressee", enum.UserErrorCodeWrongChamber, "a firm or a regulator answers officially: name one of these")
	}
	admitted, err := s.dialogues.Admits(ctx, tx, *at.Dialogue, addressee)
	switch {
	case err != nil:
		return fmt.Errorf("look whether the addressee takes part: %w", err)
	case !admitted:
		return fault.InvalidField("addressee", enum.UserErrorCodeIneligible, "this party is not invited to the dialogue: invite it first")
	}
	asked, err := tx.OfficialResponse.Query().Where(officialresponse.ProposalID(proposal), officialresponse.AddresseeID(addressee),
		officialresponse.State(enum.OfficialResponseStateRequested)).Exist(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("look for requests: %w", err)
	case asked:
		return fault.InvalidField("addressee", enum.UserErrorCodeDuplicate, "this party has been asked already, and has not answered yet")
	}
	return nil
}

// Give answers to the present version of the proposal.
func (s *Service) Give(ctx context.Context, id uuid.UUID, text string, files []uuid.UUID, expected *int32) (*act.Result, error) {
	var hashes []string
	return s.Attaching(&hashes).Change(ctx, policy.GiveResponse, id, expected, "officialresponse.given", func(ctx context.Context, tx *db.Tx, p placed) (*db.OfficialResponse, error) {
		var form fault.Form
		text := form.Text("text", text, longest)
		if err := form.Err(); err != nil {
			return nil, err
		}
		now, err := s.Store.Now(ctx, tx)
		if err != nil {
			return nil, err
		}
		if hashes, _, err = s.files.Put(ctx, tx, policy.OfficialResponse, id, 1, files); err != nil {
			return nil, err
		}
		return p.Update().SetState(enum.OfficialResponseStateAnswered).SetText(optional.Text(text)).SetNillableVersion(p.at.Version).
			SetAnsweredAt(now.UTC()).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Run notes which official responses are late until ctx ends. One server of several does.
func (s *Service) Run(ctx context.Context) {
	worker.Every(ctx, "official_responses", access.NoteEvery, s.Turn)
}

// Turn writes an act for each official response that is late, if this server holds the lease.
func (s *Service) Turn(ctx context.Context, holder string) (n int, err error) {
	return access.Noting[db.OfficialResponse, placed]{
		Frame: s.Frame, Log: s.log, Name: "official_responses", Action: policy.NoteLateResponse, Type: "officialresponse.late",
		Due: "SELECT id FROM official_responses WHERE state = 'REQUESTED' AND noted_at IS NULL AND due_at < ? ORDER BY due_at LIMIT ?",
		Note: func(ctx context.Context, _ *db.Tx, p placed, now time.Time) (*db.OfficialResponse, error) {
			if p.NotedAt != nil || !clock.Late(p.DueAt, nil, now) {
				return nil, nil
			}
			return p.Update().SetNotedAt(now).AddRevision(1).SetUpdatedAt(now).Save(ctx)
		},
	}.Turn(ctx, holder)
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.OfficialResponse.Query().Where(officialresponse.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the proposal, then the response: whoever asks for one locks them in this order, too.
	at, err := s.proposals.Place(ctx, tx, row.ProposalID)
	if err != nil {
		return placed{}, err
	}
	row, err = tx.OfficialResponse.Query().Where(officialresponse.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row, at}, err
}

// Personal says that official responses are of organisations.
func (s *Service) Personal() []personal.Data {
	const stays, organisation = "It stays: it names an organisation, not a person.", "What an organisation says is its own, not its member's."
	return []personal.Data{
		{Table: "official_responses", Column: "requester_id", Organisations: true, Erasure: stays, Withheld: organisation},
		{Table: "official_responses", Column: "addressee_id", Organisations: true, Erasure: stays, Withheld: organisation},
	}
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.OfficialResponse, ID: p.ID, Revision: p.Revision}, Owner: p.AddresseeID, Dialogue: *p.at.Dialogue,
		Parent: act.Parent{Type: policy.Proposal, ID: p.ProposalID}, Payload: map[string]any{"state": p.State, "due": p.DueAt, "version": p.Version},
	}
}

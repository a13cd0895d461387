package authorship

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/authorship"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about authorships.
var acts = []act.Type{{Name: "authorship.invited"}, {Name: "authorship.accepted"}, {Name: "authorship.left"}}

// most is how many parties beside the proposing one write a proposal, or are asked to.
const most = 20

// Proposals are what is written together.
type Proposals interface {
	// Held loads a proposal inside a use case, and locks it.
	Held(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Unsponsor takes back what a party said as a sponsor.
	Unsponsor(ctx context.Context, tx *db.Tx, id, party uuid.UUID) error
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

// Service holds the use cases of authorships.
type Service struct {
	access.Frame[db.Authorship, placed]
	clock     clock.Clock
	proposals Proposals
	dialogues Dialogues
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, p Proposals, d Dialogues) *Service {
	n := &Service{clock: c, proposals: p, dialogues: d}
	n.Frame = access.Frame[db.Authorship, placed]{Noun: nounOf(p), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Invite asks a party to write a proposal together with the actor's. One that has left is asked again.
func (s *Service) Invite(ctx context.Context, proposal, party uuid.UUID) (*act.Result, error) {
	var at access.Place
	enter := access.Entering(s.proposals.Held, proposal, &at)
	return s.Create(ctx, policy.InviteCoAuthor, "authorship.invited", enter, func(ctx context.Context, tx *db.Tx) (placed, error) {
		before, err := s.invitable(ctx, tx, proposal, party, at)
		if err != nil {
			return placed{}, err
		}
		now := s.clock.Now()
		if before != nil {
			row, err := before.Update().SetState(enum.AuthorshipStateInvited).AddRevision(1).SetUpdatedAt(now).Save(ctx)
			return placed{row, at}, err
		}
		row, err := tx.Authorship.Create().SetProposalID(proposal).SetPartyID(party).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		return placed{row, at}, err
	})
}

// invitable refuses a party that cannot be a co-author, and gives the authorship that it had.
func (s *Service) invitable(ctx context.Context, tx *db.Tx, proposal, party uuid.UUID, at access.Place) (*db.Authorship, error) {
	if party == at.Party {
		return nil, fault.InvalidField("party", enum.UserErrorCodeNothingToDo, "this party proposes it: it is an author already")
	}
	active, err := tx.Stakeholder.Query().Where(stakeholder.ID(party), stakeholder.Status(enum.StakeholderStatusActive)).Exist(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the party: %w", err)
	}
	if !active {
		return nil, fault.MissingField("party")
	}
	admitted, err := s.dialogues.Admits(ctx, tx, *at.Dialogue, party)
	if err != nil {
		return nil, fmt.Errorf("look whether the party takes part: %w", err)
	}
	if !admitted {
		return nil, fault.InvalidField("party", enum.UserErrorCodeIneligible, "this party is not invited to the dialogue: its convenor invites it first")
	}
	there, err := tx.Authorship.Query().Where(authorship.ProposalID(proposal)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the authors: %w", err)
	}
	var before *db.Authorship
	n := 0
	for _, row := range there {
		switch {
		case row.PartyID == party && row.State == enum.AuthorshipStateLeft:
			before = row
		case row.PartyID == party:
			return nil, fault.InvalidField("party", enum.UserErrorCodeDuplicate, "this party is a co-author already, or is invited to be one")
		case row.State != enum.AuthorshipStateLeft:
			n++
		}
	}
	if n >= most {
		limit := most
		return nil, fault.InvalidField("party", enum.UserErrorCodeLimitReached, "a proposal has at most %d co-authors", most).With(fault.Values{Limit: &limit})
	}
	return before, nil
}

// Accept says that the actor's party is a co-author. It is no sponsor then: its name stands above the text.
func (s *Service) Accept(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.AcceptCoAuthorship, id, expected, "authorship.accepted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Authorship, error) {
		if err := s.proposals.Unsponsor(ctx, tx, p.ProposalID, p.PartyID); err != nil {
			return nil, err
		}
		return s.moved(p, enum.AuthorshipStateAccepted).SetMemberID(policy.ActorFrom(ctx).Member).Save(ctx)
	})
}

// Leave says that the actor's party is no co-author, or declines to be one. Whoever wrote for it still has: the row keeps the member.
func (s *Service) Leave(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	audience := ""
	frame := s.Frame
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.Audience = audience
		return e
	}
	return frame.Change(ctx, policy.LeaveAuthorship, id, expected, "authorship.left", func(ctx context.Context, _ *db.Tx, p placed) (*db.Authorship, error) {
		if audience = ""; p.State == enum.AuthorshipStateAccepted {
			audience = act.ForPlace // or those who keep a copy would never hear that the name is gone
		}
		return s.moved(p, enum.AuthorshipStateLeft).Save(ctx)
	})
}

func (s *Service) moved(p placed, to enum.AuthorshipState) *db.AuthorshipUpdateOne {
	return p.Update().SetState(to).AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Authorship.Query().Where(authorship.ID(id)).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	// First the proposal, then who writes it: whoever invites locks them in this order, too.
	at, err := s.proposals.Held(ctx, tx, row.ProposalID)
	if err != nil {
		return placed{}, err
	}
	row, err = tx.Authorship.Query().Where(authorship.ID(id), s.Store.ForUpdate).Only(ctx)
	return placed{row, at}, err
}

// Of reads the co-authors of each proposal that the viewer may know of, in the order in which they were first invited.
func (s *Service) Of(ctx context.Context, proposals []uuid.UUID) (map[uuid.UUID][]*db.Authorship, error) {
	found := make(map[uuid.UUID][]*db.Authorship, len(proposals))
	for _, id := range proposals {
		found[id] = []*db.Authorship{}
	}
	of, seen := s.Store.AnyOf("t.proposal_id", proposals), s.Visible(policy.ActorFrom(ctx), "t", policy.InSight)
	text := "SELECT t." + strings.Join(s.Table.Columns, ", t.") + " FROM authorships t WHERE t.state <> 'LEFT' AND " + of.SQL + " AND " + seen.SQL + " ORDER BY t.id"
	err := s.Store.Query(ctx, text, append(of.Args, seen.Args...), func(r *sql.Rows) error {
		row := new(db.Authorship)
		err := s.Table.Scan(r, row)
		found[row.ProposalID] = append(found[row.ProposalID], row)
		return err
	})
	return found, err
}

// Personal says what becomes of who writes with others.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "authorships", Column: "party_id", Erasure: "It stays, and names a party that says nothing of itself any more; an open invitation is taken back.",
			Erase: s.erase,
			Export: &personal.File{
				Name: "authorships", Noun: "authorship", Columns: []string{"id", "created_at", "updated_at", "proposal", "state"},
				Query: "SELECT id, created_at, updated_at, proposal_id, state FROM authorships WHERE party_id = ? ORDER BY id",
			},
		},
		{
			Table: "authorships", Column: "member_id", Erasure: "It stays, and names a member whose identity is gone.",
			Withheld: "It is the id of the member who asks, which the profile holds.",
		},
	}
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, party uuid.UUID) error {
	const text = "UPDATE authorships SET state = 'LEFT', revision = revision + 1, updated_at = ? WHERE party_id = ? AND state = 'INVITED'"
	if _, err := s.Store.Exec(ctx, tx, text, s.clock.Now(), party); err != nil {
		return fmt.Errorf("take back invitations: %w", err)
	}
	return nil
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Authorship, ID: p.ID, Revision: p.Revision}, Owner: p.PartyID, Dialogue: *p.at.Dialogue,
		Parent: act.Parent{Type: policy.Proposal, ID: p.ProposalID}, Payload: map[string]any{"state": p.State},
	}
}

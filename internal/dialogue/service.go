package dialogue

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/personal"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/sponsorship"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about dialogues.
var acts = []act.Type{
	{Name: "dialogue.convened"},
	{Name: "dialogue.invited"},
	{Name: "dialogue.uninvited"},
	{Name: "dialogue.updated"},
	{Name: "dialogue.opened"},
	{Name: "dialogue.closed"},
	{Name: "dialogue.reopened"},
	{Name: "dialogue.phase_began"},
	{Name: "dialogue.phase_ended"},
	{Name: "dialogue.imported", By: "an import"},
}

// Practices links dialogues to what they are about.
type Practices interface {
	// Linkable checks them.
	Linkable(ctx context.Context, tx *db.Tx, practices []uuid.UUID) error
	Link(ctx context.Context, tx *db.Tx, of policy.Resource, subject uuid.UUID, practices []uuid.UUID) error
	// Relink says anew what a thing is about, and tells whether that changes it.
	Relink(ctx context.Context, tx *db.Tx, of policy.Resource, subject uuid.UUID, practices []uuid.UUID) (changed bool, err error)
	// InVisibleID asks that a practice is one that the actor may see.
	InVisibleID(a policy.Actor, id *uuid.UUID) store.Cond
}

// Service holds the use cases of dialogues.
type Service struct {
	access.Frame[db.Dialogue, Space]
	store     *store.Store
	clock     clock.Clock
	log       access.Appender
	practices Practices
	files     access.Files
	settling  []Settling
	polls     []Polling
}

// Settling is what must be settled before a dialogue is closed.
type Settling interface {
	// Unsettled says, for each dialogue that cannot be closed, what is missing; in a transaction, or outside if it is nil.
	Unsettled(ctx context.Context, tx *db.Tx, dialogues []uuid.UUID) (map[uuid.UUID][]*fault.Fault, error)
}

// Polling is what needs the phase in which it was begun until it is over.
type Polling interface {
	// OpenUntil gives when the last in a dialogue is over that goes on; nil for none.
	OpenUntil(ctx context.Context, tx *db.Tx, dialogue uuid.UUID) (*time.Time, error)
}

// Hold says what needs its phase.
func (s *Service) Hold(all ...Polling) { s.polls = append(s.polls, all...) }

// Settle says what must be settled before dialogues are closed.
func (s *Service) Settle(all ...Settling) { s.settling = append(s.settling, all...) }

// New makes the service.
func New(s *store.Store, l access.Appender, c clock.Clock, p Practices, f access.Files) *Service {
	d := &Service{store: s, clock: c, log: l, practices: p, files: f}
	d.Frame = access.Frame[db.Dialogue, Space]{Noun: noun, Store: s, Log: l, Acts: acts, Fetch: d.fetch, Entry: entry}
	d.AsPlace = d.placeOf
	return d
}

// Convene prepares a dialogue. Nobody but the convenor sees it until it opens.
func (s *Service) Convene(ctx context.Context, plan Plan, practices, invite, files []uuid.UUID) (*act.Result, error) {
	var hashes []string
	return s.Frame.Attaching(&hashes).Create(ctx, policy.ConveneDialogue, "dialogue.convened", nil, func(ctx context.Context, tx *db.Tx) (Space, error) {
		plan, err := plan.Check()
		var form fault.Form
		form.Add(err)
		form.Add(s.practices.Linkable(ctx, tx, practices))
		form.Add(invitable(ctx, tx, "invite", invite))
		if err := form.Err(); err != nil {
			return Space{}, err
		}
		now := s.clock.Now()
		row, err := tx.Dialogue.Create().SetTitle(plan.Title).SetBrief(optional.Text(plan.Brief)).SetVisibility(plan.Visibility).
			SetLanguages(plan.Languages).SetTimeZone(plan.TimeZone).SetConvenorID(policy.ActorFrom(ctx).Stakeholder).
			SetRequiresAssessment(plan.Assessed).SetSponsors(plan.Sponsors.Sponsors).SetSponsorChambers(wordsOf(plan.Sponsors)).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return Space{}, err
		}
		if err := s.savePhases(ctx, tx, row, plan.Phases); err != nil {
			return Space{}, err
		}
		if err := s.practices.Link(ctx, tx, policy.Dialogue, row.ID, practices); err != nil {
			return Space{}, err
		}
		if hashes, _, err = s.files.Put(ctx, tx, policy.Dialogue, row.ID, unversioned, files); err != nil {
			return Space{}, err
		}
		return Space{Dialogue: row, Now: now}, s.invite(ctx, tx, row.ID, invite)
	})
}

// unversioned is the one version of a dialogue that files belong to.
const unversioned = 1

// wordsOf are the chambers of a rule as they are stored.
func wordsOf(rule sponsorship.Rule) []string {
	words := make([]string, len(rule.Chambers))
	for i, c := range rule.Chambers {
		words[i] = string(c)
	}
	return words
}

// savePhases adds phases to the present round, after those that are there.
func (s *Service) savePhases(ctx context.Context, tx *db.Tx, d *db.Dialogue, phases []PhasePlan) error {
	from := 0
	err := s.store.QueryTx(ctx, tx, "SELECT COALESCE(MAX(position) + 1, 0) FROM phases WHERE dialogue_id = ?", []any{d.ID}, func(r *sql.Rows) error {
		return r.Scan(&from)
	})
	if err != nil {
		return fmt.Errorf("find the place of new phases: %w", err)
	}
	rows := make([]*db.PhaseCreate, len(phases))
	for i, p := range phases {
		rows[i] = tx.Phase.Create().SetDialogueID(d.ID).SetRound(d.Round).SetPosition(from + i).SetKind(p.Kind).SetOpensAt(p.OpensAt).SetNillableClosesAt(p.ClosesAt).
			SetMayComment(p.MayComment).SetMayVote(p.MayVote).SetMayPropose(p.MayPropose).SetMayAmend(p.MayAmend).SetMayBallot(p.MayBallot).SetTakesLateComments(p.TakesLate)
	}
	if err := tx.Phase.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("save phases: %w", err)
	}
	return nil
}

// Invite lets parties into a dialogue. Inviting one again changes nothing.
func (s *Service) Invite(ctx context.Context, id uuid.UUID, parties []uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.InviteToDialogue, id, expected, "dialogue.invited", func(ctx context.Context, tx *db.Tx, space Space) (*db.Dialogue, error) {
		if len(parties) == 0 {
			return nil, fault.Required("stakeholders")
		}
		if err := invitable(ctx, tx, "stakeholders", parties); err != nil {
			return nil, err
		}
		if err := s.invite(ctx, tx, id, parties); err != nil {
			return nil, err
		}
		return space.Update().AddRevision(1).SetUpdatedAt(space.Now).Save(ctx)
	})
}

// invitable checks that parties may be invited: those that take part.
func invitable(ctx context.Context, tx *db.Tx, field string, parties []uuid.UUID) error {
	var f fault.Form
	if !f.Count(field, len(parties), 0, 250) {
		return f.Err()
	}
	for i, id := range parties {
		ok, err := tx.Stakeholder.Query().Where(stakeholder.ID(id), stakeholder.Status(enum.StakeholderStatusActive)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("load stakeholder: %w", err)
		}
		if !ok {
			f.Add(fault.MissingField(fmt.Sprintf("%s.%d", field, i)))
		}
	}
	return f.Err()
}

func (s *Service) invite(ctx context.Context, tx *db.Tx, dialogue uuid.UUID, parties []uuid.UUID) error {
	for _, id := range parties {
		const insert = `INSERT INTO invitations (id, dialogue_id, stakeholder_id, created_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (dialogue_id, stakeholder_id) DO NOTHING`
		if _, err := s.store.Exec(ctx, tx, insert, uuid.Must(uuid.NewV7()), dialogue, id, s.clock.Now()); err != nil {
			return fmt.Errorf("invite: %w", err)
		}
	}
	return nil
}

// Open opens a dialogue, which gets its number.
func (s *Service) Open(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.OpenDialogue, id, expected, "dialogue.opened", func(ctx context.Context, tx *db.Tx, space Space) (*db.Dialogue, error) {
		update, err := s.numbered(ctx, tx, space)
		if err != nil {
			return nil, err
		}
		return update.SetState(enum.DialogueStateOpen).SetOpenedAt(space.Now).Save(ctx)
	})
}

// Close ends a round with its outcome.
func (s *Service) Close(ctx context.Context, id uuid.UUID, outcome string, expected *int32) (*act.Result, error) {
	var form fault.Form
	outcome = form.Text("outcome", outcome, 20_000)
	if err := form.Err(); err != nil {
		return nil, err
	}
	var missing []*fault.Fault
	frame := s.Frame
	frame.Fetch = func(ctx context.Context, tx *db.Tx, id uuid.UUID) (Space, error) {
		space, err := s.fetch(ctx, tx, id)
		if err != nil {
			return space, err
		}
		found, err := s.missingToClose(ctx, tx, []uuid.UUID{id})
		missing = found[id]
		space.unsettled = len(missing) > 0
		return space, err
	}
	result, err := frame.Change(ctx, policy.CloseDialogue, id, expected, "dialogue.closed", func(ctx context.Context, tx *db.Tx, space Space) (*db.Dialogue, error) {
		err := tx.Outcome.Create().SetDialogueID(id).SetRound(space.Round).SetText(outcome).SetCreatedAt(space.Now).Exec(ctx)
		if err != nil {
			return nil, fmt.Errorf("keep the outcome of round %d: %w", space.Round, err)
		}
		update, err := s.numbered(ctx, tx, space)
		if err != nil {
			return nil, err
		}
		return update.SetState(enum.DialogueStateClosed).SetClosedAt(space.Now).SetOutcome(optional.Text(outcome)).Save(ctx)
	})
	if f := fault.Of(err); f != nil && f.Code == enum.UserErrorCodeIncomplete { // of the policy, which knows only that something is missing
		var all fault.Form
		for _, one := range missing {
			all.Add(one)
		}
		return nil, all.Err()
	}
	return result, err
}

// missingToClose says what is missing before dialogues can be closed; nothing of those that can.
func (s *Service) missingToClose(ctx context.Context, tx *db.Tx, ids []uuid.UUID) (map[uuid.UUID][]*fault.Fault, error) {
	all := map[uuid.UUID][]*fault.Fault{}
	for _, one := range s.settling {
		found, err := one.Unsettled(ctx, tx, ids)
		if err != nil {
			return nil, err
		}
		for id, more := range found {
			all[id] = append(all[id], more...)
		}
	}
	return all, nil
}

// MissingToClose says what is missing before each dialogue can be closed.
func (s *Service) MissingToClose(ctx context.Context, rows []*db.Dialogue) ([][]*fault.Fault, error) {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	found, err := s.missingToClose(ctx, nil, ids)
	out := make([][]*fault.Fault, len(rows))
	for i, row := range rows {
		if row.State == enum.DialogueStateOpen {
			out[i] = found[row.ID]
		}
	}
	return out, err
}

// Reopen begins a new round with phases of its own, and keeps the history. Without phases, it goes on with those that were not over.
func (s *Service) Reopen(ctx context.Context, id uuid.UUID, phases []PhasePlan, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.ReopenDialogue, id, expected, "dialogue.reopened", func(ctx context.Context, tx *db.Tx, space Space) (*db.Dialogue, error) {
		if phases == nil {
			phases = Remaining(plansOf(space.Phases), space.Now)
		} else {
			var f fault.Form
			Replan(&f, nil, phases, true, space.Now)
			if err := f.Err(); err != nil {
				return nil, err
			}
		}
		row, err := space.Update().SetState(enum.DialogueStateOpen).SetOpenedAt(space.Now).AddRound(1).AddRevision(1).SetUpdatedAt(space.Now).Save(ctx)
		if err != nil {
			return nil, err
		}
		return row, s.savePhases(ctx, tx, row, phases)
	})
}

// numbered gives a dialogue its number, if it has none. On closing, too: a replica of the previous release may have opened it.
func (s *Service) numbered(ctx context.Context, tx *db.Tx, space Space) (*db.DialogueUpdateOne, error) {
	update := space.Update().AddRevision(1).SetUpdatedAt(space.Now)
	if space.Reference != nil {
		return update, nil
	}
	reference, err := s.store.YearReference(ctx, tx, "")
	return update.SetReference(reference), err
}

// Personal says what becomes of who convenes and who is invited.
func (s *Service) Personal() []personal.Data {
	return []personal.Data{
		{
			Table: "dialogues", Column: "convenor_id", Organisations: true, Erasure: "It stays: it names an organisation, not a person.",
			Withheld: "What an organisation says is its own, not its member's.",
		},
		{
			Table: "invitations", Column: "stakeholder_id", Erasure: "It stays, and names a party that says nothing of itself any more.",
			Withheld: "Others have written it: the dialogue lists who is invited.",
		},
	}
}

func entry(typ string, space Space) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Dialogue, ID: space.ID, Revision: space.Revision}, Dialogue: space.ID, Owner: space.ConvenorID,
		Payload: map[string]any{"state": space.State, "round": space.Round, "reference": space.Reference},
	}
}

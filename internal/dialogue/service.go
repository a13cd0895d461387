package dialogue

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/stakeholder"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Service holds the use cases of dialogues.
type Service struct {
	store *store.Store
	log   *actlog.Log
	clock clock.Clock
}

// New makes the service.
func New(s *store.Store, l *actlog.Log, c clock.Clock) *Service {
	return &Service{store: s, log: l, clock: c}
}

// Convene prepares a dialogue. Nobody but the convenor sees it until it opens.
func (s *Service) Convene(ctx context.Context, plan Plan, practices, invite []uuid.UUID) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		actor := policy.ActorFrom(ctx)
		if err := policy.Check(ctx, policy.ConveneDialogue, policy.Subject{Resource: policy.Dialogue}); err != nil {
			return actlog.Entry{}, err
		}
		plan, err := plan.Check()
		if err != nil {
			return actlog.Entry{}, err
		}
		now := s.clock.Now()
		row, err := tx.Dialogue.Create().SetTitle(plan.Title).SetBrief(plan.Brief).SetVisibility(plan.Visibility).
			SetLanguages(plan.Languages).SetConvenorID(actor.Stakeholder).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("convene dialogue: %w", err)
		}
		if err := savePhases(ctx, tx, row.ID, plan.Phases); err != nil {
			return actlog.Entry{}, err
		}
		if err := practice.Link(ctx, tx, row.ID, practices); err != nil {
			return actlog.Entry{}, err
		}
		if err := s.invite(ctx, tx, row.ID, "invite", invite); err != nil {
			return actlog.Entry{}, err
		}
		return entry("dialogue.convened", row), nil
	})
}

func savePhases(ctx context.Context, tx *db.Tx, dialogue uuid.UUID, phases []PhasePlan) error {
	rows := make([]*db.PhaseCreate, len(phases))
	for i, p := range phases {
		rows[i] = tx.Phase.Create().SetDialogueID(dialogue).SetPosition(i).SetKind(p.Kind).SetOpensAt(p.OpensAt).SetNillableClosesAt(p.ClosesAt).
			SetMayComment(p.MayComment).SetMayVote(p.MayVote).SetMayPropose(p.MayPropose).SetMayAmend(p.MayAmend).SetMayBallot(p.MayBallot)
	}
	if err := tx.Phase.CreateBulk(rows...).Exec(ctx); err != nil {
		return fmt.Errorf("save phases: %w", err)
	}
	return nil
}

// Invite lets parties into a dialogue. Inviting one again changes nothing.
func (s *Service) Invite(ctx context.Context, id uuid.UUID, parties []uuid.UUID) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		space, err := s.steer(ctx, tx, policy.InviteToDialogue, id, nil)
		if err != nil {
			return actlog.Entry{}, err
		}
		if len(parties) == 0 {
			return actlog.Entry{}, fault.InvalidField("stakeholders", "name at least one party")
		}
		if err := s.invite(ctx, tx, id, "stakeholders", parties); err != nil {
			return actlog.Entry{}, err
		}
		row, err := space.Row.Update().AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("save dialogue: %w", err)
		}
		return entry("dialogue.invited", row), nil
	})
}

func (s *Service) invite(ctx context.Context, tx *db.Tx, dialogue uuid.UUID, field string, parties []uuid.UUID) error {
	for _, id := range parties {
		ok, err := tx.Stakeholder.Query().Where(stakeholder.ID(id), stakeholder.Status("ACTIVE")).Exist(ctx)
		if err != nil {
			return fmt.Errorf("load stakeholder: %w", err)
		}
		if !ok {
			return &fault.Fault{Kind: fault.NotFound, Field: field, Message: "not found"}
		}
		const insert = `INSERT INTO invitations (id, dialogue_id, stakeholder_id, created_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (dialogue_id, stakeholder_id) DO NOTHING`
		if _, err := s.store.Exec(ctx, tx, insert, uuid.Must(uuid.NewV7()), dialogue, id, s.clock.Now()); err != nil {
			return fmt.Errorf("invite: %w", err)
		}
	}
	return nil
}

// Open opens a dialogue.
func (s *Service) Open(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.move(ctx, policy.OpenDialogue, id, expected, "dialogue.opened", func(row *db.DialogueUpdateOne, now time.Time) {
		row.SetState("OPEN").SetOpenedAt(now)
	})
}

// Close ends a round with its outcome.
func (s *Service) Close(ctx context.Context, id uuid.UUID, outcome string, expected *int32) (*actlog.Receipt, error) {
	outcome, err := fault.Text("outcome", outcome, 20_000)
	if err != nil {
		return nil, err
	}
	return s.move(ctx, policy.CloseDialogue, id, expected, "dialogue.closed", func(row *db.DialogueUpdateOne, now time.Time) {
		row.SetState("CLOSED").SetClosedAt(now).SetOutcome(outcome)
	})
}

// Reopen begins a new round that keeps the history. Why is said in the act.
func (s *Service) Reopen(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*actlog.Receipt, error) {
	if _, err := fault.Text("reason", reason, 2000); err != nil {
		return nil, err
	}
	return s.move(ctx, policy.ReopenDialogue, id, expected, "dialogue.reopened", func(row *db.DialogueUpdateOne, now time.Time) {
		row.SetState("OPEN").SetOpenedAt(now).AddRound(1)
	}, reason)
}

func (s *Service) move(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, act string, change func(*db.DialogueUpdateOne, time.Time),
	reason ...string,
) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		space, err := s.steer(ctx, tx, action, id, expected)
		if err != nil {
			return actlog.Entry{}, err
		}
		now := s.clock.Now()
		update := space.Row.Update().AddRevision(1).SetUpdatedAt(now)
		change(update, now)
		row, err := update.Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("save dialogue: %w", err)
		}
		return entry(act, row, reason...), nil
	})
}

// steer enters a dialogue to do something with it.
func (s *Service) steer(ctx context.Context, tx *db.Tx, action policy.Action, id uuid.UUID, expected *int32) (Space, error) {
	space, err := s.enter(ctx, tx, id, s.store.ForUpdate)
	if err != nil {
		return space, err
	}
	if err := policy.Check(ctx, action, space.Subject(policy.ActorFrom(ctx), s.clock.Now())); err != nil {
		return space, err
	}
	return space, store.SameRevision(space.Row.Revision, expected)
}

func entry(act string, row *db.Dialogue, reason ...string) actlog.Entry {
	payload := map[string]any{"state": row.State, "round": row.Round}
	if len(reason) > 0 {
		payload["reason"] = reason[0]
	}
	return actlog.Entry{
		Type: act, Subject: actlog.Subject{Type: policy.Dialogue, ID: row.ID, Revision: row.Revision}, Dialogue: row.ID, Payload: payload,
	}
}

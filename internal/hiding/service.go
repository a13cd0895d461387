package hiding

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	dbhiding "github.com/plenary-dialogue/plenary/ent/db/hiding"
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

// acts are the types of act about hidings.
var acts = []act.Type{
	{Name: "hiding.appealed"},
	{Name: "hiding.decided"},
	{Name: "hiding.overdue", By: "the server"},
}

// Moderated is a noun of which something can be hidden. Its domain implements it.
type Moderated interface {
	// Lock locks something that was hidden.
	Lock(ctx context.Context, tx *db.Tx, id uuid.UUID) error
	// Reinstate shows something again that was hidden, and gives the act that says so.
	Reinstate(ctx context.Context, tx *db.Tx, id uuid.UUID, reason string) (act.Entry, error)
}

// Service holds the use cases of appeals.
type Service struct {
	access.Frame[db.Hiding, placed]
	clock clock.Clock
	log   access.Appender
	kinds map[policy.Resource]Moderated
	where []access.Where
}

// New makes the service for the kinds of thing that can be hidden, and for those on which they are said.
func New(s *store.Store, l access.Appender, c clock.Clock, kinds map[policy.Resource]Moderated, where ...access.Where) *Service {
	n := &Service{clock: c, log: l, kinds: kinds, where: where}
	n.Frame = access.Frame[db.Hiding, placed]{Noun: nounOf(where), Store: s, Log: l, Acts: acts, Fetch: n.fetch, Entry: entry}
	return n
}

// Appeal asks that another person looks at a hiding. The act does not name the party: whoever may see it may not see whose words were
// hidden.
func (s *Service) Appeal(ctx context.Context, id uuid.UUID, text string, expected *int32) (*act.Result, error) {
	var f fault.Form
	text = f.Text("text", text, 5000)
	if err := f.Err(); err != nil {
		return nil, err
	}
	frame := s.Frame
	frame.Entry = func(typ string, p placed) act.Entry {
		e := entry(typ, p)
		e.NoParty = true
		return e
	}
	return frame.Change(ctx, policy.AppealHiding, id, expected, "hiding.appealed", func(ctx context.Context, tx *db.Tx, p placed) (*db.Hiding, error) {
		now, err := s.now(ctx, tx)
		if err != nil {
			return nil, err
		}
		return s.revised(p.Update()).SetState(enum.HidingStateAppealed).SetAppeal(optional.Text(text)).SetAppellantID(policy.ActorFrom(ctx).Member).
			SetAppealedAt(now).SetDueAt(now.Add(DecideFor)).Save(ctx)
	})
}

// Decide decides an appeal. What is overturned is shown again at once.
func (s *Service) Decide(ctx context.Context, id uuid.UUID, outcome enum.AppealOutcome, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.DecideHiding, id, expected, "hiding.decided", func(ctx context.Context, tx *db.Tx, p placed) (*db.Hiding, error) {
		now, err := s.now(ctx, tx)
		if err != nil {
			return nil, err
		}
		actor := policy.ActorFrom(ctx)
		update := s.revised(p.Update()).SetState(Decided(outcome)).SetDecision(optional.Text(reason)).SetDecidedAt(now).SetDeciderID(actor.Member)
		if actor.Stakeholder != uuid.Nil {
			update.SetDecidedBy(actor.Stakeholder)
		}
		row, err := update.Save(ctx)
		if err == nil && row.State == enum.HidingStateOverturned {
			err = s.reinstate(ctx, tx, p, reason)
		}
		return row, err
	})
}

func (s *Service) reinstate(ctx context.Context, tx *db.Tx, p placed, reason string) error {
	kind, err := s.kind(p.Hiding)
	if err != nil {
		return err
	}
	restored, err := kind.Reinstate(ctx, tx, p.HiddenID, reason)
	if err == nil {
		_, err = s.log.Append(ctx, tx, policy.ActorFrom(ctx), restored)
	}
	if err != nil {
		return fmt.Errorf("show it again: %w", err)
	}
	return nil
}

func (s *Service) now(ctx context.Context, tx *db.Tx) (time.Time, error) {
	now, err := s.Store.Now(ctx, tx)
	return now.UTC().Truncate(time.Microsecond), err
}

func (s *Service) revised(update *db.HidingUpdateOne) *db.HidingUpdateOne {
	return update.AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) kind(row *db.Hiding) (Moderated, error) {
	kind := s.kinds[policy.ResourceOf(row.HiddenType)]
	if kind == nil {
		return nil, fault.Missing()
	}
	return kind, nil
}

// fetch locks what was hidden before the hiding, as those do who hide it and restore it.
func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Hiding.Get(ctx, id)
	if err != nil {
		return placed{}, err
	}
	if kind := s.kinds[policy.ResourceOf(row.HiddenType)]; kind != nil {
		if err := kind.Lock(ctx, tx, row.HiddenID); err != nil && !db.IsNotFound(err) && !fault.Is(err, fault.NotFound) {
			return placed{}, err
		}
	}
	if row, err = tx.Hiding.Query().Where(dbhiding.ID(id), s.Store.ForUpdate).Only(ctx); err != nil {
		return placed{}, err
	}
	at, err := access.PlaceOf(ctx, tx, s.where, access.On{Type: row.SubjectType, ID: row.SubjectID})
	return placed{row, at}, err
}

// Personal says what an erasure and an export do with hidings.
func (s *Service) Personal() []personal.Data {
	moderated := "Moderation is published: whoever may see where something was hidden sees who hid it."
	own := "It is the id of the member who asks, which the profile holds."
	gone := "It stays, and names a member whose identity is gone."
	return []personal.Data{
		{
			Table: "hidings", Column: "author_id", Erasure: "The words of the appeal go; that something was hidden here stays.", Erase: s.erase,
			Export: &personal.File{
				Name: "hidings", Noun: "hiding", Columns: []string{"id", "created_at", "hidden", "reason", "state", "appeal", "appealed_at", "decision", "decided_at", "restored_because", "restored_at"},
				Query: `SELECT id, created_at, hidden_id, reason, state, appeal, appealed_at, decision, decided_at, restored_because, restored_at
					FROM hidings WHERE author_id = ? ORDER BY id`,
			},
			Kept: []personal.Kept{{Columns: []string{"reason", "decision", "restored_because"}, Why: "A moderator wrote it."}},
		},
		{Table: "hidings", Column: "party_id", Erasure: "It stays, and names a party that says nothing of itself any more.", Withheld: moderated},
		{Table: "hidings", Column: "decided_by", Erasure: "It stays, and names a party that says nothing of itself any more.", Withheld: moderated},
		{Table: "hidings", Column: "member_id", Erasure: gone, Withheld: own},
		{Table: "hidings", Column: "appellant_id", Erasure: gone, Withheld: own},
		{Table: "hidings", Column: "decider_id", Erasure: gone, Withheld: own},
	}
}

func (s *Service) erase(ctx context.Context, tx *db.Tx, author uuid.UUID) error {
	const blank = "UPDATE hidings SET appeal = '', revision = revision + 1, updated_at = ? WHERE author_id = ? AND appeal <> ''"
	if _, err := s.Store.Exec(ctx, tx, blank, s.clock.Now(), author); err != nil {
		return fmt.Errorf("blank appeals: %w", err)
	}
	return nil
}

func entry(typ string, p placed) act.Entry {
	e := act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Hiding, ID: p.ID, Revision: p.Revision},
		Parent:  act.Parent{Type: policy.ResourceOf(p.SubjectType), ID: p.SubjectID},
		Payload: map[string]any{"state": p.State, "hidden": p.HiddenID},
	}
	if p.DialogueID != nil {
		e.Dialogue = *p.DialogueID
	}
	return e
}

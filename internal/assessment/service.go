package assessment

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/assessment"
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

// acts are the types of act about impact assessments.
var acts = []act.Type{
	{Name: "assessment.drafted"},
	{Name: "assessment.edited"},
	{Name: "assessment.submitted"},
	{Name: "assessment.returned"},
	{Name: "assessment.approved"},
	{Name: "assessment.published"},
}

// Service holds the use cases of impact assessments.
type Service struct {
	access.Frame[db.Assessment, placed]
	store     *store.Store
	clock     clock.Clock
	practices Practices
}

// Practices are what assessments are of.
type Practices interface {
	// Place loads a practice inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
}

// New makes the service.
func New(s *store.Store, l access.Log, c clock.Clock, p Practices) *Service {
	a := &Service{store: s, clock: c, practices: p}
	a.Frame = access.Frame[db.Assessment, placed]{Noun: nounOf(p), Store: s, Log: l, Acts: acts, Fetch: a.fetch, Entry: entry}
	a.AsPlace = a.placeOf
	return a
}

// Draft begins an assessment of a practice of the actor's own firm.
func (s *Service) Draft(ctx context.Context, practiceID uuid.UUID, c Content) (*act.Result, error) {
	var of access.Place
	return s.Create(ctx, policy.DraftAssessment, "assessment.drafted", access.In(s.practices, practiceID, &of), func(ctx context.Context, tx *db.Tx) (placed, error) {
		c, err := c.Check()
		if err != nil {
			return placed{}, err
		}
		answers, risks, err := documents(c)
		if err != nil {
			return placed{}, err
		}
		now := s.clock.Now()
		row, err := tx.Assessment.Create().SetPracticeID(practiceID).SetFirmID(of.Party).SetMemberID(policy.ActorFrom(ctx).Member).
			SetTitle(c.Title).SetTemplateKey(c.TemplateKey).SetTemplateVersion(c.TemplateVersion).SetAnswers(answers).SetRisks(risks).
			SetContentHash(c.Hash()).SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		return placed{row, of}, err
	})
}

// Change holds the new content of an edit; nil keeps the old.
type Change struct {
	Title   *string
	Answers []Answer
	Risks   []Risk
}

// Edit changes a draft and makes a new version.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.EditAssessment, id, expected, "assessment.edited", func(row *db.Assessment) (*db.AssessmentUpdateOne, error) {
		content, err := ContentOf(row)
		if err != nil {
			return nil, err
		}
		if c.Title != nil {
			content.Title = *c.Title
		}
		if c.Answers != nil {
			content.Answers = c.Answers
		}
		if c.Risks != nil {
			content.Risks = c.Risks
		}
		if content, err = content.Check(); err != nil {
			return nil, err
		}
		if content.Hash() == row.ContentHash {
			return nil, fault.NothingToDo("the assessment says this already")
		}
		answers, risks, err := documents(content)
		if err != nil {
			return nil, err
		}
		return row.Update().SetTitle(content.Title).SetAnswers(answers).SetRisks(risks).SetContentHash(content.Hash()).AddVersion(1), nil
	})
}

// Submit hands a draft in for review. The first time it gets its number.
func (s *Service) Submit(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.SubmitAssessment, id, expected, "assessment.submitted", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		update := s.revised(p.Update().SetState(enum.ImpactAssessmentStateInReview).SetStateReason(""))
		if p.Reference == nil {
			reference, err := s.store.YearReference(ctx, tx, "A")
			if err != nil {
				return nil, err
			}
			update.SetReference(reference)
		}
		return update.Save(ctx)
	})
}

// Return sends an assessment back to its firm.
func (s *Service) Return(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	reason, err := fault.Reason(reason)
	if err != nil {
		return nil, err
	}
	return s.Because(reason).Change(ctx, policy.ReturnAssessment, id, expected, "assessment.returned", func(ctx context.Context, _ *db.Tx, p placed) (*db.Assessment, error) {
		return p.Update().SetState(enum.ImpactAssessmentStateDraft).SetStateReason(optional.Text(reason)).AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx)
	})
}

// Approve approves the content with the hash that the approver read.
func (s *Service) Approve(ctx context.Context, id uuid.UUID, hash string, expected *int32) (*act.Result, error) {
	actor := policy.ActorFrom(ctx)
	return s.change(ctx, policy.ApproveAssessment, id, expected, "assessment.approved", func(row *db.Assessment) (*db.AssessmentUpdateOne, error) {
		if row.ContentHash != hash {
			return nil, &fault.Fault{Kind: fault.Conflict, Code: enum.UserErrorCodeContentChanged, Field: "contentHash", Message: "the content has changed since you read it: read it again; its hash is now " + row.ContentHash}
		}
		return row.Update().SetState(enum.ImpactAssessmentStateApproved).SetApproverID(actor.Member).SetApprovedByID(actor.Stakeholder).SetApprovedAt(s.clock.Now()), nil
	})
}

// Publish makes an approved assessment public.
func (s *Service) Publish(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.change(ctx, policy.PublishAssessment, id, expected, "assessment.published", func(row *db.Assessment) (*db.AssessmentUpdateOne, error) {
		return row.Update().SetState(enum.ImpactAssessmentStatePublished).SetPublishedAt(s.clock.Now()), nil
	})
}

func (s *Service) change(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, typ string,
	do func(row *db.Assessment) (*db.AssessmentUpdateOne, error),
) (*act.Result, error) {
	return s.Change(ctx, action, id, expected, typ, func(ctx context.Context, _ *db.Tx, p placed) (*db.Assessment, error) {
		update, err := do(p.Assessment)
		if err != nil {
			return nil, err
		}
		return s.revised(update).Save(ctx)
	})
}

func (s *Service) revised(update *db.AssessmentUpdateOne) *db.AssessmentUpdateOne {
	return update.AddRevision(1).SetUpdatedAt(s.clock.Now())
}

func (s *Service) fetch(ctx context.Context, tx *db.Tx, id uuid.UUID) (placed, error) {
	row, err := tx.Assessment.Query().Where(assessment.ID(id), s.store.ForUpdate).Only(ctx)
	if err != nil {
		return placed{}, err
	}
	of, err := s.practices.Place(ctx, tx, row.PracticeID)
	return placed{row, of}, err
}

// ContentOf reads the content of a row.
func ContentOf(row *db.Assessment) (Content, error) {
	c := Content{Title: row.Title, TemplateKey: row.TemplateKey, TemplateVersion: row.TemplateVersion}
	if err := json.Unmarshal(row.Answers, &c.Answers); err != nil {
		return c, fmt.Errorf("read answers: %w", err)
	}
	if err := json.Unmarshal(row.Risks, &c.Risks); err != nil {
		return c, fmt.Errorf("read risks: %w", err)
	}
	return c, nil
}

func documents(c Content) (answers, risks json.RawMessage, err error) {
	if c.Answers == nil {
		c.Answers = []Answer{}
	}
	if c.Risks == nil {
		c.Risks = []Risk{}
	}
	if answers, err = json.Marshal(c.Answers); err != nil {
		return nil, nil, fmt.Errorf("write answers: %w", err)
	}
	if risks, err = json.Marshal(c.Risks); err != nil {
		return nil, nil, fmt.Errorf("write risks: %w", err)
	}
	return answers, risks, nil
}

// Personal says that assessments are of firms, written and approved by members.
func (s *Service) Personal() []personal.Data {
	const stays = "It stays, and names a member whose identity is gone."
	return []personal.Data{
		{
			Table: "assessments", Column: "firm_id", Organisations: true, Erasure: "It stays: it names a firm, not a person.",
			Withheld: "What a firm says is its own, not its member's.",
		},
		{Table: "assessments", Column: "member_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member wrote."},
		{Table: "assessments", Column: "approver_id", Organisations: true, Erasure: stays, Withheld: "The acts of the export say what the member approved."},
		{
			Table: "assessments", Column: "approved_by_id", Erasure: "It stays, and names a party that says nothing of itself any more.",
			Withheld: "The acts of the export say what the member approved.",
		},
	}
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Assessment, ID: p.ID, Revision: p.Revision},
		Parent: act.Parent{Type: policy.Practice, ID: p.PracticeID}, Owner: p.FirmID,
		Payload: map[string]any{"state": p.State, "version": p.Version, "contentHash": p.ContentHash, "reference": p.Reference},
	}
}

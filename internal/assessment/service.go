package assessment

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/practice"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Service holds the use cases of impact assessments.
type Service struct {
	store     *store.Store
	log       *actlog.Log
	clock     clock.Clock
	practices *practice.Service
}

// New makes the service.
func New(s *store.Store, l *actlog.Log, c clock.Clock, p *practice.Service) *Service {
	return &Service{store: s, log: l, clock: c, practices: p}
}

// Draft begins an assessment of a practice of the actor's own firm.
func (s *Service) Draft(ctx context.Context, practiceID uuid.UUID, c Content) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		actor, now := policy.ActorFrom(ctx), s.clock.Now()
		about, err := s.practices.Load(ctx, tx, practiceID)
		if err != nil {
			return actlog.Entry{}, err
		}
		facts := practice.Subject(actor, about).Facts
		if err := policy.Check(ctx, policy.DraftAssessment, policy.Subject{Resource: policy.Assessment, Facts: facts}); err != nil {
			return actlog.Entry{}, err
		}
		c, err := c.Check()
		if err != nil {
			return actlog.Entry{}, err
		}
		answers, risks, err := documents(c)
		if err != nil {
			return actlog.Entry{}, err
		}
		row, err := tx.Assessment.Create().SetPracticeID(practiceID).SetFirmID(about.FirmID).SetMemberID(actor.Member).SetTitle(c.Title).
			SetTemplateKey(c.TemplateKey).SetTemplateVersion(c.TemplateVersion).SetAnswers(answers).SetRisks(risks).SetContentHash(c.Hash()).
			SetCreatedAt(now).SetUpdatedAt(now).Save(ctx)
		if err != nil {
			return actlog.Entry{}, fmt.Errorf("draft assessment: %w", err)
		}
		return entry("assessment.drafted", row), nil
	})
}

// Change holds the new content of an edit; nil keeps the old.
type Change struct {
	Title   *string
	Answers []Answer
	Risks   []Risk
}

// Edit changes a draft and makes a new version.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, c Change, expected *int32) (*actlog.Receipt, error) {
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
		answers, risks, err := documents(content)
		if err != nil {
			return nil, err
		}
		return row.Update().SetTitle(content.Title).SetAnswers(answers).SetRisks(risks).SetContentHash(content.Hash()).AddVersion(1), nil
	})
}

// Submit hands a draft in for review.
func (s *Service) Submit(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.change(ctx, policy.SubmitAssessment, id, expected, "assessment.submitted", func(row *db.Assessment) (*db.AssessmentUpdateOne, error) {
		content, err := ContentOf(row)
		if err != nil {
			return nil, err
		}
		if err := content.Ready(); err != nil {
			return nil, err
		}
		return row.Update().SetState("IN_REVIEW").SetStateReason(""), nil
	})
}

// Return sends an assessment back to its firm.
func (s *Service) Return(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*actlog.Receipt, error) {
	reason, err := fault.Text("reason", reason, 2000)
	if err != nil {
		return nil, err
	}
	return s.change(ctx, policy.ReturnAssessment, id, expected, "assessment.returned", func(row *db.Assessment) (*db.AssessmentUpdateOne, error) {
		return row.Update().SetState("DRAFT").SetStateReason(reason), nil
	})
}

// Approve approves the content with the hash that the approver read.
func (s *Service) Approve(ctx context.Context, id uuid.UUID, hash string, expected *int32) (*actlog.Receipt, error) {
	actor := policy.ActorFrom(ctx)
	return s.change(ctx, policy.ApproveAssessment, id, expected, "assessment.approved", func(row *db.Assessment) (*db.AssessmentUpdateOne, error) {
		if row.ContentHash != hash {
			return nil, &fault.Fault{Kind: fault.Conflict, Field: "contentHash", Message: "the content has changed since you read it: read it again; its hash is now " + row.ContentHash}
		}
		return row.Update().SetState("APPROVED").SetApproverID(actor.Member).SetApprovedAt(s.clock.Now()), nil
	})
}

// Publish makes an approved assessment public.
func (s *Service) Publish(ctx context.Context, id uuid.UUID, expected *int32) (*actlog.Receipt, error) {
	return s.change(ctx, policy.PublishAssessment, id, expected, "assessment.published", func(row *db.Assessment) (*db.AssessmentUpdateOne, error) {
		return row.Update().SetState("PUBLISHED").SetPublishedAt(s.clock.Now()), nil
	})
}

func (s *Service) change(
	ctx context.Context, action policy.Action, id uuid.UUID, expected *int32, act string,
	do func(row *db.Assessment) (*db.AssessmentUpdateOne, error),
) (*actlog.Receipt, error) {
	return s.log.Write(ctx, func(ctx context.Context, tx *db.Tx) (actlog.Entry, error) {
		row, err := s.Load(ctx, tx, id)
		if err != nil {
			return actlog.Entry{}, err
		}
		if err := policy.Check(ctx, action, subject(policy.ActorFrom(ctx), row)); err != nil {
			return actlog.Entry{}, err
		}
		if err := store.SameRevision(row.Revision, expected); err != nil {
			return actlog.Entry{}, err
		}
		update, err := do(row)
		if err != nil {
			return actlog.Entry{}, err
		}
		if row, err = update.AddRevision(1).SetUpdatedAt(s.clock.Now()).Save(ctx); err != nil {
			return actlog.Entry{}, fmt.Errorf("save assessment: %w", err)
		}
		return entry(act, row), nil
	})
}

// Load keeps an assessment as it is inside a transaction. One that the actor may not see is missing.
func (s *Service) Load(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Assessment, error) {
	if err := s.store.Lock(ctx, tx, Table.Name, id); err != nil {
		return nil, err
	}
	row, err := tx.Assessment.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	actor := policy.ActorFrom(ctx)
	if !policy.Decide(actor, policy.ReadAssessment, subject(actor, row)).Allowed {
		return nil, fault.Missing()
	}
	about, err := tx.Practice.Get(ctx, row.PracticeID)
	if err != nil {
		return nil, err
	}
	reviews := (actor.Has(policy.Reviewer) || actor.Has(policy.Approver)) && (row.State == "IN_REVIEW" || row.State == "APPROVED")
	if !reviews && !policy.Decide(actor, policy.ReadPractice, practice.Subject(actor, about)).Allowed {
		return nil, fault.Missing()
	}
	return row, nil
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

func subject(a policy.Actor, row *db.Assessment) policy.Subject {
	s := policy.Subject{Resource: policy.Assessment, State: row.State}
	if a.Stakeholder != uuid.Nil && a.Stakeholder == row.FirmID {
		s.Facts |= policy.Own
	}
	if a.Member != uuid.Nil && a.Member == row.MemberID {
		s.Facts |= policy.Writer
	}
	return s
}

func entry(act string, row *db.Assessment) actlog.Entry {
	return actlog.Entry{
		Type: act, Subject: actlog.Subject{Type: policy.Assessment, ID: row.ID, Revision: row.Revision},
		Parent:  actlog.Parent{Type: policy.Practice, ID: row.PracticeID},
		Payload: map[string]any{"state": row.State, "version": row.Version, "contentHash": row.ContentHash},
	}
}

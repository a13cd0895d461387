package assessment

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/ent/db/assessment"
	"github.com/plenary-dialogue/plenary/internal/access"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/clock"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/intake"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/questionnaire"
	"github.com/plenary-dialogue/plenary/internal/store"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

// acts are the types of act about impact assessments.
var acts = []act.Type{
	{Name: "assessment.drafted"},
	{Name: "assessment.imported"},
	{Name: "assessment.edited"},
	{Name: "assessment.answered"},
	{Name: "assessment.redacted"},
	{Name: "assessment.consultation_opened"},
	{Name: "assessment.recalled"},
	{Name: "assessment.submitted"},
	{Name: "assessment.returned"},
	{Name: "assessment.signer_appointed"},
	{Name: "assessment.signer_dismissed"},
	{Name: "assessment.conflict_declared"},
	{Name: "assessment.signed"},
	{Name: "assessment.approved"},
	{Name: "assessment.published"},
	{Name: "assessment.withdrawn"},
	{Name: "assessment.revoked"},
	{Name: "assessment.renewed"},
	{Name: "assessment.outdated", By: "the server"},
	{Name: "assessment.superseded", By: "the server"},
	{Name: "file.attached", About: string(policy.Assessment)},
	{Name: "file.removed", About: string(policy.Assessment)},
}

// Service holds the use cases of impact assessments.
type Service struct {
	access.Frame[db.Assessment, placed]
	store     *store.Store
	clock     clock.Clock
	templates Templates
	files     Files
	log       intake.Log
	risks     Risks
	filings   Filings
	kinds     []Kind
}

// Log runs use cases, and takes the acts that follow from one beside its own.
type Log interface {
	access.Log
	intake.Log
}

// Templates are what assessments answer.
type Templates interface {
	// Asked reads a template inside a use case, in whatever state it is.
	Asked(ctx context.Context, tx *db.Tx, id uuid.UUID) (*db.Template, *questionnaire.Template, error)
	// Questions reads what a template asks, and nothing else of it.
	Questions(ctx context.Context, tx *db.Tx, id uuid.UUID) (*questionnaire.Template, error)
	// ByName reads the one that the actor may see with a name in a column, such as reference; nil for none.
	ByName(ctx context.Context, column, name string) (*db.Template, error)
	// Questionnaires reads many.
	Questionnaires(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*questionnaire.Template, error)
}

// Filings tell regulators what becomes of what was filed with them.
type Filings interface {
	// Ended tells those that have an assessment that it is out of date, superseded or revoked, inside a use case.
	Ended(ctx context.Context, tx *db.Tx, assessment uuid.UUID, to enum.ImpactAssessmentState) error
}

// Assessable is a noun that can be assessed. Its domain implements it.
type Assessable interface {
	// Place loads a thing inside a use case, and locks it.
	Place(ctx context.Context, tx *db.Tx, id uuid.UUID) (access.Place, error)
	// Places reads many.
	Places(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]access.Place, error)
	// InVisible asks for a column to name one that the actor may see.
	InVisible(a policy.Actor, column string) store.Cond
	// VersionOf is the number of the present version of the thing that a column names, in SQL.
	VersionOf(column string) string
}

// Kind is a noun with those that can be assessed of it.
type Kind struct {
	Resource policy.Resource
	Assessable
}

// Noun is the resource of the noun.
func (k Kind) Noun() policy.Resource { return k.Resource }

// New makes the service for the kinds of thing that can be assessed.
func New(s *store.Store, l Log, c clock.Clock, t Templates, f Files, r Risks, g Filings, kinds ...Kind) *Service {
	a := &Service{store: s, clock: c, templates: t, files: f, risks: r, filings: g, log: l, kinds: kinds}
	a.Frame = access.Frame[db.Assessment, placed]{Noun: nounOf(s, kinds), Store: s, Log: l, Acts: acts, Fetch: a.fetch, Entry: entry}
	a.AsPlace = a.placeOf
	return a
}

func (s *Service) kind(r policy.Resource) (Assessable, error) { return access.KindOf(s.kinds, r) }

// Subject names what is assessed.
type Subject struct {
	Type policy.Resource
	ID   uuid.UUID
}

// place loads the subject of an assessment.
func (s *Service) place(ctx context.Context, tx *db.Tx, of Subject) (access.Place, error) {
	kind, err := s.kind(of.Type)
	if err != nil {
		return access.Place{}, err
	}
	return kind.Place(ctx, tx, of.ID)
}

// Draft begins an assessment of something of the actor's own firm, under a template that is in use.
func (s *Service) Draft(ctx context.Context, of Subject, templateID uuid.UUID, title string) (*act.Result, error) {
	var at access.Place
	enter := func(ctx context.Context, tx *db.Tx) (access.Place, error) {
		var err error
		if at, err = s.place(ctx, tx, of); err == nil {
			err = at.Check()
		}
		return at, err
	}
	return s.Create(ctx, policy.DraftAssessment, "assessment.drafted", enter, func(ctx context.Context, tx *db.Tx) (placed, error) {
		w, err := Words{Title: title}.Check()
		if err != nil {
			return placed{}, err
		}
		t, err := s.inUse(ctx, tx, templateID)
		if err != nil {
			return placed{}, err
		}
		now, set := s.clock.Now(), t.Set(nil)
		create := tx.Assessment.Create().SetTemplateID(templateID).SetSubjectType(policy.SubjectType(of.Type)).SetSubjectID(of.ID).SetSubjectVersion(*at.Version).
			SetFirmID(at.Party).SetMemberID(policy.ActorFrom(ctx).Member).SetTitle(w.Title).SetCreatedAt(now).SetUpdatedAt(now)
		if level := t.Totals(set).Level; level > 0 {
			create.SetLevel(int(level))
		}
		row, err := create.Save(ctx)
		return placed{Assessment: row, subject: at, template: t, hands: new(hands)}, err
	})
}

// inUse loads a template for a new assessment. One that the actor may not see is missing.
func (s *Service) inUse(ctx context.Context, tx *db.Tx, id uuid.UUID) (*questionnaire.Template, error) {
	row, t, err := s.templates.Asked(ctx, tx, id)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && row.State == enum.AssessmentTemplateStateDraft:
		return nil, fault.MissingField("template")
	case err != nil:
		return nil, err
	case row.State != enum.AssessmentTemplateStateActive:
		return nil, &fault.Fault{
			Kind: fault.State, Code: enum.UserErrorCodeState, Field: "template", Message: "the template " + row.Reference + " is retired: choose one that is in use",
			Values: fault.Values{State: optional.Text(row.State), States: []string{string(enum.AssessmentTemplateStateActive)}},
		}
	}
	return t, nil
}

// Edit changes the title of a draft and by when it is to be looked at again; nil keeps it.
func (s *Service) Edit(ctx context.Context, id uuid.UUID, title *string, review *time.Time, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.EditAssessment, id, expected, "assessment.edited", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		w := Words{Title: p.Title}
		if title != nil {
			w.Title = *title
		}
		w, err := w.Check()
		if err != nil {
			return nil, err
		}
		if err := s.reviewable(review); err != nil {
			return nil, err
		}
		sameReview := review == nil || p.NextReviewDueAt != nil && review.Equal(*p.NextReviewDueAt)
		if w.Title == p.Title && sameReview {
			return nil, fault.NothingToDo("the assessment says this already")
		}
		if err := s.author(ctx, tx, p.ID); err != nil {
			return nil, err
		}
		return s.rewritten(p, p.Update().SetTitle(w.Title).SetNillableNextReviewDueAt(review)).Save(ctx)
	})
}

// reviewable refuses a date of review that is past or too far away to be one.
func (s *Service) reviewable(at *time.Time) error {
	now := s.clock.Now()
	last := now.AddDate(5, 0, 0)
	switch {
	case at == nil:
	case at.Before(now):
		return fault.InvalidField("nextReviewDueAt", enum.UserErrorCodeInThePast, "this is in the past").With(fault.Values{Date: &now})
	case at.After(last):
		return fault.InvalidField("nextReviewDueAt", enum.UserErrorCodeOutOfRange, "an assessment is looked at again within five years").With(fault.Values{Date: &last})
	}
	return nil
}

// author notes that the actor has a part in what an assessment says beside its answers.
func (s *Service) author(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	const text = "INSERT INTO assessment_authors (id, assessment_id, member_id) VALUES (?, ?, ?) ON CONFLICT (assessment_id, member_id) DO NOTHING"
	if _, err := s.store.Exec(ctx, tx, text, uuid.Must(uuid.NewV7()), id, policy.ActorFrom(ctx).Member); err != nil {
		return fmt.Errorf("note who wrote it: %w", err)
	}
	return nil
}

// rewritten is an update of what an assessment says. The first one after it was handed in begins the next version.
func (s *Service) rewritten(p placed, update *db.AssessmentUpdateOne) *db.AssessmentUpdateOne {
	if p.ContentHash != nil {
		update.AddVersion(1).ClearContentHash()
	}
	return s.revised(update.SetState(enum.ImpactAssessmentStateDraft))
}

// keep writes the version that everybody is consulted on, and gives its hash.
func (s *Service) keep(ctx context.Context, tx *db.Tx, p placed) (string, error) {
	saved, err := s.answersIn(ctx, tx, p.ID)
	if err != nil {
		return "", err
	}
	evidence, err := s.files.In(ctx, tx, p.ID)
	if err != nil {
		return "", err
	}
	now, err := s.store.Now(ctx, tx)
	if err != nil {
		return "", err
	}
	risks, err := s.risks.In(ctx, tx, p.ID, now)
	if err != nil {
		return "", err
	}
	subject := DocumentSubject{Type: p.SubjectType, ID: p.SubjectID.String(), Version: p.SubjectVersion}
	doc, err := compose(p.template, subject, Words{Title: p.Title}, saved, evidence, risks)
	if err != nil {
		return "", err
	}
	if doc.Redactions, err = redactionsOf(p.Assessment); err != nil {
		return "", err
	}
	hash, err := doc.Hash()
	if err != nil {
		return "", err
	}
	text, err := canonical(doc)
	if err != nil {
		return "", err
	}
	err = tx.AssessmentVersion.Create().SetAssessmentID(p.ID).SetNumber(p.Version).SetDocument(string(text)).SetContentHash(hash).
		SetCreatedAt(s.clock.Now()).Exec(ctx)
	if err != nil {
		return "", fmt.Errorf("keep version %d: %w", p.Version, err)
	}
	return hash, nil
}

// Return sends an assessment back to its firm.
func (s *Service) Return(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	return s.because(ctx, policy.ReturnAssessment, id, reason, expected, "assessment.returned", func(update *db.AssessmentUpdateOne) {
		update.SetState(enum.ImpactAssessmentStateChangesRequested).ClearApprovedAt().ClearConsultationUntil()
	})
}

// Publish makes an approved assessment public. It takes the place of the one that it was made anew from.
func (s *Service) Publish(ctx context.Context, id uuid.UUID, expected *int32) (*act.Result, error) {
	return s.Change(ctx, policy.PublishAssessment, id, expected, "assessment.published", func(ctx context.Context, tx *db.Tx, p placed) (*db.Assessment, error) {
		if err := s.accepted(ctx, tx, p); err != nil {
			return nil, err
		}
		if err := s.freeze(ctx, tx, p); err != nil {
			return nil, err
		}
		now := s.clock.Now()
		if p.PreviousID != nil {
			if err := s.supersede(ctx, tx, *p.PreviousID, now); err != nil {
				return nil, err
			}
		}
		update := s.revised(p.Update().SetState(enum.ImpactAssessmentStatePublished).SetPublishedAt(now))
		if p.NextReviewDueAt == nil || p.NextReviewDueAt.Before(now) {
			update.SetNextReviewDueAt(now.AddDate(1, 0, 0))
		}
		return update.Save(ctx)
	})
}

// Revoke ends an assessment that was approved.
func (s *Service) Revoke(ctx context.Context, id uuid.UUID, reason string, expected *int32) (*act.Result, error) {
	return s.because(ctx, policy.RevokeAssessment, id, reason, expected, "assessment.revoked", func(update *db.AssessmentUpdateOne) {
		update.SetState(enum.ImpactAssessmentStateRevoked)
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
	return s.placed(ctx, tx, row)
}

// placed loads what is around an assessment.
func (s *Service) placed(ctx context.Context, tx *db.Tx, row *db.Assessment) (placed, error) {
	p := placed{Assessment: row, compiled: new(compiled)}
	var err error
	if p.subject, err = s.place(ctx, tx, Subject{policy.ResourceOf(row.SubjectType), row.SubjectID}); err != nil {
		return placed{}, err
	}
	if p.template, err = s.templates.Questions(ctx, tx, row.TemplateID); err != nil {
		return placed{}, err
	}
	near, err := s.near(ctx, s.inside(tx), []uuid.UUID{row.FirmID})
	if err != nil {
		return placed{}, err
	}
	p.near = near[row.FirmID]
	all, err := s.handsOf(ctx, s.inside(tx), []*db.Assessment{row})
	p.hands = all[row.ID]
	return p, err
}

// near tells which firms are in a jurisdiction of the actor's party. Only regulators have a use for it.
func (s *Service) near(ctx context.Context, ask asking, firms []uuid.UUID) (map[uuid.UUID]bool, error) {
	actor, found := policy.ActorFrom(ctx), map[uuid.UUID]bool{}
	if !actor.Has(policy.Regulator) {
		return found, nil
	}
	in, within := s.store.AnyOf("s.id", firms), access.WithinJurisdiction(s.store, "s.id", actor.Stakeholder)
	err := ask(ctx, "SELECT s.id FROM stakeholders s WHERE "+in.SQL+" AND "+within.SQL, append(in.Args, within.Args...), func(r *sql.Rows) error {
		var id uuid.UUID
		err := r.Scan(&id)
		found[id] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("compare jurisdictions: %w", err)
	}
	return found, nil
}

func unplacedOf(row *db.Assessment) ([]*Unplaced, error) {
	all := []*Unplaced{}
	if len(row.Unplaced) == 0 {
		return all, nil
	}
	if err := json.Unmarshal(row.Unplaced, &all); err != nil {
		return nil, fmt.Errorf("read the answers that have no place: %w", err)
	}
	return all, nil
}

func entry(typ string, p placed) act.Entry {
	return act.Entry{
		Type: typ, Subject: act.Subject{Type: policy.Assessment, ID: p.ID, Revision: p.Revision},
		Parent: act.Parent{Type: policy.ResourceOf(p.SubjectType), ID: p.SubjectID}, Owner: p.FirmID,
		Payload: map[string]any{"state": p.State, "version": p.Version, "contentHash": p.ContentHash, "reference": p.Reference},
	}
}

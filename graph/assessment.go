package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

func assessmentID(a *db.Assessment) uuid.UUID { return a.ID }

var assessmentEdges = edges{
	"Query.impactAssessment": top(func(ctx context.Context, r *Resolver, a args) (*db.Assessment, error) {
		return single(ctx, a, "assessment", r.Assessments.ByID)
	}),
	"Query.impactAssessments": top(func(ctx context.Context, r *Resolver, a args) (*assessment.Page, error) {
		in, err := filter[model.AssessmentFilter](a)
		if err != nil {
			return nil, err
		}
		f := assessment.Filter{State: in.State, Text: or(in.Text, ""), ChangedSince: in.ChangedSince}
		if f.Firm, err = optionalKey("stakeholder", in.Firm); err != nil {
			return nil, err
		}
		if f.Practice, err = optionalKey("practice", in.Practice); err != nil {
			return nil, err
		}
		return r.Assessments.List(ctx, f, a.page())
	}),
	"ImpactAssessment.practice": one(func(ctx context.Context, r *Resolver, as []*db.Assessment, _ args) ([]*db.Practice, error) {
		id := func(a *db.Assessment) uuid.UUID { return a.PracticeID }
		rows, err := r.Practices.AssessedBy(ctx, ids(as, id))
		return pick(as, id, rows), err
	}),
	"ImpactAssessment.firm": one(func(ctx context.Context, r *Resolver, as []*db.Assessment, _ args) ([]*party.Firm, error) {
		return r.firms(ctx, ids(as, func(a *db.Assessment) uuid.UUID { return a.FirmID }))
	}),
	"ImpactAssessment.comments": one(func(ctx context.Context, r *Resolver, as []*db.Assessment, a args) ([]*comment.Page, error) {
		return commentsOn(ctx, r, as, assessmentID, a)
	}),
	"ImpactAssessment.viewerCan": one(func(ctx context.Context, r *Resolver, as []*db.Assessment, _ args) ([][]*policy.Decision, error) {
		return r.Assessments.Can(ctx, as), nil
	}),
	"AssessmentEvent.assessment": eventAbout(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Assessment, error) {
		return r.Assessments.ByID
	}),
	"AssessmentPayload.act": payloadAct,
	"AssessmentPayload.impactAssessment": payloadSubject(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Assessment, error) {
		return r.Assessments.ByID
	}),
}

func answers(in []*model.AnswerInput) []assessment.Answer {
	if in == nil {
		return nil
	}
	out := make([]assessment.Answer, len(in))
	for i, a := range in {
		out[i] = assessment.Answer{Question: a.Question, Value: a.Value, Note: or(a.Note, "")}
	}
	return out
}

func risks(in []*model.RiskInput) []assessment.Risk {
	if in == nil {
		return nil
	}
	out := make([]assessment.Risk, len(in))
	for i, r := range in {
		out[i] = assessment.Risk{
			Title: r.Title, Description: or(r.Description, ""), Likelihood: int(r.Likelihood), Severity: int(r.Severity), Treatment: r.Treatment,
			Mitigation: or(r.Mitigation, ""),
		}
	}
	return out
}

func (r *Resolver) draftAssessment(ctx context.Context, in model.DraftAssessmentInput) (*actlog.Receipt, error) {
	id, err := key("practice", in.Practice)
	if err != nil {
		return nil, err
	}
	return r.Assessments.Draft(ctx, id, assessment.Content{
		Title: in.Title, TemplateKey: in.TemplateKey, TemplateVersion: in.TemplateVersion, Answers: answers(in.Answers), Risks: risks(in.Risks),
	})
}

func (r *Resolver) editAssessment(ctx context.Context, in model.EditAssessmentInput) (*actlog.Receipt, error) {
	id, err := key("assessment", in.ID)
	if err != nil {
		return nil, err
	}
	change := assessment.Change{Title: in.Title, Answers: answers(in.Answers), Risks: risks(in.Risks)}
	return r.Assessments.Edit(ctx, id, change, &in.ExpectedVersion)
}

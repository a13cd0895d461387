package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/optional"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var assessmentNoun = noun{
	name:  "assessment",
	types: []string{"ImpactAssessment"},
	read:  by(func(r *Resolver) many[db.Assessment] { return r.Assessments.ByID }),
	referred: byReference(func(r *Resolver) func(context.Context, string) (*db.Assessment, error) {
		return r.Assessments.ByReference
	}),
	tables: []string{"assessments"},
	inside: []policy.Resource{policy.Practice},
	edges: edges{
		"Query.impactAssessments": paged(func(ctx context.Context, r *Resolver, in model.ImpactAssessmentFilter, a args) (*assessment.Page, error) {
			f := assessment.Filter{
				State: in.State, Template: in.Template, Sector: in.Sector, Jurisdiction: in.Jurisdiction, Text: or(in.Text, ""),
				PublishedAfter: in.PublishedAfter, PublishedBefore: in.PublishedBefore, ChangedSince: in.ChangedSince,
				Order: word[enum.ImpactAssessmentOrder](a, "order"),
			}
			f.Firm = optionalKey("stakeholder", in.Firm)
			f.Practice = optionalKey("practice", in.Practice)
			return r.Assessments.List(ctx, f, a.page())
		}),
		"ImpactAssessment.practice":        to("practice_id", func(r *Resolver) many[db.Practice] { return r.Practices.AssessedBy }),
		"ImpactAssessment.firm":            toParty("firm_id"),
		"ImpactAssessment.approvedBy":      toParty("approved_by_id"),
		"ImpactAssessment.answers":         content(func(c assessment.Content) []*assessment.Answer { return pointers(c.Answers) }),
		"ImpactAssessment.risks":           content(func(c assessment.Content) []*assessment.Risk { return pointers(c.Risks) }),
		"ImpactAssessment.missingToSubmit": content(func(c assessment.Content) []*view.UserError { return view.UserErrorsOf(c.Missing()) }),
		"ImpactAssessment.comments":        under(commentsOn),
		"ImpactAssessment.viewerCan": can(func(ctx context.Context, r *Resolver, as []*db.Assessment) ([][]*policy.Decision, error) {
			return r.Assessments.Can(ctx, as)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Assessment, error) { return r.Assessments.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Assessment) ([][]*policy.Decision, error) {
			return r.Assessments.Can(ctx, rows)
		}),
	mutations: mutations{
		"draftAssessment": with(func(ctx context.Context, r *Resolver, in model.DraftAssessmentInput) (*act.Result, error) {
			id := key("practice", in.Practice)
			return r.Assessments.Draft(ctx, id, assessment.Content{
				Title: in.Title, TemplateKey: in.TemplateKey, TemplateVersion: in.TemplateVersion, Answers: answers(in.Answers), Risks: risks(in.Risks),
			})
		}),
		"editAssessment": with(func(ctx context.Context, r *Resolver, in model.EditAssessmentInput) (*act.Result, error) {
			id := key("assessment", in.ID)
			change := assessment.Change{Title: in.Title, Answers: answers(in.Answers), Risks: risks(in.Risks)}
			return r.Assessments.Edit(ctx, id, change, &in.ExpectedRevision)
		}),
		"submitAssessment": on(func(r *Resolver) moving { return r.Assessments.Submit }),
		"returnAssessment": because("Reason", func(r *Resolver) reasoned { return r.Assessments.Return }),
		"approveAssessment": onWith(func(ctx context.Context, r *Resolver, id uuid.UUID, in input) (*act.Result, error) {
			return r.Assessments.Approve(ctx, id, in.text("ContentHash"), in.expected())
		}),
		"publishAssessment": on(func(r *Resolver) moving { return r.Assessments.Publish }),
	},
	follows: follows{"impactAssessmentUpdated": around},
}

// content makes a field of an assessment's content.
func content[C any](part func(assessment.Content) C) edge {
	e := madeFor(func(_ context.Context, _ *Resolver, row *db.Assessment) (C, error) {
		c, err := assessment.ContentOf(row)
		return part(c), err
	})
	e.needs, e.public = []string{"title", "template_key", "template_version", "answers", "risks"}, true
	return e
}

func answers(in []*model.AnswerInput) []assessment.Answer {
	if in == nil {
		return nil
	}
	out := make([]assessment.Answer, len(in))
	for i, a := range in {
		out[i] = assessment.Answer{Question: a.Question, Value: a.Value, Note: optional.Text(or(a.Note, ""))}
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
			Title: r.Title, Description: optional.Text(or(r.Description, "")), Likelihood: int(r.Likelihood), Severity: int(r.Severity), Treatment: r.Treatment,
			Mitigation: optional.Text(or(r.Mitigation, "")),
		}
	}
	return out
}

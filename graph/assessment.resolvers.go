package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/assessment"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// Assessment is the resolver for the assessment field.
func (r *assessmentEventResolver) Assessment(ctx context.Context, obj *feed.Event) (*db.Assessment, error) {
	return take[*db.Assessment](ctx, obj)
}

// ImpactAssessment is the resolver for the impactAssessment field.
func (r *assessmentPayloadResolver) ImpactAssessment(ctx context.Context, obj *view.Payload) (*db.Assessment, error) {
	return take[*db.Assessment](ctx, obj)
}

// Act is the resolver for the act field.
func (r *assessmentPayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// Practice is the resolver for the practice field.
func (r *impactAssessmentResolver) Practice(ctx context.Context, obj *db.Assessment) (*db.Practice, error) {
	return take[*db.Practice](ctx, obj)
}

// Firm is the resolver for the firm field.
func (r *impactAssessmentResolver) Firm(ctx context.Context, obj *db.Assessment) (*party.Firm, error) {
	return take[*party.Firm](ctx, obj)
}

// Answers is the resolver for the answers field.
func (r *impactAssessmentResolver) Answers(ctx context.Context, obj *db.Assessment) ([]*assessment.Answer, error) {
	content, err := assessment.ContentOf(obj)
	return pointers(content.Answers), err
}

// Risks is the resolver for the risks field.
func (r *impactAssessmentResolver) Risks(ctx context.Context, obj *db.Assessment) ([]*assessment.Risk, error) {
	content, err := assessment.ContentOf(obj)
	return pointers(content.Risks), err
}

// Comments is the resolver for the comments field.
func (r *impactAssessmentResolver) Comments(ctx context.Context, obj *db.Assessment, first *int32, after *string, last *int32, before *string, filter *model.CommentFilter, order *string) (*store.Page[*db.Comment], error) {
	return take[*store.Page[*db.Comment]](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *impactAssessmentResolver) ViewerCan(ctx context.Context, obj *db.Assessment) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// DraftAssessment is the resolver for the draftAssessment field.
func (r *mutationResolver) DraftAssessment(ctx context.Context, input model.DraftAssessmentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.draftAssessment(ctx, input)
	})
}

// EditAssessment is the resolver for the editAssessment field.
func (r *mutationResolver) EditAssessment(ctx context.Context, input model.EditAssessmentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.editAssessment(ctx, input)
	})
}

// SubmitAssessment is the resolver for the submitAssessment field.
func (r *mutationResolver) SubmitAssessment(ctx context.Context, input model.SubmitAssessmentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("assessment", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Assessments.Submit(ctx, id, input.ExpectedVersion)
	})
}

// ReturnAssessment is the resolver for the returnAssessment field.
func (r *mutationResolver) ReturnAssessment(ctx context.Context, input model.ReturnAssessmentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("assessment", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Assessments.Return(ctx, id, input.Reason, input.ExpectedVersion)
	})
}

// ApproveAssessment is the resolver for the approveAssessment field.
func (r *mutationResolver) ApproveAssessment(ctx context.Context, input model.ApproveAssessmentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("assessment", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Assessments.Approve(ctx, id, input.ContentHash, input.ExpectedVersion)
	})
}

// PublishAssessment is the resolver for the publishAssessment field.
func (r *mutationResolver) PublishAssessment(ctx context.Context, input model.PublishAssessmentInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("assessment", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Assessments.Publish(ctx, id, input.ExpectedVersion)
	})
}

// ImpactAssessment is the resolver for the impactAssessment field.
func (r *queryResolver) ImpactAssessment(ctx context.Context, id string) (*db.Assessment, error) {
	return take[*db.Assessment](ctx, root)
}

// ImpactAssessments is the resolver for the impactAssessments field.
func (r *queryResolver) ImpactAssessments(ctx context.Context, first *int32, after *string, last *int32, before *string, filter *model.AssessmentFilter) (*store.Page[*db.Assessment], error) {
	return take[*store.Page[*db.Assessment]](ctx, root)
}

// AssessmentUpdated is the resolver for the assessmentUpdated field.
func (r *subscriptionResolver) AssessmentUpdated(ctx context.Context, id string, after *string) (<-chan *feed.Event, error) {
	return r.follow(ctx, after, r.aroundAssessment(ctx, id))
}

// AssessmentEvent returns generated.AssessmentEventResolver implementation.
func (r *Resolver) AssessmentEvent() generated.AssessmentEventResolver {
	return &assessmentEventResolver{r}
}

// AssessmentPayload returns generated.AssessmentPayloadResolver implementation.
func (r *Resolver) AssessmentPayload() generated.AssessmentPayloadResolver {
	return &assessmentPayloadResolver{r}
}

// ImpactAssessment returns generated.ImpactAssessmentResolver implementation.
func (r *Resolver) ImpactAssessment() generated.ImpactAssessmentResolver {
	return &impactAssessmentResolver{r}
}

type (
	assessmentEventResolver   struct{ *Resolver }
	assessmentPayloadResolver struct{ *Resolver }
	impactAssessmentResolver  struct{ *Resolver }
)

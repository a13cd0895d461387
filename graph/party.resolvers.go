package graph

import (
	"context"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/generated"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/feed"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/store"
)

// ViewerCan is the resolver for the viewerCan field.
func (r *academicInstitutionResolver) ViewerCan(ctx context.Context, obj *party.AcademicInstitution) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *customerResolver) ViewerCan(ctx context.Context, obj *party.Customer) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *firmResolver) ViewerCan(ctx context.Context, obj *party.Firm) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// SizeBand is the resolver for the sizeBand field.
func (r *firmResolver) SizeBand(ctx context.Context, obj *party.Firm) (*string, error) {
	return optional(obj.SizeBand), nil
}

// Practices is the resolver for the practices field.
func (r *firmResolver) Practices(ctx context.Context, obj *party.Firm, first *int32, after *string, last *int32, before *string) (*store.Page[*db.Practice], error) {
	return take[*store.Page[*db.Practice]](ctx, obj)
}

// Stakeholder is the resolver for the stakeholder field.
func (r *memberResolver) Stakeholder(ctx context.Context, obj *db.Member) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *memberResolver) ViewerCan(ctx context.Context, obj *db.Member) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// RegisterStakeholder is the resolver for the registerStakeholder field.
func (r *mutationResolver) RegisterStakeholder(ctx context.Context, input model.RegisterStakeholderInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		return r.Parties.Register(ctx, registration(input))
	})
}

// ApproveStakeholder is the resolver for the approveStakeholder field.
func (r *mutationResolver) ApproveStakeholder(ctx context.Context, input model.ApproveStakeholderInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("stakeholder", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Parties.Approve(ctx, id, input.ExpectedVersion)
	})
}

// SuspendStakeholder is the resolver for the suspendStakeholder field.
func (r *mutationResolver) SuspendStakeholder(ctx context.Context, input model.SuspendStakeholderInput) (*view.Payload, error) {
	return mutate(ctx, func(ctx context.Context) (*actlog.Receipt, error) {
		id, err := key("stakeholder", input.ID)
		if err != nil {
			return nil, err
		}
		return r.Parties.Suspend(ctx, id, input.Reason, input.ExpectedVersion)
	})
}

// ViewerCan is the resolver for the viewerCan field.
func (r *nGOResolver) ViewerCan(ctx context.Context, obj *party.NGO) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// Stakeholder is the resolver for the stakeholder field.
func (r *queryResolver) Stakeholder(ctx context.Context, id string) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, root)
}

// Stakeholders is the resolver for the stakeholders field.
func (r *queryResolver) Stakeholders(ctx context.Context, first *int32, after *string, last *int32, before *string, filter *model.StakeholderFilter) (*store.Page[party.Stakeholder], error) {
	return take[*store.Page[party.Stakeholder]](ctx, root)
}

// ViewerCan is the resolver for the viewerCan field.
func (r *regulatorResolver) ViewerCan(ctx context.Context, obj *party.Regulator) ([]*policy.Decision, error) {
	return take[[]*policy.Decision](ctx, obj)
}

// Mandate is the resolver for the mandate field.
func (r *regulatorResolver) Mandate(ctx context.Context, obj *party.Regulator) (*string, error) {
	return optional(obj.Mandate), nil
}

// Stakeholder is the resolver for the stakeholder field.
func (r *stakeholderPayloadResolver) Stakeholder(ctx context.Context, obj *view.Payload) (party.Stakeholder, error) {
	return take[party.Stakeholder](ctx, obj)
}

// Act is the resolver for the act field.
func (r *stakeholderPayloadResolver) Act(ctx context.Context, obj *view.Payload) (*feed.Act, error) {
	return take[*feed.Act](ctx, obj)
}

// AcademicInstitution returns generated.AcademicInstitutionResolver implementation.
func (r *Resolver) AcademicInstitution() generated.AcademicInstitutionResolver {
	return &academicInstitutionResolver{r}
}

// Customer returns generated.CustomerResolver implementation.
func (r *Resolver) Customer() generated.CustomerResolver { return &customerResolver{r} }

// Firm returns generated.FirmResolver implementation.
func (r *Resolver) Firm() generated.FirmResolver { return &firmResolver{r} }

// Member returns generated.MemberResolver implementation.
func (r *Resolver) Member() generated.MemberResolver { return &memberResolver{r} }

// NGO returns generated.NGOResolver implementation.
func (r *Resolver) NGO() generated.NGOResolver { return &nGOResolver{r} }

// Regulator returns generated.RegulatorResolver implementation.
func (r *Resolver) Regulator() generated.RegulatorResolver { return &regulatorResolver{r} }

// StakeholderPayload returns generated.StakeholderPayloadResolver implementation.
func (r *Resolver) StakeholderPayload() generated.StakeholderPayloadResolver {
	return &stakeholderPayloadResolver{r}
}

type (
	academicInstitutionResolver struct{ *Resolver }
	customerResolver            struct{ *Resolver }
	firmResolver                struct{ *Resolver }
	memberResolver              struct{ *Resolver }
	nGOResolver                 struct{ *Resolver }
	regulatorResolver           struct{ *Resolver }
	stakeholderPayloadResolver  struct{ *Resolver }
)

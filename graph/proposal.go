package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
)

func proposalID(p *db.Proposal) uuid.UUID { return p.ID }

var proposalEdges = edges{
	"Query.proposal": top(func(ctx context.Context, r *Resolver, a args) (*db.Proposal, error) {
		return single(ctx, a, "proposal", r.Proposals.ByID)
	}),
	"Query.proposals": top(func(ctx context.Context, r *Resolver, a args) (*proposal.Page, error) {
		f, err := proposalFilter(a)
		if err != nil {
			return nil, err
		}
		return r.Proposals.List(ctx, f, a.page())
	}),
	"Proposal.dialogue": one(func(ctx context.Context, r *Resolver, ps []*db.Proposal, _ args) ([]*db.Dialogue, error) {
		id := func(p *db.Proposal) uuid.UUID { return p.DialogueID }
		rows, err := r.Dialogues.ByID(ctx, ids(ps, id))
		return pick(ps, id, rows), err
	}),
	"Proposal.author": one(func(ctx context.Context, r *Resolver, ps []*db.Proposal, _ args) ([]party.Stakeholder, error) {
		return r.named(ctx, ids(ps, func(p *db.Proposal) uuid.UUID { return p.AuthorID }))
	}),
	"Proposal.versions": one(func(ctx context.Context, r *Resolver, ps []*db.Proposal, a args) ([]*proposal.VersionPage, error) {
		pages, err := r.Proposals.VersionsOf(ctx, ids(ps, proposalID), a.page())
		return pick(ps, proposalID, pages), err
	}),
	"Proposal.practices": one(func(ctx context.Context, r *Resolver, ps []*db.Proposal, _ args) ([][]*db.Practice, error) {
		return r.linked(ctx, ids(ps, proposalID))
	}),
	"Proposal.comments": one(func(ctx context.Context, r *Resolver, ps []*db.Proposal, a args) ([]*comment.Page, error) {
		return commentsOn(ctx, r, ps, proposalID, a)
	}),
	"Proposal.viewerCan": one(func(ctx context.Context, r *Resolver, ps []*db.Proposal, _ args) ([][]*policy.Decision, error) {
		return r.Proposals.Can(ctx, ps)
	}),
	"ProposalVersion.editor": one(func(ctx context.Context, r *Resolver, vs []*db.ProposalVersion, _ args) ([]party.Stakeholder, error) {
		return r.named(ctx, ids(vs, func(v *db.ProposalVersion) uuid.UUID { return v.EditorID }))
	}),
	"ProposalEvent.proposal": eventAbout(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Proposal, error) {
		return r.Proposals.ByID
	}),
	"ProposalPayload.act": payloadAct,
	"ProposalPayload.proposal": payloadSubject(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Proposal, error) {
		return r.Proposals.ByID
	}),
}

func proposalFilter(a args) (proposal.Filter, error) {
	in, err := filter[model.ProposalFilter](a)
	if err != nil {
		return proposal.Filter{}, err
	}
	f := proposal.Filter{
		State: in.State, Kind: in.Kind, Chamber: or(in.Chamber, ""), Text: or(in.Text, ""), ChangedSince: in.ChangedSince,
	}
	if f.Author, err = optionalKey("stakeholder", in.Author); err != nil {
		return f, err
	}
	f.Practice, err = optionalKey("practice", in.Practice)
	return f, err
}

func (r *Resolver) draftProposal(ctx context.Context, in model.DraftProposalInput) (*actlog.Receipt, error) {
	id, err := key("dialogue", in.Dialogue)
	if err != nil {
		return nil, err
	}
	practices, err := keys("practices", "practice", in.Practices)
	if err != nil {
		return nil, err
	}
	return r.Proposals.Draft(ctx, id, proposal.Words{
		Kind: in.Kind, Language: or(in.Language, ""), Title: in.Title, Summary: or(in.Summary, ""), Body: in.Body,
	}, practices)
}

func (r *Resolver) editProposal(ctx context.Context, in model.EditProposalInput) (*actlog.Receipt, error) {
	id, err := key("proposal", in.ID)
	if err != nil {
		return nil, err
	}
	change := proposal.Change{Title: in.Title, Summary: in.Summary, Body: in.Body}
	return r.Proposals.Edit(ctx, id, change, or(in.Reason, ""), &in.ExpectedVersion)
}

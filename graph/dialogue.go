package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/actlog"
	"github.com/plenary-dialogue/plenary/internal/comment"
	"github.com/plenary-dialogue/plenary/internal/dialogue"
	"github.com/plenary-dialogue/plenary/internal/party"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/proposal"
)

func dialogueID(d *db.Dialogue) uuid.UUID { return d.ID }

var dialogueEdges = edges{
	"Query.dialogue": top(func(ctx context.Context, r *Resolver, a args) (*db.Dialogue, error) {
		return single(ctx, a, "dialogue", r.Dialogues.ByID)
	}),
	"Query.dialogues": top(func(ctx context.Context, r *Resolver, a args) (*dialogue.Page, error) {
		in, err := filter[model.DialogueFilter](a)
		if err != nil {
			return nil, err
		}
		f := dialogue.Filter{State: in.State, Text: or(in.Text, ""), ChangedSince: in.ChangedSince}
		if f.Convenor, err = optionalKey("stakeholder", in.Convenor); err != nil {
			return nil, err
		}
		if f.Practice, err = optionalKey("practice", in.Practice); err != nil {
			return nil, err
		}
		return r.Dialogues.List(ctx, f, a.page())
	}),
	"Dialogue.convenor": one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, _ args) ([]party.Stakeholder, error) {
		return r.named(ctx, ids(ds, func(d *db.Dialogue) uuid.UUID { return d.ConvenorID }))
	}),
	"Dialogue.phases": one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, _ args) ([][]*db.Phase, error) {
		phases, err := r.Dialogues.PhasesOf(ctx, ids(ds, dialogueID))
		return filled(pick(ds, dialogueID, phases)), err
	}),
	"Dialogue.phase": one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, _ args) ([]*db.Phase, error) {
		phases, err := r.Dialogues.PhasesOf(ctx, ids(ds, dialogueID))
		out := make([]*db.Phase, len(ds))
		for i, d := range ds {
			if d.State == "OPEN" {
				out[i] = r.Dialogues.Now(phases[d.ID])
			}
		}
		return out, err
	}),
	"Dialogue.invited": one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, a args) ([]*party.Page, error) {
		pages, err := r.Parties.InvitedTo(ctx, ids(ds, dialogueID), a.page())
		return pick(ds, dialogueID, pages), err
	}),
	"Dialogue.practices": one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, _ args) ([][]*db.Practice, error) {
		return r.linked(ctx, ids(ds, dialogueID))
	}),
	"Dialogue.proposals": one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, a args) ([]*proposal.Page, error) {
		f, err := proposalFilter(a)
		if err != nil {
			return nil, err
		}
		pages, err := r.Proposals.Of(ctx, ids(ds, dialogueID), f, a.page())
		return pick(ds, dialogueID, pages), err
	}),
	"Dialogue.comments": one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, a args) ([]*comment.Page, error) {
		return commentsOn(ctx, r, ds, dialogueID, a)
	}),
	"Dialogue.viewerCan": one(func(ctx context.Context, r *Resolver, ds []*db.Dialogue, _ args) ([][]*policy.Decision, error) {
		return r.Dialogues.Can(ctx, ds)
	}),
	"DialogueEvent.dialogue": eventAbout(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Dialogue, error) {
		return r.Dialogues.ByID
	}),
	"DialoguePayload.act": payloadAct,
	"DialoguePayload.dialogue": payloadSubject(func(r *Resolver) func(context.Context, []uuid.UUID) (map[uuid.UUID]*db.Dialogue, error) {
		return r.Dialogues.ByID
	}),
}

// filled makes empty lists of absent ones: a list that cannot be null is empty.
func filled[T any](lists [][]T) [][]T {
	for i := range lists {
		if lists[i] == nil {
			lists[i] = []T{}
		}
	}
	return lists
}

// linked reads the practices that subjects are about.
func (r *Resolver) linked(ctx context.Context, subjects []uuid.UUID) ([][]*db.Practice, error) {
	pages, err := r.Practices.LinkedTo(ctx, subjects)
	if err != nil {
		return nil, err
	}
	out := make([][]*db.Practice, len(subjects))
	for i, id := range subjects {
		out[i] = pages[id].Nodes
	}
	return filled(out), nil
}

func (r *Resolver) convene(ctx context.Context, in model.ConveneDialogueInput) (*actlog.Receipt, error) {
	practices, err := keys("practices", "practice", in.Practices)
	if err != nil {
		return nil, err
	}
	invite, err := keys("invite", "stakeholder", in.Invite)
	if err != nil {
		return nil, err
	}
	plan := dialogue.Plan{Title: in.Title, Brief: or(in.Brief, ""), Visibility: or(in.Visibility, ""), Languages: in.Languages}
	for _, p := range in.Phases {
		plan.Phases = append(plan.Phases, dialogue.PhasePlan{
			Kind: p.Kind, OpensAt: p.OpensAt, ClosesAt: p.ClosesAt, MayComment: or(p.MayComment, false), MayVote: or(p.MayVote, false),
			MayPropose: or(p.MayPropose, false), MayAmend: or(p.MayAmend, false), MayBallot: or(p.MayBallot, false),
		})
	}
	return r.Dialogues.Convene(ctx, plan, practices, invite)
}

func (r *Resolver) invite(ctx context.Context, in model.InviteToDialogueInput) (*actlog.Receipt, error) {
	id, err := key("dialogue", in.ID)
	if err != nil {
		return nil, err
	}
	parties, err := keys("stakeholders", "stakeholder", in.Stakeholders)
	if err != nil {
		return nil, err
	}
	return r.Dialogues.Invite(ctx, id, parties)
}

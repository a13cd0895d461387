package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/hiding"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
)

var hidingNoun = noun{
	name:   "hiding",
	types:  []string{"Hiding"},
	read:   by(func(r *Resolver) many[db.Hiding] { return r.Hidings.ByID }),
	tables: []string{"hidings"},
	// What is overturned is shown again, with all that is below it.
	sweeping: []string{"hiding.decided"},
	inside:   []policy.Resource{policy.Dialogue, policy.Proposal, policy.Practice, policy.Assessment, policy.Framework, policy.Principle, policy.Touchpoint},
	edges: edges{
		"Query.moderationLog": paged(func(ctx context.Context, r *Resolver, in model.HidingFilter, a args) (*hiding.Page, error) {
			return r.Hidings.List(ctx, hiding.Filter{Dialogue: optionalKey("dialogue", in.Dialogue), State: in.State, Overdue: in.Overdue}, a.page())
		}),
		"Dialogue.moderationLog": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*hiding.Page, error) {
			return r.Hidings.In(ctx, ids, a.page())
		}),
		"Comment.hiding": hidingOf,
		"Hiding.subject": moderated(func(h *db.Hiding) typeid.ID { return thingOf(h.HiddenType, h.HiddenID) }, "hidden_type", "hidden_id"),
		"Hiding.subjectId": made(func(h *db.Hiding) string {
			return thingOf(h.HiddenType, h.HiddenID).String()
		}, "hidden_type", "hidden_id"),
		"Hiding.dialogue":  to("dialogue_id", dialoguesByID),
		"Hiding.by":        toParty("party_id"),
		"Hiding.decidedBy": toParty("decided_by"),
		"Hiding.appeal": one(func(ctx context.Context, r *Resolver, rows []*db.Hiding, _ args) ([]*string, error) {
			return r.Hidings.Appeals(ctx, rows)
		}),
		"Hiding.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Hiding) ([][]*policy.Decision, error) {
			return r.Hidings.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Hiding, error) { return r.Hidings.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Hiding) ([][]*policy.Decision, error) {
			return r.Hidings.Can(ctx, rows)
		}),
	mutations: mutations{
		"appealHiding": onWith(func(ctx context.Context, r *Resolver, id uuid.UUID, in input) (*act.Result, error) {
			return r.Hidings.Appeal(ctx, id, in.text("Text"), in.expected())
		}),
		"decideAppeal": with(func(ctx context.Context, r *Resolver, in model.DecideAppealInput) (*act.Result, error) {
			return r.Hidings.Decide(ctx, key("hiding", in.ID), in.Outcome, in.Reason, in.ExpectedRevision)
		}),
	},
	does: map[string]policy.Action{"decideAppeal": policy.DecideHiding},
}

// hidingOf reads the last hiding of each thing.
var hidingOf = under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.Hiding, error) {
	return r.Hidings.LastOf(ctx, ids)
})

// thingOf is the id of something that can be moderated.
func thingOf(typ string, id uuid.UUID) typeid.ID {
	return typeid.New(string(policy.ResourceOf(typ)), id)
}

// moderated makes the edge to what is moderated.
func moderated[R any](of func(R) typeid.ID, columns ...string) edge {
	e := one(func(ctx context.Context, r *Resolver, rows []R, _ args) ([]view.Node, error) {
		ids := make([]typeid.ID, len(rows))
		for i, row := range rows {
			ids[i] = of(row)
		}
		return r.nodes(ctx, ids)
	})
	e.needs = columns
	return e
}

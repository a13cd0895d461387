package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/amendment"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/textdiff"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var amendmentNoun = noun{
	name:   "amendment",
	types:  []string{"Amendment"},
	read:   by(amendmentsByID),
	place:  by(func(r *Resolver) many[db.Amendment] { return r.Amendments.InPlace }),
	tables: []string{"amendments", "hidings", "content_reports"},
	inside: []policy.Resource{policy.Proposal},
	edges: edges{
		"Proposal.amendments": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*amendment.Page, error) {
			return r.Amendments.Of(ctx, ids, words[enum.AmendmentState](a, "state"), a.page())
		}),
		"Amendment.proposal": to("proposal_id", proposalsByID),
		"Amendment.author":   toParty("author_id"),
		"Amendment.promoted": one(func(ctx context.Context, r *Resolver, rows []*db.Amendment, _ args) ([]*db.Proposal, error) {
			var ids []uuid.UUID
			for _, row := range rows {
				if row.PromotedID != nil {
					ids = append(ids, *row.PromotedID)
				}
			}
			found, err := r.Proposals.ByID(ctx, ids)
			out := make([]*db.Proposal, len(rows))
			for i, row := range rows {
				out[i] = found[or(row.PromotedID, uuid.Nil)]
			}
			return out, err
		}),
		"Amendment.hunks": forAll(func(ctx context.Context, r *Resolver, rows []*db.Amendment) ([][]*textdiff.Hunk, error) {
			return r.Amendments.Hunks(ctx, rows)
		}, "id", "body"),
		"Amendment.newerHunks": forAll(func(ctx context.Context, r *Resolver, rows []*db.Amendment) ([][]*textdiff.Hunk, error) {
			return r.Amendments.NewerHunks(ctx, rows)
		}, "id"),
		"Amendment.conflictsWith": one(func(ctx context.Context, r *Resolver, rows []*db.Amendment, _ args) ([][]*db.Amendment, error) {
			return r.Amendments.Conflicts(ctx, rows)
		}),
		"AmendmentsPayload.amendments": payloadAll(amendmentsByID),
		"AmendmentsPayload.acts":       payloadActs,
		"Amendment.hiding":             hidingOf,
		"Amendment.reports":            reportsOf,
		"Query.reportedAmendments": paged(func(ctx context.Context, r *Resolver, in model.ModerationQueueFilter, a args) (*amendment.Page, error) {
			return r.Amendments.Reported(ctx, optionalKey("dialogue", in.Dialogue), r.ContentReports.Open(ctx, "t.id"), a.page())
		}),
		"Amendment.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Amendment) ([][]*policy.Decision, error) {
			return r.Amendments.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Amendment, error) { return r.Amendments.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Amendment) ([][]*policy.Decision, error) {
			return r.Amendments.Can(ctx, rows)
		}),
	does: map[string]policy.Action{"hideAmendments": policy.HideAmendment, "restoreAmendments": policy.RestoreAmendment},
	mutations: mutations{
		"draftAmendment": with(func(ctx context.Context, r *Resolver, in model.DraftAmendmentInput) (*act.Result, error) {
			return r.Amendments.Draft(ctx, key("proposal", in.Proposal), int(in.Version), in.Body)
		}),
		"editAmendment": with(func(ctx context.Context, r *Resolver, in model.EditAmendmentInput) (*act.Result, error) {
			return r.Amendments.Edit(ctx, key("amendment", in.ID), int(in.Version), in.Body, in.ExpectedRevision)
		}),
		"proposeAmendment": on(func(r *Resolver) moving { return r.Amendments.Propose }),
		"acceptAmendment":  on(func(r *Resolver) moving { return r.Amendments.Accept }),
		"rejectAmendment":  because("Reason", func(r *Resolver) reasoned { return r.Amendments.Reject }),
		"hideAmendments": with(func(ctx context.Context, r *Resolver, in model.HideAmendmentsInput) (*act.Result, error) {
			return r.Amendments.HideAll(ctx, keys("amendment", in.Amendments), in.Reason)
		}),
		"restoreAmendments": with(func(ctx context.Context, r *Resolver, in model.RestoreAmendmentsInput) (*act.Result, error) {
			return r.Amendments.RestoreAll(ctx, keys("amendment", in.Amendments), in.Reason)
		}),
		"hideAmendment":           because("Reason", func(r *Resolver) reasoned { return r.Amendments.Hide }),
		"restoreAmendment":        because("Reason", func(r *Resolver) reasoned { return r.Amendments.Restore }),
		"dismissAmendmentReports": because("Reason", func(r *Resolver) reasoned { return r.Amendments.DismissReports }),
		"withdrawAmendment":       because("Reason", func(r *Resolver) reasoned { return r.Amendments.Withdraw }),
		"promoteAmendment": with(func(ctx context.Context, r *Resolver, in model.PromoteAmendmentInput) (*act.Result, error) {
			return r.Amendments.Promote(ctx, key("amendment", in.ID), in.Title, in.ExpectedRevision)
		}),
	},
}

func amendmentsByID(r *Resolver) many[db.Amendment] { return r.Amendments.ByID }

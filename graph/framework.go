package graph

import (
	"context"

	"github.com/google/uuid"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/framework"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var frameworkNoun = noun{
	name:   "framework",
	types:  []string{"EthicalFramework"},
	read:   by(frameworksByID),
	tables: []string{"frameworks", "principles"},
	edges: edges{
		"Query.ethicalFrameworks": paged(func(ctx context.Context, r *Resolver, in model.EthicalFrameworkFilter, a args) (*framework.Page, error) {
			return r.Frameworks.List(ctx, framework.Filter{
				State: in.State, Owner: optionalKey("stakeholder", in.Owner), Commons: in.Commons, Text: or(in.Text, ""), ChangedSince: in.ChangedSince,
			}, a.page())
		}),
		"Query.frameworkDiff": top(func(ctx context.Context, r *Resolver, a args) (*framework.Diff, error) {
			return r.Frameworks.Compare(ctx, r.Principles, key("framework", or(a.text("from"), "")), key("framework", or(a.text("to"), "")))
		}),
		"FrameworkDiff.from":       ofDiff(func(d *framework.Diff) uuid.UUID { return d.From }, frameworksByID),
		"FrameworkDiff.to":         ofDiff(func(d *framework.Diff) uuid.UUID { return d.To }, frameworksByID),
		"PrincipleDiff.from":       ofDiff(func(d *framework.PrincipleDiff) uuid.UUID { return d.From }, principlesByID),
		"PrincipleDiff.to":         ofDiff(func(d *framework.PrincipleDiff) uuid.UUID { return d.To }, principlesByID),
		"EthicalFramework.owner":   toParty("owner_id"),
		"EthicalFramework.author":  toParty("author_id"),
		"EthicalFramework.lineage": made(func(row *db.Framework) string { return typeid.New("framework", row.LineageID).String() }, "lineage_id"),
		"EthicalFramework.reviewOverdue": passing(forAll(func(_ context.Context, r *Resolver, rows []*db.Framework) ([]bool, error) {
			return r.Frameworks.Overdue(rows), nil
		}, "state", "review_due_at")),
		"EthicalFramework.principles": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID][]*db.Principle, error) {
			return r.Principles.Of(ctx, ids, a.integer("first"))
		}),
		"EthicalFramework.versions": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*framework.Page, error) {
			return r.Frameworks.VersionsOf(ctx, ids, a.page())
		}),
		"EthicalFramework.next": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID]*db.Framework, error) {
			return r.Frameworks.NextVersions(ctx, ids)
		}),
		"EthicalFramework.comments": under(commentsOn),
		"EthicalFramework.input": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID][]*framework.Input, error) {
			found, err := r.Frameworks.InputOf(ctx, ids)
			out := make(map[uuid.UUID][]*framework.Input, len(found))
			for id, all := range found {
				out[id] = pointers(all)
			}
			return out, err
		}),
		"EthicalFramework.missingToAdopt": forAll(func(ctx context.Context, r *Resolver, rows []*db.Framework) ([][]*view.UserError, error) {
			all, err := r.Frameworks.Missing(ctx, rows)
			return userErrorsOf(all), err
		}, "id", "state"),
		"EthicalFramework.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Framework) ([][]*policy.Decision, error) {
			return r.Frameworks.Can(ctx, rows)
		}),
	},
	mutations: mutations{
		"draftFramework": with(func(ctx context.Context, r *Resolver, in model.DraftFrameworkInput) (*act.Result, error) {
			return r.Frameworks.Draft(ctx, framework.Words{
				Title: in.Title, Scope: in.Scope, ReviewEveryMonths: int(in.ReviewEveryMonths), Principles: principlesIn(in.Principles),
			}, optionalKey("framework", in.Supersedes))
		}),
		"draftCommonFramework": with(func(ctx context.Context, r *Resolver, in model.DraftCommonFrameworkInput) (*act.Result, error) {
			return r.Frameworks.DraftCommon(ctx, framework.Words{
				Title: in.Title, Scope: in.Scope, ReviewEveryMonths: int(in.ReviewEveryMonths), Principles: principlesIn(in.Principles),
			}, optionalKey("framework", in.Supersedes))
		}),
		"editFramework": with(func(ctx context.Context, r *Resolver, in model.EditFrameworkInput) (*act.Result, error) {
			c := framework.Change{Title: in.Title, Scope: in.Scope, Principles: principlesIn(in.Principles)}
			if in.ReviewEveryMonths != nil {
				c.ReviewEveryMonths = new(int(*in.ReviewEveryMonths))
			}
			return r.Frameworks.Edit(ctx, key("framework", in.ID), c, &in.ExpectedRevision)
		}),
		"submitFramework": on(func(r *Resolver) moving { return r.Frameworks.Submit }),
		"adoptFramework":  on(func(r *Resolver) moving { return r.Frameworks.Adopt }),
		"reviewFramework": because("Reason", func(r *Resolver) reasoned { return r.Frameworks.Review }),
		"retireFramework": because("Reason", func(r *Resolver) reasoned { return r.Frameworks.Retire }),
	},
	does: map[string]policy.Action{"draftCommonFramework": policy.DraftCommonFramework},
}

var principleNoun = noun{
	name:  "principle",
	types: []string{"Principle"},
	read:  by(principlesByID),
	edges: edges{
		"Principle.framework": to("framework_id", frameworksByID),
		"Principle.comments":  under(commentsOn),
		"Principle.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Principle) ([][]*policy.Decision, error) {
			return r.Principles.Can(ctx, rows)
		}),
	},
}

func frameworksByID(r *Resolver) many[db.Framework] { return r.Frameworks.ByID }

func principlesByID(r *Resolver) many[db.Principle] { return r.Principles.ByID }

// principlesIn are the principles of an input; nil where it has none, which leaves those that there are.
func principlesIn(in []*model.PrincipleInput) []framework.Principle {
	if in == nil {
		return nil
	}
	all := make([]framework.Principle, len(in))
	for i, p := range in {
		all[i] = framework.Principle{Key: p.Key, Statement: p.Statement, Requirement: or(p.Requirement, enum.Requirement("")), Value: or(p.Value, "")}
	}
	return all
}

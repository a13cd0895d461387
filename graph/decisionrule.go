package graph

import (
	"context"
	"strings"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/decisionrule"
	"github.com/plenary-dialogue/plenary/internal/policy"
)

var decisionRuleNoun = noun{
	name:  "decisionrule",
	types: []string{"DecisionRule"},
	read:  by(func(r *Resolver) many[db.DecisionRule] { return r.DecisionRules.ByID }),
	referred: func(ctx context.Context, r *Resolver, reference string) (view.Node, error) {
		row, err := r.DecisionRules.Referred(ctx, strings.ToLower(reference))
		if row == nil {
			return nil, err
		}
		return row, err
	},
	tables: []string{"decision_rules"},
	edges: edges{
		"Query.decisionRules": paged(func(ctx context.Context, r *Resolver, in model.DecisionRuleFilter, a args) (*decisionrule.Page, error) {
			return r.DecisionRules.List(ctx, decisionrule.Filter{
				State: in.State, Key: in.Key, Owner: optionalKey("stakeholder", in.Owner), Text: or(in.Text, ""), ChangedSince: in.ChangedSince,
			}, a.page())
		}),
		"Query.previewResult": top(func(ctx context.Context, r *Resolver, a args) (*decisionrule.Result, error) {
			counts, err := objects[model.CountLine](a, "counts")
			if err != nil {
				return nil, err
			}
			return r.DecisionRules.PreviewResult(ctx, key("decisionrule", or(a.text("rule"), "")), linesOf(counts))
		}),
		"Query.previewRoll": top(func(ctx context.Context, r *Resolver, a args) (*decisionrule.Roll, error) {
			given, err := objects[model.ListedLeaf](a, "listed")
			if err != nil {
				return nil, err
			}
			listed := make([]decision.Listing, len(given))
			for i, l := range given {
				listed[i] = decision.Listing{Leaf: l.Leaf, Handles: l.Handles}
			}
			return r.DecisionRules.PreviewRoll(ctx, key("decisionrule", or(a.text("rule"), "")), key("dialogue", or(a.text("dialogue"), "")), listed)
		}),
		"DecisionRule.owner": toParty("owner_id"),
		"DecisionRule.leaves": forAll(func(_ context.Context, _ *Resolver, rows []*db.DecisionRule) ([][]string, error) {
			out := make([][]string, len(rows))
			for i, row := range rows {
				var err error
				if out[i], err = decisionrule.Leaves(row); err != nil {
					return nil, err
				}
			}
			return out, nil
		}, "reference", "document"),
		"DecisionRule.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.DecisionRule) ([][]*policy.Decision, error) {
			return r.DecisionRules.Can(ctx, rows), nil
		}),
	},
	mutations: mutations{
		"defineRule": with(func(ctx context.Context, r *Resolver, in model.DefineRuleInput) (*act.Result, error) {
			return r.DecisionRules.Define(ctx, in.Document, in.ExpectedVersion)
		}),
	},
	does: map[string]policy.Action{"defineRule": policy.DefineRule},
}

func linesOf(counts []model.CountLine) []decision.Line {
	lines := make([]decision.Line, len(counts))
	for i, c := range counts {
		lines[i] = decision.Line{
			Leaf: c.Leaf, Parties: int64(c.Parties), Vote: or(c.Vote, ""), Unreasoned: !or(c.Reasoned, true), Recused: or(c.Recused, false),
			Proxies: int64(or(c.Proxies, 0)),
		}
	}
	return lines
}

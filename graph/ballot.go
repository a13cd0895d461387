package graph

import (
	"context"
	"slices"

	"github.com/99designs/gqlgen/graphql"
	"github.com/google/uuid"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/plenary-dialogue/plenary/ent/db"
	"github.com/plenary-dialogue/plenary/graph/model"
	"github.com/plenary-dialogue/plenary/graph/view"
	"github.com/plenary-dialogue/plenary/internal/act"
	"github.com/plenary-dialogue/plenary/internal/ballot"
	"github.com/plenary-dialogue/plenary/internal/decision"
	"github.com/plenary-dialogue/plenary/internal/decisionrule"
	"github.com/plenary-dialogue/plenary/internal/fault"
	"github.com/plenary-dialogue/plenary/internal/policy"
	"github.com/plenary-dialogue/plenary/internal/typeid"
	"github.com/plenary-dialogue/plenary/schema/enum"
)

var ballotNoun = noun{
	name:   "ballot",
	types:  []string{"Ballot"},
	read:   by(func(r *Resolver) many[db.Ballot] { return r.Ballots.ByID }),
	tables: []string{"ballots", "ballot_seats", "ballot_papers", "sealed_papers", "ballot_keys", "roll_objections", "proposals"},
	secret: []string{"ballot.cast"},
	inside: []policy.Resource{policy.Proposal},
	edges: edges{
		"Proposal.ballots": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*ballot.Page, error) {
			return r.Ballots.Of(ctx, ids, a.page())
		}),
		"Ballot.proposal": to("proposal_id", func(r *Resolver) many[db.Proposal] { return r.Proposals.ByID }),
		"Ballot.rule":     to("rule_id", func(r *Resolver) many[db.DecisionRule] { return r.DecisionRules.ByID }),
		"Ballot.roll": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*ballot.SeatPage, error) {
			return r.Ballots.Roll(ctx, ids, a.page())
		}),
		"Ballot.papers": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, a args) (map[uuid.UUID]*ballot.PaperPage, error) {
			return r.Ballots.Papers(ctx, ids, a.page())
		}),
		"Ballot.turnout": forAll(func(ctx context.Context, r *Resolver, rows []*db.Ballot) ([][]*ballot.Turnout, error) {
			return r.Ballots.TurnoutOf(ctx, rows)
		}, "id"),
		"Ballot.viewerSeat": needing(one(func(ctx context.Context, r *Resolver, rows []*db.Ballot, _ args) ([]*ballot.OwnSeat, error) {
			return r.Ballots.OwnSeats(ctx, rows)
		}), "id"),
		"Ballot.result":      made(func(b *db.Ballot) *decisionrule.Result { return decisionrule.Kept(string(b.Result)) }, "result"),
		"Ballot.answerDueAt": made(ballot.AnswerDue, "outcome", "counted_at"),
		"Ballot.resultUrl": made(func(b *db.Ballot) *string {
			if b.State != enum.BallotStateCounted {
				return nil
			}
			return new(ballot.Path(b.ID))
		}, "id", "state"),
		"Ballot.rollObjections": under(func(ctx context.Context, r *Resolver, ids []uuid.UUID, _ args) (map[uuid.UUID][]*db.RollObjection, error) {
			return r.Ballots.Objections(ctx, ids)
		}),
		"RollObjection.party": toParty("party_id"),
		"BallotSeat.party":    toParty("party_id"),
		"BallotSeat.cast": needing(one(func(ctx context.Context, r *Resolver, rows []*db.BallotSeat, _ args) ([]*bool, error) {
			done, err := r.Ballots.DoneFrom(ctx, rows)
			out := make([]*bool, len(done))
			for i, d := range done {
				if d != nil {
					out[i] = &d.Cast
				}
			}
			return out, err
		}), "id"),
		"BallotSeat.proxy": needing(one(func(ctx context.Context, r *Resolver, rows []*db.BallotSeat, _ args) ([]view.Node, error) {
			done, err := r.Ballots.DoneFrom(ctx, rows)
			if err != nil {
				return nil, err
			}
			return someParties(ctx, r, done, func(d *ballot.Done) *uuid.UUID {
				if d == nil {
					return nil
				}
				return d.Proxy
			})
		}), "id"),
		"BallotPaper.party": toParty("party_id"),
		"ViewerSeat.castBy": one(func(ctx context.Context, r *Resolver, all []*ballot.OwnSeat, _ args) ([]view.Node, error) {
			return someParties(ctx, r, all, func(s *ballot.OwnSeat) *uuid.UUID { return s.ByProxy })
		}),
		"ViewerSeat.holder": one(func(ctx context.Context, r *Resolver, all []*ballot.OwnSeat, _ args) ([]view.Node, error) {
			return someParties(ctx, r, all, func(s *ballot.OwnSeat) *uuid.UUID { return s.Holder })
		}),
		"CastBallotPayload.ballot": one(func(ctx context.Context, r *Resolver, ps []*view.Payload, _ args) ([]view.Node, error) {
			return changed(ctx, r, r.nouns["ballot"], ps)
		}),
		"Ballot.viewerCan": can(func(ctx context.Context, r *Resolver, rows []*db.Ballot) ([][]*policy.Decision, error) {
			return r.Ballots.Can(ctx, rows)
		}),
	},
	waits: waits("state", func(r *Resolver) func(context.Context, int) ([]*db.Ballot, error) { return r.Ballots.Waiting },
		func(ctx context.Context, r *Resolver, rows []*db.Ballot) ([][]*policy.Decision, error) {
			return r.Ballots.Can(ctx, rows)
		}),
	mutations: mutations{
		"openBallot": with(func(ctx context.Context, r *Resolver, in model.OpenBallotInput) (*act.Result, error) {
			p := ballot.Plan{Proposal: key("proposal", in.Proposal), Rule: key("decisionrule", in.Rule), ContentHash: in.ContentHash, ClosesAt: in.ClosesAt}
			for _, l := range in.Listed {
				p.Listed = append(p.Listed, decision.Listing{Leaf: l.Leaf, Handles: l.Handles})
			}
			return r.Ballots.Open(ctx, p)
		}),
		"castBallot": func(ctx context.Context, r *Resolver, _ noun, input any) (*act.Result, *string, error) {
			if err := onlyVariables(ctx); err != nil {
				return nil, nil, err
			}
			in := input.(model.CastBallotInput)
			result, receipt, err := r.Ballots.Cast(ctx, key("ballot", in.ID), ballot.Paper{
				For: optionalKey("stakeholder", in.For), Choice: in.Choice, Reason: or(in.Reason, ""), Nonce: or(in.Nonce, ""), Revision: &in.ExpectedRevision,
			})
			return result, &receipt, err
		},
		"appointProxy": with(func(ctx context.Context, r *Resolver, in model.AppointProxyInput) (*act.Result, error) {
			return r.Ballots.Appoint(ctx, key("ballot", in.ID), key("stakeholder", in.Holder))
		}),
		"revokeProxy": with(func(ctx context.Context, r *Resolver, in model.RevokeProxyInput) (*act.Result, error) {
			return r.Ballots.Revoke(ctx, key("ballot", in.ID))
		}),
		"recuseFromBallot": with(func(ctx context.Context, r *Resolver, in model.RecuseFromBallotInput) (*act.Result, error) {
			return r.Ballots.Recuse(ctx, key("ballot", in.ID), in.Reason)
		}),
		"objectToRoll": with(func(ctx context.Context, r *Resolver, in model.ObjectToRollInput) (*act.Result, error) {
			return r.Ballots.Object(ctx, key("ballot", in.ID), in.Text)
		}),
		"voidBallot":      because("Reason", func(r *Resolver) reasoned { return r.Ballots.Void }),
		"answerObjection": because("Text", func(r *Resolver) reasoned { return r.Ballots.Answer }),
	},
	does: map[string]policy.Action{
		"recuseFromBallot": policy.RecuseFromBallot, "objectToRoll": policy.ObjectToRoll, "appointProxy": policy.AppointProxy,
		"revokeProxy": policy.RevokeProxy, "answerObjection": policy.AnswerObjection,
	},
}

// needing says which columns of its parent an edge needs.
func needing(e edge, columns ...string) edge {
	e.needs = columns
	return e
}

// someParties reads the parties that things name, where they name one.
func someParties[P any](ctx context.Context, r *Resolver, all []P, of func(P) *uuid.UUID) ([]view.Node, error) {
	var ids []typeid.ID
	at := make([]int, len(all))
	for i, one := range all {
		if at[i] = -1; of(one) != nil {
			at[i] = len(ids)
			ids = append(ids, typeid.New(string(policy.Stakeholder), *of(one)))
		}
	}
	found, err := r.nodes(ctx, ids)
	out := make([]view.Node, len(all))
	for i, n := range at {
		if n >= 0 && err == nil {
			out[i] = found[n]
		}
	}
	return out, err
}

// secretFields are what of a paper must not stand in a document, which is cached, counted and logged.
var secretFields = []string{"choice", "reason", "nonce"}

// TellsPaper reports whether something of a paper stands in a document: as it is, or as the default of a variable.
func TellsPaper(doc *ast.QueryDocument) bool {
	for _, op := range doc.Operations {
		if op.Operation == ast.Mutation && slices.ContainsFunc(castings(op.SelectionSet), func(f *ast.Field) bool { return len(told(f, op.VariableDefinitions)) > 0 }) {
			return true
		}
	}
	return false
}

// castings are the fields that cast a paper.
func castings(of ast.SelectionSet) (all []*ast.Field) {
	for _, s := range of {
		switch s := s.(type) {
		case *ast.Field:
			if s.Name == "castBallot" {
				all = append(all, s)
			}
		case *ast.InlineFragment:
			all = append(all, castings(s.SelectionSet)...)
		case *ast.FragmentSpread:
			if s.Definition != nil {
				all = append(all, castings(s.Definition.SelectionSet)...)
			}
		}
	}
	return all
}

// told are the secret fields of a paper that stand in the document.
func told(f *ast.Field, defined ast.VariableDefinitionList) (fields []string) {
	input := f.Arguments.ForName("input")
	if input == nil {
		return nil
	}
	standing := func(v *ast.Value) *ast.Value { // what stands in the document for a value; nil for nothing
		if v.Kind != ast.Variable {
			return v
		}
		if d := defined.ForName(v.Raw); d != nil {
			return d.DefaultValue
		}
		return nil
	}
	whole := standing(input.Value)
	if whole == nil {
		return nil
	}
	for _, child := range whole.Children {
		if v := standing(child.Value); slices.Contains(secretFields, child.Name) && v != nil && v.Kind != ast.NullValue {
			fields = append(fields, child.Name)
		}
	}
	return fields
}

// onlyVariables refuses a paper of which something stands in the document.
func onlyVariables(ctx context.Context) error {
	var f fault.Form
	for _, field := range told(graphql.GetFieldContext(ctx).Field.Field, graphql.GetOperationContext(ctx).Operation.VariableDefinitions) {
		f.Refuse(field, enum.UserErrorCodeNotAVariable, "give this as a variable without a default: what stands in the document is kept with it")
	}
	return f.Err()
}
